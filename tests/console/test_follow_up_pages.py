"""A message that goes on in a case is read on its own page, which offers to change nothing."""

import re

import pytest

from hotline.actions.confirm_contact import Confirmation, confirm_contact
from hotline.actions.manage_sites import SiteGiven, keep_site
from hotline.actions.receive_contact import receive_contact
from hotline.cases.inbound import Inbound
from hotline.cases.terms import Channel
from tests import builders
from tests.console.console_world import signed_in


@pytest.fixture
async def people(rt):
    return await builders.everybody(rt)


async def test_it_is_read_by_one_button_and_the_case_stays_as_it_is(
    client, rt, people, database
):
    root = await receive_contact(
        rt, Inbound(Channel.WEB, "report", "f", builders.DANGER, b"", pin="1")
    )
    await builders.triage_all(rt)
    said = Confirmation(subcategory="VIO.PHY", urgency=0, region="71")
    number = await confirm_contact(rt, people["operator"].viewer, root.receipt, said)
    calm = Inbound(Channel.WEBCHAT, "thread", "g", "Рақмет", b"", follows_id=root.id)
    kept = await receive_contact(rt, calm)
    await builders.triage_all(rt)
    operator = await signed_in(client, people["operator"])
    await operator.get(f"/contacts/{kept.receipt}")
    assert "Это продолжение в деле" in operator.html
    assert f"/contacts/{kept.receipt}/confirm" not in operator.html
    answer = await operator.post(f"/contacts/{kept.receipt}/read")
    assert (answer.status, answer.headers["Location"]) == (303, f"/cases/{number}")
    row = await database.fetchrow("SELECT urgency, subcategory FROM cases")
    assert tuple(row) == (0, "VIO.PHY")
    await operator.get(f"/contacts/{root.receipt}")
    answer = await operator.post(f"/contacts/{root.receipt}/read")
    assert answer.status == 422


async def test_the_site_of_a_poster_stands_beside_the_words_for_111(client, rt, people):
    admin = (await builders.a_person(rt, "admin")).viewer
    await keep_site(
        rt, admin, SiteGiven("s-1", "camp", "«Тау» лагері", "Лагерь «Тау»", "71")
    )
    kept = await receive_contact(
        rt, Inbound(Channel.QR, "report", "f", "a", b"", site="s-1")
    )
    operator = await signed_in(client, people["operator"])
    await operator.get(f"/contacts/{kept.receipt}")
    assert re.search(r'data-testid="site">.*Лагерь «Тау»', operator.html)
