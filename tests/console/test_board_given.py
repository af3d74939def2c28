"""The board's presses where somebody else is quicker, is named, or is kept out."""

from datetime import timedelta

import pytest

from hotline.actions.accept_referral import accept_referral
from hotline.actions.declare_conflict import declare_conflict
from hotline.actions.steps.accused import About
from tests.builders import a_call, a_person, everybody, row_id
from tests.console.console_world import signed_in
from tests.console.test_board_moves import of_case, picked, press


@pytest.fixture
async def people(rt):
    return await everybody(rt)


async def test_what_another_changed_between_the_raise_and_its_note_is_not_undone(
    client, rt, clock, database, people
):
    """The version that an undo needs is the one that the raise itself left."""
    number = await a_call(rt, people["operator"], urgency=3)
    clock.forward(timedelta(days=20))
    board = await signed_in(client, people["supervisor"])
    await database.execute(ANOTHER_PERSON)  # raises it further as soon as it is raised
    answer = await press(board, picked(board.html), "raise")
    await database.execute("DROP TRIGGER another_person ON case_events")
    assert answer.status == 303
    run = await database.fetchval("SELECT id FROM bulk_runs")
    answer = await board.post(f"/board/bulk/{run}/undo", csrf=board.hidden("csrf"))
    assert answer.status == 200
    assert await of_case(database, number, "urgency") == 0


ANOTHER_PERSON = """
CREATE OR REPLACE FUNCTION another_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE cases SET urgency = 0, version = version + 1 WHERE id = NEW.case_id;
  RETURN NULL;
END $$;
CREATE TRIGGER another_person AFTER INSERT ON case_events FOR EACH ROW
  WHEN (NEW.event = 'urgency_changed') EXECUTE FUNCTION another_person();
"""


async def test_given_to_a_person_by_name_whoever_it_is_with(
    client, rt, clock, database, people
):
    second = await a_person(rt, "guardian", region="71", bodies=("guard-71", "uzpd-71"))
    offered = await a_call(rt, people["operator"], urgency=2)
    accepted = await a_call(rt, people["operator"], urgency=2)
    await accept_referral(rt, people["guardian"].viewer, accepted, None)
    clock.forward(timedelta(days=2))
    board = await signed_in(client, people["supervisor"])
    options = board.html.split('id="board-people"')[1].split("</datalist>")[0]
    assert f'value="{second.viewer.username}"' in options
    answer = await press(board, picked(board.html), "person", person="nobody-here")
    assert (await answer.text()).count("Этот человек не из органа, у которого дело.") == 2
    board.html = board.html.replace(board.hidden("once"), "named")
    answer = await press(board, picked(board.html), "person", person=second.viewer.username)
    assert answer.status == 303
    assert await of_case(database, offered, "assignee_id") == second.viewer.person_id
    # What somebody works on is handed over warmly: they answer for it until the other says yes.
    asked = "SELECT handed_to FROM referrals WHERE case_id = $1 AND status = 'accepted'"
    assert await database.fetchval(asked, row_id(rt, accepted)) == second.viewer.person_id


async def test_passed_on_past_a_body_that_is_complained_of(
    client, rt, clock, database, people
):
    """The district's body comes first for its place; where it is out, the region's is asked."""
    known = sorted(set(rt.place_names) - set(rt.regions))
    district = next(code for code in known if code.startswith("71"))
    await database.execute(
        "INSERT INTO bodies (id, kind, region, district, name_kk, name_ru, status, valid_from)"
        " SELECT 'fsc-7110', kind, region, $1, name_kk, name_ru, status, valid_from"
        " FROM bodies WHERE id = 'fsc-71'",
        district,
    )
    rt.forget_directory()
    number = await a_call(rt, people["operator"], urgency=2, district=district)
    await declare_conflict(
        rt, people["operator"].viewer, number, [About("body", "fsc-7110")]
    )
    clock.forward(timedelta(days=2))
    board = await signed_in(client, people["supervisor"])
    answer = await press(board, picked(board.html), "pass_on", kind="FSC")
    assert answer.status == 303, await answer.text()
    lead = await database.fetchval(
        "SELECT body_id FROM referrals WHERE case_id = $1 AND lead ORDER BY id DESC",
        row_id(rt, number),
    )
    assert lead == "fsc-71"
