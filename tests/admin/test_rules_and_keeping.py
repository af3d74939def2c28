"""Rules as they run, a text that is tried, days and words that are edited; what is kept how long."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from hotline.actions.forget_person import forget_person
from hotline.actions.keep_and_delete import (
    hold_case,
    keep_and_delete,
    lift_hold,
    show_keeping,
)
from hotline.actions.make_change import decide_change, make_change
from hotline.config import edited
from hotline.config.load import SHIPPED
from hotline.errors import NotFound, RuleForbids
from hotline.identity.changes import mark
from hotline.identity.viewer import TRIAGE
from hotline.store.tables import cases, contacts, keys
from tests.builders import DANGER, a_call, a_contact, everybody
from tests.console.console_world import signed_in

PAGES = [
    "/admin", "/admin/people", "/admin/people/new", "/admin/rights", "/admin/rules",
    "/admin/words", "/admin/calendar", "/admin/retention", "/admin/changes", "/admin/audit",
    "/me/security", "/me/log",
]  # fmt: skip
SCRIPT = '"><script>alert(1)</script>'


@pytest.fixture
async def people(rt):
    return await everybody(rt)


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
async def test_every_page_of_administration_opens_in_each_language(client, people, lang):
    admin = await signed_in(client, people["admin"], lang)
    for path in PAGES:
        assert (await admin.get(path)).status == 200, path
        assert f'<html lang="{lang}"' in admin.html
        assert " style=" not in admin.html


async def test_a_text_is_tried_and_nothing_of_it_is_kept(client, rt, people, database):
    chief = await signed_in(client, people["supervisor"], "ru")
    await chief.get("/admin/rules")
    answer = await chief.post("/admin/rules", {"text": DANGER + SCRIPT})
    text = await answer.text()
    assert "Экстренно" in text
    assert "<mark>" in text
    assert SCRIPT not in text
    assert await database.fetchval("SELECT count(*) FROM contacts") == 0


async def test_a_day_off_is_tried_and_proposed_as_every_rule_is(client, people, database):
    chief = await signed_in(client, people["supervisor"], "ru")
    await chief.get("/admin/calendar?year=2027")
    day = {"day": "2027-04-14", "part": "closed", "source": f"Постановление № 7 {SCRIPT}"}
    answer = await chief.post("/admin/calendar", day)
    assert answer.headers["Location"].startswith("/what-if/")
    await chief.get(answer.headers["Location"])
    assert SCRIPT not in chief.html
    files = await database.fetchval("SELECT files::text FROM policy_trials")
    assert "2027-04-14" in files
    for wrong in ({"day": "x"}, {"source": " "}, {"part": "gone"}):
        assert (await chief.post("/admin/calendar", {**day, **wrong})).status == 422


async def test_words_of_a_category_are_tried_too(client, people, database):
    admin = await signed_in(client, people["admin"], "kk")
    await admin.get("/admin/words")
    words = {"kk": "Ұрып-соғу", "ru": "Побои: «дома»", "en": 'Beating "at home"'}
    answer = await admin.post("/admin/words/VIO.PHY", words)
    assert answer.status == 303
    assert (await admin.post("/admin/words/VIO.NONE", words)).status == 404
    assert (await admin.post("/admin/words/VIO.PHY", {**words, "ru": ""})).status == 422


def shipped(name):
    return (SHIPPED / name).read_text(encoding="utf-8")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_whatever_is_typed_stays_a_text_of_the_file(said):
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from hotline.config.calendar import CalendarConfig
    from hotline.config.loading import read

    text = edited.with_day(shipped("calendar.yaml"), "closed", date(2027, 4, 14), said)
    text = edited.with_day(text, "opened", date(2027, 4, 14), said)
    with TemporaryDirectory() as folder:
        Path(folder, "calendar.yaml").write_text(text, encoding="utf-8")
        found = read(Path(folder), "calendar.yaml", CalendarConfig)
    assert [day.source for day in found.opened if day.date == date(2027, 4, 14)] == [said]
    assert not [day for day in found.closed if day.date == date(2027, 4, 14)]
    assert len(found.closed) == 1


def test_names_are_replaced_and_the_rest_stays_letter_for_letter():
    before = shipped("taxonomy.yaml")
    after = edited.with_names(before, "VIO.PHY", {"kk": "а", "ru": "б", "en": "c"})
    differing = [
        pair for pair in zip(before.splitlines(), after.splitlines(), strict=True)
        if pair[0] != pair[1]
    ]  # fmt: skip
    assert len(differing) == 1


async def alive(rt, ids):
    async with rt.transaction(TRIAGE) as tx:
        row = await tx.one(
            select(func.count()).where(
                keys.c.owner_id.in_(ids), keys.c.wrapped.is_not(None)
            )
        )
    return row[0]


@pytest.fixture
async def closed(rt, clock, people, database):
    """One closed contact and two closed cases, an ordinary one and one of violence."""
    await database.execute("DELETE FROM tokens")  # of the people: they end in time as well
    receipt = await a_contact(rt)
    numbers = [
        await a_call(rt, people["operator"], subcategory=code)
        for code in ("EDU.FEE", "VIO.PHY")
    ]
    async with rt.transaction(TRIAGE) as tx:
        ended = {"closed_at": tx.now}
        signed = {
            "exception_code": "no_person_in_need",
            "exception_by": people["operator"].viewer.person_id,
            "exception_second": people["supervisor"].viewer.person_id,
        }
        await tx.run(
            update(contacts).where(contacts.c.receipt == receipt).values(
                state="closed", wrap_up="thanks", seen_by=people["operator"].viewer.person_id,
                seen_at=tx.now, **ended)
        )  # fmt: skip
        await tx.run(update(cases).values(status="closed", **signed, **ended))
        found = await tx.rows(select(cases.c.id, cases.c.number))
        one = await tx.one(select(contacts.c.id).where(contacts.c.receipt == receipt))
    ids = {row.number: row.id for row in found}
    return one.id, [ids[number] for number in numbers], numbers


async def test_what_was_kept_long_enough_is_gone_and_the_figures_add_up(
    rt, clock, people, closed, database
):
    contact, (school, violence), _ = closed
    everything = [contact, school, violence]
    assert await keep_and_delete(rt) == 0
    clock.forward(timedelta(days=366))
    assert await keep_and_delete(rt) == 1
    assert await alive(rt, everything) == 2
    clock.forward(timedelta(days=1830))
    assert await keep_and_delete(rt) == 1
    assert (await alive(rt, [school]), await alive(rt, [violence])) == (0, 1)
    assert await keep_and_delete(rt) == 0, "it ran again before its time"
    rows = await database.fetch(
        "SELECT due, held, destroyed, left_over FROM retention_runs"
    )
    assert all(
        row["due"] == row["held"] + row["destroyed"] + row["left_over"] for row in rows
    )
    assert sum(row["destroyed"] for row in rows) == 2
    assert await database.fetchval("SELECT count(*) FROM cases") == 2


async def test_a_held_case_stays_until_the_hold_is_lifted(rt, clock, people, closed):
    _, (school, _), (number, _) = closed
    chief = people["supervisor"].viewer
    await hold_case(rt, chief, number, "court")
    with pytest.raises(RuleForbids):
        await hold_case(rt, chief, number, "court")
    with pytest.raises(NotFound):
        await hold_case(rt, people["admin"].viewer, number, "court")
    clock.forward(timedelta(days=2000))
    await keep_and_delete(rt)
    assert await alive(rt, [school]) == 1
    found = {one.period.kind: one for one in (await show_keeping(rt, chief)).kinds}
    assert (found["case"].due, found["case"].held) == (1, 1)
    assert (await show_keeping(rt, people["admin"].viewer)).holds == []
    await lift_hold(rt, chief, number)
    await keep_and_delete(rt, now=True)
    assert await alive(rt, [school]) == 0


async def test_nobody_is_forgotten_while_a_hold_keeps_their_case(rt, people, closed):
    contact, (school, _), (number, _) = closed
    chief = people["supervisor"].viewer
    async with rt.transaction(TRIAGE) as tx:
        moved = {"state": "attached", "case_id": school, "wrap_up": None}
        row = await tx.one(
            update(contacts).where(contacts.c.id == contact).values(**moved)
            .returning(contacts.c.receipt)
        )  # fmt: skip
    await hold_case(rt, chief, number, "court")
    for who in (chief, people["admin"].viewer):
        with pytest.raises(RuleForbids, match="hold"):
            await forget_person(rt, who, [row.receipt])
    assert await alive(rt, [contact, school]) == 2
    await lift_hold(rt, chief, number)
    assert await forget_person(rt, chief, [row.receipt]) == 1
    assert await alive(rt, [contact]) == 0


async def test_a_period_is_set_by_two_and_never_below_the_least(client, rt, people):
    admin, chief = people["admin"], people["supervisor"].viewer
    browser = await signed_in(client, admin, "ru")
    await browser.get("/admin/retention")
    assert (await browser.post("/admin/retention/case", {"days": "30"})).status == 422
    assert (await browser.post("/admin/retention/root", {"days": "30"})).status == 404
    shown = await (await browser.post("/admin/retention/contact", {"days": "180"})).text()
    assert re.search(r"<del>365</del>.*<ins>180</ins>", shown)
    seen = mark({"days": 365})
    change = await make_change(
        rt, admin.viewer, "retention", "contact", {"days": 180}, seen=seen
    )
    kept = {one.period.kind: one.days for one in (await show_keeping(rt, chief)).kinds}
    assert kept["contact"] == 365
    assert await decide_change(rt, chief, change, agree=True) == "made"
    kept = {one.period.kind: one.days for one in (await show_keeping(rt, chief)).kinds}
    assert kept["contact"] == 180
