"""The queue of 111 over HTTP: who holds what, what waits until later, who looks, the way back."""

import re
from datetime import timedelta
from html import unescape

import pytest

from hotline.actions.hold_contact import put_off, take_contact
from hotline.actions.verify_clocks import verify_clocks
from hotline.cases.apart import person_key
from hotline.cases.terms import Channel
from hotline.console.pages.holding import SPANS
from hotline.console.shell import ALMATY
from hotline.errors import RuleForbids, Stale
from tests.builders import DANGER, QUESTION, a_contact, a_person, everybody
from tests.console.console_world import HTMX, signed_in
from tests.console.phone_world import Exchange


@pytest.fixture
async def people(rt):
    return await everybody(rt) | {"second": await a_person(rt, "operator")}


def rows(html):
    return re.findall(r'data-testid="queue-item"[^>]*data-receipt="([^"]+)"', html)


async def tab(browser, name):
    await browser.get(f"/desk?queue=1&tab={name}", **HTMX)
    return rows(browser.html)


async def test_a_taken_contact_is_mine_and_others_see_whose_it_is(rt, client, people):
    calm, grave = await a_contact(rt, QUESTION), await a_contact(rt, DANGER)
    one = await signed_in(client, people["operator"])
    assert rows(one.html) == [grave, calm]  # in the order of danger
    answer = await one.post(f"/contacts/{calm}/take", **HTMX)
    assert answer.status == 204
    assert f"/contacts/{calm}/undo-take" in answer.headers["HX-Trigger"]
    assert await tab(one, "mine") == [calm]
    assert await tab(one, "shared") == [grave]
    two = await signed_in(client, people["second"])
    assert await tab(two, "shared") == [grave, calm]
    assert people["operator"].viewer.display_name in two.html
    with pytest.raises(Stale):  # out of a colleague's hand only when one says so
        await take_contact(rt, people["second"].viewer, calm)
    await two.get(f"/contacts/{calm}")
    await two.post(f"/contacts/{calm}/take", {"anyway": "yes"}, **HTMX)
    assert await tab(one, "mine") == []
    await two.post(f"/contacts/{calm}/undo-take", **HTMX)
    assert await tab(one, "mine") == [calm]  # whose it was has it again
    await take_contact(rt, people["second"].viewer, calm, anyway=True)
    await two.get(f"/contacts/{calm}")
    await two.post(f"/contacts/{calm}/give-back", **HTMX)
    assert await tab(one, "shared") == [grave, calm]


async def test_what_is_put_off_comes_back_by_itself_and_danger_never_waits(
    rt, client, people, clock, database
):
    calm, grave = await a_contact(rt, QUESTION), await a_contact(rt, DANGER)
    one = await signed_in(client, people["operator"])
    due = await database.fetchval(
        "SELECT min(due_at) FROM clocks WHERE name = 'human_eyes'"
    )
    sent = {"until": "1h", "reason": "waits_for_answer"}
    await one.post(f"/contacts/{calm}/put-off", sent)
    assert await tab(one, "put_off") == [calm]
    assert await tab(one, "shared") == [grave]
    assert due == await database.fetchval(
        "SELECT min(due_at) FROM clocks WHERE name = 'human_eyes'"
    )
    until = clock.now() + SPANS["1h"]
    with pytest.raises(RuleForbids, match="danger"):
        await put_off(rt, people["operator"].viewer, grave, until, "call_later")
    clock.forward(timedelta(minutes=61))
    one = await signed_in(client, people["operator"])
    assert await tab(one, "shared") == [grave, calm]
    await one.post(f"/contacts/{calm}/put-off", sent)
    await database.execute(
        "UPDATE contacts SET urgency = 1, danger = true WHERE receipt = $1", calm
    )
    assert calm in await tab(one, "shared")  # it became grave: it waits no longer


