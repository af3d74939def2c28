"""Use case: a person at 111 takes away the list behind a figure. Who did is written down."""

from hotline.actions.read_board import Wanted, read_figure
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store.figure_lines import FigureLine
from hotline.store.figure_lists import MOST
from hotline.store.transaction import one_snapshot


async def export_figures(
    rt: Runtime, viewer: Viewer, name: str, wanted: Wanted
) -> list[FigureLine]:
    """Return every line of a figure. Errors: NotFound.

    Pages of one snapshot: a file that was cut in two moments would be of neither.
    """
    found: list[FigureLine] = []
    async with rt.transaction(viewer) as tx:
        await one_snapshot(tx)
        cursor: str | None = None
        total: int | None = None
        while True:
            page = await read_figure(
                rt, tx, viewer, name, wanted, cursor=cursor, limit=MOST, total=total
            )
            found += page.items
            cursor, total = page.next_cursor, page.total
            if cursor is None:
                break
    async with rt.transaction(viewer) as tx:
        tx.record("figures_exported", data={"figure": name})
    return found
