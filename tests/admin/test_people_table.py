"""What a table of people does to those whom it names, and what it leaves as it was."""

from hotline.actions.import_people import import_people
from hotline.actions.run_work import run_work
from hotline.actions.works.kinds import RUNS
from hotline.cases.terms import JobName
from tests.builders import a_person, owed
from tests.console.console_world import signed_in


async def test_a_table_brings_nobody_back_and_takes_nothing_that_it_does_not_name(
    rt, database
):
    admin = await a_person(rt, "admin")
    gone = await a_person(rt, "operator", username="gone-one")
    await database.execute(
        "UPDATE people SET active = false, share = 0.5 WHERE id = $1", gone.viewer.person_id
    )
    names = "SELECT active, share FROM people WHERE username = $1"
    for table in (
        "username;role\ngone-one;operator\n",
        "username;role;share;active\ngone-one;operator;;\n",
        "username;name;role;active\nnew-one;Новая;operator;no\n",
        "username;name;role;active\nold-body;Ушедшая;body;no\n",
    ):
        await import_people(rt, admin.viewer, table.encode(), "t.csv", only_look=False)
    row = await database.fetchrow(names, "gone-one")
    assert (row["active"], float(row["share"])) == (False, 0.5)
    for username in ("new-one", "old-body"):
        assert (await database.fetchrow(names, username))["active"] is False


async def test_a_large_table_of_people_is_long_work_whose_links_only_its_asker_takes(
    rt, database, client
):
    admin, other = await a_person(rt, "admin"), await a_person(rt, "admin")
    rows = [f"new-{n};Новая {n};operator" for n in range(120)]
    table = "username;name;role\n" + "\n".join(rows)
    page = await signed_in(client, admin)
    await page.get("/admin/people")
    fields = {"table": table, "name": "t.csv", "keep": "yes"}
    answer = await page.post("/admin/people/import", fields)
    assert answer.headers["Location"].startswith("/works/")
    assert await database.fetchval("SELECT count(*) FROM people") == 2
    (row,) = await owed(rt, JobName.RUN_WORK)
    await run_work(rt, RUNS, row, print)
    done = await database.fetchrow("SELECT state, done, total, told FROM works")
    assert tuple(done)[:3] == ("done", 120, 120)
    assert '"new": 120' in done["told"]
    file = await page.get(answer.headers["Location"] + "/file")
    links = (await file.text()).strip().splitlines()
    assert len(links) == 121
    assert "/first-password/" in links[1]
    stranger = await signed_in(client, other)
    assert (await stranger.get(answer.headers["Location"] + "/file")).status == 404
    kept = await database.fetchrow("SELECT sealed_input, sealed_result FROM works")
    assert b"first-password" not in kept["sealed_result"]
    assert "Новая".encode() not in kept["sealed_input"]
