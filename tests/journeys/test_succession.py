"""A department takes guardianship over: people, open cases, clocks and rights move on the day."""

import asyncio
import os
import signal
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from hotline.actions.accept_referral import accept_referral
from hotline.actions.change_body import change_body
from hotline.actions.plan_succession import cancel_succession, plan_succession
from hotline.actions.record_work import add_note, record_check
from hotline.actions.sign_in import issue_token
from hotline.actions.succeed_body import run_successions
from hotline.config.directory_faults import BadDirectory
from hotline.errors import NotAllowed, NotFound, RuleForbids
from hotline.identity.viewer import TRIAGE
from hotline.queue import Jobs
from hotline.store import cases, people
from hotline.workers.supervisor import Supervisor
from tests import builders
from tests.conftest import START

TODAY = date(2026, 11, 20)
FIRST_DAY = date(2026, 12, 1)
CLOCKS = (
    "SELECT id, case_id, name, state, started_at, due_at, allowed, next_look_at, told_percent,"
    " met_at, breached_at, policy_version FROM clocks ORDER BY id"
)
COPIES = """
INSERT INTO cases (id, number, status, urgency, urgency_by, category, subcategory, region, channel,
                   about_child, received_at, opened_at, shown_at, due_at, assignee_id)
SELECT id + n * 1000, 'copy-' || n, status, urgency, urgency_by, category, subcategory, region,
       channel, about_child, received_at, opened_at, shown_at, due_at, assignee_id
FROM cases, generate_series(1, $2::int) AS n WHERE cases.id = $1
"""
REFERRALS = """
INSERT INTO referrals (case_id, body_id, lead, status, proposed_at, offered_at, offered_by,
                       accepted_at, accepted_by, urgency, due_at, sealed_extract, purpose)
SELECT case_id + n * 1000, body_id, lead,
       CASE WHEN body_id <> 'guard-39' THEN status WHEN n % 5 = 0 THEN 'proposed'
            WHEN n % 3 = 0 THEN 'offered' ELSE status END,
       proposed_at, offered_at, offered_by, accepted_at, accepted_by, urgency, due_at,
       sealed_extract, purpose
FROM referrals, generate_series(1, $2::int) AS n WHERE case_id = $1
"""
CLOCK_COPIES = """
INSERT INTO clocks (case_id, referral_id, name, basis, law, calendar, allowed, urgency, started_at,
                    due_at, state, told_percent, next_look_at, policy_version, calendar_version)
SELECT r.case_id, CASE WHEN c.referral_id IS NOT NULL THEN r.id END, c.name, c.basis, c.law,
       c.calendar, c.allowed, c.urgency, c.started_at, c.due_at,
       CASE WHEN c.referral_id IS NULL THEN c.state WHEN r.case_id % 2 = 0 THEN 'running' ELSE 'paused' END,
       c.told_percent, NULL, c.policy_version, c.calendar_version
FROM referrals AS r JOIN clocks AS c ON c.case_id = $1
WHERE r.case_id > $1 AND r.body_id = 'guard-39' AND r.case_id % 1000 = $1 % 1000
"""


async def a_case_of_39(story, accepted=True, **said):
    number = await builders.a_case(story.rt, story.people["operator"], region="39", **said)
    if accepted:
        await story.accept(number, "other guardian")
    return number


async def crowd(story, number, n=499):
    """Copy a case `n` times as rows: what moves is rows, and 500 real ones take a minute."""
    row = (await story.case(number))["id"]
    for statement in (COPIES, REFERRALS):
        await story.database.execute(statement, row, n)
    await story.database.execute(CLOCK_COPIES, row)


async def department(story, on_day=FIRST_DAY):
    """The department of region 39 begins on the day, and takes guardianship's place."""
    admin = story.who("admin")
    begins = {"status": "active", "valid_from": on_day.isoformat()}
    await change_body(story.rt, admin, "uzpd-39", begins)
    return admin


