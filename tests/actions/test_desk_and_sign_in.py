"""Logged calls, drafts, sign-in, people and contacts: one use case each."""

import asyncio
from datetime import timedelta

import pytest

from hotline.actions.add_person import add_person
from hotline.actions.close_contact import close_contact
from hotline.actions.confirm_contact import Confirmation, confirm_contact
from hotline.actions.forget_person import forget_as
from hotline.actions.keep_draft import drop_draft, my_drafts, save_draft
from hotline.actions.record_call import LoggedCall, record_call
from hotline.actions.record_work import add_note, record_check, record_first_contact
from hotline.actions.sign_in import (
    LockedOut,
    WrongCredentials,
    issue_token,
    session_of,
    sign_in,
    sign_out,
    viewer_of_token,
)
from hotline.actions.view_case import reveal_identity
from hotline.errors import NotAllowed, NotFound, RuleForbids, Stale
from tests.builders import DANGER, PASSWORD, QUESTION, a_case


def call(**changed):
    given = {
        "text": DANGER,
        "subcategory": "VIO.PHY",
        "urgency": 1,
        "region": "71",
        **changed,
    }
    return LoggedCall(**given)


async def test_a_logged_call_is_a_case_offered_at_once(story):
    number = await record_call(story.rt, story.who("operator"), call())
    case = await story.case(number)
    assert (case["status"], case["urgency_by"], case["channel"]) == (
        "offered", "person", "phone",
    )  # fmt: skip
    assert await story.lead(number) == ("uzpd-71", "offered")
    seen = await story.history(number)
    assert (seen["contact_received"], seen["case_opened"]) == (1, 1)


async def test_triage_of_a_logged_call_changes_nothing_that_a_person_said(story):
    from tests.builders import triage_all

    number = await record_call(
        story.rt, story.who("operator"), call(urgency=3, text=QUESTION)
    )
    await triage_all(story.rt)
    case = await story.case(number)
    assert (case["urgency"], case["subcategory"]) == (3, "VIO.PHY")
    contact = await story.database.fetchrow("SELECT * FROM contacts")
    assert contact["state"] == "attached"
    assert contact["triaged_at"] is not None


async def test_a_call_logged_again_under_the_same_id_is_one_case(story):
    logged = call(external_id="desk-1")
    first = await record_call(story.rt, story.who("operator"), logged)
    again = await record_call(story.rt, story.who("operator"), logged)
    assert again == first
    assert await story.count("cases") == 1


async def test_a_double_click_on_log_is_one_case(story):
    logged = call(external_id="desk-2")
    numbers = await asyncio.gather(
        *(record_call(story.rt, story.who("operator"), logged) for _ in range(4))
    )
    assert len(set(numbers)) == 1
    assert await story.count("cases") == 1


BAD_CALLS = [
    ({"text": "  "}, "text"),
    ({"text": "я" * 10_001}, "text"),
    ({"subcategory": "VIO.NOPE"}, "subcategory"),
    ({"urgency": 9}, "urgency"),
    ({"region": "99"}, "region"),
]


@pytest.mark.parametrize(("changed", "field"), BAD_CALLS)
async def test_a_call_that_cannot_be_is_refused_by_field_and_leaves_nothing(
    story, changed, field
):
    with pytest.raises(RuleForbids) as refused:
        await record_call(story.rt, story.who("operator"), call(**changed))
    assert refused.value.facts["field"] == field
    assert await story.count("contacts") == await story.count("keyring.keys") == 0


@pytest.mark.parametrize("who", ["guardian", "commissioner", "admin", "nobody's"])
async def test_only_111_logs_confirms_closes_and_drafts(story, who):
    receipt = await story.message()
    viewer = story.who(who)
    for attempt in (
        record_call(story.rt, viewer, call()),
        confirm_contact(story.rt, viewer, receipt, Confirmation()),
        close_contact(story.rt, viewer, receipt, "thanks"),
        save_draft(story.rt, viewer, {"text": "x"}),
    ):
        with pytest.raises(NotFound):
            await attempt


