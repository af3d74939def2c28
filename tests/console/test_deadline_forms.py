"""The small forms about deadlines: what each person sees, does and is told."""

import re

import pytest

from hotline.actions.accept_referral import accept_referral
from hotline.actions.change_urgency import change_urgency
from tests.builders import a_call, a_contact, a_person, everybody
from tests.console.console_world import signed_in

WHY = "Экспертиза ещё не готова"


@pytest.fixture
async def people(rt):
    return await everybody(rt)


@pytest.fixture
async def number(rt, people):
    found = await a_call(rt, people["operator"], urgency=3)
    await accept_referral(rt, people["guardian"].viewer, found, None)
    return found


async def send(browser, number, form, **fields):
    """Send a form of the case page as it stands; return the answer's status."""
    await browser.get(f"/cases/{number}")
    assert f'data-testid="form-{form}"' in browser.html, form
    sent = {"version": browser.hidden("version"), **fields}
    answer = await browser.post(f"/cases/{number}/{form}", sent)
    browser.html = await answer.text()
    return answer.status


async def test_the_answer_waits_and_goes_on(client, people, number, database):
    guardian = await signed_in(client, people["guardian"])
    assert await send(guardian, number, "pause") == 303
    await guardian.get(f"/cases/{number}")
    assert 'data-testid="paused"' in guardian.html
    assert 'data-testid="form-pause"' not in guardian.html
    assert await send(guardian, number, "resume") == 303
    state = await database.fetchval(
        "SELECT state FROM clocks WHERE name = 'written_outcome'"
    )
    assert state == "running"


EXTENSIONS = [
    # what                until         said
    ("no day",            "",           "Укажите дату и время"),
    ("too far",           "2027-06-01", "не дольше двух месяцев"),
    ("not later",         "2026-11-25", "позже нынешнего срока"),
    ("off the calendar",  "2035-01-01", "Календарь не доходит"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "until", "said"), EXTENSIONS, ids=[r[0] for r in EXTENSIONS]
)
async def test_a_wrong_extension_is_told_at_its_field(
    client, people, number, what, until, said
):
    supervisor = await signed_in(client, people["supervisor"])
    assert await send(supervisor, number, "extend", until=until, reason=WHY) == 422
    assert said in supervisor.html
    assert WHY in supervisor.html  # what was typed is kept


async def test_an_extension_asks_for_its_notice(client, people, number):
    supervisor = await signed_in(client, people["supervisor"])
    assert await send(supervisor, number, "extend", until="2026-12-25", reason=WHY) == 303
    assert await send(supervisor, number, "extension_notice", how="Письмо") == 303
    await supervisor.get(f"/cases/{number}")
    assert 'data-testid="form-extension_notice"' not in supervisor.html
    assert 'data-event="clock_extended"' in supervisor.html


async def test_an_appeal_a_found_child_and_who_may_not(client, people, number):
    operator = await signed_in(client, people["operator"])
    assert await send(operator, number, "register_appeal") == 303
    step = {"step": "found", "at": "2026-11-20T09:50", "text": "На вокзале"}
    assert await send(operator, number, "found_child", **step) == 303
    assert await send(operator, number, "found_child", **step) == 422
    family = await signed_in(client, people["commissioner"])
    await family.get(f"/cases/{number}")
    assert "form-register_appeal" not in family.html
    assert "form-pause" not in family.html


async def test_the_second_reading_is_listed_and_decided(client, rt, people):
    receipt = await a_contact(
        rt, "Отчим прямо сейчас избивает ребёнка, он с ножом, помогите"
    )
    operator = await signed_in(client, people["operator"])
    from hotline.actions.confirm_contact import Confirmation, confirm_contact

    viewer = people["operator"].viewer
    number = await confirm_contact(rt, viewer, receipt, Confirmation(subcategory="VIO.PHY"))
    await change_urgency(rt, viewer, number, urgency=3, reason=WHY)
    await operator.get("/rereading")
    assert number in operator.html
    assert WHY in operator.html
    assert "перечитает другой человек" in operator.html
    assert await send(operator, number, "reread_urgency", upheld="yes") == 422
    second = await signed_in(client, await a_person(rt, "operator"))
    assert await send(second, number, "reread_urgency", upheld="no") == 303
    await second.get("/rereading")
    assert number not in second.html


async def test_the_working_is_shown_from_the_ledger(client, people, number, database):
    clock = await database.fetchval("SELECT id FROM clocks WHERE name = 'written_outcome'")
    for lang, words in (
        ("ru", "не считается, выходной"),
        ("kk", "есептелмейді, демалыс"),
        ("en", "not counted, day off"),
    ):
        browser = await signed_in(client, people["guardian"], lang=lang)
        await browser.get(f"/cases/{number}/clocks/{clock}")
        assert words in browser.html
    told = browser.html[browser.html.index("working-lines") :].partition("</ol>")[0]
    assert "Basis: " in told
    assert "Basis:  (" not in told  # the stored working names the law in kk and ru
    assert not re.search("[А-яЁё]", told)