async def succeed(story, on_day=TODAY, **more):
    admin = await department(story, on_day)
    return await plan_succession(story.rt, admin, "guard-39", "uzpd-39", on_day, **more)


async def run_all(rt, **how):
    moved = 0
    while done := await run_successions(rt, **how):
        moved += done
    return moved


async def sees(story, who, number):
    viewer = await fresh(story, who)
    async with story.rt.transaction(viewer) as tx:
        try:
            await cases.read(tx, viewer, number, story.rt.number_key)
        except NotFound:
            return False
    return True


async def fresh(story, who):
    async with story.rt.transaction(TRIAGE) as tx:
        return await people.viewer(tx, story.who(who).person_id)


async def a_stayer(story):
    """Somebody of the old body who does not go along."""
    stays = await builders.a_person(story.rt, "guardian", region="39", bodies=["guard-39"])
    story.people["stays"] = stays
    return stays


async def test_500_open_cases_move_with_people_clocks_visits_and_rights(story, client):
    number = await a_case_of_39(story)
    guardian = story.who("other guardian")
    await add_note(story.rt, guardian, number, "Разговор с бабушкой")
    await record_check(
        story.rt, guardian, number, kind="visit", at=story.clock.now(), text="Дома спокойно"
    )
    waiting = await a_case_of_39(story, accepted=False)
    await crowd(story, number, 498)
    stays = await a_stayer(story)
    token = {"Authorization": f"Bearer {(await issue_token(story.rt, guardian.username))}"}
    clocks = await story.database.fetch(CLOCKS)
    before = await story.case(number)
    await succeed(story, usernames=[guardian.username])
    assert await run_all(story.rt) == 500

    assert await story.database.fetch(CLOCKS) == clocks, "no clock moved"
    held = dict(await story.database.fetch(
        "SELECT body_id, count(*) FROM referrals WHERE lead"
        " AND status IN ('proposed', 'offered', 'accepted') GROUP BY 1"))  # fmt: skip
    assert held == {"uzpd-39": 500}
    stray = await story.database.fetchval(
        "SELECT count(*) FROM clocks c JOIN referrals r ON r.id = c.referral_id"
        " WHERE r.body_id = 'guard-39' AND c.state IN ('running', 'paused', 'breached')")  # fmt: skip
    assert stray == 0
    told = await story.database.fetch(
        "SELECT case_id, count(*) FROM case_events WHERE event = 'referral_succeeded' GROUP BY 1")  # fmt: skip
    assert sorted(row["count"] for row in told) == [1] * 500

    after = await story.case(number)
    same = ("status", "assignee_id", "urgency", "due_at", "opened_at", "shown_at")
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert after["version"] > before["version"]
    assert await story.lead(number) == ("uzpd-39", "accepted")
    assert await story.lead(waiting) == ("uzpd-39", "offered")
    assert await story.database.fetchval("SELECT count(*) FROM case_notes") == 2

    answer = await client.get(f"/api/v1/cases/{number}", headers=token)
    assert answer.status == 200, "the session goes on"
    notes = {note["text"] for note in (await answer.json())["notes"]}
    assert {"Разговор с бабушкой", "Дома спокойно"} <= notes
    assert (await fresh(story, "other guardian")).bodies == {"uzpd-39"}
    answer = await client.get(f"/api/v1/cases/{number}", headers=stays.headers)
    assert answer.status == 404
    listed = await (await client.get("/api/v1/cases", headers=stays.headers)).json()
    assert (listed["items"], listed["total"]) == ([], 0)
    for who in ("operator", "supervisor", "other commissioner"):
        assert await sees(story, who, number), who
    await accept_referral(story.rt, await fresh(story, "other guardian"), waiting, None)
    assert await story.lead(waiting) == ("uzpd-39", "accepted"), "the work goes on"


