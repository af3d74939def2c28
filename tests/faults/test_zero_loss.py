"""Everything is killed, wiped and restarted while messages come in; none is lost or doubled."""

import asyncio
import json
import subprocess
import sys

import pytest
import redis

from benchmarks.service import Service, fill_directory, until
from hotline.embedded import Engines
from hotline.store.migrate import upgrade

REPORTS = 520
SCREENED_EVERY = 10
PACE_S = 0.02  # between two reports, so that every fault falls among them
# Below the lease of 60 s: recovery may not wait for that. A busy machine is slow, and never still.
STILL_AT_MOST_S = 45.0
_READ = """SELECT (SELECT count(*) FROM contacts WHERE triaged_at IS NOT NULL)
    + (SELECT count(*) FROM sketches)"""
_OPEN = "SELECT count(*) FROM outbox WHERE done_at IS NULL OR dead_at IS NOT NULL"
_WRONG = {
    "contacts": "SELECT count(*) - $1 FROM contacts",
    "contacts, each message once": "SELECT count(DISTINCT external_id) - $1 FROM contacts",
    "contacts without triage": "SELECT count(*) FROM contacts WHERE triaged_at IS NULL",
    "contacts without their key": """SELECT count(*) FROM contacts c
        LEFT JOIN keyring.keys k ON k.owner_id = c.id WHERE k.wrapped IS NULL""",
    "contacts that ought to have a case": """SELECT count(*) FROM contacts
        WHERE (screened OR danger) AND case_id IS NULL""",
    "screened contacts": f"""SELECT count(*) - $1 / {SCREENED_EVERY} FROM contacts
        WHERE screened""",
    "cases without exactly one contact": """SELECT count(*) FROM (SELECT c.id FROM cases c
        LEFT JOIN contacts t ON t.case_id = c.id GROUP BY c.id HAVING count(t.id) <> 1) AS x""",
    "human_eyes clocks": """SELECT count(*) - $1 FROM clocks
        WHERE name = 'human_eyes' AND contact_id IS NOT NULL""",
    "doubled clocks of cases": """SELECT count(*) FROM (SELECT 1 FROM clocks
        WHERE case_id IS NOT NULL GROUP BY case_id, name, referral_id, handoff_id
        HAVING count(*) > 1) AS doubled""",
    "doubled referrals": """SELECT count(*) FROM (SELECT 1 FROM referrals
        GROUP BY case_id, body_id HAVING count(*) > 1) AS doubled""",
    "cases without a referral": """SELECT count(*) FROM cases c
        LEFT JOIN referrals r ON r.case_id = c.id WHERE r.id IS NULL""",
    "promises of triage, passed on": """SELECT count(*) - $1 FROM outbox
        WHERE job = 'compare_contact'""",
    "compared contacts": "SELECT count(*) - $1 FROM sketches",
    "events of receiving": """SELECT count(*) - $1 FROM case_events
        WHERE event = 'contact_received'""",
    "events of triage": "SELECT count(*) - $1 FROM case_events WHERE event = 'contact_triaged'",
    "decisions": "SELECT count(*) - $1 FROM decisions WHERE kind = 'triage'",
    "counted failures": "SELECT count(*) FROM outbox WHERE failures > 0",
}


@pytest.fixture
def engines(engines_folder):
    """Engines of this test's own: they are killed and restarted, and they are durable."""
    with Engines(engines_folder / "faults", durable=True) as running:
        yield running


@pytest.fixture
def service(engines, engines_folder):
    found = Service(engines.database_url, engines.redis_url, engines_folder)
    asyncio.run(upgrade(found.database_url))
    asyncio.run(fill_directory(found.settings))
    found.log.unlink(missing_ok=True)
    yield found
    found.stop()


def faults(service, engines):
    """Return the faults in their order; Redis stays away from one to the next."""

    def kill(name):
        service.kill(name)
        service.start(name)

    def flush():
        with redis.Redis.from_url(service.redis_url) as line:
            line.flushall()

    return [
        lambda: kill("worker-bulk"),
        lambda: kill("supervisor"),
        flush,
        engines.kill_redis,
        engines.revive,
        engines.restart_postgres,
        lambda: kill("worker-urgent"),
        lambda: kill("supervisor"),
    ]


def send_and_break(service, planned):
    """Let reports come in, break one thing after another among them; return what was seen.

    In the main thread: PostgreSQL and Redis end with the thread that started them.
    """
    command = ["benchmarks.sender", service.url, f"--reports={REPORTS}", f"--pace={PACE_S}"]
    command.append(f"--screened-every={SCREENED_EVERY}")
    share = REPORTS // (len(planned) + 1)
    faults_at = {turn * share: fault for turn, fault in enumerate(planned, 1)}
    with subprocess.Popen(
        [sys.executable, "-m", *command], stdout=subprocess.PIPE, text=True
    ) as sender:
        for accepted, line in enumerate(sender.stdout, 1):
            if accepted > REPORTS:
                return json.loads(line)
            if accepted in faults_at:
                faults_at.pop(accepted)()
    raise AssertionError("the sender gave up")


async def wrong_figures(service):
    connection = await service.connect()
    try:
        behind = -1

        async def drained_or_further():
            further = await connection.fetchval(_READ) > behind
            return further or await connection.fetchval(_OPEN) == 0

        while await connection.fetchval(_OPEN):
            behind = await connection.fetchval(_READ)
            await until(drained_or_further, STILL_AT_MOST_S)
        found = {}
        for what, query in _WRONG.items():
            takes_count = [REPORTS] if "$1" in query else []
            found[what] = await connection.fetchval(query, *takes_count)
        return {what: figure for what, figure in found.items() if figure}
    finally:
        await connection.close()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_nothing_is_lost_or_doubled_while_everything_is_killed(service, engines):
    service.start("web", "worker-urgent", "worker-bulk", "supervisor")
    asyncio.run(service.ready())
    seen = send_and_break(service, faults(service, engines))

    assert seen["unexpected"] == []
    assert seen["repeats"] > 0, "no fault was felt by the sender"
    receipts = [tuple(found) for found in seen["receipts"].values()]
    assert (len(receipts), {len(found) for found in receipts}) == (REPORTS, {1})
    assert len(set(receipts)) == REPORTS
    assert asyncio.run(wrong_figures(service)) == {}
