"""The directory as tables and by hand: what goes out comes in again; what is wrong changes nothing."""

import csv
import io
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from hotline.actions.change_body import add_body, change_body
from hotline.actions.export_bodies import export_bodies, export_members
from hotline.actions.import_bodies import import_bodies
from hotline.actions.import_members import import_members
from hotline.actions.sync_bodies import DIRECTORY, sync_bodies
from hotline.actions.sync_bodies import rows_of as rows_from
from hotline.actions.sync_bodies import write_bodies as write
from hotline.actions.works.kind import WorkCancelled
from hotline.config.bodies_csv import COLUMNS, read_bodies, write_bodies
from hotline.config.csv_table import heading_of
from hotline.config.directory_faults import BadDirectory
from hotline.config.directory_rules import Entry
from hotline.config.hours_text import hours_of, text_of
from hotline.config.load import SHIPPED
from hotline.config.members_csv import MemberEntry, read_members, write_members
from hotline.errors import NotAllowed, NotFound, Stale
from hotline.store import bodies
from tests.builders import a_case, a_person, everybody

HEAD = ";".join(COLUMNS)


@pytest.fixture
async def people(rt):
    return await everybody(rt)


@pytest.fixture
def admin(people):
    return people["admin"].viewer


def table(*rows, columns=HEAD):
    return "\r\n".join([columns, *rows]).encode("utf-8-sig")


async def rows_of(database):
    return [tuple(row) for row in await database.fetch("SELECT * FROM bodies ORDER BY id")]


UZPD_39 = (
    "id;kind;region;name_kk;name_ru;valid_from;status;hours;children;capacity\n"
    "uzpd-39;UZPD;39;Басқарма;Управление;01.03.2027;active;"
    "mon-fri 09:00-13:00 14:00-18:00, sat 10:00-14:00;150 000;400\n"
)


async def test_what_is_exported_and_imported_again_changes_nothing(rt, admin, database):
    await import_bodies(rt, admin, UZPD_39.encode(), "b.csv")
    raw = await export_bodies(rt, admin)
    before = [row[:-1] for row in await rows_of(database)]  # all but who keeps it
    for again in (raw, raw.decode("utf-8-sig").replace(";", "\t").encode()):
        done = await import_bodies(rt, admin, again, "b.csv", whole=True)
        assert (done.changes, done.left) == ((), 0)
    assert [row[:-1] for row in await rows_of(database)] == before
    assert await export_bodies(rt, admin) == raw


async def test_an_import_names_what_changes_and_leaves_what_it_does_not_name(
    rt, admin, database
):
    before = await database.fetchval("SELECT count(*) FROM bodies")
    looked = await import_bodies(rt, admin, UZPD_39.encode(), "b.csv", only_look=True)
    (change,) = looked.changes
    assert (change.body, change.what, looked.left) == ("uzpd-39", "changed", before - 1)
    fields = {column: (was, now) for column, was, now in change.fields}
    assert fields["status"] == ("planned", "active")
    assert fields["valid_from"] == ("2026-04-01", "2027-03-01")
    assert fields["children"] == ("", "150000")
    row = "SELECT status, children, source FROM bodies WHERE id = 'uzpd-39'"
    assert tuple(await database.fetchrow(row)) == ("planned", None, "config")
    await import_bodies(rt, admin, UZPD_39.encode(), "b.csv", seen=looked.fingerprint)
    assert tuple(await database.fetchrow(row)) == ("active", 150_000, "import")
    assert await database.fetchval("SELECT count(*) FROM bodies") == before
    events = await database.fetch("SELECT event FROM case_events ORDER BY id")
    assert [e["event"] for e in events] == ["body_changed", "bodies_imported"]


