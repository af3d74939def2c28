"""Co-executors: added, told for their purpose, ended; without them the lead cannot end."""

import asyncpg
import pytest

from hotline.actions.add_referral import add_referral
from hotline.actions.edit_extract import edit_extract, release_referral
from hotline.actions.end_part import end_part_for, part_done
from hotline.actions.offer_case import offer_case
from hotline.actions.record_outcome import record_outcome
from hotline.errors import NotAllowed, NotFound, RuleForbids
from hotline.store.case_view import read_case
from hotline.store.history import of_case
from hotline.store.list_parts import CaseFilter
from hotline.store.lists import cases as listed
from tests.builders import a_case
from tests.story import HELPED


async def seen_by(story, who, number):
    viewer = story.who(who)
    async with story.rt.transaction(viewer) as tx:
        return await read_case(tx, viewer, number, story.rt.number_key)


async def referral(story, number, body):
    return await story.database.fetchrow(
        "SELECT r.* FROM referrals r JOIN cases k ON k.id = r.case_id"
        " WHERE k.number = $1 AND body_id = $2 ORDER BY r.id DESC LIMIT 1",
        number,
        body,
    )


async def a_part(story, number, body="fsc-71", **said):
    return await add_referral(story.rt, story.who("operator"), number, body=body, **said)


@pytest.fixture
async def number(story):
    found = await a_case(story.rt, story.people["operator"], subcategory="VIO.SEX")
    await story.accept(found)
    return found


async def test_a_lead_cannot_close_before_its_co_executors(story, number):
    guardian = story.who("guardian")
    await story.accept(number, "police")
    await record_outcome(story.rt, guardian, number, HELPED)
    with pytest.raises(RuleForbids) as refused:
        await story.close(number)
    assert refused.value.code == "co_executors_open"
    assert refused.value.facts["bodies"] == ["police-71"]
    with pytest.raises(asyncpg.CheckViolationError, match="co-executor"):
        await story.database.execute(
            "UPDATE cases SET status = 'closed', closed_at = now()"
        )
    await part_done(story.rt, story.who("police"), number, None, text="Опросили, материал")
    await story.close(number)
    assert (await story.referrals(number)) == {"uzpd-71": "done", "police-71": "done"}


async def test_who_was_asked_and_never_answered_holds_nobody_up(story, number):
    await record_outcome(story.rt, story.who("guardian"), number, HELPED)
    await story.close(number)
    assert (await story.referrals(number)) == {"uzpd-71": "done", "police-71": "withdrawn"}
    told = await story.database.fetchval(
        "SELECT data->>'reason' FROM case_events WHERE event = 'referral_withdrawn'"
    )
    assert told == "case_closed"


async def test_a_part_added_after_the_outcome_keeps_the_case_open(story, number):
    await story.outcome(number)
    chosen = await a_part(story, number)
    await release_referral(story.rt, story.who("operator"), number, chosen)
    await story.accept(number, "family")
    with pytest.raises(RuleForbids) as refused:
        await story.close(number)
    assert refused.value.facts["bodies"] == ["fsc-71"]
    await part_done(story.rt, story.who("family"), number, chosen, text="Психолог был")
    await story.close(number)
    assert (await story.case(number))["status"] == "closed"


async def test_a_supervisor_alone_ends_another_body_s_part_with_a_reason(story, number):
    chosen = (await referral(story, number, "police-71"))["id"]
    for who in ("operator", "guardian"):
        with pytest.raises(NotAllowed):
            await end_part_for(story.rt, story.who(who), number, chosen, reason="Не нужно")
    with pytest.raises(RuleForbids):
        await end_part_for(story.rt, story.who("supervisor"), number, chosen, reason=" ")
    await end_part_for(
        story.rt, story.who("supervisor"), number, chosen, reason="Дело у прокурора"
    )
    assert (await story.referrals(number))["police-71"] == "withdrawn"
    with pytest.raises(NotFound):
        await seen_by(story, "police", number)


async def test_a_part_that_is_over_stays_readable_and_listed_among_what_is_over(
    story, number
):
    await story.accept(number, "police")
    await part_done(story.rt, story.who("police"), number, None, text="Опросили")
    viewer = story.who("police")
    for tab, total in (("closed", 1), ("work", 0), (None, 1)):
        async with story.rt.transaction(viewer) as tx:
            page = await listed(
                tx, viewer, CaseFilter(tab=tab), number_key=story.rt.number_key
            )
        assert (len(page.items), page.total) == (total, total), tab
    assert (await seen_by(story, "police", number)).number == number


