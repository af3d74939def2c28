"""A poster's code says the site to 111 and to nobody else; whatever it is, the form is shown."""

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.actions.confirm_contact import Confirmation, confirm_contact
from hotline.actions.manage_sites import (
    SiteGiven,
    import_sites,
    keep_site,
    make_code,
    read_site,
    revoke_code,
    site_of,
)
from hotline.cases.site_code import ALPHABET, LENGTH, made_of, read_code
from hotline.config.directory_faults import BadDirectory
from hotline.errors import HotlineError, NotAllowed, RuleForbids
from hotline.intake.site_memory import REMEMBERED
from hotline.store.case_view import read_case
from tests import builders
from tests.intake.doors import rows

SITE = SiteGiven(
    "school-12",
    "school",
    "№12 мектеп-гимназия",
    "Школа-гимназия № 12",
    "71",
    None,
    "edu-71",
)
UNKNOWN = "0123456789abcdefg"


def hidden(page, name):
    return re.search(f'name="{name}" value="([^"]*)"', page)[1]


@pytest.fixture
async def admin(rt):
    return (await builders.a_person(rt, "admin")).viewer


@pytest.fixture
async def code(rt, admin, database):
    given = SITE
    if not await database.fetchval("SELECT 1 FROM bodies WHERE id = $1", SITE.body):
        pytest.fail("the shipped directory has no such body")
    await keep_site(rt, admin, given)
    return await make_code(rt, admin, SITE.id)


@pytest.fixture
def report(client):
    """Fill in the form behind a code and send it; return both pages."""

    async def send(code, text="Көмек керек", **more):
        shown = await (await client.get(f"/q/{code}?lang=kk")).text()
        fields = {name: hidden(shown, name) for name in ("csrf", "form_id", "lang", "code")}
        answer = await client.post("/report", data={**fields, "text": text, **more})
        return shown, await answer.text(), answer

    return send


async def test_a_code_tells_111_the_site_and_its_place(report, code, rt, database):
    _, done, answer = await report(code)
    [row] = await rows(database)
    assert (row["channel"], row["site"], row["region_hint"]) == ("qr", "school-12", "71")
    assert row["receipt"] in done
    assert str(answer.url).endswith("/report")
    await builders.triage_all(rt)
    [row] = await rows(database)
    assert json.loads(row["triage"])["region"] == "71"


async def test_the_site_stands_on_no_page_that_the_writer_sees(report, code, client):
    shown, done, _ = await report(code)
    receipt = re.search(r'data-testid="receipt">([^<]*)<', done)[1]
    pin = re.search(r'data-testid="pin">([^<]*)<', done)[1]
    fields = {"receipt": receipt, "pin": pin, "lang": "kk"}
    thread = await (await client.post("/status", data=fields)).text()
    assert "Көмек керек" in thread
    for page in (shown, done, thread):
        assert "school-12" not in page
        assert "гимназия" not in page
    assert code not in done
    assert code not in thread


def without_fresh(page, code):
    """Return a form as it is but for what every load has anew."""
    page = page.replace(code, "CODE")
    return re.sub(r'name="(csrf|form_id)" value="[^"]*"', "", page)


async def test_an_unknown_or_revoked_code_shows_the_same_form(
    client, report, code, rt, admin, database, clock
):
    known = await (await client.get(f"/q/{code}?lang=kk")).text()
    other = await (await client.get(f"/q/{UNKNOWN}?lang=kk")).text()
    assert without_fresh(known, code) == without_fresh(other, UNKNOWN)
    _, codes = await read_site(rt, admin, SITE.id)
    await report(code, "Әлі күшінде")
    await revoke_code(rt, admin, SITE.id, codes[0].id)
    clock.forward(REMEMBERED)
    for tried in (code, UNKNOWN, "x", "%00", "a" * 500, "<b>"):
        shown = await client.get(f"/q/{tried}?lang=kk")
        assert shown.status == 200
    await report(code)
    await report(UNKNOWN)
    assert [(r["channel"], r["site"], r["apart"]) for r in await rows(database)] == [
        ("qr", SITE.id, [SITE.body]),
        ("qr", None, None),
        ("qr", None, None),
    ]


