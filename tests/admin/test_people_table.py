"""What a table of people does to those whom it names, and what it leaves as it was."""

from hotline.actions.import_people import import_people
from tests.builders import a_person


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
