"""Early imports."""

import hypothesis  # noqa: F401  Python 3.11 fails to parse it late, among greenlets