async def test_what_was_imported_the_configuration_does_not_overwrite(rt, admin, database):
    await import_bodies(rt, admin, UZPD_39.encode(), "b.csv")
    await sync_bodies(rt)
    async with rt.transaction(admin) as tx:
        await bodies.put(tx, rows_from(rt.config))
    assert (
        await database.fetchval("SELECT status FROM bodies WHERE id = 'uzpd-39'")
        == "active"
    )


async def test_a_preview_of_a_directory_that_has_changed_since_is_stale(
    rt, admin, database
):
    looked = await import_bodies(rt, admin, UZPD_39.encode(), "b.csv", only_look=True)
    await change_body(rt, admin, "psy-71", {"phone": "+77270000000"})
    before = await rows_of(database)
    with pytest.raises(Stale):
        await import_bodies(rt, admin, UZPD_39.encode(), "b.csv", seen=looked.fingerprint)
    assert await rows_of(database) == before


ROW = "psy-x;PSY;71;;А;А;active;2020-01-01;;;;;;;;"
WRONG = [
    # what, rows, code, field, line
    ("the same place twice", [ROW], "overlap", "valid_from", 2),
    ("an end before the beginning", [ROW.replace(";;;;;;;;", ";2019-01-01;;;;;;;")], "ends_first", "valid_to", 2),
    ("an unknown region", [ROW.replace(";71;", ";99;")], "unknown_region", "region", 2),
    ("an unknown district", [ROW.replace(";71;;", ";71;719999999;")], "unknown_district", "district", 2),
    ("an unknown kind", [ROW.replace("PSY", "OPEKA")], "unknown_kind", "kind", 2),
    ("an unknown parent", [ROW.replace("01-01;;;", "01-01;;nobody;")], "unknown_parent", "parent", 2),
    ("no day at all", [ROW.replace("2020-01-01", "")], "bad_day", "valid_from", 2),
    ("an impossible day", [ROW.replace("2020-01-01", "30.02.2020")], "bad_day", "valid_from", 2),
    ("a norm of 0", [ROW[:-2] + "0;;"], "not_positive", "children", 2),
    ("a number that is none", [ROW[:-2] + "viele;;"], "bad_number", "children", 2),
    ("a status that is none", [ROW.replace("active", "asleep")], "unknown_status", "status", 2),
    ("hours that are none", [ROW.replace(";;;;;;;;", ";;;;9 to 5;;;;")], "bad_hours", "hours", 2),
    ("a day without hours", [ROW.replace(";;;;;;;;", ';;;;"mon-fri, sat 10:00-14:00";;;;')], "bad_hours", "hours", 2),
    ("no working time", [ROW.replace(";;;;;;;;", ";;;;holidays;;;;")], "no_working_time", "hours", 2),
    ("an id with a space", [ROW.replace("psy-x", "psy x")], "bad_id", "id", 2),
    ("the same id twice", ["x-1;LAB;71;711110000;А;А;planned;2020-01-01"] * 2, "same_id", "id", 3),
    ("no end of 111's own queue", ["own-111;OWN;;;А;А;active;2020-01-01;2030-01-01"], "no_own", "kind", None),
    ("a commissioner who stops", ["comm-71;COMM;71;;А;А;active;2024-01-01;2027-01-01"], "no_commissioner", "region", None),
    ("a loop of parents", ["edu-71;EDU;71;;А;А;active;2020-01-01;;guard-71"], "parent_loop", "parent", 2),
    ("a guardianship of no place", ["g-x;GUARD;;;А;А;active;2020-01-01"], "covers_nothing", "region", 2),
    ("a row of one cell", ["psy-x"], "bad_day", "valid_from", 2),
    ("more cells than columns", [ROW + ";more"], "too_many_cells", "file", 2),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "rows", "code", "field", "line"), WRONG, ids=[r[0] for r in WRONG]
)
async def test_a_wrong_row_is_named_and_nothing_is_kept(
    rt, admin, database, what, rows, code, field, line
):
    before = await rows_of(database)
    good = "lab-new;LAB;71;;А;А;planned;2020-01-01"
    with pytest.raises(BadDirectory) as refused:
        await import_bodies(rt, admin, table(*rows, good), "b.csv")
    faults = {(f.code, f.field): f for f in refused.value.faults}
    assert (code, field) in faults, (what, refused.value.problems)
    if line:
        assert faults[code, field].where == f"b.csv: line {line}"
    assert await rows_of(database) == before


