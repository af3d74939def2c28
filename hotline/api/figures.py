"""/figures: the board's numbers, for people at 111."""

from hotline.api.call import Ask, Call, get
from hotline.store.figures import Board, board


async def shown(ask: Ask) -> Board:
    """Return the board."""
    async with ask.rt.transaction(ask.viewer) as tx:
        return await board(tx, ask.viewer, sorted(ask.rt.regions))


CALLS: list[Call] = [get("/figures", shown, Board, "The board's numbers (111)")]
