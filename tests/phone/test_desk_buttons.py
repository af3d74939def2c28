"""The buttons of the call bar, from the operator's page to the exchange and back."""

import pytest

from tests.builders import Somebody
from tests.console.console_world import HTMX, signed_in
from tests.phone.conftest import until