FILES = [
    ("nothing", b"", "no_rows"),
    ("a heading alone", HEAD.encode(), "no_rows"),
    ("a workbook", b"PK\x03\x04rest", "bad_file"),
    (
        "another encoding",
        "id;kind\nәлем".encode("cp1251", "replace") + b"\xff\xfe",
        "bad_file",
    ),
    ("a column too few", b"id;kind;name_kk;name_ru\n1;2;3;4", "missing_column"),
    ("a column that is not known", (HEAD + ";colour\n").encode(), "unknown_column"),
    ("a column twice", (HEAD + ";id\n").encode(), "twice"),
    ("a cell as long as a book", (HEAD + "\n" + "x" * 500).encode(), "too_long"),
]


@pytest.mark.parametrize(("what", "raw", "code"), FILES, ids=[row[0] for row in FILES])
def test_a_file_that_is_no_table_is_refused(what, raw, code):
    with pytest.raises(BadDirectory) as refused:
        read_bodies(raw, "b.csv")
    assert refused.value.faults[0].code == code


@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_a_refusal(raw):
    for read in (read_bodies, read_members, heading_of):
        with suppress(BadDirectory):
            read(raw, "b.csv")


@given(st.lists(st.lists(st.text(max_size=12), max_size=18), max_size=4))
def test_any_rows_are_entries_or_a_refusal(rows):
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([COLUMNS, *rows])
    with suppress(BadDirectory):
        for entry in read_bodies(out.getvalue().encode("utf-8", "replace"), "b.csv"):
            assert entry.id


words = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=30).map(
    str.strip
)
texts = words.filter(bool)


@given(
    texts,
    texts,
    st.none() | texts,
    st.sampled_from(
        [
            "",
            "mon 09:00-10:00",
            "tue-thu 08:00-12:00 13:00-17:00, sun 10:00-11:00, moved 09:00-12:00, holidays",
        ]
    ),
)
def test_what_is_written_is_read_again_whatever_the_names(kk, ru, phone, hours):
    from datetime import date

    first = Entry("", "psy-x", "PSY", kk, ru, date(2020, 1, 1), region="71", phone=phone,
                  hours=hours_of(hours), children=5, capacity=7, has_login=False)  # fmt: skip
    second = replace(first, id="psy-y", languages=("ru",), valid_to=date(2021, 1, 1))
    found = read_bodies(write_bodies([first, second]), "b.csv")
    assert [replace(entry, where="") for entry in found] == [first, second]


def test_no_cell_of_an_export_is_a_formula():
    from datetime import date

    for name in ('=HYPERLINK("x")', "@SUM(1)", "-1+1", "+cmd", "'quoted"):
        raw = write_bodies([Entry("", "psy-x", "PSY", name, name, date(2020, 1, 1))])
        assert f";'{name[0]}" in raw.decode() or f";\"'{name[0]}" in raw.decode()
        assert read_bodies(raw, "b.csv")[0].name_kk == name


HOURS = [
    ("the whole week", "mon-sun 00:00-24:00, holidays"),
    ("a day off in the middle", "mon-tue 09:00-18:00, thu-fri 09:00-18:00"),
    ("moved days", "mon 09:00-13:00, moved 10:00-12:00"),
    ("the common ones", ""),
]


@pytest.mark.parametrize(("what", "text"), HOURS)
def test_hours_are_told_as_they_were_written(what, text):
    assert text_of(hours_of(text)) == text, what


