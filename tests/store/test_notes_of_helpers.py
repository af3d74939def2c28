"""What a co-executor reads is what was written in its body or the lead's, not by its people."""

from datetime import timedelta

from hotline.actions.add_referral import add_referral
from hotline.actions.offer_case import offer_case
from hotline.actions.record_work import add_note
from hotline.identity.viewer import TRIAGE
from hotline.store import bodies, history, people
from hotline.store.case_view import read_case
from tests.builders import a_case, a_person, everybody


async def read(rt, somebody, number):
    async with rt.transaction(somebody.viewer) as tx:
        case = await read_case(tx, somebody.viewer, number, rt.number_key)
        told = await history.of_case(tx, somebody.viewer, number, rt.number_key)
    return [note.text for note in case.notes], sum(
        one.event == "note_added" for one in told
    )


async def test_who_left_for_another_co_executor_leaves_the_old_notes_and_shows_no_new_ones(
    rt, clock
):
    who = await everybody(rt)
    number = await a_case(rt, who["operator"])
    await add_referral(rt, who["operator"].viewer, number, body="fsc-71")
    await offer_case(rt, who["operator"].viewer, number)
    mover = await a_person(rt, "body", bodies=["police-71"])
    await add_note(rt, mover.viewer, number, "Участковый выехал")
    clock.forward(timedelta(hours=1))
    async with rt.transaction(TRIAGE) as tx:
        await bodies.leave(tx, [(mover.viewer.person_id, "police-71")])
        await bodies.place(tx, "fsc-71", {mover.viewer.person_id: "specialist"})
        moved = await people.viewer(tx, mover.viewer.person_id)
    clock.forward(timedelta(hours=1))
    await add_note(rt, moved, number, "Психолог начал работу")
    await add_note(rt, who["guardian"].viewer, number, "Опека ведёт")
    police = ["Участковый выехал", "Опека ведёт"]
    assert await read(rt, who["police"], number) == (police, 2)
    notes, _ = await read(rt, who["family"], number)
    assert "Психолог начал работу" in notes
