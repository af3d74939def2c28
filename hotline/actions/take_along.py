"""Use case: a list of cases leaves the console, as a file or on paper: no personal column.

Every case that is in it says so in its history.
"""

from collections.abc import Sequence

from hotline.cases.numbers import id_from
from hotline.errors import RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import lists
from hotline.store.list_parts import CaseLine

MOST = 1_000  # as many as a list counts exactly
HOW = ("export", "print")


async def take_along(
    rt: Runtime, viewer: Viewer, numbers: Sequence[str], how: str
) -> tuple[CaseLine, ...]:
    """Return those of the named cases that the viewer may know of. Errors: RuleForbids."""
    if how not in HOW:
        raise RuleForbids("no such work", code="unknown_work", field="kind")
    if not numbers:
        raise RuleForbids("choose a case first", code="none_chosen", field="kind")
    if len(numbers) > MOST:
        raise RuleForbids(
            f"at most {MOST} cases at once", code="too_many_chosen", field="kind"
        )
    async with rt.transaction(viewer) as tx:
        found = await lists.chosen(tx, viewer, numbers, rt.number_key)
        for line in found:
            case_id = id_from(line.number, rt.number_key)
            tx.record("taken_along", case_id=case_id, data={"how": how})
    return found
