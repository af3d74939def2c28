"""The queue as open pages read it anew: once for all, and to each no more than is theirs."""

import asyncio
import re
from collections import Counter
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import event, select

from hotline.actions.choose_hard_words import choose_hard_words
from hotline.actions.hold_contact import give_contact_back, put_off, take_contact
from hotline.actions.look_at import look_at
from hotline.cases.apart import person_key
from hotline.console.live import HUB
from hotline.console.pages.holding import SPANS
from hotline.identity.viewer import TRIAGE
from hotline.store import contacts, thread_pages
from hotline.store.tables import contacts as rows
from hotline.store.thread_view import of_thread
from tests.builders import DANGER, QUESTION, a_contact, a_person, everybody, row_id
from tests.console.console_world import HTMX, signed_in

LIST = "/desk?queue=1&tab={tab}&open={chosen}"
WATCHING = {**HTMX, "X-Automatic": "1"}
TABS = ("mine", "shared", "put_off", "messages")
HARD = "Отчим насилует девочку, она хочет покончить с собой"


@pytest.fixture
async def people(rt):
    return await everybody(rt) | {"second": await a_person(rt, "operator")}


@asynccontextmanager
async def counted(rt):
    """What is asked of PostgreSQL meanwhile: reads by how often."""
    told = Counter()

    def note(_connection, _cursor, statement, *_):
        told[statement] += 1

    event.listen(rt.engine.sync_engine, "before_cursor_execute", note)
    yield told
    event.remove(rt.engine.sync_engine, "before_cursor_execute", note)


async def listening(client):
    """Wait until the process hears what changes."""
    hub = client.server.app[HUB]
    async with asyncio.timeout(5):
        while not hub.listens:
            await asyncio.sleep(0.01)
    return hub


