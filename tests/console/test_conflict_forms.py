"""The forms about conflicts of interest: who is out, whom a name means, two people."""

import re

import pytest

from hotline.actions.confirm_contact import Confirmation, confirm_contact
from tests import builders
from tests.console.console_world import HTMX, signed_in


@pytest.fixture
async def people(rt):
    return await builders.everybody(rt)


@pytest.fixture
async def number(rt, people):
    receipt = await builders.a_contact(rt)
    said = Confirmation(subcategory="VIO.PHY", urgency=2, region="71")
    return await confirm_contact(rt, people["operator"].viewer, receipt, said)


async def filled(browser, number, move, **fields):
    await browser.get(f"/cases/{number}")
    same = {"version": browser.hidden("version"), "once": "x" + move + str(fields)}
    return await browser.post(f"/cases/{number}/{move}", {**same, **fields})


async def test_who_is_named_is_out_and_the_page_says_so(client, people, number):
    operator = await signed_in(client, people["operator"])
    answer = await filled(operator, number, "conflict", kind="body", id="uzpd-71")
    assert answer.status == 303
    await operator.get(f"/cases/{number}")
    assert "отстранён от дела" in operator.html
    assert "Заявлен конфликт интересов" in operator.html
    guardian = await signed_in(client, people["guardian"])
    assert (await guardian.get(f"/cases/{number}")).status == 404


async def test_a_name_that_fits_several_is_offered_to_choose_from(client, people, number):
    operator = await signed_in(client, people["operator"])
    answer = await filled(operator, number, "conflict", kind="body", name="опеки Астана")
    assert answer.status in (303, 422)
    answer = await filled(operator, number, "conflict", kind="body", name="опеки")
    page = await answer.text()
    assert answer.status == 422
    assert "Подходят несколько" in page
    assert len(re.findall(r'type="radio" name="chosen"', page)) > 1


async def test_two_people_set_it_aside_on_the_page(client, rt, people, number):
    name = people["supervisor"].viewer.username
    operator = await signed_in(client, people["operator"])
    await filled(operator, number, "conflict", kind="handler", id=name)
    await operator.get(f"/cases/{number}")
    complaint = re.search(r'name="complaint" value="(\d+)"', operator.html)[1]
    first = await signed_in(client, people["supervisor"])
    assert (await first.get(f"/cases/{number}")).status == 404
    said = {"complaint": complaint, "reason": "Однофамилец"}
    answer = await filled(operator, number, "conflict-lift", **said)
    assert answer.status == 303
    await operator.get(f"/cases/{number}")
    assert "Подтвердить: снять" not in operator.html
    other = await builders.a_person(rt, "supervisor")
    second = await signed_in(client, other)
    await second.get(f"/cases/{number}")
    assert "Подтвердить: снять" in second.html
    answer = await filled(second, number, "conflict-confirm", complaint=complaint)
    assert answer.status == 303
    assert (await first.get(f"/cases/{number}")).status == 200


async def test_who_works_on_a_case_takes_themselves_off_it(client, people, number):
    guardian = await signed_in(client, people["guardian"], lang="kk")
    await guardian.get(f"/cases/{number}")
    assert "Менде мүдделер қақтығысы бар" in guardian.html
    answer = await filled(guardian, number, "conflict-self", text="Туысым")
    assert answer.status == 303
    assert (await guardian.get(f"/cases/{number}")).status == 404


async def test_the_bodies_of_the_form_come_when_it_is_filled_in_and_to_111_alone(
    client, people, number
):
    path = f"/cases/{number}?accusable=1"
    operator = await signed_in(client, people["operator"])
    await operator.get(f"/cases/{number}")
    assert 'value="uzpd-71"' not in operator.html.partition("conflict-known")[2]
    assert f'hx-get="{path}"' in operator.html
    assert (await operator.get(path, **HTMX)).status == 200
    assert 'value="uzpd-71"' in operator.html
    guardian = await signed_in(client, people["guardian"])
    assert (await guardian.get(path, **HTMX)).status == 404
