"""The written outcome waits once, is extended by a head, and everything can be shown."""

from datetime import date, datetime, timedelta

import pytest

from hotline.actions.extend_clock import extend_clock, record_extension_notice
from hotline.actions.pause_clock import pause_clock, resume_clock, resume_clocks
from hotline.actions.register_appeal import register_appeal
from hotline.actions.show_working import show_working
from hotline.errors import NotAllowed, NotFound, RuleForbids
from hotline.store import threads
from tests.builders import a_call
from tests.conftest import ALMATY

OUTCOME = "written_outcome"
WHY = "Экспертиза ещё не готова, без неё ответить нельзя"


def local(text):
    return datetime.fromisoformat(text).replace(tzinfo=ALMATY)


async def a_taken_case(story, **call):
    """A call of Friday 2026-11-20, 10:00, accepted by the guardian; due 2026-12-11 18:30."""
    number = await a_call(story.rt, story.people["operator"], urgency=3, **call)
    await story.accept(number)
    return number


async def pause(story, number, who="guardian", clock=OUTCOME, reason="awaiting_applicant"):
    await pause_clock(story.rt, story.who(who), number, clock=clock, reason=reason)


async def extend(story, number, until, who="supervisor", reason=WHY):
    await extend_clock(
        story.rt, story.who(who), number, clock=OUTCOME, until=until, reason=reason
    )


async def outcome_clock(story, number):
    return (await story.clocks(number))[OUTCOME]


async def test_the_outcome_waits_for_the_applicant_and_goes_on_by_itself(story):
    number = await a_taken_case(story)
    assert (await outcome_clock(story, number))["due_at"] == local("2026-12-11 18:30")
    await story.later(days=3)  # Monday
    await pause(story, number)
    clock = await outcome_clock(story, number)
    assert (clock["state"], clock["resume_by"]) == ("paused", local("2026-11-30 18:30"))
    await story.later(days=6)  # Sunday
    assert await resume_clocks(story.rt) == 0
    await story.later(days=3)  # Wednesday: nobody looked for two days
    assert await resume_clocks(story.rt) == 1
    assert await resume_clocks(story.rt) == 0
    clock = await outcome_clock(story, number)
    assert (clock["state"], clock["due_at"]) == ("running", local("2026-12-21 18:30"))
    with pytest.raises(RuleForbids) as refused:
        await pause(story, number)
    assert refused.value.code == "paused_enough"


async def test_a_pause_that_cannot_end_holds_up_no_other(story):
    broken, other = await a_taken_case(story), await a_taken_case(story)
    for number in (broken, other):
        await pause(story, number)
    await story.database.execute(  # no calendar of ours reaches that far
        "UPDATE clocks SET due_at = due_at + interval '90 years' WHERE id = $1",
        (await outcome_clock(story, broken))["id"],
    )
    await story.later(days=30)
    assert await resume_clocks(story.rt) == 1
    assert (await outcome_clock(story, other))["state"] == "running"
    assert (await outcome_clock(story, broken))["state"] == "paused"
    await story.database.execute(  # mended; it is asked again in a while, not every second
        "UPDATE clocks SET due_at = due_at - interval '90 years' WHERE id = $1",
        (await outcome_clock(story, broken))["id"],
    )
    assert await resume_clocks(story.rt) == 0
    await story.later(minutes=2)
    assert await resume_clocks(story.rt) == 1
    assert (await outcome_clock(story, broken))["state"] == "running"


async def test_who_resumes_on_the_same_day_gained_nothing(story):
    number = await a_taken_case(story)
    due = (await outcome_clock(story, number))["due_at"]
    await pause(story, number)
    await story.later(hours=3)
    await resume_clock(story.rt, story.who("guardian"), number, clock=OUTCOME)
    assert (await outcome_clock(story, number))["due_at"] == due
    assert (await story.history(number))["clock_resumed"] == 1


