"""Use case: a person at 111 takes away the list behind a figure. Who did is written down."""

from hotline.actions.read_board import Wanted, read_whole_figure
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store.figure_lines import FigureLine
from hotline.store.transaction import one_snapshot


async def export_figures(
    rt: Runtime, viewer: Viewer, name: str, wanted: Wanted
) -> list[FigureLine]:
    """Return every line of a figure. Errors: NotFound.

    A file that was cut in two moments would be of neither: it is read in one snapshot.
    """
    async with rt.transaction(viewer) as tx:
        await one_snapshot(tx)
        found = await read_whole_figure(rt, tx, viewer, name, wanted)
    async with rt.transaction(viewer) as tx:
        tx.record("figures_exported", data={"figure": name})
    return found
