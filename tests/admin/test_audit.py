"""Who looked at what: read by whom, as far as they may know; sealed so that a change shows."""

import re
from datetime import date, timedelta

import pytest
from structlog.testing import capture_logs

from hotline.actions.seal_audit import look_for_seals, seal_audit, verify_audit
from hotline.cases.apart import person_key
from hotline.identity.viewer import TRIAGE
from hotline.notify.digest import Digest
from tests.builders import a_case, everybody
from tests.console.console_world import signed_in


@pytest.fixture
async def people(rt):
    return await everybody(rt)


@pytest.fixture
async def number(rt, client, people):
    """A case that the operator and the supervisor opened."""
    found = await a_case(rt, people["operator"])
    for name in ("operator", "supervisor"):
        browser = await signed_in(client, people[name])
        assert (await browser.get(f"/cases/{found}")).status == 200
    return found


def rows(html):
    return re.findall(r'<tr data-testid="audit-row">(.*?)</tr>', html, re.DOTALL)


async def test_a_supervisor_reads_numbers_and_an_administrator_only_marks(
    client, people, number
):
    chief = await signed_in(client, people["supervisor"], "ru")
    await chief.get(f"/admin/audit?kind=viewed&case={number}")
    assert len(rows(chief.html)) == 2
    assert f"/cases/{number}" in chief.html
    who = people["operator"].viewer.username
    await chief.get(f"/admin/audit?kind=viewed&person={who}")
    assert len(rows(chief.html)) == 1
    await chief.get("/admin/audit?kind=viewed&from=2026-11-21")
    assert rows(chief.html) == []
    admin = await signed_in(client, people["admin"], "ru")
    await admin.get("/admin/audit?kind=viewed")
    assert len(rows(admin.html)) == 2
    assert number not in admin.html
    assert len(set(re.findall(r"#[0-9a-f]{6}\b", admin.html))) == 1
    table = await (await admin.get("/admin/audit.csv?kind=viewed")).text()
    assert number not in table
    assert table.count("\r\n") == 3


async def test_failed_sign_ins_are_told_and_what_was_typed_is_nowhere(
    client, rt, people, database
):
    for name in (people["operator"].viewer.username, "no-such-nobody"):
        await client.post("/login", data={"username": name, "password": "typed-word"})
    chief = await signed_in(client, people["supervisor"], "ru")
    await chief.get("/admin/audit?kind=failed")
    assert len(rows(chief.html)) == 2
    kept = str(await database.fetch("SELECT to_jsonb(s) FROM sign_ins s"))
    assert "typed-word" not in kept
    assert "no-such-nobody" not in kept


async def test_the_log_tells_nobody_of_a_case_that_complains_of_them(
    client, people, number, database
):
    keyed = [person_key(people["supervisor"].viewer.person_id)]
    for table in ("cases", "contacts"):
        await database.execute(f"UPDATE {table} SET apart = $1", keyed)
    chief = await signed_in(client, people["supervisor"], "ru")
    for path in ("/admin/audit", f"/admin/audit?case={number}", "/me/log"):
        await chief.get(path)
        shown = chief.html.replace(f'value="{number}"', "").replace(f"case={number}", "")
        assert number not in shown, path
    assert number not in await (await chief.get("/admin/audit.csv")).text()


async def test_everybody_reads_what_is_recorded_of_themselves_and_nothing_else(
    client, people, number
):
    operator = await signed_in(client, people["operator"], "en")
    await operator.get("/me/log")
    assert f"/cases/{number}" in operator.html
    assert "Signed in" in operator.html
    other = await signed_in(client, people["other guardian"], "en")
    await other.get("/me/log")
    assert number not in other.html
    for path in ("/me/log?after=x", "/me/log?after=2026-01-01T00:00:00%2B00:00~event~1"):
        assert (await other.get(path)).status == 200


async def sealed(rt, clock):
    seen = await look_for_seals(rt)
    clock.forward(timedelta(minutes=1))
    return await seal_audit(rt, seen)


async def altered(database, statement, *values):
    """Do what only somebody with the whole database could."""
    async with database.transaction():
        await database.execute("SET LOCAL session_replication_role = replica")
        await database.execute(statement, *values)