async def test_nothing_is_readable_for_a_body_before_release(story, number):
    chosen = await a_part(story, number, purpose="support_family")
    assert (await referral(story, number, "fsc-71"))["status"] == "proposed"
    with pytest.raises(NotFound):
        await seen_by(story, "family", number)
    await release_referral(story.rt, story.who("operator"), number, chosen)
    row = await referral(story, number, "fsc-71")
    assert (row["released_at"], row["released_by"]) == (
        story.clock.now(),
        story.who("operator").person_id,
    )
    own = next(r for r in (await seen_by(story, "family", number)).referrals if r.mine)
    assert own.extract
    with pytest.raises(RuleForbids):  # twice
        await release_referral(story.rt, story.who("operator"), number, chosen)


async def test_a_helper_is_not_told_the_topic_that_its_purpose_closes(story, number):
    chosen = await a_part(story, number)
    await release_referral(story.rt, story.who("operator"), number, chosen)
    seen = await seen_by(story, "family", number)
    assert (seen.category, seen.subcategory, seen.narrative) == (None, None, None)
    topic = story.rt.codes["VIO.SEX"].name
    viewer = story.who("family")
    async with story.rt.transaction(viewer) as tx:
        key = story.rt.number_key
        lines = await listed(tx, viewer, CaseFilter(), number_key=key)
        asked = await listed(tx, viewer, CaseFilter(category="VIO"), number_key=key)
        events = await of_case(tx, viewer, number, key)
    assert [line.subcategory for line in lines.items] == [None]
    assert asked.items == ()  # nor by asking for it
    told = repr(seen) + repr(lines) + repr(events)
    assert "VIO" not in told
    assert topic.ru not in told
    assert topic.kk not in told
    assert (await seen_by(story, "guardian", number)).subcategory == "VIO.SEX"


async def test_the_operator_s_words_for_the_lead_do_not_reach_who_is_told_less(story):
    number = await a_case(
        story.rt, story.people["operator"], subcategory="BUL.SCH", offer=False
    )
    await offer_case(
        story.rt, story.who("operator"), number, extract="Третий «Б», обижают на переменах"
    )
    commissioner = await seen_by(story, "commissioner", number)
    assert "Третий" in (commissioner.extract or "")
    centre = await seen_by(story, "operator", number)
    told = {r.body: r.extract for r in centre.referrals}
    assert "Третий" not in told["edu-71"]
    assert "111" in told["edu-71"]


EXPOSING = [
    # what                   the extract
    ("a phone",              "Звонить +7 701 765 45 18"),
    ("the caller's name",    "Сообщает Гульнара"),
    ("a closed topic",       "Сексуальное насилие"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "extract"), EXPOSING)
async def test_an_extract_that_exposes_somebody_needs_a_second_word(
    story, number, what, extract
):
    with pytest.raises(RuleForbids) as refused:
        await a_part(story, number, extract=extract)
    assert (refused.value.code, refused.value.facts["field"]) == (
        "extract_exposes", "extract",
    ), what  # fmt: skip
    assert "fsc-71" not in await story.referrals(number)  # nothing half-done
    await a_part(story, number, extract=extract, anyway=True)
    data = await story.database.fetchval(
        "SELECT data FROM case_events WHERE event = 'referral_added'"
    )
    assert '"exposes": []' not in data


async def test_an_edit_after_release_is_an_event_and_keeps_what_was_told(story, number):
    chosen = await a_part(story, number, extract="Первое")
    await release_referral(story.rt, story.who("operator"), number, chosen)
    await edit_extract(story.rt, story.who("operator"), number, chosen, extract="Второе")
    own = next(r for r in (await seen_by(story, "family", number)).referrals if r.mine)
    assert own.extract == "Второе"
    notes = {n.kind: n.text for n in (await seen_by(story, "operator", number)).notes}
    assert notes["earlier_extract"] == "Первое"
    for who in ("family", "guardian"):
        kinds = {n.kind for n in (await seen_by(story, who, number)).notes}
        assert "earlier_extract" not in kinds
    assert (await story.history(number))["extract_edited"] == 1
    assert (await story.told(number))[("fsc-71", "extract_edited")] == 1