async def test_a_page_asks_the_store_for_nothing_so_that_it_cannot_tell(client, rt, code):
    await rt.stop()
    for tried in (code, UNKNOWN):
        assert (await client.get(f"/q/{tried}")).status == 200


async def test_whose_site_it_is_never_hears_of_it(report, code, rt, database):
    people = await builders.everybody(rt)
    there = await builders.a_person(rt, "body", region="71", bodies=(SITE.body,))
    await report(code, builders.DANGER)
    [row] = await rows(database)
    assert row["apart"] == [SITE.body]  # before anybody or anything has read it
    await builders.triage_all(rt)
    number = await database.fetchval("SELECT number FROM cases")
    [row] = await rows(database)
    operator = people["operator"].viewer
    await confirm_contact(rt, operator, row["receipt"], Confirmation())
    asked = await database.fetch("SELECT body_id FROM referrals")
    assert SITE.body not in {one["body_id"] for one in asked}
    assert asked
    complaint = await database.fetchrow("SELECT kind, body_id FROM complaints")
    assert tuple(complaint) == ("body", SITE.body)
    async with rt.transaction(there.viewer) as tx:
        with pytest.raises(HotlineError):
            await read_case(tx, there.viewer, number, rt.number_key)


async def test_the_site_is_shown_to_nobody_outside_111(report, code, rt, client, database):
    people = await builders.everybody(rt)
    await report(code)
    await builders.triage_all(rt)
    [row] = await rows(database)
    said = Confirmation(
        subcategory="VIO.PHY", urgency=2, region="71", release_narrative=True
    )
    number = await confirm_contact(rt, people["operator"].viewer, row["receipt"], said)
    for who in ("guardian", "commissioner", "family"):
        for path in (f"/api/v1/cases/{number}", f"/api/v1/cases/{number}/history",
                     f"/api/v1/cases/{number}/decisions", "/api/v1/cases"):  # fmt: skip
            answer = await client.get(path, headers=people[who].headers)
            said_there = await answer.text()
            assert "school-12" not in said_there, (who, path)
            assert SITE.body not in said_there, (who, path)
    told = await database.fetch(
        "SELECT data::text FROM case_events WHERE coalesce(case_id, contact_id) IS NOT NULL"
    )
    assert not any("school-12" in one["data"] for one in told)
    own = await client.get(
        f"/api/v1/contacts/{row['receipt']}", headers=people["operator"].headers
    )
    assert "school-12" in await own.text()


async def test_neither_code_nor_site_is_in_a_log(report, code, capsys):
    await report(code)
    said = capsys.readouterr().out
    assert "/q/{code}" in said
    assert code not in said
    assert "school-12" not in said


async def test_the_code_itself_is_kept_nowhere(code, database):
    for row in await database.fetch("SELECT site_codes::text AS all FROM site_codes"):
        assert code not in row["all"]
        assert code.encode().hex() not in row["all"]


BAD = [
    # field       value            code
    ("id", "School 12", "bad_site_id"),
    ("kind", "castle", "unknown_kind"),
    ("name_kk", "", "text_missing"),
    ("name_ru", "а" * 201, "text_missing"),
    ("region", "99", "unknown_region"),
    ("district", "391010000", "unknown_district"),
    ("body", "nobody-1", "unknown_body"),
    ("body", "own-111", "unknown_body"),
]


@pytest.mark.parametrize(("field", "value", "wrong"), BAD)
async def test_what_is_no_site_is_refused_by_field(
    rt, admin, database, field, value, wrong
):
    with pytest.raises(RuleForbids) as refused:
        await keep_site(rt, admin, replace(SITE, **{field: value}))
    assert (refused.value.code, refused.value.facts["field"]) == (wrong, field)
    assert await database.fetchval("SELECT count(*) FROM sites") == 0


