"""/admin/sites: a site is entered, its code made and printed, and revoked."""

import re
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.actions.manage_sites import site_of
from hotline.console.poster import poster
from tests import builders
from tests.console.console_world import signed_in

GIVEN = {
    "site": "school-12", "kind": "school", "name_kk": "№12 мектеп", "name_ru": "Школа № 12",
    "region": "71", "district": "", "body": "",
}  # fmt: skip


@pytest.fixture
async def admin(client, rt):
    found = await signed_in(client, await builders.a_person(rt, "admin"))
    await found.get("/admin/sites")
    return found


def code_in(svg):
    """Return the code as a person would type it from the poster."""
    return re.search(r">[^<]*/q/([0-9a-z-]+)</text>", svg)[1]


async def test_a_site_is_entered_its_poster_made_and_its_code_revoked(admin, rt, database):
    saved = await admin.post("/admin/sites", GIVEN)
    assert (saved.status, saved.headers["Location"]) == (303, "/admin/sites/school-12")
    await admin.get("/admin/sites/school-12")
    shown = await (await admin.post("/admin/sites/school-12/codes", {"as": "page"})).text()
    code = code_in(shown)
    assert (await site_of(rt, code)).id == "school-12"
    await admin.get("/admin/sites/school-12")
    assert code not in admin.html
    code_id = await database.fetchval("SELECT id FROM site_codes")
    ended = await admin.post(f"/admin/sites/school-12/codes/{code_id}/revoke")
    assert ended.status == 303
    assert await site_of(rt, code) is None
    events = await database.fetch("SELECT event FROM case_events ORDER BY id")
    assert [row["event"] for row in events] == [
        "sites_kept",
        "site_code_made",
        "site_code_revoked",
    ]


async def test_a_poster_is_a_file_of_its_own_and_names_no_site(admin, rt):
    await admin.post("/admin/sites", GIVEN)
    answer = await admin.post("/admin/sites/school-12/codes", {"as": "file"})
    assert answer.content_type == "image/svg+xml"
    assert "attachment" in answer.headers["Content-Disposition"]
    svg = await answer.text()
    ET.fromstring(svg)
    assert "Школа" not in svg
    assert "school-12" not in svg
    assert "style=" not in svg
    assert (await site_of(rt, code_in(svg))).id == "school-12"


async def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(admin, database):
    answer = await admin.post("/admin/sites", {**GIVEN, "site": "Школа", "region": ""})
    page = await answer.text()
    assert answer.status == 422
    assert 'id="error-site"' in page
    assert "Школа № 12" in page
    assert await database.fetchval("SELECT count(*) FROM sites") == 0


async def test_a_table_is_imported_whole(admin, database):
    table = "id;kind;name_kk;name_ru;region\r\ns-1;camp;А;А;71\r\ns-2;camp;Б;Б;75\r\n"
    form = aiohttp.FormData({"csrf": admin.hidden("csrf")})
    form.add_field("file", table.encode("utf-8-sig"), filename="sites.csv")
    answer = await admin.client.post(
        "/admin/sites/import",
        data=form,
        headers={"Cookie": admin.cookie},
        allow_redirects=False,
    )
    assert answer.status == 303
    assert await database.fetchval("SELECT count(*) FROM sites") == 2


NOT_FOR = ["operator", "guardian", "commissioner", "family"]


@pytest.mark.parametrize("role", NOT_FOR)
async def test_others_do_not_know_of_the_page(client, rt, role):
    region = None if role == "operator" else "71"
    somebody = await builders.a_person(rt, role, region=region)
    browser = await signed_in(client, somebody)
    for path in ("/admin/sites", "/admin/sites/school-12"):
        assert (await browser.get(path)).status == 404


async def test_a_site_that_nobody_entered_is_not_there(admin):
    for path in ("/admin/sites/none", "/admin/sites/%00", "/admin/sites/a'b"):
        assert (await admin.get(path)).status == 404
    await admin.get("/admin/sites")
    assert (await admin.post("/admin/sites/none/codes", {"as": "page"})).status == 404


@given(st.text(alphabet="0123456789abcdefghjkmnpqrstvwxyz", min_size=17, max_size=17))
def test_a_poster_shows_the_very_address_of_its_code(code):
    svg = poster(f"https://111.example/q/{code}")
    assert code_in(svg).replace("-", "") == code
    assert urlsplit(f"https://111.example/q/{code_in(svg)}").path.startswith("/q/")
