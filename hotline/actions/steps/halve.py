"""Step: work for many at once; what fails is halved until what is broken stands alone."""

from collections.abc import Awaitable, Callable, Sequence

from hotline.errors import Unavailable

Act = Callable[[Sequence[int]], Awaitable[int]]
Broken = Callable[[int, Exception], Awaitable[None]]


async def halved(ids: Sequence[int], act: Act, broken: Broken) -> int:
    """Do `act` for `ids` together; return the sum of what it answers.

    `act` does all or nothing. Where it fails, each half is tried by itself, and what fails
    alone is handed to `broken`: one that cannot be done holds up no other. Errors:
    Unavailable, which is nobody's fault.
    """
    if not ids:
        return 0
    try:
        return await act(ids)
    except Unavailable:
        raise
    except Exception as error:  # noqa: BLE001  the one place where work for many is mapped
        if len(ids) == 1:
            await broken(ids[0], error)
            return 0
    middle = len(ids) // 2
    first = await halved(ids[:middle], act, broken)
    return first + await halved(ids[middle:], act, broken)