async def test_a_table_of_sites_is_kept_whole_or_not_at_all(rt, admin, database):
    head = "id;kind;name_kk;name_ru;region;district;body\r\n"
    good = head + "s-1;school;А;А;71;;\r\ns-2;home;Б;Б;75;;edu-75\r\n"
    assert await import_sites(rt, admin, good.encode("utf-8-sig"), "sites.csv") == 2
    bad = head + "s-3;school;А;А;71;;\r\ns-4;castle;Б;Б;75;;\r\n"
    with pytest.raises(RuleForbids):
        await import_sites(rt, admin, bad.encode(), "sites.csv")
    with pytest.raises(BadDirectory):
        await import_sites(rt, admin, b"\x00\x01", "sites.csv")
    found = await database.fetch("SELECT id FROM sites ORDER BY id")
    assert [row["id"] for row in found] == ["s-1", "s-2"]


async def test_only_keepers_keep_sites(rt):
    people = await builders.everybody(rt)
    for who in ("operator", "guardian", "commissioner"):
        with pytest.raises(NotAllowed):
            await make_code(rt, people[who].viewer, "school-12")


@given(st.binary(min_size=LENGTH, max_size=40))
def test_a_code_is_read_as_it_was_made_however_it_is_typed(random):
    code = made_of(random)
    typed = "-".join(code[i : i + 4] for i in range(0, LENGTH, 4)).upper()
    assert read_code(code) == read_code(typed) == read_code(f" {code} ") == code
    assert read_code(typed.replace("0", "O").replace("1", "I")) == code
    assert len(code) * 5 >= 80
    assert set(code) <= set(ALPHABET)


@given(st.text(max_size=60))
def test_any_text_is_a_code_or_none(text):
    found = read_code(text)
    assert found is None or len(found) == LENGTH


async def test_a_code_that_is_none_finds_nothing(rt):
    for typed in ("", "\0", "é" * 17, "a" * 17, "0" * 400):
        assert await site_of(rt, typed) is None


async def test_five_hundred_posts_hide_no_danger(report, code, client, rt, database, clock):
    """One class, one address: everything is kept, and the 487th stands at the top."""
    shown = await (await client.get(f"/q/{code}?lang=kk")).text()
    operator = await builders.a_person(rt, "operator")
    dangerous = None
    for n in range(1, 501):
        fields = {name: hidden(shown, name) for name in ("csrf", "lang", "code")}
        page = await (await client.get(f"/q/{code}?lang=kk")).text()
        fields |= {name: hidden(page, name) for name in ("csrf", "form_id")}
        text = builders.DANGER if n == 487 else f"Сәлем, бұл сынақ {n}"
        answer = await client.post("/report", data={**fields, "text": text})
        assert answer.status == 200
        if n == 487:
            dangerous = re.search(r'data-testid="receipt">([^<]*)<', await answer.text())[1]
            queue = await client.get(
                "/api/v1/contacts?state=waiting", headers=operator.headers
            )
            assert (await queue.json())["items"][0]["receipt"] == dangerous
        clock.forward(timedelta(milliseconds=20))
    assert await database.fetchval("SELECT count(*) FROM contacts") == 500
    behind = await database.fetchval("SELECT count(*) FROM contacts WHERE behind")
    assert 0 < behind < 500
    other = await builders.a_contact(rt, triaged=False)  # written later, by somebody else
    await builders.triage_all(rt)
    assert (
        await database.fetchval("SELECT count(*) FROM contacts WHERE triaged_at IS NULL")
        == 0
    )
    items, cursor = [], ""
    while cursor is not None:
        address = f"/api/v1/contacts?state=waiting&cursor={cursor}".removesuffix("&cursor=")
        answer = await (await client.get(address, headers=operator.headers)).json()
        items += [one["receipt"] for one in answer["items"]]
        cursor = answer["next_cursor"]
    found = {row["receipt"]: row for row in await database.fetch("SELECT * FROM contacts")}
    assert len(items) == len(set(items)) == 501
    assert items[0] == dangerous
    assert other in items
    harmless = [found[one] for one in items if found[one]["urgency"] > 1]
    ranks = [(one["urgency"], one["behind"]) for one in harmless]
    assert ranks == sorted(ranks)