async def test_a_typed_time_goes_before_the_ticked_span_and_a_colleagues_hand_is_asked_first(
    rt, client, people, clock, database
):
    calm = await a_contact(rt, QUESTION)
    one = await signed_in(client, people["operator"])
    asked = clock.now() + timedelta(hours=5)
    typed = asked.astimezone(ALMATY).replace(tzinfo=None).isoformat(timespec="minutes")
    sent = {"until": "1h", "at": typed, "reason": "call_later"}
    await one.post(f"/contacts/{calm}/put-off", sent)
    assert await database.fetchval("SELECT until FROM postponements") == asked
    await one.post(f"/contacts/{calm}/resume")
    await take_contact(rt, people["second"].viewer, calm)
    until = clock.now() + timedelta(hours=1)
    with pytest.raises(Stale):  # it would vanish from under their hands
        await put_off(rt, people["operator"].viewer, calm, until, "call_later")
    await put_off(rt, people["second"].viewer, calm, until, "call_later")


async def test_who_decides_over_something_new_sees_both_and_loses_nothing_typed(
    rt, client, people, database
):
    receipts = [await a_contact(rt, QUESTION) for _ in range(2)]
    one = await signed_in(client, people["operator"])
    versions = []
    for receipt in receipts:
        await one.get(f"/contacts/{receipt}")
        versions.append({"version": one.hidden("version")})
    await database.execute("UPDATE contacts SET version = version + 1, urgency = 2")
    mine = {**versions[0], "subcategory": "VIO.PHY", "urgency": "1", "region": "71",
            "extract": "Соседка слышит плач", "offer": "yes"}  # fmt: skip
    answer = await one.post(f"/contacts/{receipts[0]}/confirm", mine)
    html = unescape(await answer.text())
    dialog = html[html.index('data-testid="conflict-dialog"') :].partition("</dialog>")[0]
    assert answer.status == 409
    for said in ("Вы отправили", "Срочно", "Астана", "Соседка слышит плач"):
        assert said in dialog
    assert ">Соседка слышит плач</textarea>" in html  # and in the form, were it closed
    again = dict(re.findall(r'name="(\w+)" value="([^"]*)"', dialog))
    assert again["extract"] == mine["extract"]
    assert (await one.post(f"/contacts/{receipts[0]}/confirm", again)).status == 303
    answer = await one.post(f"/contacts/{receipts[0]}/confirm", mine)
    html = await answer.text()
    assert 'data-testid="conflict-dialog"' in html
    assert "Оставить моё" not in html  # it was decided: there is nothing to send again
    shut = {**versions[1], "wrap_up": "information_given", "note": "Сказала, куда идти"}
    answer = await one.post(f"/contacts/{receipts[1]}/close", shut)
    dialog = (await answer.text()).partition('data-testid="conflict-dialog"')[2]
    assert answer.status == 409
    assert "<td>Сказала, куда идти</td>" in dialog.partition("</dialog>")[0]


async def test_a_call_that_runs_is_no_wordless_row_but_its_operator_talks(
    rt, client, people, clock
):
    exchange = Exchange(client, clock)
    name = people["operator"].viewer.username
    await exchange.rings(operator=name)
    await exchange.is_answered(name)
    two = await signed_in(client, people["second"])
    assert await tab(two, "shared") == []
    talks = re.search(r'data-testid="queue-talks".*?</ul>', two.html, re.DOTALL)[0]
    assert people["operator"].viewer.display_name in talks


async def test_who_looks_is_seen_by_colleagues_and_fades(
    rt, client, people, clock, database
):
    receipt = await a_contact(rt, QUESTION)
    one = await signed_in(client, people["operator"])
    two = await signed_in(client, people["second"])
    name = people["operator"].viewer.display_name
    subject = {"subject": f"contact:{receipt}"}
    assert (await one.post("/looking", subject)).status == 204
    await two.get(f"/looking/contact/{receipt}", **HTMX)
    assert name in two.html
    await tab(two, "shared")
    assert 'data-testid="looker"' in two.html
    await one.get(f"/looking/contact/{receipt}", **HTMX)
    assert name not in one.html  # nobody is told of themselves
    clock.forward(timedelta(seconds=46))
    await two.get(f"/looking/contact/{receipt}", **HTMX)
    assert name not in two.html
    await one.get("/desk")
    await one.post("/looking", subject)
    key = person_key(people["operator"].viewer.person_id)
    await database.execute("UPDATE contacts SET apart = $1", [key])
    assert (await one.post("/looking", subject)).status == 404  # neither shows
    await two.get(f"/looking/contact/{receipt}", **HTMX)
    assert name not in two.html  # nor is shown
    assert receipt in await tab(two, "shared")
    assert (
        'data-testid="looker"' not in two.html
    )  # nor in the list, where the page is open still