REFUSED_PAUSES = [
    # what                              name              reason                 code
    ("nothing before safety stands still", "first_contact", "awaiting_applicant", "never_pauses"),
    ("no such clock",                   "lunch",          "awaiting_applicant",  "unknown_clock"),
    ("no lawful reason",                OUTCOME,          "holiday",             "unknown_reason"),
    ("extending is another way",        OUTCOME,          "extended",            "unknown_reason"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "name", "reason", "code"), REFUSED_PAUSES, ids=[r[0] for r in REFUSED_PAUSES]
)
async def test_what_never_pauses(story, what, name, reason, code):
    number = await a_taken_case(story)
    with pytest.raises(RuleForbids) as refused:
        await pause(story, number, clock=name, reason=reason)
    assert refused.value.code == code
    assert refused.value.facts["field"] in ("clock", "reason")


async def test_a_paused_clock_is_never_late_and_a_late_one_never_paused(story):
    number = await a_taken_case(story)
    await pause(story, number)
    await story.later(days=60)
    assert (await outcome_clock(story, number))["state"] == "paused"
    await resume_clocks(story.rt)
    await story.sweep()
    assert (await outcome_clock(story, number))["state"] == "breached"
    other = await a_taken_case(story)
    await story.later(days=60, sweep=False)  # late, though no sweep has looked
    with pytest.raises(RuleForbids) as refused:
        await pause(story, other)
    assert refused.value.code == "clock_late"


async def test_only_a_head_deputy_or_supervisor_extends(story):
    number = await a_taken_case(story)
    until = date(2026, 12, 25)
    for who in ("guardian", "operator"):
        with pytest.raises(NotAllowed):
            await extend(story, number, until, who)
    await story.database.execute("UPDATE memberships SET position = 'deputy'")
    await extend(story, number, until, "guardian")
    clock = await outcome_clock(story, number)
    assert clock["due_at"] == clock["extended_to"] == local("2026-12-25 18:30")
    assert (await story.history(number))["clock_extended"] == 1


async def test_the_applicant_is_told_of_an_extension_within_three_working_days(story):
    number = await a_taken_case(story)
    with pytest.raises(RuleForbids):
        await record_extension_notice(story.rt, story.who("guardian"), number, how="Письмо")
    await extend(story, number, date(2026, 12, 25))
    clock = (await story.clocks(number))["extension_notice"]
    assert (clock["state"], clock["due_at"]) == ("running", local("2026-11-25 18:30"))
    await record_extension_notice(story.rt, story.who("guardian"), number, how="Письмо")
    assert (await story.clocks(number))["extension_notice"]["state"] == "met"
    [told] = await story.database.fetch(
        "SELECT contact_id, data FROM case_events WHERE event = 'applicant_told'"
    )
    async with story.rt.transaction(story.who("operator")) as tx:
        row = await threads.state(tx, told["contact_id"])
    assert row.put_off_until == "2026-12-25T13:30:00+00:00"


async def test_a_second_extension_has_a_term_of_its_own_when_the_first_notice_is_late(
    story,
):
    number = await a_taken_case(story)
    await extend(story, number, date(2026, 12, 25))
    await story.later(days=1)
    await extend(story, number, date(2026, 12, 28))  # one notice tells of both
    await story.later(days=6)  # Friday: the notice was due on Wednesday
    await extend(story, number, date(2027, 1, 15))
    rows = await story.database.fetch(
        "SELECT state, due_at FROM clocks WHERE name = 'extension_notice' ORDER BY id"
    )
    dues = [local("2026-11-25 18:30"), local("2026-12-02 18:30")]
    assert [tuple(row) for row in rows] == list(
        zip(("breached", "running"), dues, strict=True)
    )
    await record_extension_notice(story.rt, story.who("guardian"), number, how="Письмо")
    assert (await story.clocks(number))["extension_notice"]["state"] == "met"


REFUSED_EXTENSIONS = [
    # what                         until                         reason  code
    ("no reason",                  date(2026, 12, 25),           " ",    "text_missing"),
    ("not later than it is",       date(2026, 12, 11),           WHY,    "not_later"),
    ("more than two months",       date(2027, 2, 12),            WHY,    "extension_too_long"),
    ("beyond the calendar",        date(2031, 1, 15),            WHY,    "beyond_calendar"),
    ("a moment without a zone",    datetime(2026, 12, 25, 12),   WHY,    "no_zone"),  # noqa: DTZ001
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "until", "reason", "code"),
    REFUSED_EXTENSIONS,
    ids=[r[0] for r in REFUSED_EXTENSIONS],
)
async def test_what_is_no_lawful_extension(story, what, until, reason, code):
    number = await a_taken_case(story)
    with pytest.raises(RuleForbids) as refused:
        await extend(story, number, until, reason=reason)
    assert refused.value.code == code
    assert refused.value.facts["field"] in ("until", "reason")
    if code == "beyond_calendar":
        assert "calendar.yaml: key `years`" in refused.value.text