async def test_the_day_begins_at_midnight_in_almaty_and_nothing_moves_before(story):
    number = await a_case_of_39(story)
    await succeed(story, FIRST_DAY)
    at_midnight = START.replace(month=12, day=1, hour=0)
    story.clock.forward(at_midnight - story.clock.now() - timedelta(seconds=1))
    assert await run_successions(story.rt) == 0
    assert await story.lead(number) == ("guard-39", "accepted")
    late = await a_case_of_39(story, accepted=False)
    assert (await story.lead(late))[0] == "guard-39"
    story.clock.forward(timedelta(seconds=1))
    assert await run_all(story.rt) == 2
    assert await story.lead(number) == ("uzpd-39", "accepted")
    assert await story.lead(late) == ("uzpd-39", "offered")
    fresh_case = await a_case_of_39(story, accepted=False)
    assert (await story.lead(fresh_case))[0] == "uzpd-39"


async def test_a_closed_case_can_be_read_by_the_successor_alone(story):
    number = await a_case_of_39(story)
    await builders_close(story, number)
    await a_stayer(story)
    await succeed(story, usernames=["other guardian"])
    await run_all(story.rt)
    assert await sees(story, "other guardian", number)
    assert not await sees(story, "stays", number)
    assert (await story.case(number))["status"] == "closed"


async def builders_close(story, number):
    await story.database.execute(
        "UPDATE referrals SET status = 'withdrawn' WHERE NOT lead AND status IN ('proposed', 'offered')"
    )
    await story.outcome(number, "other guardian")
    await story.close(number, "other guardian")


async def test_whose_person_stays_behind_comes_without_one_and_the_body_is_told(story):
    mine = await a_case_of_39(story)
    stays = await a_stayer(story)
    theirs = await a_case_of_39(story, accepted=False)
    await story.accept(theirs, "stays")
    await succeed(story, usernames=["other guardian"])
    await run_all(story.rt)
    assert (await story.case(mine))["assignee_id"] == story.who("other guardian").person_id
    assert (await story.case(theirs))["assignee_id"] is None
    assert (await story.told(theirs))[("uzpd-39", "succeeded_alone")] == 1
    assert (await story.told(mine))[("uzpd-39", "succeeded_alone")] == 0
    assert (await fresh(story, "stays")).bodies == {"guard-39"}
    assert not await sees(story, "stays", theirs)
    assert stays


@pytest.mark.parametrize("of", ["the successor", "a body above it", "who will head it"])
async def test_a_case_that_complains_of_the_successor_goes_elsewhere(story, of):
    number = await a_case_of_39(story)
    admin = await department(story, TODAY)
    body, person = "uzpd-39", None
    if of == "a body above it":
        await change_body(story.rt, admin, "uzpd-39", {"parent": "kopd-39"})
        body = "kopd-39"
    if of == "who will head it":
        head = await builders.a_person(story.rt, "guardian", bodies=["uzpd-39"])
        body, person = None, head.viewer.person_id
        await story.database.execute(
            "UPDATE memberships SET position = 'head' WHERE person_id = $1", person
        )
    await story.database.execute(
        "INSERT INTO complaints (case_id, kind, body_id, person_id, at)"
        " VALUES ($1, $2, $3, $4, now())",
        (await story.case(number))["id"], "person" if person else "body", body, person,
    )  # fmt: skip
    await plan_succession(story.rt, admin, "guard-39", "uzpd-39", TODAY)
    await run_all(story.rt)
    held = await story.referrals(number)
    assert held["guard-39"] == "withdrawn"
    assert "uzpd-39" not in held
    assert await story.lead(number) is not None
    assert not await sees(story, "other guardian", number)