async def test_drafts_are_one_s_own_and_go_when_the_call_is_logged(story):
    rt, mine, other = story.rt, story.who("operator"), story.who("second operator")
    draft = await save_draft(rt, mine, {"text": "Пишу"})
    same = await save_draft(rt, mine, {"text": "Пишу дальше"}, draft.id)
    assert same.id == draft.id
    assert [d.fields for d in await my_drafts(rt, mine)] == [{"text": "Пишу дальше"}]
    assert await my_drafts(rt, other) == []
    stolen = await save_draft(rt, other, {"text": "чужое"}, draft.id)
    assert stolen.id != draft.id
    assert not await drop_draft(rt, other, draft.id)
    await record_call(rt, mine, call(draft_id=draft.id))
    assert await my_drafts(rt, mine) == []
    wrapped = "SELECT wrapped FROM keyring.keys WHERE owner_id = $1"
    assert await story.database.fetchval(wrapped, draft.id) is None


async def test_a_contact_is_closed_once_and_not_beside_its_case(story):
    rt, operator = story.rt, story.who("operator")
    receipt = await story.message(QUESTION)
    with pytest.raises(RuleForbids):
        await close_contact(rt, operator, receipt, "bored")
    await close_contact(rt, operator, receipt, "thanks")
    await close_contact(rt, operator, receipt, "thanks")  # the same click
    for attempt in (
        close_contact(rt, operator, receipt, "prank"),
        confirm_contact(rt, operator, receipt, Confirmation(subcategory="VIO.PHY")),
    ):
        with pytest.raises(RuleForbids) as refused:
            await attempt
        assert refused.value.code == "contact_closed"
    danger = await story.message()
    with pytest.raises(RuleForbids) as refused:
        await close_contact(rt, operator, danger, "prank")
    assert refused.value.code == "has_case"


async def test_a_confirmed_contact_is_not_confirmed_again(story):
    receipt = await story.message()
    await story.confirm(receipt)
    with pytest.raises(Stale) as refused:
        await story.confirm(receipt, "second operator")
    assert refused.value.code == "already_confirmed"
    with pytest.raises(NotFound):
        await story.confirm("26-000000-0")


async def test_a_stale_page_is_told_the_fresh_version(story):
    number = await a_case(story.rt, story.people["operator"])
    version = (await story.case(number))["version"]
    await add_note(story.rt, story.who("guardian"), number, "первая", version)
    with pytest.raises(Stale) as refused:
        await add_note(story.rt, story.who("guardian"), number, "вторая", version)
    assert refused.value.facts["version"] == (await story.case(number))["version"]
    assert await story.count("case_notes") == 1


async def test_work_lies_in_the_past_and_says_something(story):
    number = await a_case(story.rt, story.people["operator"])
    await story.accept(number)
    rt, guardian, now = story.rt, story.who("guardian"), story.clock.now()
    tomorrow, no_zone = now + timedelta(days=1), now.replace(tzinfo=None)
    for attempt, field in (
        (record_first_contact(rt, guardian, number, how=" "), "how"),
        (record_first_contact(rt, guardian, number, unsafe=""), "unsafe"),
        (record_first_contact(rt, guardian, number, how="да", at=tomorrow), "at"),
        (record_first_contact(rt, guardian, number, how="да", at=no_zone), "at"),
        (record_check(rt, guardian, number, kind="look", at=None, text="да"), "kind"),
    ):
        with pytest.raises(RuleForbids) as refused:
            await attempt
        assert refused.value.facts["field"] == field
    await record_first_contact(rt, guardian, number, unsafe="Отчим берёт трубку")
    assert (await story.clocks(number))["first_contact"]["state"] == "met"
    await record_check(rt, guardian, number, kind="visit", at=now, text="Выезд")
    assert (await story.clocks(number))["on_site_check"]["state"] == "met"


async def test_unmasking_is_for_111_and_the_lead_and_leaves_a_trace(story):
    number = await a_case(story.rt, story.people["operator"])
    await story.accept(number)
    await story.accept(number, "police")
    for who in ("supervisor", "guardian"):
        await reveal_identity(story.rt, story.who(who), number, "нужно перезвонить")
    with pytest.raises((NotAllowed, NotFound)):
        await reveal_identity(story.rt, story.who("police"), number, "интересно")
    with pytest.raises(RuleForbids):
        await reveal_identity(story.rt, story.who("supervisor"), number, " ")
    assert (await story.history(number))["revealed"] == 2