async def test_all_extensions_together_reach_two_months(story):
    number = await a_taken_case(story)
    await extend(story, number, date(2027, 1, 15))
    await extend(story, number, date(2027, 2, 11))
    with pytest.raises(RuleForbids) as refused:
        await extend(story, number, local("2027-02-11 18:31"))
    assert refused.value.code == "extension_too_long"


async def test_another_urgency_keeps_pauses_and_extensions(story):
    from hotline.actions.change_urgency import change_urgency

    number = await a_taken_case(story)
    await pause(story, number)
    await story.later(days=4)  # Tuesday: two working days
    await resume_clock(story.rt, story.who("guardian"), number, clock=OUTCOME)
    assert (await outcome_clock(story, number))["due_at"] == local("2026-12-15 18:30")
    await change_urgency(story.rt, story.who("guardian"), number, urgency=2, reason=WHY)
    assert (await outcome_clock(story, number))["due_at"] == local("2026-12-15 18:30")
    await extend(story, number, date(2027, 1, 15))
    await change_urgency(story.rt, story.who("guardian"), number, urgency=1, reason=WHY)
    assert (await outcome_clock(story, number))["due_at"] == local("2027-01-15 18:30")


async def test_a_registered_appeal_has_the_same_number_as_law(story):
    number = await a_taken_case(story)
    before = await story.clocks(number)
    assert not before[OUTCOME]["law"]
    await register_appeal(story.rt, story.who("operator"), number)
    after = await story.clocks(number)
    assert after[OUTCOME]["law"]
    assert after[OUTCOME]["due_at"] == before[OUTCOME]["due_at"]
    assert not after["first_contact"]["law"]
    case = await story.case(number)
    assert (case["regime"], case["registered_at"]) == ("appeal", story.clock.now())
    with pytest.raises(RuleForbids):
        await register_appeal(story.rt, story.who("operator"), number)


async def test_nobody_registers_an_appeal_without_a_name(story):
    number = await a_taken_case(story, identity=None, anonymous=True)
    with pytest.raises(RuleForbids) as refused:
        await register_appeal(story.rt, story.who("operator"), number)
    assert refused.value.code == "anonymous_appeal"
    with pytest.raises((NotAllowed, NotFound)):
        await register_appeal(story.rt, story.who("guardian"), number)


async def test_the_story_of_a_deadline_is_told_step_by_step_in_both_languages(story):
    number = await a_taken_case(story)
    await story.later(days=3)
    await pause(story, number)
    await story.later(days=2)
    await resume_clock(story.rt, story.who("guardian"), number, clock=OUTCOME)
    await extend(story, number, date(2026, 12, 25))
    clock = await outcome_clock(story, number)
    for language, words in (
        ("ru", ["Основание:", "общие часы", "выходной", "приостановлено", "Стояло: 2 раб. дн.", "Продлено до 25.12.2026, 18:30"]),
        ("kk", ["Негізі:", "жалпы уақыты", "демалыс күні", "тоқтатылды", "2 жұмыс күні", "25.12.2026, 18:30 дейін ұзартылды"]),
    ):  # fmt: skip
        steps = await show_working(story.rt, story.who("operator"), clock["id"], language)
        from hotline.sla.story import story_text

        text = story_text(steps, language)
        assert [word for word in words if word not in text] == [], text
        assert "{" not in text


async def test_a_pause_moves_nothing_else(story):
    number = await a_taken_case(story)
    before = {name: row["due_at"] for name, row in (await story.clocks(number)).items()}
    await pause(story, number)
    await story.later(days=3, sweep=False)
    await resume_clock(story.rt, story.who("guardian"), number, clock=OUTCOME)
    after = {name: row["due_at"] for name, row in (await story.clocks(number)).items()}
    moved = {name for name in before if before[name] != after[name]}
    assert moved == {OUTCOME}
    assert after[OUTCOME] - before[OUTCOME] == timedelta(days=3)  # over a weekend
