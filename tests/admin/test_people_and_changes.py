"""People and rights: seen before, made at once or by two, undone; two at the same person."""

import re
from html import unescape

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.actions.accept_referral import accept_referral
from hotline.actions.make_change import decide_change, make_change, undo_change
from hotline.actions.sign_in import sign_in
from hotline.errors import NotAllowed, RuleForbids, Stale
from hotline.identity.changes import lines, mark
from hotline.identity.viewer import TRIAGE
from hotline.store import people as store
from tests.builders import a_case, a_person, everybody
from tests.console.console_world import signed_in

SCRIPT = "<img src=x onerror=alert(1)>\u202eгпж"


@pytest.fixture
async def admin(client, rt):
    return await signed_in(client, await a_person(rt, "admin", username="the-admin"), "ru")


def form_of(html, **other):
    """Return what the person's form holds, changed."""
    found = dict(re.findall(r'<input[^>]* name="([\w-]+)"[^>]* value="([^"]*)"', html))
    for name, options in re.findall(
        r'<select[^>]* name="([\w-]+)"[^>]*>(.*?)</select>', html
    ):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    spoken = re.findall(r'name="(speaks-\w+)" value="yes" checked', html)
    found = {n: unescape(v) for n, v in found.items() if not n.startswith("speaks-")}
    return {**found, **dict.fromkeys(spoken, "yes"), **other}


def seen(html):
    return re.search(r'name="seen" value="(\w+)"', html)[1]


async def look_and_change(browser, address, **other):
    """Send the person's form and confirm what it shows; return the last answer."""
    await browser.get(address)
    fields = form_of(browser.html, **other)
    answer = await browser.post(address, fields)
    text = await answer.text()
    if 'name="seen"' not in text:
        return answer, text
    return await browser.post(address, {**fields, "seen": seen(text)}), text


async def test_a_person_is_added_and_comes_in_by_the_link_alone(client, rt, admin):
    await admin.get("/admin/people/new")
    fields = form_of(
        admin.html, username="aliya.n", name=SCRIPT.replace("\u202e", ""), role="guardian",
        region="71", **{"body-0": "guard-71"},
    )  # fmt: skip
    answer = await admin.post("/admin/people/new", fields)
    text = await answer.text()
    assert answer.status == 200
    assert "<img" not in text
    link = re.search(r"/first-password/[\w-]+", text)[0]
    new = {"new": "семь зелёных ворон", "again": "семь зелёных ворон"}
    assert (await client.post(link, data=new, allow_redirects=False)).status == 303
    session = await sign_in(rt, "aliya.n", new["new"])
    assert (session.viewer.role, session.viewer.bodies) == ("guardian", {"guard-71"})


WRONG = [
    ("a name with spaces", {"username": "a b", "name": "x"}, "username"),
    ("a script for a name", {"username": "okay", "name": SCRIPT}, "name"),
    ("a forged role", {"username": "okay", "name": "x", "role": "root"}, "role"),
    ("a forged region", {"username": "okay", "name": "x", "region": "99"}, "region"),
    ("a body that is none", {"username": "okay", "name": "x", "body-0": SCRIPT}, "bodies"),
    ("a share that is none", {"username": "okay", "name": "x", "share": "nan"}, "share"),
    ("a commissioner of nowhere", {"username": "okay", "name": "x", "role": "commissioner"},
     "region"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "fields", "field"), WRONG)
async def test_what_cannot_be_is_named_and_nothing_is_kept(
    client, rt, admin, database, what, fields, field
):
    await admin.get("/admin/people/new")
    answer = await admin.post("/admin/people/new", form_of(admin.html, **fields))
    text = await answer.text()
    assert answer.status == 422
    assert f'href="#{field}"' in text
    assert "<img" not in text
    assert await database.fetchval("SELECT count(*) FROM people") == 1


