"""Use case: somebody asks how a deadline came about."""

from hotline.errors import NotFound
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.sla.explain import Step
from hotline.sla.story import story
from hotline.sla.wording import Language
from hotline.store import bodies, clock_ledger


async def show_working(
    rt: Runtime, viewer: Viewer, clock_id: int, language: Language, english: str = ""
) -> list[Step]:
    """Return the steps of a clock that the caller has already seen on a case.

    `english`: its basis in English, which that case told.

    From the ledger alone: what was counted then, by the rule of then. Errors: NotFound.
    """
    async with rt.transaction(viewer) as tx:
        lines = (await clock_ledger.read(tx, [clock_id])).get(clock_id)
        if not lines:
            raise NotFound("this clock has no ledger", code="no_ledger")
        names = await bodies.names(tx)
    return story(lines, rt.calendar.zone, language, names, english)
