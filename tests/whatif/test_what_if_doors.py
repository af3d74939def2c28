"""What-if through its doors: the API as it is described, and the command line."""

import asyncio
import json
import shutil

import pytest
from click.testing import CliRunner

from hotline.__main__ import main
from hotline.actions.enable_policy import enable_policy, propose_policy
from hotline.actions.run_work import run_work
from hotline.actions.start_work import cancel_work, work_of
from hotline.actions.try_policy import trial_of, try_policy
from hotline.cases.terms import JobName
from hotline.cases.works import WorkKind
from hotline.clock import SystemClock
from hotline.config.load import SHIPPED
from hotline.trial_work import run as replay
from tests import builders
from tests.api.conftest import Api
from tests.conftest import SECRET_KEY
from tests.console.console_world import signed_in
from tests.whatif.test_try_policy import changed


@pytest.fixture
async def api(client):
    document = await (await client.get("/api/openapi.json")).json()
    return Api(client, document)


@pytest.fixture
async def who(rt):
    return await builders.everybody(rt)


async def test_from_a_trial_to_rules_that_run_and_back(api, rt, who):
    supervisor, admin = who["supervisor"], who["admin"]
    number = await builders.a_case(rt, who["operator"], subcategory="NEG.CARE")
    asked = {"files": changed(), "days": 7}
    _, made = await api(supervisor, "POST", "/what-if", asked, status=201)
    assert (made["state"], made["days"]) == ("tried", 7)
    assert {one["case"] for one in made["found"]["changes"] if one["kind"] == "route"} == {
        number
    }
    path = f"/what-if/{made['id']}"
    _, seen = await api(admin, "GET", path, status=200)
    assert (seen["found"]["changes"], seen["found"]["changed"]["route"]) == ([], 1)
    await api(supervisor, "POST", f"{path}/propose", {}, status=200)
    _, refused = await api(supervisor, "POST", f"{path}/enable", {}, status=422)
    assert refused["code"] == "same_person"
    _, enabled = await api(admin, "POST", f"{path}/enable", {}, status=200)
    assert enabled["state"] == "enabled"
    _, page = await api(admin, "GET", "/what-if", status=200)
    assert page["running"] == made["id"]
    _, ended = await api(supervisor, "POST", f"{path}/roll-back", {}, status=200)
    assert ended["state"] == "ended"


async def test_bad_files_are_refused_with_file_key_and_remedy(api, who):
    bad = changed("sla.yaml", ("{work: PT4H}", "{work: PT0S}"))
    asked = {"files": bad, "days": 7}
    _, refused = await api(who["supervisor"], "POST", "/what-if", asked, status=422)
    assert (refused["code"], refused["field"]) == ("bad_config", "files.sla.yaml")
    assert "key `clocks" in refused["problems"][0]
    for nowhere in ("0", "999", "x", "9" * 30):
        await api(who["supervisor"], "GET", f"/what-if/{nowhere}", status=404)


async def test_a_long_past_is_replayed_as_long_work_and_once(rt, who, monkeypatch, client):
    monkeypatch.setattr("hotline.actions.try_policy.AT_ONCE", 1)
    await builders.a_case(rt, who["operator"], subcategory="NEG.CARE")
    supervisor = who["supervisor"].viewer
    made = await try_policy(rt, supervisor, changed(), 30)
    assert (await trial_of(rt, supervisor, made)).state == "waiting"
    page = await signed_in(client, who["supervisor"])
    await page.get(f"/what-if/{made}")
    assert 'href="/works"' in page.html.split('data-testid="trial-waits"')[1]
    await page.get("/works")
    assert "Изменённые правила" in page.html
    assert 'data-testid="work-cancel"' in page.html
    (row,) = await builders.owed(rt, JobName.RUN_WORK)
    assert await run_work(rt, {WorkKind.TRY_POLICY: replay}, row, print) == 1
    assert (await trial_of(rt, supervisor, made)).found.changed["route"] == 1
    await page.get("/works")
    assert f'href="/what-if/{made}"' in page.html
    assert 'data-state="done"' in page.html
    assert await run_work(rt, {WorkKind.TRY_POLICY: replay}, row, print) == 0


