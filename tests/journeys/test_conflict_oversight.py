"""Who oversees a region is who is in its commissioner's office now: no longer, no earlier."""

from datetime import date

import pytest

from hotline.actions.add_person import add_person
from hotline.actions.import_members import import_members
from hotline.actions.plan_succession import plan_succession
from hotline.actions.succeed_body import run_successions
from hotline.cases.lifecycle import Move
from hotline.cases.terms import Role
from hotline.identity.roles import may
from hotline.identity.viewer import TRIAGE
from hotline.store import cases, people
from tests import builders
from tests.journeys.test_conflict_declared import again, offered, sees

TODAY = date(2026, 11, 20)
WITHOUT = b"body;username;position\ncomm-39;other commissioner;head\n"
AFTER = """
INSERT INTO bodies (id, kind, region, name_kk, name_ru, status, valid_from, source)
VALUES ('comm-71-new', 'COMM', '71', 'Жаңа', 'Новый', 'active', '2026-11-20', 'import')
"""


async def test_who_is_dropped_from_the_office_oversees_the_region_no_more(story):
    number, _ = await offered(story)
    assert await sees(story, "commissioner", number)
    await import_members(story.rt, story.who("admin"), WITHOUT, "people.csv", whole=True)
    assert not await sees(story, "commissioner", number)


async def test_who_does_not_go_along_with_a_new_office_oversees_no_more(story):
    number, _ = await offered(story)
    stays = await builders.a_person(
        story.rt, Role.COMMISSIONER, region="71", bodies=["comm-71"]
    )
    story.people["stays"] = stays
    assert await sees(story, "stays", number)
    await story.database.execute(AFTER)
    story.rt.forget_directory()
    going = ["commissioner"]
    await plan_succession(
        story.rt, story.who("admin"), "comm-71", "comm-71-new", TODAY, usernames=going
    )
    while await run_successions(story.rt):
        pass
    await run_successions(story.rt)
    assert await sees(story, "commissioner", number)
    assert not await sees(story, "stays", number)


OFFICES = [
    # what happens to the office, whether its member still oversees
    ("nothing", {}, True),
    ("it is only planned", {"status": "planned"}, False),
    ("its last day was yesterday", {"valid_to": TODAY}, False),
    ("tomorrow is its last day", {"valid_to": date(2026, 11, 22)}, True),
    ("it begins tomorrow", {"valid_from": date(2026, 11, 21)}, False),
    ("it stands for another region", {"region": "75"}, False),
    ("it is another kind of body", {"kind": "PSY"}, False),
]


@pytest.mark.parametrize(("_what", "changed", "oversees"), OFFICES)
async def test_an_office_gives_oversight_on_its_days(story, _what, changed, oversees):
    number, _ = await offered(story)
    for column, value in changed.items():
        await story.database.execute(
            f"UPDATE bodies SET {column} = $1 WHERE id = 'comm-71'", value
        )
    assert await sees(story, "commissioner", number) is oversees


async def test_a_commissioner_of_no_office_oversees_nothing(story):
    number, _ = await offered(story)
    given = {"username": "alone", "display_name": "A", "password": builders.PASSWORD}
    person = await add_person(story.rt, **given, role="commissioner", region="71")
    async with story.rt.transaction(TRIAGE) as tx:
        story.people["alone"] = builders.Somebody(await people.viewer(tx, person), "")
    assert not await sees(story, "alone", number)


async def test_who_left_the_office_for_a_helping_body_has_its_rights_and_no_more(story):
    number, _ = await offered(story)
    assert (await story.referrals(number))["police-71"] == "offered"
    person = story.who("commissioner").person_id
    await story.database.execute(
        "UPDATE memberships SET body_id = 'police-71' WHERE person_id = $1", person
    )
    viewer = await again(story, "commissioner")
    async with story.rt.transaction(viewer) as tx:
        case = await cases.read(tx, viewer, number, story.rt.number_key)
    assert may(viewer, Move.NOTE, case.access)
    assert not may(viewer, Move.URGENCY, case.access)