async def test_a_whole_table_ends_what_it_leaves_out_and_may_not_leave_a_gap(
    rt, admin, database
):
    raw = (await export_bodies(rt, admin)).decode("utf-8-sig").split("\r\n")
    without = [line for line in raw if not line.startswith("lab-71;")]
    done = await import_bodies(
        rt, admin, "\r\n".join(without).encode(), "b.csv", whole=True
    )
    assert [(c.body, c.what) for c in done.changes] == [("lab-71", "ended")]
    ended = await database.fetchrow(
        "SELECT valid_to, source FROM bodies WHERE id = 'lab-71'"
    )
    assert (str(ended["valid_to"]), ended["source"]) == ("2026-11-20", "import")
    await sync_bodies(rt)
    assert await database.fetchval("SELECT valid_to FROM bodies WHERE id = 'lab-71'")
    gap = "\r\n".join(line for line in raw if not line.startswith("comm-71;")).encode()
    with pytest.raises(BadDirectory) as refused:
        await import_bodies(rt, admin, gap, "b.csv", whole=True)
    assert refused.value.faults[0].code == "no_commissioner"


async def test_a_body_with_open_cases_does_not_end_before_they_have_moved(
    rt, admin, people, database
):
    await a_case(rt, people["operator"])
    with pytest.raises(BadDirectory) as refused:
        await change_body(rt, admin, "uzpd-71", {"valid_to": "2026-11-20"})
    assert refused.value.faults[0].code == "open_cases"
    raw = (await export_bodies(rt, admin)).decode("utf-8-sig").split("\r\n")
    left = [line for line in raw if not line.startswith("uzpd-71;")]
    with pytest.raises(BadDirectory) as refused:
        await import_bodies(rt, admin, "\r\n".join(left).encode(), "b.csv", whole=True)
    assert refused.value.faults[0].code == "open_cases"
    with pytest.raises(BadDirectory) as refused:
        await change_body(rt, admin, "uzpd-71", {"valid_from": "2027-01-01"})
    (fault,) = refused.value.faults
    assert (fault.code, fault.field) == ("open_cases", "valid_from")
    await change_body(rt, admin, "uzpd-71", {"valid_to": "2027-11-20"})
    assert (
        str(await database.fetchval("SELECT valid_to FROM bodies WHERE id = 'uzpd-71'"))
        == "2027-11-20"
    )


def with_bodies(rt, *pairs):
    """The shipped configuration with other words in bodies.yaml."""
    text = (SHIPPED / "bodies.yaml").read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return rt.with_files({"bodies.yaml": text})


async def syncs(rt, config, **how):
    async with rt.transaction(DIRECTORY) as tx:
        await write(rt, tx, config, **how)


async def test_a_body_that_the_file_names_no_longer_stays_and_is_checked_too(rt, database):
    before = await rows_of(database)
    renamed = with_bodies(rt, ('"comm-{region}"', '"commissioner-{region}"'))
    with pytest.raises(BadDirectory) as refused:
        await syncs(rt, renamed)
    found = {(f.code, f.facts["value"]) for f in refused.value.faults}
    assert ("overlap", "comm-71") in found
    assert {code for code, _ in found} == {"overlap"}
    assert await rows_of(database) == before


async def test_the_file_ends_no_body_that_holds_open_cases(rt, people, database):
    number = await a_case(rt, people["operator"])
    assert number
    later = ('id: "uzpd-{region}"', 'id: "uzpd-{region}"\n    valid_to: 2026-11-20')
    ended = with_bodies(rt, later)
    before = await rows_of(database)
    with pytest.raises(BadDirectory) as refused:
        await syncs(rt, ended)
    assert [(f.code, f.facts["value"]) for f in refused.value.faults] == [
        ("open_cases", "uzpd-71")
    ]
    assert await rows_of(database) == before
    await syncs(rt, ended, back=True)  # going back waits for nobody
    day = await database.fetchval("SELECT valid_to FROM bodies WHERE id = 'uzpd-71'")
    assert str(day) == "2026-11-20"