@pytest.mark.parametrize("begun", [False, True])
async def test_a_replay_that_was_cancelled_leaves_its_trial_refused(
    rt, who, monkeypatch, database, begun
):
    monkeypatch.setattr("hotline.actions.try_policy.AT_ONCE", 1)
    await builders.a_case(rt, who["operator"], subcategory="NEG.CARE")
    supervisor = who["supervisor"].viewer
    made = await try_policy(rt, supervisor, changed(), 30)
    work = await database.fetchval("SELECT id FROM works")
    (row,) = await builders.owed(rt, JobName.RUN_WORK)

    async def cancelled_meanwhile(bench):
        await cancel_work(rt, supervisor, work)
        await bench.progress.cancelled.wait()  # the sign of life hears it
        return await replay(bench)

    if begun:
        await run_work(rt, {WorkKind.TRY_POLICY: cancelled_meanwhile}, row, print)
    else:
        await cancel_work(rt, supervisor, work)
    assert (await work_of(rt, supervisor, work)).state == "cancelled"
    after = await trial_of(rt, supervisor, made)
    assert (after.state, after.refused) == ("refused", "cancelled")


@pytest.fixture
def what_if(rt, monkeypatch, tmp_path):
    """Return a function that runs `hotline what-if` over a folder with changed files."""
    rt.clock = SystemClock()  # a command has the world's time
    monkeypatch.setenv("HOTLINE_DATABASE_URL", rt.settings.database_url)
    monkeypatch.setenv("HOTLINE_REDIS_URL", rt.settings.redis_url)
    monkeypatch.setenv("HOTLINE_SECRET_KEY", SECRET_KEY)
    monkeypatch.setenv("HOTLINE_DATA_DIR", str(tmp_path / "data"))

    async def run(files, *words):
        folder = tmp_path / "tried"
        shutil.copytree(SHIPPED, folder)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        given = ["what-if", "--config", str(folder), "--days", "30", *words]
        return await asyncio.to_thread(CliRunner().invoke, main, given)

    return run


async def test_the_command_gives_an_empty_diff_for_the_same_files(rt, who, what_if):
    await builders.a_case(rt, who["operator"], subcategory="NEG.CARE")
    done = await what_if({}, "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.output)
    assert (told["changes"], told["load"], told["changed"]) == ([], [], {})
    assert told["decisions"] >= 1


async def test_the_command_tells_each_change_with_its_case(rt, who, what_if):
    number = await builders.a_case(rt, who["operator"], subcategory="NEG.CARE")
    said = {**changed(), "topics.yaml": (SHIPPED / "topics.yaml").read_text() + "\n"}
    done = await what_if(said)
    assert done.exit_code == 0, done.output
    assert number in done.output
    assert "1 route answers change" in done.output
    assert "comm-71: 0 -> 1 cases" in done.output
    assert "not judged by a replay: topics.yaml" in done.output


async def test_the_command_refuses_files_that_do_not_hold(rt, who, what_if):
    bad = changed("sla.yaml", ("{work: PT4H}", "{work: PT0S}"))
    done = await what_if(bad)
    assert done.exit_code == 1
    assert "sla.yaml: key `clocks" in done.output


async def test_a_command_writes_its_answer_and_nothing_else_though_a_trial_is_enabled(
    rt, who, what_if
):
    await builders.a_case(rt, who["operator"], subcategory="NEG.CARE")
    supervisor, admin = who["supervisor"].viewer, who["admin"].viewer
    made = await try_policy(rt, supervisor, changed(), 30)
    await propose_policy(rt, supervisor, made)
    await enable_policy(rt, admin, made)
    done = await what_if({}, "--json")  # config/ beside what runs: the other way round
    told = json.loads(done.stdout)
    (change,) = [one for one in told["changes"] if one["kind"] == "route"]
    assert change["before"]["lead"] == "comm-71"