async def test_a_slip_is_taken_back_and_the_clock_stands_as_it_was(
    rt, client, people, database
):
    receipt = await a_contact(rt, QUESTION)
    one = await signed_in(client, people["operator"])
    clocks = "SELECT name, state, started_at, due_at, met_at FROM clocks ORDER BY id"
    before = await database.fetch(clocks)
    await one.get(f"/contacts/{receipt}/ask/close", **HTMX)
    answer = await one.post(f"/contacts/{receipt}/close", {"wrap_up": "spam", "note": "x"})
    assert answer.status == 303
    assert rows(one.html) == []
    answer = await one.post(f"/contacts/{receipt}/undo")
    assert answer.status == 303
    assert await database.fetch(clocks) == before
    assert await tab(one, "shared") == [receipt]
    row = await database.fetchrow("SELECT * FROM contacts")
    assert (row["state"], row["wrap_up"], row["sealed_wrap_up_note"]) == (
        "triaged",
        None,
        None,
    )
    assert (await verify_clocks(rt)).differences == ()


async def confirmed(client, rt, people):
    receipt = await a_contact(
        rt, "Соседи бьют ребёнка каждый день", channel=Channel.TELEGRAM
    )
    one = await signed_in(client, people["operator"])
    await one.get(f"/contacts/{receipt}/ask/confirm", **HTMX)
    assert 'data-testid="offer-preview"' in one.html
    given = {"subcategory": "VIO.PHY", "urgency": "2", "region": "71", "offer": "yes"}
    answer = await one.post(f"/contacts/{receipt}/confirm", given)
    assert answer.status == 303
    return one, receipt, answer.headers["Location"].partition("routed=")[2]


async def test_an_offer_that_nobody_opened_is_withdrawn_whole(rt, client, people, database):
    one, receipt, number = await confirmed(client, rt, people)
    guardian = await signed_in(client, people["guardian"])
    await one.post(f"/contacts/{receipt}/undo")
    for name in ("guardian", "commissioner"):
        outside = await signed_in(client, people[name])
        assert (await outside.get(f"/cases/{number}")).status == 404, name
    assert number not in guardian.html or (await guardian.get("/inbox")).status == 200
    assert number not in guardian.html
    states = await database.fetch("SELECT DISTINCT status FROM referrals")
    assert {row["status"] for row in states} == {"withdrawn", "proposed"}
    assert await tab(one, "shared") == [receipt]
    assert (await verify_clocks(rt)).differences == ()


async def test_an_offer_that_somebody_opened_is_not_unseen(rt, client, people, database):
    one, receipt, number = await confirmed(client, rt, people)
    guardian = await signed_in(client, people["guardian"])
    assert (await guardian.get(f"/cases/{number}")).status == 200
    await one.get("/desk")
    await one.post(f"/contacts/{receipt}/undo")
    offered = "SELECT count(*) FROM referrals WHERE status = 'offered'"
    assert await database.fetchval(offered) > 0
    assert (await guardian.get(f"/cases/{number}")).status == 200


async def test_the_way_back_is_ones_own_and_short(rt, client, people, clock, database):
    receipt = await a_contact(rt, QUESTION)
    one = await signed_in(client, people["operator"])
    two = await signed_in(client, people["second"])
    await one.post(f"/contacts/{receipt}/close", {"wrap_up": "prank"})
    await two.post(f"/contacts/{receipt}/undo")
    clock.forward(timedelta(seconds=31))
    await one.post(f"/contacts/{receipt}/undo")
    assert await database.fetchval("SELECT state FROM contacts") == "closed"
