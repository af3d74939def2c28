"""/indicators: two people publish a month, everybody reads it, nothing small is in it."""

import csv
import io
import json
from datetime import date

import asyncpg
import pytest

from hotline.actions.publish_month import confirm_month, propose_month, published_months
from hotline.cases.apart import person_key
from hotline.errors import NotFound, RuleForbids
from hotline.quality.indicators import share_told
from hotline.quality.suppression import LEAST
from tests.builders import a_call, a_person, everybody
from tests.console.console_world import signed_in

OCTOBER = date(2026, 10, 1)
CODES = ("VIO.PHY", "NEG.CARE", "EDU.ACC")


@pytest.fixture
async def people(rt):
    found = await everybody(rt)
    return {**found, "second": await a_person(rt, "supervisor")}


@pytest.fixture
async def october(rt, people, database):
    """Twenty-two cases that came in October, in three regions; one of a fourth topic."""
    operator = people["operator"]
    for n, region in ((12, "71"), (9, "39")):
        for i in range(n):
            await a_call(rt, operator, region=region, subcategory=CODES[i % 3])
    await a_call(rt, operator, region="75", subcategory="MEN.SUI")
    await database.execute(
        "UPDATE cases SET received_at = '2026-10-12 12:00+05', opened_at = '2026-10-12 12:00+05'"
    )


async def published(rt, people):
    made = await propose_month(rt, people["supervisor"].viewer, OCTOBER)
    await confirm_month(rt, people["second"].viewer, made)
    return made


async def test_two_people_publish_and_everybody_reads(client, people, october):
    first = await signed_in(client, people["supervisor"])
    await first.get("/reports/public")
    assert (await first.post("/reports/public", {"month": "2026-10"})).status == 303
    assert (await client.get("/indicators.json")).status == 200
    assert json.loads(await (await client.get("/indicators.json")).read()) == {"months": []}
    await first.get("/reports/public")
    assert 'data-testid="month-confirm"' not in first.html  # one person is not two
    second = await signed_in(client, people["second"])
    await second.get("/reports/public")
    assert 'data-testid="month-confirm"' in second.html
    one = second.html.split('action="/reports/public/')[1].split('"')[0]
    assert (await first.post(f"/reports/public/{one}")).status == 422
    assert (await second.post(f"/reports/public/{one}")).status == 303
    client.session.cookie_jar.clear()
    for path in ("", "?lang=kk", "?lang=en&month=2026-10"):
        page = await client.get(f"/indicators{path}")
        assert page.status == 200
        assert "Set-Cookie" not in page.headers
        assert 'data-testid="sheet-by_topic"' in await page.text()
    assert (await client.get("/indicators?month=2026-09")).status == 404
    assert (await client.get("/indicators?month=%27")).status == 404


async def test_no_file_holds_a_small_number(client, rt, people, october):
    await published(rt, people)
    (month,) = json.loads(await (await client.get("/indicators.json")).read())["months"]
    told = [
        *month["sums"],
        *(n for t in month["tables"] for row in t["cells"] for n in row),
    ]
    told += [n for table in month["tables"] for n in table["sums"]]
    assert month["total"] == 22
    assert None in told
    assert not [n for n in told if n is not None and 0 < n < LEAST]
    raw = await (await client.get("/indicators.csv?lang=kk")).read()
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";"))
    counts = [row["count"] for row in rows if row["code"] not in ("on_time", "cases")]
    assert "" in counts
    assert not {"1", "2", "3", "4"} & set(counts)
    assert {row["month"] for row in rows} == {"2026-10"}


async def test_what_is_out_never_changes(rt, people, october, database):
    made = await published(rt, people)
    before = await published_months(rt)
    await a_call(rt, people["operator"])
    await database.execute("UPDATE cases SET received_at = '2026-10-13 12:00+05'")
    assert await published_months(rt) == before
    with pytest.raises(RuleForbids):
        await propose_month(rt, people["supervisor"].viewer, OCTOBER)
    with pytest.raises(RuleForbids):
        await confirm_month(rt, people["second"].viewer, made)
    for change in (
        "SET content = '{}'",
        "SET month = '2026-09-01'",
        "SET dropped_at = now()",
    ):
        with pytest.raises(asyncpg.PostgresError):
            await database.execute(f"UPDATE publications {change}")
    with pytest.raises(asyncpg.PostgresError):
        await database.execute("DELETE FROM publications")


async def test_one_person_alone_publishes_nothing(rt, people, october, database):
    made = await propose_month(rt, people["supervisor"].viewer, OCTOBER)
    with pytest.raises(RuleForbids):
        await confirm_month(rt, people["supervisor"].viewer, made)
    with pytest.raises(asyncpg.PostgresError):
        await database.execute(
            "UPDATE publications SET published_at = now(), confirmed_by = proposed_by"
        )


async def test_a_month_that_goes_on_is_not_published(rt, people):
    for month in (date(2026, 11, 1), date(2026, 12, 1), date(2020, 1, 1)):
        with pytest.raises(RuleForbids):
            await propose_month(rt, people["supervisor"].viewer, month)


NOT_THEIRS = ["operator", "admin", "commissioner", "guardian"]


@pytest.mark.parametrize("name", NOT_THEIRS)
async def test_only_supervisors_publish(rt, people, client, name):
    with pytest.raises(NotFound):
        await propose_month(rt, people[name].viewer, OCTOBER)
    browser = await signed_in(client, people[name])
    assert (await browser.get("/reports/public")).status == 404


async def test_whoever_is_complained_of_finds_no_more_in_public_than_in_their_report(
    rt, people, october, database
):
    """Else the difference would tell them that somebody complained."""
    key = person_key(people["supervisor"].viewer.person_id)
    await database.execute(
        "UPDATE cases SET apart = $1 WHERE id = (SELECT min(id) FROM cases)", [key]
    )
    await published(rt, people)
    (month,) = await published_months(rt)
    assert month.total == 21


async def test_no_body_that_is_complained_of_is_told_so_by_public_figures(
    rt, people, october, database
):
    """Nor a commissioner, who knows every other case of the region, nor who was in it once."""
    overseer = person_key(people["commissioner"].viewer.person_id)
    for at, keys in enumerate((["guard-71"], [overseer], ["own-111"])):
        await database.execute(
            "UPDATE cases SET apart = $1 WHERE id ="
            " (SELECT id FROM cases WHERE region = '71' ORDER BY id OFFSET $2 LIMIT 1)",
            keys,
            at,
        )
    await published(rt, people)
    (month,) = await published_months(rt)
    assert month.total == 20  # 111 as a whole is kept out of nothing


SHARES = [
    ("too few to say", 19, 19, None),
    ("whole steps", 97, 100, 95),
    ("all", 40, 40, 100),
]


@pytest.mark.parametrize(("_", "met", "n", "told"), SHARES)
def test_shares_are_told_coarsely(_, met, n, told):
    assert share_told(met, n) == told