ALTERED = [
    ("a row rewritten", "UPDATE case_events SET actor = 'nobody' WHERE event = 'viewed'", "seal"),
    ("a row taken out", "DELETE FROM case_events WHERE event = 'viewed'", "rows"),
    ("a sign-in denied", "UPDATE sign_ins SET outcome = 'wrong_code'", "seal"),
    ("a block taken out", "DELETE FROM audit_chain WHERE id = 1", "missing"),
    ("a block rewritten", "UPDATE audit_chain SET seal = '\\x00' WHERE id = 1", "seal"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "statement", "why"), ALTERED)
async def test_whatever_is_altered_behind_the_log_shows(
    rt, clock, number, database, what, statement, why
):
    assert await sealed(rt, clock) >= 2
    sound = await verify_audit(rt)
    assert (sound.broken, sound.unsealed) == (None, 0)
    await altered(database, statement)
    found = await verify_audit(rt)
    assert found.broken is not None, what
    assert found.why == why


async def test_the_end_of_the_chain_is_not_cut_off_unseen_by_who_kept_a_seal(
    client, rt, clock, people, number, database
):
    await sealed(rt, clock)
    early = (await verify_audit(rt)).newest
    await (await signed_in(client, people["supervisor"])).get(f"/cases/{number}")
    with capture_logs() as logged:
        await sealed(rt, clock)
    kept = (await verify_audit(rt)).newest
    assert [line["seal"] for line in logged if line["event"] == "audit_sealed"] == [kept]
    chief = await signed_in(client, people["supervisor"])
    await chief.get("/admin/audit")
    assert kept in chief.html
    table = await chief.get("/admin/audit.csv")
    assert kept.replace(":", "-") in table.headers["Content-Disposition"]
    assert (await verify_audit(rt, against=[early, kept])).broken is None
    first = int(early.partition(":")[0])
    for source in ("case_events", "sign_ins", "changes"):
        await altered(
            database,
            f"DELETE FROM {source} WHERE id > (SELECT coalesce(max(to_id), 0)"
            f" FROM audit_chain WHERE source = '{source}' AND id <= {first})",
        )
    await altered(database, f"DELETE FROM audit_chain WHERE id > {first}")
    assert (await verify_audit(rt)).broken is None, "without a seal it cannot be seen"
    found = await verify_audit(rt, against=[early, kept])
    assert (found.broken.id, found.why) == (int(kept.partition(":")[0]), "cut")
    forged = f"{first}:{'0' * 16}"
    assert (await verify_audit(rt, against=[forged])).why == "outside"


async def test_a_transaction_that_is_late_is_waited_for(rt, clock, number, database):
    """It may hold a lower id than rows that can be seen already."""
    await sealed(rt, clock)
    async with rt.transaction(TRIAGE) as late:
        await late.flush()
        late.record("viewed")
        await late.flush()
        late._appended.clear()
        async with rt.transaction(TRIAGE) as tx:
            tx.record("revealed")
        assert await sealed(rt, clock) == 0
    assert await sealed(rt, clock) == 1
    found = await verify_audit(rt)
    assert (found.broken, found.unsealed) == (None, 0)


def test_the_letter_of_a_supervisor_carries_the_seal_out():
    told = Digest("kk", date(2026, 11, 23), [], "", "7:0123456789abcdef").text
    assert "Журнал мөрі: 7:0123456789abcdef" in told
    assert "Журнал мөрі" not in Digest("kk", date(2026, 11, 23), [], "").text


def test_the_command_ends_with_1_and_names_the_block(monkeypatch):
    from click.testing import CliRunner

    from hotline import verify_command
    from hotline.actions.seal_audit import Bounds, Checked

    monkeypatch.setattr(verify_command, "reach_engines", lambda _: None)
    for broken, code in ((None, 0), (Bounds(7, "case_events", 10, 20), 1)):
        found = Checked(6, 60, 0, "abcd", broken, "seal" if broken else "")
        monkeypatch.setattr(verify_command, "in_runtime", lambda _, found=found: found)
        done = CliRunner().invoke(verify_command.verify, ["audit"])
        assert done.exit_code == code
        assert ("block 7" in done.output) is (broken is not None)
    wrong = CliRunner().invoke(verify_command.verify, ["audit", "--against", "7:xyz"])
    assert wrong.exit_code == 2
    assert "no seal" in wrong.output
