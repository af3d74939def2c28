"""Harmless contacts are read again by somebody else; what is urgent comes back at once."""

import asyncpg
import pytest

from hotline.actions.close_contact import close_contact
from hotline.actions.quality_report import quality_report
from hotline.actions.sample_rereading import (
    draw_sample,
    give_verdict,
    open_for_rereading,
    waiting_rereadings,
)
from hotline.errors import NotAllowed, NotFound, RuleForbids
from tests import builders
from tests.builders import a_case, a_contact, a_person
from tests.learning.conftest import forget

HARMLESS = "Здравствуйте, спасибо за помощь"


async def closed(rt, person, wrap_up="information_given", text=HARMLESS):
    receipt = await a_contact(rt, text)
    await close_contact(rt, person.viewer, receipt, wrap_up)
    return receipt


def receipts(rows):
    return {row.receipt for row in rows}


async def test_what_was_judged_harmless_is_drawn_once_and_nothing_else(
    rt, people, database
):
    operator, supervisor = people["operator"], people["supervisor"]
    wanted = {await closed(rt, operator), await closed(rt, operator, "thanks")}
    silent = await closed(rt, operator, "silent")
    asked = await a_contact(rt)
    await a_case(rt, operator, asked, urgency=4, subcategory="INF.REF")
    await a_case(rt, operator, await a_contact(rt), urgency=2)
    gone = await closed(rt, operator)
    await forget(rt, [builders.row_id(rt, gone)])
    await a_contact(rt)  # nobody has looked at it yet
    assert await draw_sample(rt, supervisor.viewer, 50) == 3
    assert await draw_sample(rt, supervisor.viewer, 50) == 0
    found = receipts(await waiting_rereadings(rt, supervisor.viewer))
    assert found == {*wanted, asked}
    assert silent not in found
    assert await waiting_rereadings(rt, operator.viewer) == []  # their own


async def test_the_second_reader_sees_the_words_alone(rt, people, database):
    receipt = await closed(rt, people["operator"])
    await draw_sample(rt, people["supervisor"].viewer, 5)
    seen = await open_for_rereading(rt, people["supervisor"].viewer, receipt)
    assert seen.text == HARMLESS
    assert set(seen.__slots__) == {"receipt", "channel", "language", "text"}
    with pytest.raises(NotFound):
        await open_for_rereading(rt, people["operator"].viewer, receipt)
    told = await database.fetchval(
        "SELECT count(*) FROM case_events WHERE event = 'viewed'"
    )
    assert told == 1


async def test_a_harmless_verdict_changes_nothing(rt, people, database):
    receipt = await closed(rt, people["operator"])
    await draw_sample(rt, people["supervisor"].viewer, 5)
    await give_verdict(rt, people["supervisor"].viewer, receipt, urgency=4)
    row = await database.fetchrow("SELECT * FROM contacts WHERE receipt = $1", receipt)
    assert (row["state"], row["urgency"]) == ("closed", row["urgency"])
    assert await waiting_rereadings(rt, people["supervisor"].viewer) == []
    with pytest.raises(RuleForbids):
        await give_verdict(rt, people["supervisor"].viewer, receipt, urgency=0)
    report = await quality_report(rt, people["admin"].viewer)
    assert (report.missed_urgent.hits, report.missed_urgent.n) == (0, 1)


async def test_an_urgent_verdict_brings_the_contact_back_with_a_clock(rt, people, database):
    receipt = await closed(rt, people["operator"])
    await draw_sample(rt, people["supervisor"].viewer, 5)
    await give_verdict(
        rt, people["supervisor"].viewer, receipt, urgency=1, subcategory="VIO.PHY"
    )
    row = await database.fetchrow("SELECT * FROM contacts WHERE receipt = $1", receipt)
    assert (row["state"], row["urgency"], row["danger"]) == ("triaged", 1, True)
    assert (row["seen_by"], row["wrap_up"]) == (None, None)
    running = await database.fetchval(
        "SELECT count(*) FROM clocks WHERE contact_id = $1 AND state = 'running'"
        " AND name = 'human_eyes' AND urgency = 1",
        row["id"],
    )
    assert running == 1
    assert (
        await database.fetchval(
            "SELECT count(*) FROM notices WHERE kind = 'reread_urgent' AND audience = '111'"
        )
        == 1
    )
    number = await a_case(rt, people["operator"], receipt, urgency=1)  # and is worked on
    assert number
    report = await quality_report(rt, people["admin"].viewer)
    assert (report.missed_urgent.hits, report.missed_urgent.n) == (1, 1)


async def test_an_urgent_verdict_on_a_case_tells_the_shift(rt, people, database):
    receipt = await a_contact(rt, HARMLESS)
    await a_case(rt, people["operator"], receipt, urgency=4, subcategory="INF.REF")
    await draw_sample(rt, people["supervisor"].viewer, 5)
    await give_verdict(rt, people["supervisor"].viewer, receipt, urgency=0)
    told = await database.fetchrow("SELECT * FROM notices WHERE kind = 'reread_urgent'")
    assert told["case_id"] is not None


async def test_who_draws_and_reads(rt, people):
    with pytest.raises(NotAllowed):
        await draw_sample(rt, people["operator"].viewer, 5)
    for name in ("admin", "guardian"):
        with pytest.raises(NotFound):
            await draw_sample(rt, people[name].viewer, 5)
        with pytest.raises(NotFound):
            await waiting_rereadings(rt, people[name].viewer)
    with pytest.raises(RuleForbids):
        await draw_sample(rt, people["supervisor"].viewer, 0)
    receipt = await closed(rt, people["operator"])
    with pytest.raises(NotFound):  # it was not drawn
        await open_for_rereading(rt, people["supervisor"].viewer, receipt)
    await draw_sample(rt, people["supervisor"].viewer, 5)
    with pytest.raises(RuleForbids):
        await give_verdict(rt, people["supervisor"].viewer, receipt, urgency=7)


async def test_the_database_lets_nobody_reread_their_own_or_change_a_verdict(
    rt, people, database
):
    second = await a_person(rt, "operator")
    receipt = await closed(rt, people["operator"])
    await draw_sample(rt, people["supervisor"].viewer, 5)
    with pytest.raises(asyncpg.CheckViolationError, match="by_another_person"):
        await database.execute(
            "UPDATE rereadings SET reader_id = first_reader, read_at = now(), urgency = 4"
        )
    await give_verdict(rt, second.viewer, receipt, urgency=4)
    for change in ("UPDATE rereadings SET urgency = 0", "DELETE FROM rereadings"):
        with pytest.raises(asyncpg.PostgresError, match="append-only"):
            await database.execute(change)