async def test_a_body_that_has_the_case_already_goes_on_as_the_part_that_weighs_more(story):
    lead, helper = await a_case_of_39(story), await a_case_of_39(story, accepted=False)
    await department(story, TODAY)
    for number, leads in ((lead, False), (helper, True)):
        row = (await story.case(number))["id"]
        await story.database.execute(
            "UPDATE referrals SET lead = NOT $2 WHERE case_id = $1 AND body_id = 'guard-39'", row, leads
        )  # fmt: skip
        await story.database.execute(
            "INSERT INTO referrals (case_id, body_id, lead, status, proposed_at, offered_at, offered_by, urgency)"
            " VALUES ($1, 'uzpd-39', $2, 'offered', now(), now(), 'person', 2)", row, leads
        )  # fmt: skip
    await plan_succession(story.rt, story.who("admin"), "guard-39", "uzpd-39", TODAY)
    assert await run_all(story.rt) == 2
    assert await story.lead(lead) == ("uzpd-39", "accepted")
    assert await story.lead(helper) == ("uzpd-39", "offered")
    for number in (lead, helper):
        row = (await story.case(number))["id"]
        live = await story.database.fetchval(
            "SELECT count(*) FROM referrals WHERE case_id = $1 AND body_id = 'uzpd-39'", row
        )
        assert live == 1


async def test_two_at_once_move_everything_once(story):
    number = await a_case_of_39(story)
    await crowd(story, number, 60)
    await succeed(story)
    async with asyncio.timeout(60):
        moved = await asyncio.gather(*(run_all(story.rt, batch=7) for _ in range(3)))
    while done := await run_successions(story.rt):
        moved.append(done)
    assert sum(moved) == 61
    assert await doubled(story.database) == 0


async def doubled(database):
    return await database.fetchval(
        "SELECT count(*) FROM (SELECT 1 FROM referrals WHERE body_id = 'uzpd-39'"
        " GROUP BY case_id HAVING count(*) > 1) AS twice"
    )


KILLED = """
import asyncio, os, sys
from hotline.actions.succeed_body import run_successions
from hotline.clock import FixedClock
from hotline.runtime import open_runtime
from hotline.settings import Settings
from tests.conftest import SECRET_KEY, START
from pathlib import Path

async def main():
    settings = Settings(database_url=sys.argv[1], redis_url="unix:///none", secret_key=SECRET_KEY)
    rt = open_runtime(settings, clock=FixedClock(START))
    while await run_successions(rt, batch=3):
        print("moved", flush=True)

asyncio.run(main())
"""


async def test_killed_in_the_middle_it_goes_on_and_doubles_nothing(story, migrated):
    number = await a_case_of_39(story)
    await crowd(story, number, 200)
    clocks = await story.database.fetch(CLOCKS)
    await succeed(story)
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, migrated],
        stdout=subprocess.PIPE,
        env={**os.environ},
        cwd=Path(__file__).parents[2],
    )
    for _ in range(5):
        line = await asyncio.to_thread(process.stdout.readline)
        assert line == b"moved\n"
    process.send_signal(signal.SIGKILL)
    await asyncio.to_thread(process.wait)
    process.stdout.close()
    left = await story.database.fetchval(
        "SELECT count(*) FROM referrals WHERE body_id = 'guard-39' AND status <> 'withdrawn'"
    )
    assert 0 < left <= 201 - 15
    assert await run_all(story.rt) == left
    assert await doubled(story.database) == 0
    assert await story.database.fetch(CLOCKS) == clocks
    plan = await story.database.fetchrow("SELECT * FROM successions")
    assert (plan["moved"], plan["done_at"] is None) == (201, False)
    assert (await story.history(number))["referral_succeeded"] == 1


async def test_a_case_that_was_on_its_way_at_midnight_still_goes_over(story):
    await succeed(story)
    await run_all(story.rt)
    number = await a_case_of_39(story, accepted=False)
    row = (await story.case(number))["id"]
    await story.database.execute(
        "UPDATE referrals SET body_id = 'guard-39' WHERE case_id = $1 AND lead", row
    )
    assert await run_all(story.rt) == 1
    assert (await story.lead(number))[0] == "uzpd-39"


async def test_the_supervisor_does_it_by_itself(story, settings):
    number = await a_case_of_39(story)
    await succeed(story)
    asking = asyncio.Event()
    supervisor = Supervisor(story.rt, Jobs(settings.redis_url), asking)
    work = asyncio.create_task(supervisor.run())
    async with asyncio.timeout(30):
        while await story.lead(number) != ("uzpd-39", "accepted"):
            await asyncio.sleep(0.02)
    asking.set()
    await work


