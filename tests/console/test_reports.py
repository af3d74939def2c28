"""/reports: figures that equal the rows they count, for each reader what they may know of."""

import csv
import io
import re
import zipfile
from datetime import date, timedelta
from functools import partial

import pytest

from hotline.actions.decline_referral import decline_referral
from hotline.actions.read_report import EXPORTERS, read_report
from hotline.actions.run_work import run_work
from hotline.actions.start_work import start_work, take_result, work_of
from hotline.actions.works.export_report import asked_of
from hotline.cases.apart import person_key
from hotline.cases.terms import Channel, DeclineCode, JobName, Role
from hotline.cases.works import WorkKind
from hotline.console.report_files import safe
from hotline.errors import NotFound
from hotline.export_work import run as export_report
from hotline.quality.reports import About, By, Of, Period, ReportAsk
from tests.builders import a_call, a_contact, everybody, owed
from tests.console.console_world import signed_in

DAY = date(2026, 11, 20)
PERIOD = Period(date(2026, 11, 1), date(2026, 12, 1))


def ask(about=About.VOLUMES, **more):
    return ReportAsk(about, PERIOD, **more)


@pytest.fixture
async def people(rt):
    return await everybody(rt)


@pytest.fixture
async def calls(rt, people):
    """Seven cases of 71 and two of 39; return their numbers."""
    operator = people["operator"]
    made = [await a_call(rt, operator) for _ in range(6)]
    made.append(await a_call(rt, operator, subcategory="EDU.ACC"))
    made += [await a_call(rt, operator, region="39") for _ in range(2)]
    return made


async def read(rt, somebody, about=About.VOLUMES, **more):
    report = await read_report(rt, somebody.viewer, ask(about, **more))
    return {sheet.code: sheet for sheet in report.sheets}


def rows(sheet):
    return {line.name.code: line.cells for line in sheet.lines}


async def test_every_sum_equals_the_cases_that_were_stored(rt, people, calls, database):
    found = await read(rt, people["supervisor"])
    stored = await database.fetch(
        "SELECT region, category, count(*) n FROM cases GROUP BY 1, 2"
    )
    pivot = found["pivot"]
    codes = [heading.name.code for heading in pivot.head]
    told = {
        (region, codes[at]): n
        for region, cells in rows(pivot).items()
        for at, n in enumerate(cells[:-1])
        if n
    }
    assert told == {(row["region"], row["category"]): row["n"] for row in stored}
    assert pivot.total.cells[-1] == found["trend"].total.cells[0] == 9
    days = rows(found["trend"])
    assert len(days) == PERIOD.days
    assert days[DAY.isoformat()][0] == 9


SIGHT = [("supervisor", 9), ("operator", 9), ("commissioner", 7), ("other commissioner", 2),
         ("guardian", 6), ("other guardian", 2), ("nobody's", 0)]  # fmt: skip


@pytest.mark.parametrize("about", list(About))
async def test_a_report_counts_what_its_reader_may_know_of(rt, people, calls, about):
    for name, n in SIGHT:
        found = await read(rt, people[name], about)
        if about is About.VOLUMES:
            assert found["pivot"].total.cells[-1] == n, name
        if about is About.REFUSALS and n:
            bodies = set(rows(found["refusals"]))
            own = set(people[name].viewer.bodies)
            assert (
                bodies <= own
                or people[name].viewer.region is None
                or (people[name].viewer.role is Role.COMMISSIONER)
            )
    with pytest.raises(NotFound):
        await read(rt, people["admin"], about)


async def test_what_complains_of_its_reader_is_in_no_figure(rt, people, calls, database):
    viewer = people["supervisor"].viewer
    await database.execute("UPDATE cases SET apart = $1", [person_key(viewer.person_id)])
    await database.execute("UPDATE contacts SET apart = $1", [person_key(viewer.person_id)])
    for about in About:
        for sheet in (await read(rt, people["supervisor"], about)).values():
            counted = [c for line in sheet.lines for c in line.cells if isinstance(c, int)]
            assert not any(counted), about