async def edited(story, number, chosen, **said):
    await edit_extract(story.rt, story.who("operator"), number, chosen, **said)


async def told_to(story, number, body):
    seen = await seen_by(story, "operator", number)
    return next(r for r in seen.referrals if r.body == body)


OPENING = [
    # what is asked in which order
    ("both at once",             [{"purpose": "support_family", "narrative": True}]),
    ("the words, then less",     [{"narrative": True}, {"purpose": "support_family"}]),
    ("less, then the words",     [{"purpose": "support_family"}, {"narrative": True}]),
]  # fmt: skip


@pytest.mark.parametrize(("what", "asked"), OPENING)
async def test_the_words_meet_a_closed_topic_only_by_somebody_s_name(
    story, number, what, asked
):
    chosen = (await referral(story, number, "uzpd-71"))["id"]
    *before, last = asked
    for one in before:
        await edited(story, number, chosen, **one)
    with pytest.raises(RuleForbids) as refused:
        await edited(story, number, chosen, **last)
    assert (refused.value.code, refused.value.facts["field"]) == (
        "extract_exposes", "narrative",
    ), what  # fmt: skip
    await edited(story, number, chosen, **last, anyway=True)
    row = await referral(story, number, "uzpd-71")
    assert (row["purpose"], row["narrative_released"]) == ("support_family", True)
    await edited(story, number, chosen, extract="Нужен психолог", narrative=True)  # stands


async def test_a_body_that_is_told_more_again_may_read_the_words(story, number):
    chosen = (await referral(story, number, "uzpd-71"))["id"]
    await edited(story, number, chosen, purpose="support_family")
    await edited(story, number, chosen, purpose="protect_child", narrative=True)
    assert (await referral(story, number, "uzpd-71"))["narrative_released"]


async def test_another_purpose_keeps_what_a_person_wrote_and_replaces_what_nobody_did(
    story, number
):
    chosen = (await referral(story, number, "uzpd-71"))["id"]
    await edited(story, number, chosen, purpose="support_family")
    assert "Помогите семье" in (await told_to(story, number, "uzpd-71")).extract
    await edited(story, number, chosen, extract="Семья ждёт психолога по средам")
    await edited(story, number, chosen, purpose="protect_child")
    told = await told_to(story, number, "uzpd-71")
    assert (told.extract, told.purpose) == (
        "Семья ждёт психолога по средам", "protect_child",
    )  # fmt: skip


async def test_what_a_person_wrote_is_read_anew_for_a_purpose_that_closes_the_topic(
    story, number
):
    chosen = (await referral(story, number, "uzpd-71"))["id"]
    topic = story.rt.codes["VIO.SEX"].name.ru
    await edited(story, number, chosen, extract=f"{topic}: срочно")
    with pytest.raises(RuleForbids) as refused:
        await edited(story, number, chosen, purpose="support_family")
    assert refused.value.facts["what"] == ["topic"]
    assert (await told_to(story, number, "uzpd-71")).purpose == "protect_child"
    await edited(story, number, chosen, purpose="support_family", anyway=True)
    assert topic in (await told_to(story, number, "uzpd-71")).extract


REFUSED = [
    # what is asked                       body          more                     field
    ("a body that is not there",          "fsc-99",     {},                      "body"),
    ("a body that has it",                "police-71",  {},                      "body"),
    ("a second lead",                     "comm-71",    {"lead": True},          "lead"),
    ("a purpose that is not its own",     "edu-71",     {"purpose": "oversee"},  "purpose"),
    ("no words",                          "edu-71",     {"extract": " "},        "extract"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "body", "more", "field"), REFUSED)
async def test_what_cannot_be_added_names_its_field(story, number, what, body, more, field):
    with pytest.raises(RuleForbids) as refused:
        await a_part(story, number, body, **more)
    assert refused.value.facts["field"] == field, what


async def test_only_people_at_111_add_and_tell(story, number):
    for who in ("guardian", "police", "commissioner"):
        with pytest.raises(NotAllowed):
            await add_referral(story.rt, story.who(who), number, body="fsc-71")