async def test_a_plan_is_taken_back_before_its_day_and_not_after(story):
    plan = await succeed(story, FIRST_DAY)
    admin = story.who("admin")
    ends = "SELECT valid_to FROM bodies WHERE id = 'guard-39'"
    assert await story.database.fetchval(ends) == FIRST_DAY
    await cancel_succession(story.rt, admin, plan)
    assert await story.database.fetchval(ends) is None
    with pytest.raises(NotFound):
        await cancel_succession(story.rt, admin, plan)
    number = await a_case_of_39(story)
    again = await plan_succession(story.rt, admin, "guard-39", "uzpd-39", FIRST_DAY)
    await story.later(days=11, sweep=False)
    await run_all(story.rt)
    assert await story.lead(number) == ("uzpd-39", "accepted")
    with pytest.raises(RuleForbids, match="begun"):
        await cancel_succession(story.rt, admin, again)


REFUSED = [
    ("nobody follows", "guard-39", "nobody", TODAY, "unknown_body"),
    ("nobody goes", "nobody", "uzpd-39", TODAY, "unknown_body"),
    ("to itself", "guard-39", "guard-39", TODAY, "same_body"),
    ("111's own queue goes", "own-111", "uzpd-39", TODAY, "unknown_body"),
    ("to 111's own queue", "guard-39", "own-111", TODAY, "unknown_body"),
    ("yesterday", "guard-39", "uzpd-39", TODAY - timedelta(1), "past_day"),
    ("another region", "guard-39", "uzpd-71", TODAY, "another_place"),
    ("to the police", "guard-39", "police-39", TODAY, "never_leads"),
    ("to one that is only planned", "guard-10", "uzpd-10", TODAY, "not_acting"),
    (
        "to one that begins later",
        "guard-39",
        "uzpd-39",
        FIRST_DAY - timedelta(1),
        "not_acting",
    ),
]


@pytest.mark.parametrize(
    ("what", "old", "new", "day", "code"), REFUSED, ids=[r[0] for r in REFUSED]
)
async def test_what_cannot_succeed_is_refused_and_changes_nothing(
    story, what, old, new, day, code
):
    admin = await department(story, FIRST_DAY if "later" in what else TODAY)
    before = await story.database.fetch("SELECT * FROM bodies ORDER BY id")
    with pytest.raises(RuleForbids) as refused:
        await plan_succession(story.rt, admin, old, new, day)
    assert refused.value.code == code
    assert await story.database.fetch("SELECT * FROM bodies ORDER BY id") == before
    assert await story.count("successions") == 0


async def test_a_succession_that_leaves_a_gap_and_one_twice_are_refused(story):
    admin = story.who("admin")
    with pytest.raises(BadDirectory):
        await plan_succession(story.rt, admin, "comm-39", "edu-39", TODAY)
    await succeed(story, FIRST_DAY)
    with pytest.raises(RuleForbids):
        await plan_succession(story.rt, admin, "guard-39", "uzpd-39", FIRST_DAY)
    with pytest.raises(RuleForbids) as refused:
        await plan_succession(story.rt, admin, "edu-39", "soc-39", FIRST_DAY, ["operator"])
    assert refused.value.code == "unknown_person"
    for who in ("operator", "supervisor", "other guardian"):
        with pytest.raises(NotAllowed):
            await plan_succession(story.rt, story.who(who), "edu-39", "soc-39", FIRST_DAY)


async def test_a_batch_takes_as_many_statements_for_2_cases_as_for_100(story):
    number = await a_case_of_39(story)
    await crowd(story, number, 102)
    await succeed(story)
    counted = []

    def note(*_):
        counted[-1] += 1

    event.listen(story.rt.engine.sync_engine, "before_cursor_execute", note)
    for batch in (1, 2, 100):
        counted.append(0)
        assert await run_successions(story.rt, batch=batch) == batch
    assert counted[2] <= counted[1] <= 32, counted
