"""Step: long acts tell how far they are."""

from collections.abc import Awaitable, Callable

# Hears how many of how many steps are done; it may raise, and so end the act.
Told = Callable[[int, int | None], Awaitable[None]]