async def test_who_is_turned_off_is_out_at_once_and_their_case_goes_on(
    client, rt, admin, database
):
    people = await everybody(rt)
    guardian = people["guardian"]
    number = await a_case(rt, people["operator"])
    referral = await database.fetchval("SELECT id FROM referrals WHERE status = 'offered'")
    body = await database.fetchval("SELECT body_id FROM referrals WHERE id = $1", referral)
    colleague = await a_person(rt, "guardian", region="71", bodies=(body,))
    await accept_referral(rt, guardian.viewer, number, referral)
    theirs = await signed_in(client, guardian)
    address = f"/admin/people/{guardian.viewer.person_id}"
    answer, shown = await look_and_change(admin, address, active="no")
    assert answer.status == 303
    assert f"{body}" in shown, "the open case in hand was not told"
    assert number not in shown
    assert (await theirs.get("/inbox")).status == 302
    asked = await client.get("/api/v1/cases", headers=guardian.headers)
    assert asked.status == 401
    holder = await database.fetchval(
        "SELECT assignee_id FROM referrals WHERE id = $1", referral
    )
    assert holder == colleague.viewer.person_id


async def test_two_admins_at_one_person_the_second_is_shown_how_it_stands(
    client, rt, admin
):
    person = await a_person(rt, "operator")
    other = await signed_in(client, await a_person(rt, "admin"), "ru")
    address = f"/admin/people/{person.viewer.person_id}"
    await other.get(address)
    fields = form_of(other.html, share="0,5")
    shown = await (await other.post(address, fields)).text()
    made, _ = await look_and_change(admin, address, region="71")
    assert made.status == 303
    answer = await other.post(address, {**fields, "seen": seen(shown)})
    text = await answer.text()
    assert answer.status == 409
    assert "conflict-dialog" in text
    assert re.search(r"<del>Астана</del></td><td><ins>—", text), "the other's is not told"
    assert "<td>—</td><td>—</td><td>Астана</td>" in text  # before, proposed, now


async def test_who_agrees_to_what_moved_meanwhile_is_shown_all_three(
    client, rt, admin, database
):
    person = await a_person(rt, "operator", username="rising")
    address = f"/admin/people/{person.viewer.person_id}"
    await look_and_change(admin, address, role="supervisor")
    change = await database.fetchval("SELECT max(id) FROM changes")
    await database.execute(
        "UPDATE people SET region = '71' WHERE id = $1", person.viewer.person_id
    )
    chief = await signed_in(client, await a_person(rt, "supervisor"), "ru")
    await chief.get("/admin/changes")
    answer = await chief.post(f"/admin/changes/{change}/agree")
    text = await answer.text()
    assert answer.status == 409
    told = text[text.index('data-testid="differs"') :].partition("</table>")[0]
    assert "<td>—</td><td>—</td><td>Астана</td>" in told
    assert "<td>Оператор 111</td><td>Супервайзер 111</td><td>Оператор 111</td>" in told
    assert await database.fetchval("SELECT state FROM changes") == "stale"


async def test_power_takes_two_and_the_proposer_cannot_agree(client, rt, admin, database):
    person = await a_person(rt, "operator", username="rising")
    address = f"/admin/people/{person.viewer.person_id}"
    answer, _ = await look_and_change(admin, address, role="supervisor")
    assert answer.status == 303
    assert await database.fetchval("SELECT role FROM people WHERE username='rising'") == (
        "operator"
    )
    change = await database.fetchval("SELECT id FROM changes WHERE state = 'waiting'")
    await admin.get("/admin/changes")
    assert 'data-testid="agree"' not in admin.html
    refused = await admin.post(f"/admin/changes/{change}/agree")
    assert refused.status == 422
    chief = await signed_in(client, await a_person(rt, "supervisor"), "ru")
    await chief.get("/admin/changes")
    assert (await chief.post(f"/admin/changes/{change}/agree")).status == 303
    assert await database.fetchval("SELECT role FROM people WHERE username='rising'") == (
        "supervisor"
    )
    await admin.get("/admin/changes")
    assert (await admin.post(f"/admin/changes/{change}/undo")).status == 303
    assert await database.fetchval("SELECT role FROM people WHERE username='rising'") == (
        "operator"
    )
    with pytest.raises(asyncpg.PostgresError, match="decided change"):
        await database.execute("UPDATE changes SET after = '{}' WHERE id = $1", change)