async def test_taking_the_file_over_takes_few_statements(rt):
    seen = []

    def note(*told):
        seen.append(told[2])

    event.listen(rt.engine.sync_engine, "before_cursor_execute", note)
    await sync_bodies(rt)
    event.remove(rt.engine.sync_engine, "before_cursor_execute", note)
    assert len(seen) <= 6


async def test_a_body_is_added_and_changed_by_hand_and_routing_knows_it_at_once(rt, admin):
    cells = {"id": "crisis-new", "kind": "CRISIS", "region": "71", "district": "", "name_kk": "А",
             "name_ru": "А", "valid_from": "2026-11-01", "status": "planned", "has_login": "no"}  # fmt: skip
    async with rt.transaction(admin) as tx:
        assert (await rt.directory(tx)).body("crisis-new") is None
    assert await add_body(rt, admin, cells) == "crisis-new"
    async with rt.transaction(admin) as tx:
        there = (await rt.directory(tx)).body("crisis-new")
    assert (there.status, there.has_login) == ("planned", False)
    with pytest.raises(BadDirectory):
        await add_body(rt, admin, cells)
    with pytest.raises(NotFound):
        await change_body(rt, admin, "nobody", {"status": "active"})
    with pytest.raises(Stale):
        await change_body(rt, admin, "crisis-new", {"capacity": "3"}, seen="another")


@pytest.mark.parametrize("who", ["operator", "supervisor", "commissioner", "guardian"])
async def test_only_an_administrator_keeps_the_directory(rt, people, database, who):
    viewer, before = people[who].viewer, await rows_of(database)
    for act in (
        lambda: import_bodies(rt, viewer, UZPD_39.encode(), "b.csv"),
        lambda: import_members(rt, viewer, b"body;username\nguard-71;x", "m.csv"),
        lambda: change_body(rt, viewer, "psy-71", {"phone": "1"}),
        lambda: add_body(rt, viewer, {}),
        lambda: export_bodies(rt, viewer),
        lambda: export_members(rt, viewer),
    ):
        with pytest.raises(NotAllowed):
            await act()
    assert await rows_of(database) == before


# -- people of bodies -------------------------------------------------------------------
async def test_people_of_bodies_go_out_and_come_in_again(rt, admin, people, database):
    guardian = people["guardian"].viewer
    row = f"psy-71;{guardian.username};head;kk;0,5"
    done = await import_members(
        rt, admin, f"body;username;position;languages;share\n{row}".encode(), "m.csv"
    )
    assert done.new == (("psy-71", guardian.username),)
    async with rt.transaction(admin) as tx:
        directory = await rt.directory(tx)
    (member,) = directory.people["psy-71"]
    assert (member.person, member.position, member.share) == (
        guardian.person_id,
        "head",
        0.5,
    )
    assert member.languages == ("kk",)
    raw = await export_members(rt, admin)
    again = await import_members(rt, admin, raw, "m.csv", whole=True)
    assert (again.new, again.ended, again.changed, again.left) == ((), (), 0, 0)
    assert await export_members(rt, admin) == raw
    left = b"\r\n".join(
        line for line in raw.split(b"\r\n") if not line.startswith(b"psy-71")
    )
    assert (await import_members(rt, admin, left, "m.csv")).left == 1
    assert (await import_members(rt, admin, left, "m.csv", whole=True)).ended == done.new
    assert (
        await database.fetchval(
            "SELECT count(*) FROM memberships WHERE ended_at IS NOT NULL"
        )
        == 1
    )


