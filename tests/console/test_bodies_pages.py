"""The directory on pages: who may, a form that names fields, a table looked at before it is kept."""

import re
from html import unescape

import pytest
from aiohttp import FormData

from tests.builders import everybody
from tests.console.console_world import signed_in

TABLE = "id;kind;region;name_kk;name_ru;valid_from;status\nuzpd-39;UZPD;39;Басқарма;Управление;2027-03-01;active\n"


@pytest.fixture
async def people(rt):
    return await everybody(rt)


@pytest.fixture
async def admin(client, people):
    return await signed_in(client, people["admin"])


async def sent(browser, answer):
    browser.html = await answer.text()
    return answer.status


@pytest.mark.parametrize("who", ["operator", "supervisor", "commissioner", "guardian"])
@pytest.mark.parametrize(
    "path", ["/admin/bodies", "/admin/bodies/guard-71", "/admin/bodies.csv"]
)
async def test_who_is_no_administrator_knows_of_no_such_page(client, people, who, path):
    browser = await signed_in(client, people[who])
    assert (await browser.get(path)).status == 404


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
async def test_the_list_and_every_card_are_shown(client, people, lang):
    browser = await signed_in(client, people["admin"], lang)
    assert (await browser.get("/admin/bodies?region=71")).status == 200
    names = re.findall(r'href="/admin/bodies/([a-z0-9-]+)"', browser.html)
    assert {"guard-71", "uzpd-71"} <= set(names)
    assert "guard-39" not in names
    assert (await browser.get("/admin/bodies/guard-71")).status == 200
    assert people["guardian"].viewer.username in browser.html
    assert (await browser.get("/admin/bodies/nobody")).status == 404
    assert (await browser.get("/admin/bodies?region=99&kind=%3Cb%3E")).status == 200


async def test_a_body_is_added_and_corrected_in_its_form(admin, database):
    await admin.get("/admin/bodies/new")
    fields = {"id": "psy-x", "kind": "PSY", "region": "71", "district": "", "name_kk": "Орталық",
              "name_ru": "Центр", "status": "active", "valid_from": "2026-01-01", "valid_to": "",
              "parent": "", "phone": "", "hours": "", "languages": "kk", "children": "",
              "capacity": "", "has_login": "no"}  # fmt: skip
    answer = await admin.post("/admin/bodies/new", fields)
    assert await sent(admin, answer) == 422
    assert 'id="error-valid_from"' in admin.html
    assert "psy-71" in admin.html, "whom it overlaps"
    assert 'value="Центр"' in admin.html, "what was typed is kept"
    answer = await admin.post("/admin/bodies/new", {**fields, "status": "planned"})
    assert (answer.status, answer.headers["Location"]) == (303, "/admin/bodies/psy-x")
    await admin.get("/admin/bodies/psy-x")
    mark = admin.hidden("seen")
    again = {"capacity": "30", "seen": mark}
    assert (await admin.post("/admin/bodies/psy-x", again)).status == 303
    assert await database.fetchval("SELECT capacity FROM bodies WHERE id = 'psy-x'") == 30
    assert (
        await admin.post("/admin/bodies/psy-x", {"capacity": "5", "seen": mark})
    ).status == 409
    await admin.get("/admin/bodies/psy-x")
    zero = await admin.post(
        "/admin/bodies/psy-x", {"capacity": "0", "seen": admin.hidden("seen")}
    )
    assert await sent(admin, zero) == 422
    assert 'id="error-capacity"' in admin.html


async def test_a_stale_form_keeps_what_was_typed_beside_what_stands(admin):
    at = "/admin/bodies/guard-71"
    await admin.get(at)
    seen = admin.hidden("seen")
    theirs, mine = "+7 700 000 00 11", "+7 700 000 00 22"
    assert (await admin.post(at, {"phone": theirs, "seen": seen})).status == 303
    assert await sent(admin, await admin.post(at, {"phone": mine, "seen": seen})) == 409
    table = admin.html.split('data-testid="differs"', 1)[1].split("</table>", 1)[0]
    assert re.findall(r"<td>([^<]*)</td>", table) == [
        "+7 700 000 00 22",
        "+7 700 000 00 11",
    ]
    assert f'name="phone" type="text" value="{mine}"' in admin.html
    again = {"phone": mine, "seen": admin.hidden("seen")}
    assert (await admin.post(at, again)).status == 303