async def test_messages_are_counted_for_111_alone(rt, people):
    await a_contact(rt)
    found = await read(rt, people["operator"], of=Of.CONTACTS, columns=By.CHANNEL)
    assert found["pivot"].total.cells[-1] == 1
    with pytest.raises(NotFound):
        await read(rt, people["commissioner"], of=Of.CONTACTS)


async def test_deadlines_met_and_late_are_told_stage_by_stage(rt, people, calls, database):
    await database.execute(
        "UPDATE clocks SET state = 'met', met_at = started_at + interval '10 min'"
        " WHERE name = 'acceptance' AND case_id IN (SELECT id FROM cases WHERE region = '71')"
    )
    late = await database.fetch(
        "UPDATE clocks SET state = 'breached', met_at = NULL, breached_at = due_at, judged_at"
        " = due_at WHERE name = 'acceptance' AND case_id IN (SELECT id FROM cases WHERE"
        " region = '39') RETURNING id"
    )
    met = await database.fetchval(
        "SELECT count(*) FROM clocks WHERE name='acceptance' AND met_at IS NOT NULL"
    )
    found = rows((await read(rt, people["supervisor"], About.STAGES))["stages"])
    cells = found["acceptance"]
    assert cells[:4] == (met, 0, len(late), 0)
    assert cells[4] == round(100 * met / (met + len(late)), 1)
    assert cells[5:] == (600, 600)


async def test_who_comes_back_within_ninety_days_is_counted_once(rt, people, clock):
    operator = people["operator"]
    await a_call(rt, operator)
    clock.forward(timedelta(days=5))
    await a_call(rt, operator)  # the same number and the same name
    found = await read(rt, people["supervisor"], About.REPEATS)
    assert rows(found["repeats"])["71"] == (2, 1, 50.0)


async def test_refusals_stand_with_their_body_and_code(rt, people, calls, database):
    guardian = people["guardian"].viewer
    referral = await database.fetchval(
        "SELECT id FROM referrals WHERE body_id = 'guard-71' OR body_id = 'uzpd-71' ORDER BY id"
    )
    number = await database.fetchval(
        "SELECT number FROM cases JOIN referrals r ON r.case_id = cases.id WHERE r.id = $1",
        referral,
    )
    await decline_referral(
        rt,
        guardian,
        number,
        referral,
        code=DeclineCode.NOT_OUR_MATTER,
        text="Это решает суд",
    )
    sheet = (await read(rt, people["supervisor"], About.REFUSALS))["refusals"]
    assert any(heading.name.code == "not_our_matter" for heading in sheet.head)
    assert sheet.total.cells[3] == 1


async def test_every_report_is_a_page_with_a_table_for_each_chart(
    rt, people, calls, client
):
    for name, lang in (("supervisor", "ru"), ("guardian", "kk")):
        page = await signed_in(client, people[name], lang=lang)
        for about in About:
            answer = await page.get(f"/reports?about={about}&rows=region&columns=channel")
            assert answer.status == 200, about
            assert 'data-testid="sheet-' in page.html
    page = await signed_in(client, people["supervisor"])
    answer = await page.get("/reports?from=2026-11-20&to=2020-01-01")
    assert answer.status == 422
    assert 'data-testid="error-summary"' in page.html
    strange = "/reports?about=x&rows=%27&region=zz&from=0000&to=9999-12-31&preset=never"
    assert (await page.get(strange)).status in (200, 422)
    assert (await (await signed_in(client, people["admin"])).get("/reports")).status == 404


async def exported(rt, somebody, form, about=About.VOLUMES, lang="ru", **more):
    asked = asked_of(ask(about, **more), form)
    kind = WorkKind.EXPORT_REPORT
    work = await start_work(rt, somebody.viewer, kind, asked, locale=lang)
    (row,) = await owed(rt, JobName.RUN_WORK)
    faults = []
    await run_work(rt, {kind: export_report}, row, faults.append)
    assert faults == []
    assert (await work_of(rt, somebody.viewer, work)).state == "done"
    return (await take_result(rt, somebody.viewer, work))[1]