async def test_a_right_is_taken_by_two_and_never_one_that_somebody_in_danger_needs(rt):
    people = await everybody(rt)
    admin, chief = people["admin"].viewer, people["supervisor"].viewer
    look = {"taken": ["reveal"]}
    change = await make_change(
        rt, admin, "rights", "operator", look, seen=mark({"taken": []})
    )
    assert await decide_change(rt, chief, change, agree=True) == "made"
    async with rt.transaction(TRIAGE) as tx:
        operator = await store.viewer(tx, people["operator"].viewer.person_id)
        supervisor = await store.viewer(tx, chief.person_id)
    assert (operator.without, supervisor.without) == ({"reveal"}, frozenset())
    for move in ("emergency", "urgency", "offer", "accept", "fly"):
        with pytest.raises(RuleForbids):
            await make_change(
                rt, admin, "rights", "operator", {"taken": [move]}, seen=mark(look)
            )
    with pytest.raises(NotAllowed):
        await make_change(rt, chief, "rights", "operator", look, seen=mark(look))
    back = await undo_change(rt, admin, change)
    assert await decide_change(rt, chief, back, agree=True) == "made"


async def test_what_was_changed_since_is_not_undone_over_it(rt):
    admin = (await a_person(rt, "admin")).viewer
    key = str((await a_person(rt, "operator")).viewer.person_id)

    async def change(**values):
        from hotline.actions.make_change import look_at_change

        look = await look_at_change(rt, admin, "person", key, values)
        return await make_change(rt, admin, "person", key, values, seen=look.seen)

    first = await change(share=0.5)
    await change(share=0.25)
    with pytest.raises(Stale):
        await undo_change(rt, admin, first)


async def test_nobody_changes_themselves_and_one_admin_is_left(rt):
    one, two = await a_person(rt, "admin"), await a_person(rt, "admin")
    for who, whom, code in ((one, one, "self_change"), (one, two, None)):
        key = str(whom.viewer.person_id)
        from hotline.actions.make_change import look_at_change

        if code:
            with pytest.raises(RuleForbids) as refused:
                await look_at_change(rt, who.viewer, "person", key, {"active": False})
            assert refused.value.code == code
        else:
            look = await look_at_change(rt, who.viewer, "person", key, {"active": False})
            await make_change(
                rt, who.viewer, "person", key, {"active": False}, seen=look.seen
            )


async def test_a_table_of_people_is_looked_at_first_and_kept_whole(
    client, rt, admin, database
):
    await a_person(rt, "operator", username="there")
    table = (
        "username;name;role;region;bodies;languages;share;active\r\n"
        "there;;operator;;;kk ru;0,5;yes\r\n"
        "new.one;Асель Т.;guardian;71;guard-71:head;kk;1;yes\r\n"
        "new.chief;Берик С.;supervisor;;;kk;1;yes\r\n"
    )
    await admin.get("/admin/people")
    sent = {"table": table, "name": "t.csv"}
    looked = await (await admin.post("/admin/people/import", sent)).text()
    assert looked.count('data-testid="import-') == 3
    assert await database.fetchval("SELECT count(*) FROM people") == 2
    kept = await (await admin.post("/admin/people/import", {**sent, "keep": "yes"})).text()
    assert kept.count("/first-password/") == 2
    rows = dict(await database.fetch("SELECT username, active FROM people"))
    assert rows["new.one"] is True
    assert rows["new.chief"] is False, "a supervisor came in by one person"
    broken = sent | {"table": table.replace("guard-71", "guard-99"), "keep": "yes"}
    answer = await admin.post("/admin/people/import", broken)
    assert answer.status == 422
    out = await admin.get("/admin/people.csv")
    assert "new.one;Асель Т.;guardian;71;guard-71:head" in (await out.text())


@pytest.mark.parametrize("role", ["supervisor", "operator", "commissioner", "guardian"])
async def test_who_is_no_administrator_finds_no_such_page(client, rt, role):
    browser = await signed_in(client, (await everybody(rt))[role])
    for path in (
        "/admin/people",
        "/admin/people/1",
        "/admin/people.csv",
        "/admin/people/new",
    ):
        assert (await browser.get(path)).status == 404, path
    wanted = 200 if role == "supervisor" else 404
    for path in ("/admin/changes", "/admin/rights", "/admin/audit"):
        assert (await browser.get(path)).status == wanted, path


values = st.dictionaries(
    st.sampled_from(["role", "share", "bodies"]),
    st.one_of(
        st.text(max_size=3),
        st.booleans(),
        st.dictionaries(st.text(max_size=2), st.text(max_size=2)),
    ),
)


@given(values, values)
def test_a_diff_is_empty_exactly_where_nothing_differs(before, after):
    if before == after:
        assert not lines(before, after)
        assert mark(before) == mark(after)
    if lines(before, after):
        assert mark(before) != mark(after)