async def test_a_refused_plan_keeps_successor_day_and_people(admin):
    await admin.get("/admin/bodies/guard-71")
    for wrong in ({"on_day": "2020-01-01"}, {"people": "nobody-at-all"}, {"on_day": "x"}):
        typed = {
            "to_body": "uzpd-71",
            "on_day": "2027-01-04",
            "people": "somebody",
            **wrong,
        }
        answer = await admin.post("/admin/bodies/guard-71/succession", typed)
        assert await sent(admin, answer) == 422
        form = admin.html.split('data-testid="succession-form"', 1)[1]
        assert '<option value="uzpd-71" selected' in form
        for name in ("on_day", "people"):
            assert f'value="{typed[name]}"' in form


async def upload(admin, text, name="органы.csv", **fields):
    form = FormData(quote_fields=False)
    for field, value in {"csrf": admin.hidden("csrf"), **fields}.items():
        form.add_field(field, value)
    form.add_field("file", text.encode(), filename=name, content_type="text/csv")
    return await admin.client.post(
        "/admin/bodies/import",
        data=form,
        headers={"Cookie": admin.cookie},
        allow_redirects=False,
    )


async def test_a_table_is_looked_at_first_and_kept_when_that_is_confirmed(admin, database):
    await admin.get("/admin/bodies")
    assert await sent(admin, await upload(admin, TABLE)) == 200
    assert 'data-testid="change-uzpd-39"' in admin.html
    assert "2026-04-01 → 2027-03-01" in unescape(admin.html)
    status = "SELECT status FROM bodies WHERE id = 'uzpd-39'"
    assert await database.fetchval(status) == "planned"
    kept = {name: admin.hidden(name) for name in ("name", "table", "keep", "seen")}
    assert kept["name"] == "органы.csv"
    assert (await admin.post("/admin/bodies/import", kept)).status == 303
    assert await database.fetchval(status) == "active"
    answer = await admin.post("/admin/bodies/import", kept)
    assert await sent(admin, answer) == 409, "the directory is another by now"


async def test_a_wrong_table_names_line_and_column_and_changes_nothing(admin, database):
    before = await database.fetch("SELECT * FROM bodies ORDER BY id")
    await admin.get("/admin/bodies")
    answer = await upload(admin, TABLE.replace(";39;", ";99;"), "b<i>.csv")
    assert await sent(admin, answer) == 422
    assert "b&lt;i&gt;.csv: line 2" in admin.html
    assert "99" in admin.html
    for text in ("", "PK\x03\x04", "id;kind", "x" * 600_000):
        assert (await upload(admin, text)).status == 422
    assert await database.fetch("SELECT * FROM bodies ORDER BY id") == before


async def test_people_of_bodies_come_by_the_same_door(admin, people, database):
    await admin.get("/admin/bodies")
    username = people["guardian"].viewer.username
    assert (
        await sent(
            admin, await upload(admin, f"body;username;position\npsy-71;{username};head")
        )
        == 200
    )
    assert username in admin.html
    kept = {name: admin.hidden(name) for name in ("name", "table", "keep")}
    assert (await admin.post("/admin/bodies/import", kept)).status == 303
    assert (
        await database.fetchval("SELECT position FROM memberships WHERE body_id = 'psy-71'")
        == "head"
    )


async def test_the_directory_goes_out_as_a_table(admin):
    for what, column in (("bodies", b"valid_from"), ("members", b"username")):
        answer = await admin.client.get(
            f"/admin/{what}.csv", headers={"Cookie": admin.cookie}
        )
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{what}.csv"'
        assert column in await answer.read()


async def test_a_succession_is_planned_and_taken_back_on_pages(admin, database):
    path = "/admin/bodies/guard-71/succession"
    await admin.get("/admin/bodies/guard-71")
    for fields, said in (
        ({"to_body": "uzpd-71", "on_day": "soon"}, 422),
        ({"to_body": "", "on_day": "2026-12-01"}, 422),
        ({"to_body": "uzpd-71", "on_day": "2026-01-01"}, 422),
        ({"to_body": "uzpd-71", "on_day": "2026-12-01", "people": "admin"}, 422),
        ({"to_body": "uzpd-71", "on_day": "2026-12-01"}, 303),
    ):
        assert (await admin.post(path, fields)).status == said, fields
    await admin.get("/admin/bodies/guard-71")
    assert 'data-testid="plan"' in admin.html
    await admin.get("/admin/bodies")
    plan = re.search(r'action="/admin/successions/(\d+)/cancel"', admin.html)[1]
    assert (await admin.post(f"/admin/successions/{plan}/cancel")).status == 303
    assert (await admin.post(f"/admin/successions/{plan}/cancel")).status == 404
    assert await database.fetchval("SELECT cancelled_at IS NOT NULL FROM successions")