async def test_the_file_says_what_the_page_says_and_is_logged(rt, people, calls, database):
    raw = await exported(rt, people["supervisor"], "csv")
    assert raw.startswith(b"\xef\xbb\xbf")
    table = list(csv.reader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";"))
    assert ["Всего", "9", "0"] in table  # step by step, beside the period before
    assert any(
        row and row[0] == "Всего" and row[-1] == "9" and len(row) > 3 for row in table
    )
    book = zipfile.ZipFile(
        io.BytesIO(await exported(rt, people["supervisor"], "xlsx", lang="kk"))
    )
    names = book.read("xl/workbook.xml").decode()
    assert "Уақыт бойынша" in names
    page = book.read("xl/worksheets/sheet2.xml").decode()
    assert 'state="frozen"' in page
    assert "<v>9</v>" in page
    assert "<f>" not in page
    told = await database.fetchval(
        "SELECT data FROM case_events WHERE event = 'work_ended' ORDER BY id LIMIT 1"
    )
    assert '"rows": ' in told
    assert "export_report" in told


async def test_small_counts_leave_111_as_less_than_five(rt, people, calls):
    for code in ("NEG.CARE", "NEG.MISS", "MEN.SUI"):
        await a_call(rt, people["operator"], subcategory=code)
    raw = await exported(rt, people["guardian"], "csv", columns=By.TOPIC)
    pivot = raw.decode("utf-8-sig").split("\r\n\r\n")[-1]
    assert "*" in pivot
    assert "<5" not in pivot  # beside a sum it would say too much
    assert not {"1", "2"} & set(pivot.replace("\r\n", ";").split(";"))
    with pytest.raises(NotFound):
        await exported(rt, people["operator"], "csv")


async def test_outside_111_page_and_file_tell_the_same_and_all_of_it_in_fives(
    rt, people, calls, client
):
    for _ in range(7):
        await a_call(rt, people["operator"])
    raw = await exported(rt, people["commissioner"], "csv", columns=By.URGENCY)
    table = list(csv.reader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";"))
    told = [cell for row in table for cell in row[1:] if cell.isdigit()]
    assert max(map(int, told)) == 10  # of 14
    page = await signed_in(client, people["commissioner"])
    asked = "from=2026-11-01&to=2026-11-30&columns=urgency"
    await page.get(f"/reports?{asked}")
    shown = re.findall(r'<td class="num[^"]*">(\d+)</td>', page.html)
    assert sorted(shown) == sorted(told)
    assert {int(n) % 5 for n in shown} == {0}


async def test_the_api_counts_as_the_page_does(rt, people, calls, client):
    path = "/api/v1/reports/volumes?from=2026-11-01&to=2026-11-30&columns=channel"
    for name, n in SIGHT:
        answer = await client.get(path, headers=people[name].headers)
        told = await answer.json()
        sheets = {sheet["code"]: sheet for sheet in told["sheets"]}
        fives = n if people[name].viewer.at_111 else n - n % 5 if n > 4 else "<5" * bool(n)
        assert sheets["pivot"]["total"]["cells"][-1] == (fives or 0), name
    get = partial(client.get, headers=people["supervisor"].headers)
    assert (await get("/api/v1/reports/volumes?from=soon&to=now")).status == 400
    assert (await get("/api/v1/reports/volumes?rows=topic")).status == 422
    assert (await get("/api/v1/reports/everything")).status == 404
    admin = people["admin"].headers
    assert (await client.get(path, headers=admin)).status == 404


FORMULAS = ["=1+1", "+7701", "-2", "@SUM(A1)", "\tx", " =x", "＝1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula(text):
    assert safe(text).startswith("'")
    assert safe("Алматы") == "Алматы"


def test_only_who_answers_for_it_takes_a_file():
    assert Role.OPERATOR not in EXPORTERS
    assert Role.ADMIN not in EXPORTERS


def test_every_channel_can_be_asked_for():
    assert {one.value for one in Channel} >= {"phone", "telegram"}
