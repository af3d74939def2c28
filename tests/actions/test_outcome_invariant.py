"""By every appeal help is given and a check is made: no path ends a case without both."""

import re

import asyncpg
import pytest

from hotline.actions.close_case import close_by_exception, close_case
from hotline.actions.record_outcome import Outcome, record_outcome
from hotline.actions.record_work import record_check, record_first_contact, record_safety
from hotline.errors import RuleForbids
from tests.builders import a_case
from tests.story import HELPED

SEALED = "decode(repeat('ab', 40), 'hex')"
EMPTY = "decode(repeat('ab', 28), 'hex')"  # what sealing an empty text gives
HELP = f"assistance_code = 'legal', sealed_assistance = {SEALED}, assistance_at = now()"
CHECK = f"check_kind = 'visit', sealed_check = {SEALED}, check_at = now()"
END = "status = 'closed', closed_at = now()"

UPDATES = [
    # what is tried, the SET clause
    ("nothing but the status", "status = 'closed'"),
    ("status and moment", END),
    ("help alone", f"{END}, {HELP}"),
    ("a check alone", f"{END}, {CHECK}"),
    ("help without words", f"{END}, {CHECK}, assistance_code = 'legal', assistance_at = now()"),
    ("help of no words", f"{END}, {HELP}, {CHECK}, sealed_assistance = {EMPTY}"),
    ("a check of no words", f"{END}, {HELP}, {CHECK}, sealed_check = {EMPTY}"),
    ("help of no date", f"{END}, {HELP}, {CHECK}, assistance_at = NULL"),
    ("a check of no date", f"{END}, {HELP}, {CHECK}, check_at = NULL"),
    ("a check of no kind", f"{END}, {HELP}, {CHECK}, check_kind = NULL"),
    ("a kind that is none", f"{END}, {HELP}, {CHECK}, check_kind = 'phoned'"),
    ("help that is none", f"{END}, {HELP}, {CHECK}, assistance_code = 'nothing'"),
    ("put off, no risk assessed",
     f"{END}, {HELP}, {CHECK}, check_kind = 'postponed_at_victims_wish'"),
    ("closed without a moment", f"status = 'closed', {HELP}, {CHECK}"),
    ("a moment without an end", "closed_at = now()"),
    ("an outcome that is none", "status = 'outcome_recorded'"),
    ("an outcome of help alone", f"status = 'outcome_recorded', {HELP}"),
    ("an exception of nobody", f"{END}, exception_code = 'deceased'"),
    ("an exception of one", f"{END}, exception_code = 'deceased', exception_by = 1"),
    ("one person twice",
     f"{END}, exception_code = 'deceased', exception_by = 1, exception_second = 1"),
    ("two people, no code", f"{END}, exception_by = 1, exception_second = 2"),
    ("an exception that is none",
     f"{END}, exception_code = 'no_time', exception_by = 1, exception_second = 2"),
    ("an exception as an outcome",
     ("status = 'outcome_recorded', exception_code = 'deceased', exception_by = 1,"
     " exception_second = 2")),
    ("another word for closed", f"status = 'Closed', closed_at = now(), {HELP}"),
    ("done", "status = 'done'"),
]  # fmt: skip
SHAPES = [
    ("by number", "UPDATE cases SET {change} WHERE number = '{number}'"),
    ("all at once", "UPDATE cases SET {change}"),
    ("in a CTE", "WITH t AS (UPDATE cases SET {change} RETURNING id) SELECT * FROM t"),
    ("joined", "UPDATE cases k SET {change} FROM contacts c WHERE c.case_id = k.id"),
]


def last_words(change):
    """A SET clause in which the later of two assignments to one column stands."""
    pairs = (part.split(" = ", 1) for part in re.split(r", (?=[a-z_]+ = )", change))
    return ", ".join(f"{name} = {value}" for name, value in dict(pairs).items())


@pytest.fixture
async def number(story):
    found = await a_case(story.rt, story.people["operator"])
    await story.accept(found)
    await story.end_parts(found)  # else the guard of co-executors would refuse first
    return found


@pytest.mark.parametrize(("shape", "statement"), SHAPES)
async def test_no_update_closes_a_case(story, number, shape, statement):
    for what, change in UPDATES:
        attempt = statement.format(change=last_words(change), number=number)
        refused = None
        try:
            await story.database.execute(attempt)
        except asyncpg.CheckViolationError as error:
            refused = error
        assert refused, f"{what}, {shape}: was let through"
        assert (await story.case(number))["status"] == "accepted", what


