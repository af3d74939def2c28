"""Who is complained of, or is in conflict, is not asked and does not come to know."""

import pytest

from hotline.errors import NotFound
from hotline.store import cases, lists
from hotline.store.list_parts import CaseFilter
from tests import builders

UZPD_NAME = "Управление по защите прав детей, город Астана"
NAMED = [
    # what the partner wrote of the department of region 71; who leads instead
    # (guardianship's people here are the department's own: one level up from it leads)
    ("its id", {"kind": "body", "name": "Управление", "id": "uzpd-71"}, "edu-71"),
    ("its whole name", {"kind": "body", "name": UZPD_NAME.lower()}, "edu-71"),
    ("another body", {"kind": "body", "name": "Школа", "id": "school-9"}, "uzpd-71"),
    ("a person with that id", {"kind": "person", "name": "А", "id": "uzpd-71"}, "uzpd-71"),
]


@pytest.mark.parametrize(("what", "about", "lead"), NAMED)
@pytest.mark.parametrize("screened", [True, False])
async def test_a_body_complained_of_is_not_asked(story, screened, what, about, lead):
    receipt = await story.message(
        builders.QUESTION, screened=screened, complaint_about=(about,)
    )
    number = await story.confirm(receipt, subcategory="VIO.PHY", region="71", urgency=2)
    offered = await story.database.fetch(
        "SELECT r.body_id FROM referrals r JOIN cases c ON c.id = r.case_id"
        " WHERE c.number = $1 AND r.lead AND r.status = 'offered'",
        number,
    )
    assert [row["body_id"] for row in offered] == [lead], what


async def sees(story, who, number):
    viewer, key = story.who(who), story.rt.number_key
    async with story.rt.transaction(viewer) as tx:
        page = await lists.cases(tx, viewer, CaseFilter(), number_key=key)
        found = await lists.cases(tx, viewer, CaseFilter(q=number), number_key=key)
        listed = {line.number for line in (*page.items, *found.items)}
        assert page.total == len(page.items)
        try:
            await cases.read(tx, viewer, number, key)
        except NotFound:
            assert number not in listed
            return False
        assert number in listed
        return True


@pytest.mark.parametrize("urgency", [1, 2])
async def test_a_commissioner_complained_of_oversees_that_case_no_more(story, urgency):
    about = ({"kind": "body", "name": "Уполномоченный", "id": "comm-71"},)
    receipt = await story.message(builders.QUESTION, complaint_about=about)
    said = {"subcategory": "VIO.PHY", "region": "71", "urgency": urgency}
    number = await story.confirm(receipt, **said)
    assert not await sees(story, "commissioner", number)
    assert await sees(story, "guardian", number)
    told = "SELECT count(*) FROM notices WHERE audience = 'comm-71'"
    assert await story.database.fetchval(told) == 0
    offered = told.replace("comm-71", "uzpd-71") + " AND kind = 'offered'"
    assert await story.database.fetchval(offered) == 1


async def test_a_commissioner_who_declines_for_a_conflict_loses_sight_of_the_case(story):
    receipt = await story.message(builders.QUESTION)
    said = {"subcategory": "VIO.STAFF", "region": "71", "urgency": 2}
    number = await story.confirm(receipt, **said)
    assert await sees(story, "commissioner", number)
    await story.decline(number, "commissioner", code="conflict")
    assert not await sees(story, "commissioner", number)
