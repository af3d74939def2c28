"""The demo's duty: everybody is on some roster, and whoever is woken answers at once."""

from contextlib import suppress
from datetime import timedelta

from hotline.actions.answer_page import answer_page
from hotline.errors import Stale
from hotline.identity.viewer import Machine
from hotline.runtime import Runtime
from hotline.store import bodies, duty, pages, people

DEMO = Machine("demo")
BEFORE, AHEAD = timedelta(days=31), timedelta(days=60)


async def plan_rosters(rt: Runtime) -> None:
    """Put everybody of every body on duty, by rank, for the past and two months ahead."""
    async with rt.transaction(DEMO) as tx:
        ranks: dict[str, int] = {}
        shifts = []
        for row in sorted(await bodies.members(tx), key=lambda one: one.person_id):
            rank = ranks[row.body_id] = ranks.get(row.body_id, 0) + 1
            shifts.append(
                {
                    "body_id": row.body_id,
                    "person_id": row.person_id,
                    "rank": rank,
                    "from_at": tx.now - BEFORE,
                    "to_at": tx.now + AHEAD,
                }
            )
        await duty.add_shifts(tx, shifts)


async def answer_pages(rt: Runtime) -> None:
    """Let whoever is woken answer at once, and the shift of 111 what nobody answered."""
    async with rt.transaction(DEMO) as tx:
        woken = [(row.id, row.person_id) for row in await pages.all_open(tx)]
        first = await people.by_username(tx, "operator")
        found = {
            page: await people.viewer(tx, person or first.id if first else person)
            for page, person in woken
        }
    for page, who in found.items():
        if who is not None:
            with suppress(Stale):  # one answer ends a whole chain
                await answer_page(rt, who, page)