async def test_no_insert_copy_or_merge_brings_a_closed_case(story, number):
    columns = (
        "status, closed_at, urgency, urgency_by, category, subcategory, channel,"
        " about_child, received_at, opened_at"
    )
    values = "'closed', now(), 2, 'person', 'VIO', 'VIO.PHY', 'web', true, now(), now()"
    born_closed = f"INSERT INTO cases (id, number, {columns}) VALUES (1, 'x', {values})"
    case_id = (await story.case(number))["id"]
    attempts = [
        born_closed,
        (
            f"INSERT INTO cases (id, number, {columns}) VALUES ({case_id}, 'x', {values})"
            " ON CONFLICT (id) DO UPDATE SET status = 'closed', closed_at = now()"
        ),
        f"INSERT INTO cases (id, number, {columns}) SELECT 2, 'y', {values}",
        (
            f"MERGE INTO cases k USING (SELECT {case_id} AS id) s ON k.id = s.id"
            " WHEN MATCHED THEN UPDATE SET status = 'closed', closed_at = now()"
        ),
        "DO $$ BEGIN UPDATE cases SET status = 'closed', closed_at = now(); END $$",
    ]
    for attempt in attempts:
        with pytest.raises(asyncpg.CheckViolationError):
            await story.database.execute(attempt)
    with pytest.raises(asyncpg.CheckViolationError):
        await story.database.copy_records_to_table(
            "cases",
            columns=["id", "number", *(name.strip() for name in columns.split(","))],
            records=[
                (3, "z", "closed", story.clock.now(), 2, "person", "VIO", "VIO.PHY", "web",
                 True, story.clock.now(), story.clock.now())
            ],
        )  # fmt: skip


async def test_what_a_closed_case_rests_on_cannot_be_taken_away(story, number):
    await story.outcome(number)
    await story.close(number)
    for change in (
        "sealed_assistance = NULL", "assistance_code = NULL", "check_kind = NULL",
        "sealed_check = NULL", f"sealed_check = {EMPTY}", "check_at = NULL",
        "closed_at = NULL", "check_kind = 'postponed_at_victims_wish'",
        "status = 'triage'",  # a closed moment stays with a closed case only
    ):  # fmt: skip
        with pytest.raises(asyncpg.CheckViolationError):
            await story.database.execute(f"UPDATE cases SET {change}")
    with pytest.raises(asyncpg.PostgresError, match="append-only"):
        await story.database.execute("DELETE FROM cases")


LEDGERS = ("breaches", "escalations", "case_events", "clock_events", "decisions")


@pytest.mark.parametrize("table", LEDGERS)
async def test_ledgers_take_entries_and_change_none(story, table):
    await story.message()
    await story.later(hours=1)
    before = await story.count(table)
    assert before > 0
    for statement in (
        f"DELETE FROM {table}",
        f"DELETE FROM {table} WHERE id = (SELECT max(id) FROM {table})",
        f"UPDATE {table} SET id = id + 1000",
        f"WITH t AS (DELETE FROM {table} RETURNING 1) SELECT * FROM t",
    ):
        with pytest.raises(asyncpg.PostgresError, match="append-only"):
            await story.database.execute(statement)
    assert await story.count(table) == before


INCOMPLETE = [
    # what is missing, the outcome, the field that is named
    ("a known help", {"assistance_code": "nothing"}, "assistance.code"),
    ("words of help", {"assistance_text": " \n"}, "assistance.text"),
    ("a known check", {"check_kind": "phoned"}, "check.kind"),
    ("words of the check", {"check_text": ""}, "check.text"),
    (
        "a risk assessment",
        {"check_kind": "postponed_at_victims_wish"},
        "check.risk_assessed",
    ),
]


@pytest.mark.parametrize(("what", "changed", "field"), INCOMPLETE)
async def test_an_incomplete_outcome_is_refused_by_field(
    story, number, what, changed, field
):
    from dataclasses import replace

    with pytest.raises(RuleForbids) as refused:
        await story.outcome(number, outcome=replace(HELPED, **changed))
    assert refused.value.facts["field"] == field, what
    assert (await story.case(number))["status"] == "accepted"


KINDS = [
    ("visit", False),
    ("safe_check_without_visit", False),
    ("documents", False),
    ("postponed_at_victims_wish", True),
]


@pytest.mark.parametrize(("kind", "risk"), KINDS)
async def test_every_kind_of_check_can_end_a_case(story, number, kind, risk):
    outcome = Outcome("legal", "Юрист помог", kind, "Проверено", risk_assessed=risk)
    await record_outcome(story.rt, story.who("guardian"), number, outcome)
    await story.close(number)
    case = await story.case(number)
    assert (case["status"], case["check_kind"]) == ("closed", kind)


async def test_work_alone_closes_nothing(story, number):
    rt, guardian = story.rt, story.who("guardian")
    await record_first_contact(rt, guardian, number, how="Поговорили")
    await record_check(rt, guardian, number, kind="visit", at=None, text="Выезд")
    await record_safety(rt, guardian, number, safe=True, plan="У бабушки")
    with pytest.raises(RuleForbids) as refused:
        await close_case(rt, guardian, number)
    assert refused.value.code == "assistance_and_check_missing"
    assert (await story.case(number))["status"] == "in_progress"


async def test_the_database_too_wants_two_people_for_an_exception(story, number):
    who = story.who("operator")
    await close_by_exception(story.rt, who, number, code="deceased", text="Справка")
    with pytest.raises(asyncpg.CheckViolationError):
        await story.database.execute(
            f"UPDATE cases SET {END}, exception_second = exception_by"
        )