WRONG_PEOPLE = [
    ("a body that is not there", "nowhere;{u}", "unknown_body"),
    ("nobody of that name", "psy-71;nobody-such", "unknown_person"),
    ("a position that is none", "psy-71;{u};chief", "unknown_position"),
    ("a share of 0", "psy-71;{u};head;;0", "bad_share"),
    ("a share that is no number", "psy-71;{u};head;;half", "bad_share"),
    ("a share of three posts", "psy-71;{u};head;;3", "bad_share"),
    ("a language that is none", "psy-71;{u};head;qq", "unknown_language"),
    ("the same row twice", "psy-71;{u}\npsy-71;{u}", "same_person"),
    ("two shares of one person", "psy-71;{u};;;1\nlab-71;{u};;;0.5", "two_answers"),
    ("no name", "psy-71;", "empty"),
]


@pytest.mark.parametrize(
    ("what", "rows", "code"), WRONG_PEOPLE, ids=[r[0] for r in WRONG_PEOPLE]
)
async def test_a_wrong_row_of_people_is_named_and_nothing_is_kept(
    rt, admin, people, database, what, rows, code
):
    username = people["guardian"].viewer.username
    text = "body;username;position;languages;share\n" + rows.replace("{u}", username)
    text += f"\nlab-71;{people['family'].viewer.username}"
    before = await database.fetchval("SELECT count(*) FROM memberships")
    with pytest.raises(BadDirectory) as refused:
        await import_members(rt, admin, text.encode(), "m.csv")
    assert code in {fault.code for fault in refused.value.faults}
    assert await database.fetchval("SELECT count(*) FROM memberships") == before


async def team(rt, *usernames, body="uzpd-71"):
    """People of one body, and no others there."""
    return [await a_person(rt, "guardian", bodies=(body,), username=u) for u in usernames]


@pytest.mark.parametrize("warm", [True, False])
async def test_a_new_team_gets_the_cases_of_who_leave_with_the_same_table(
    rt, admin, people, database, warm
):
    await team(rt, "aliya", "berik")
    await team(rt, "zhanar", "dina", body="psy-71")
    numbers = [await a_case(rt, people["operator"]) for _ in range(4)]
    held = "SELECT DISTINCT username FROM referrals r JOIN people p ON p.id = r.assignee_id"
    held += " WHERE r.body_id = 'uzpd-71' AND r.lead"
    before = {row["username"] for row in await database.fetch(held)}
    assert len(before & {"aliya", "berik"}) == 2
    if not warm:
        rt.forget_directory()
    table = b"body;username\nuzpd-71;zhanar\nuzpd-71;dina\npsy-71;zhanar\npsy-71;dina"
    await import_members(rt, admin, table, "m.csv", whole=True)
    after = {row["username"] for row in await database.fetch(held)}
    assert (len(numbers), after) == (4, {"zhanar", "dina"})


async def test_a_directory_that_was_rolled_back_is_remembered_by_nobody(rt, admin):
    rt.forget_directory()
    with suppress(NotFound):
        async with rt.transaction(admin) as tx:
            await bodies.withdraw(tx, ["uzpd-71"])
            assert (await rt.directory(tx)).body("uzpd-71").status == "planned"
            raise NotFound("called off")
    async with rt.transaction(admin) as tx:
        assert (await rt.directory(tx)).body("uzpd-71").status == "active"


@given(st.lists(st.tuples(texts, texts), unique=True, min_size=1, max_size=5))
def test_members_that_are_written_are_read_again(pairs):
    listed = [MemberEntry("", body, name, "deputy", ("kk",), 1.5) for body, name in pairs]
    found = read_members(write_members(listed), "m.csv")
    assert [replace(entry, where="") for entry in found] == listed


async def test_an_import_that_is_ended_between_two_steps_leaves_nothing(
    rt, admin, database
):
    before = await rows_of(database)
    heard = []

    async def ends(done, total):
        heard.append((done, total))
        raise WorkCancelled

    with pytest.raises(WorkCancelled):
        await import_bodies(rt, admin, UZPD_39.encode(), "b.csv", told=ends)
    assert heard == [(1, 1)]
    assert await rows_of(database) == before
