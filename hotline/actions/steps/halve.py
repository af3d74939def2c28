"""Step: work for many at once; what fails is halved until what is broken stands alone."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TypeVar

from hotline.errors import Unavailable

T = TypeVar("T")
Act = Callable[[Sequence[int]], Awaitable[int]]
Broken = Callable[[int, Exception], Awaitable[None]]


async def guarded(
    act: Callable[[], Awaitable[T]], broken: Callable[[Exception], Awaitable[T]]
) -> T:
    """Return what `act` returns, or what `broken` makes of a fault of ours.

    The one place where work that nobody waits for is mapped: a job's row, an event of an
    exchange, a letter. Errors: Unavailable, which is nobody's fault.
    """
    try:
        return await act()
    except Unavailable:
        raise
    except Exception as error:  # noqa: BLE001  see above
        return await broken(error)


async def halved(ids: Sequence[int], act: Act, broken: Broken) -> int:
    """Do `act` for `ids` together; return the sum of what it answers.

    `act` does all or nothing. Where it fails, each half is tried by itself, and what fails
    alone is handed to `broken`: one that cannot be done holds up no other. Errors:
    Unavailable, which is nobody's fault.
    """
    if not ids:
        return 0

    async def apart(error: Exception) -> int | None:
        if len(ids) > 1:
            return None
        await broken(ids[0], error)
        return 0

    done = await guarded(partial(act, ids), apart)
    if done is not None:
        return done
    middle = len(ids) // 2
    first = await halved(ids[:middle], act, broken)
    return first + await halved(ids[middle:], act, broken)