async def alike(browser, tab="shared", chosen=""):
    """Return the list: the same, read by the page itself and asked for by its person."""
    address = LIST.format(tab=tab, chosen=chosen)
    await browser.get(address, **HTMX)
    asked = browser.html
    answer = await browser.get(address, **WATCHING)
    assert browser.html == asked, (tab, chosen)
    again = await browser.get(
        address, **WATCHING, **{"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status == 304
    return asked


async def test_every_tab_reads_alike_for_each_person_and_language(rt, client, people):
    receipts = [await a_contact(rt, text) for text in (QUESTION, DANGER, HARD, QUESTION)]
    one, two = people["operator"].viewer, people["second"].viewer
    await take_contact(rt, one, receipts[0])
    await take_contact(rt, two, receipts[1])
    await look_at(rt, one, f"contact:{receipts[2]}")
    await look_at(rt, two, f"contact:{receipts[2]}")
    until = rt.clock.now() + SPANS["1h"]
    await put_off(rt, two, receipts[3], until, "call_later")
    await choose_hard_words(rt, two, receipts[2], shows=True)
    await listening(client)
    said = {}
    for name in ("operator", "second", "supervisor"):
        for lang in ("kk", "ru") if name == "operator" else ("ru",):
            browser = await signed_in(client, people[name], lang)
            for tab in TABS:
                said[name, lang, tab] = await alike(browser, tab, receipts[1])
            await alike(browser)
    assert receipts[0] in said["operator", "ru", "mine"]
    assert receipts[0] not in said["operator", "ru", "shared"]
    assert receipts[0] in said["second", "ru", "shared"]
    own = f"{one.display_name}</span>"  # looks there too, of which only others are told
    assert own in said["second", "ru", "shared"]
    assert own not in said["operator", "ru", "shared"]
    assert said["operator", "kk", "shared"] != said["operator", "ru", "shared"]
    assert "queue-covered" in said["operator", "ru", "shared"]
    assert "queue-covered" not in said["second", "ru", "shared"]
    assert 'name="csrf"' not in said["operator", "ru", "shared"]  # one list for all
    await browser.get("/desk")  # whose buttons belong to a form of the page around it
    assert (
        '<form id="queue-move" method="post"><input type="hidden" name="csrf"'
        in browser.html
    )
    assert f'form="queue-move" formaction="/contacts/{receipts[2]}/take"' in browser.html


async def test_ones_own_step_is_seen_at_once_whatever_was_kept(rt, client, people):
    receipt = await a_contact(rt, QUESTION)
    await listening(client)
    one = await signed_in(client, people["operator"])
    address = LIST.format(tab="mine", chosen="")
    for held in (True, False, True):
        await one.get(address, **WATCHING)
        move = take_contact if held else give_contact_back
        await move(rt, people["operator"].viewer, receipt)
        await one.get(address, **WATCHING)
        assert (receipt in one.html) == held


async def test_who_comes_into_conflict_sees_nothing_of_it_though_nothing_was_heard(
    rt, client, people, database
):
    calm, grave = await a_contact(rt, QUESTION), await a_contact(rt, DANGER)
    await listening(client)
    one = await signed_in(client, people["operator"])
    two = await signed_in(client, people["second"])
    for browser in (one, two):
        assert grave in await alike(browser)
    key = person_key(people["operator"].viewer.person_id)
    await database.execute(
        "UPDATE contacts SET apart = $1 WHERE receipt = $2", [key], grave
    )
    html = await alike(one)
    assert grave not in html
    assert calm in html
    assert '<span class="count">1</span>' in html
    assert grave in await alike(two)
    # A body that is complained of, and a person who comes into it while all is kept.
    (body,) = people["police"].viewer.bodies
    await database.execute(
        "UPDATE contacts SET apart = array_append(apart, $1) WHERE receipt = $2",
        body, grave,
    )  # fmt: skip
    assert grave in await alike(two)
    await database.execute(
        "INSERT INTO memberships (person_id, body_id) VALUES ($1, $2)",
        people["second"].viewer.person_id, body,
    )  # fmt: skip
    assert grave not in await alike(two)
    await database.execute(
        "DELETE FROM sessions WHERE person_id = $1", people["second"].viewer.person_id
    )
    assert (await two.get(LIST.format(tab="shared", chosen=""), **WATCHING)).status == 401


async def test_bells_that_ask_together_ring_for_each_what_is_theirs(
    rt, client, people, database
):
    contact = await a_contact(rt, DANGER)
    await database.execute("DELETE FROM notices")
    one, two = people["operator"].viewer, people["second"].viewer
    key = person_key(one.person_id)
    await database.execute("UPDATE contacts SET apart = $1", [key])
    told = (
        "INSERT INTO notices (at, audience, kind, contact_id, person_id) SELECT $1, '111',"
    )
    told += " 'danger', id, $2 FROM contacts WHERE receipt = $3"
    for person in (None, None, two.person_id):
        await database.execute(told, rt.clock.now(), person, contact)
    mine = [
        await signed_in(client, people[n]) for n in ("operator", "second", "supervisor")
    ]
    async with counted(rt) as said:
        asked = [browser.get("/notices/count", **WATCHING) for browser in mine * 5]
        await asyncio.gather(*asked)
    numbers = [re.findall(r'badge">(\d+)', browser.html) for browser in mine]
    assert numbers == [[], ["3"], ["2"]]
    reads = sum(n for statement, n in said.items() if "FROM notices" in statement)
    assert reads < len(asked) / 2
    waking = [browser.get("/woken", **WATCHING) for browser in mine * 5]
    async with counted(rt) as said:
        await asyncio.gather(*waking)
    reads = sum(n for statement, n in said.items() if "FROM pages" in statement)
    assert reads < len(waking) / 2


async def test_many_consoles_cost_no_more_statements_than_a_few(rt, client, people):
    await a_contact(rt, QUESTION)
    hub = await listening(client)
    browsers = [await signed_in(client, people[n]) for n in ("operator", "second")] * 15
    costs = []
    for consoles in (2, len(browsers)):
        heard = hub.times["contact"]
        await a_contact(rt, QUESTION)
        async with asyncio.timeout(5):
            while hub.times["contact"] == heard:
                await asyncio.sleep(0.01)
        async with counted(rt) as told:
            address = LIST.format(tab="shared", chosen="")
            answers = [one.get(address, **WATCHING) for one in browsers[:consoles]]
            assert {one.status for one in await asyncio.gather(*answers)} == {200}
        heads = sum(n for said, n in told.items() if "LIMIT" in said and "UNION" in said)
        costs.append((heads, sum(told.values())))
    few, many = costs
    assert many[0] == few[0]  # the list itself is read once
    assert many[1] <= few[1] + 2 * len(browsers) // 3, costs  # sessions by the handful


async def test_pages_are_told_which_contact_changed_and_nobody_of_one_that_is_closed_to_them(
    rt, client, people, database
):
    hub = await listening(client)
    one, two = people["operator"].viewer, people["second"].viewer
    with hub.subscribed(one) as first, hub.subscribed(two) as second:
        receipt = await a_contact(rt, QUESTION, triaged=False)
        assert await first.waiting.get() == ("contact", '{"contacts": []}')  # new to all
        await database.execute(
            "UPDATE contacts SET apart = $1", [person_key(one.person_id)]
        )
        await look_at(rt, two, f"contact:{receipt}")
        await take_contact(rt, two, receipt)
        told = [await second.waiting.get() for _ in range(3)]
        named = f'{{"contacts": ["{receipt}"]}}'
        assert told[1:] == [("looking", named), ("contact", named)]
        assert first.waiting.empty()


async def test_an_answer_is_told_to_all_pages_that_show_its_thread_and_to_no_others(
    rt, database
):
    receipts = [await a_contact(rt, QUESTION, triaged=False) for _ in range(4)]
    first, second, third, other = (row_id(rt, receipt) for receipt in receipts)
    follows = "UPDATE contacts SET follows_id = $1 WHERE id = $2"
    await database.execute(follows, first, second)
    await database.execute(follows, second, third)  # a chain: by sender, then by receipt
    shown = {}
    async with rt.transaction(TRIAGE) as tx:
        for asked in (first, second, third, other):
            (row,) = await contacts.by_ids(tx, [asked])
            query = select(rows.c.id).where(of_thread(row))
            shown[asked] = {one.id for one in await tx.rows(query)}
        for written in (first, second, third, other):
            nudge = await thread_pages.changed(tx, written)
            reads = {asked for asked, seen in shown.items() if written in seen}
            assert reads <= set(nudge.contacts), written
        assert (await thread_pages.changed(tx, other)).contacts == (other,)
    await database.execute("UPDATE contacts SET apart = '{x}' WHERE id = $1", second)
    async with rt.transaction(TRIAGE) as tx:
        assert (await thread_pages.changed(tx, first)).contacts is None