async def test_signing_in_and_out(story):
    session = await sign_in(story.rt, "operator", PASSWORD)
    assert session.viewer.username == "operator"
    found = await session_of(story.rt, session.token)
    assert (found.viewer, found.csrf) == (session.viewer, session.csrf)
    stored = await story.database.fetchval("SELECT token_hash FROM sessions")
    assert session.token.encode() not in stored
    await sign_out(story.rt, session.token)
    assert await session_of(story.rt, session.token) is None


async def test_an_idle_and_an_old_session_end(story):
    idle = await sign_in(story.rt, "operator", PASSWORD)
    for _ in range(7):
        await story.later(minutes=110, sweep=False)
        alive = await session_of(story.rt, idle.token)
    assert alive is None  # twelve hours, however busy
    fresh = await sign_in(story.rt, "operator", PASSWORD)
    await story.later(minutes=121, sweep=False)
    assert await session_of(story.rt, fresh.token) is None


async def test_wrong_passwords_lock_for_a_while_and_tell_nothing(story):
    for name in ("operator", "nobody at all"):
        with pytest.raises(WrongCredentials) as refused:
            await sign_in(story.rt, name, "wrong")
        assert "operator" not in refused.value.text
    for _ in range(4):
        with pytest.raises(WrongCredentials):
            await sign_in(story.rt, "operator", "wrong")
    with pytest.raises(LockedOut):
        await sign_in(story.rt, "operator", PASSWORD)
    await story.later(minutes=5, seconds=1, sweep=False)
    assert await sign_in(story.rt, "operator", PASSWORD)


async def test_who_has_left_gets_in_by_no_way(story):
    session = await sign_in(story.rt, "guardian", PASSWORD)
    token = await issue_token(story.rt, "guardian")
    assert (await viewer_of_token(story.rt, token)).username == "guardian"
    await story.database.execute(
        "UPDATE people SET active = false WHERE username = 'guardian'"
    )
    assert await session_of(story.rt, session.token) is None
    assert await viewer_of_token(story.rt, token) is None
    with pytest.raises(WrongCredentials):
        await sign_in(story.rt, "guardian", PASSWORD)
    with pytest.raises(NotFound):
        await issue_token(story.rt, "guardian")


async def test_a_token_ends_after_its_days(story):
    token = await issue_token(story.rt, "operator")
    await story.later(days=31, sweep=False)
    assert await viewer_of_token(story.rt, token) is None
    assert await viewer_of_token(story.rt, "hl_anything") is None


BAD_PEOPLE = [
    ({"role": "king"}, "role"),
    ({"password": "short"}, "password"),
    ({"region": "99"}, "region"),
    ({"username": "operator"}, "username"),
    ({"body_ids": ["guard-71", "guard-99"]}, "body"),
]


@pytest.mark.parametrize(("changed", "field"), BAD_PEOPLE)
async def test_a_person_that_cannot_be_is_refused_by_field(story, changed, field):
    given = {"username": "x", "display_name": "X", "role": "guardian", "password": PASSWORD}
    with pytest.raises(RuleForbids) as refused:
        await add_person(story.rt, **{**given, **changed})
    assert refused.value.facts["field"] == field


async def test_a_supervisor_forgets_from_the_command_line_and_an_operator_may_not(story):
    receipt = await story.message("Мені ұмытыңыздаршы")
    with pytest.raises(NotAllowed):
        await forget_as(story.rt, username="operator", receipts=[receipt])
    with pytest.raises(NotFound):
        await forget_as(story.rt, username="nobody", receipts=[receipt])
    assert await forget_as(story.rt, username="supervisor", receipts=[receipt]) == 1
    keys = "SELECT count(*) FROM keyring.keys WHERE wrapped IS NOT NULL"
    assert await story.database.fetchval(keys) == 0
