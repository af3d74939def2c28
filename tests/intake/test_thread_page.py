"""The thread of a report: both sides, without JavaScript, from any phone, and nothing kept."""

import asyncio
import re
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline.actions.confirm_contact import Confirmation, confirm_contact
from hotline.actions.receive_contact import receive_contact
from hotline.cases.inbound import Inbound
from hotline.cases.terms import Channel, OutboundState
from hotline.identity.viewer import TRIAGE
from hotline.intake.thread_token import ThreadTokens
from hotline.store import keys, outbound
from tests import builders
from tests.conftest import START
from tests.intake.doors import opened, rows

PIN = "012345"
FIRST = "Мектепте мені ренжітеді"


def hidden(page, name):
    return re.search(f'name="{name}" value="([^"]*)"', page)[1]


@pytest.fixture
async def root(rt):
    return await receive_contact(
        rt, Inbound(Channel.WEB, "report", "f", FIRST, b"", pin=PIN, region_hint="71")
    )


@pytest.fixture
def enter(client, root):
    async def post(lang="kk"):
        fields = {"receipt": root.receipt, "pin": PIN, "lang": lang}
        return await (await client.post("/status", data=fields)).text()

    return post


@pytest.fixture
def write(client):
    async def post(page, text, **more):
        fields = {name: hidden(page, name) for name in ("thread", "form_id", "lang")}
        answer = await client.post("/status/thread", data={**fields, "text": text, **more})
        return answer.status, await answer.text()

    return post


@pytest.fixture
def answer(rt):
    async def send(contact_id, text):
        """111 writes to a contact: what a deposited answer leaves in the store."""
        async with rt.transaction(TRIAGE) as tx:
            key = await keys.load_one(tx, contact_id)
            values = {
                "contact_id": contact_id, "channel": "web", "account": "report",
                "kind": "reply", "locale": "kk", "state": OutboundState.SENT,
                "sealed_text": key.seal_text("outbound", text),
            }  # fmt: skip
            return await outbound.put(tx, values)

    return send


async def test_what_is_written_on_is_a_contact_that_follows_the_first(
    enter, write, root, rt, database
):
    status, page = await write(await enter(), "Тағы бір нәрсе болды")
    first, second = await rows(database)
    assert status == 200
    assert second["follows_id"] == root.id == first["id"]
    assert (second["channel"], second["account"]) == ("webchat", "thread")
    assert (second["region_hint"], second["lang_hint"]) == ("71", "kk")
    assert (second["may_write"], second["pin_hash"]) == (True, None)
    assert (await opened(rt, database, second))["text"] == "Тағы бір нәрсе болды"
    assert "Тағы бір нәрсе болды" in page
    assert second["receipt"] not in page
    assert root.receipt in page


async def test_fifty_clicks_are_one_message(enter, write, database):
    page = await enter()
    answers = await asyncio.gather(*(write(page, "Бір рет") for _ in range(50)))
    assert {status for status, _ in answers} == {200}
    assert len(await rows(database)) == 2


async def test_an_answer_is_shown_and_counts_as_read(enter, answer, root, database):
    await answer(root.id, "Біз хабарыңызды оқыдық")
    page = await enter()
    assert "Біз хабарыңызды оқыдық" in page
    assert page.index(FIRST) < page.index("Біз хабарыңызды оқыдық")
    row = await database.fetchrow("SELECT state, read_at FROM outbound")
    assert (row["state"], row["read_at"]) == ("read", START)


async def test_an_answer_to_a_later_message_stands_in_the_same_thread(
    enter, write, answer, database
):
    await write(await enter(), "Екінші хабарлама")
    second = (await rows(database))[-1]
    await answer(second["id"], "Екіншісіне жауап")
    assert "Екіншісіне жауап" in await enter()


UNSHOWN = ["queued", "sending", "uncertain", "failed", "suppressed"]


@pytest.mark.parametrize("state", UNSHOWN)
async def test_what_has_not_gone_out_is_not_shown(enter, answer, root, database, state):
    await answer(root.id, "Бұл әлі жіберілмеді")
    await database.execute("UPDATE outbound SET state = $1", state)
    assert "Бұл әлі жіберілмеді" not in await enter()
    assert await database.fetchval("SELECT state FROM outbound") == state


async def test_another_persons_thread_is_never_shown(enter, rt):
    other = Inbound(Channel.WEB, "report", "g", "Басқа адамның сөзі", b"", pin="999999")
    await receive_contact(rt, other)
    assert "Басқа адамның" not in await enter()


async def test_a_message_in_the_thread_joins_the_open_case(
    enter, write, root, rt, database
):
    await builders.triage_all(rt)
    operator = await builders.a_person(rt, "operator")
    said = Confirmation(subcategory="VIO.PHY", urgency=3, region="71")
    await confirm_contact(rt, operator.viewer, root.receipt, said)
    await write(await enter(), builders.DANGER)
    await builders.triage_all(rt)
    first, second = await rows(database)
    assert second["case_id"] == first["case_id"] is not None
    assert second["seen_at"] is None
    assert await database.fetchval("SELECT urgency FROM cases") == 0
    assert "Біз онымен жұмыс істеп жатырмыз" in await enter()


async def test_who_asks_for_a_psychologist_is_told_of_at_the_desk(
    enter, write, rt, database
):
    status, page = await write(await enter("ru"), "", want="psychologist")
    assert status == 200
    assert "111 знает" in page
    contact = (await rows(database))[-1]
    assert (await opened(rt, database, contact))["text"] == "Хочу поговорить с психологом"
    told = await database.fetchrow("SELECT audience, kind, contact_id FROM notices")
    assert tuple(told) == ("111", "psychologist_asked", contact["id"])
    marks = await database.fetchval(
        "SELECT data->>'marks' FROM case_events WHERE contact_id = $1"
        " AND event = 'contact_received'",
        contact["id"],
    )
    assert "psychologist" in marks


async def test_nothing_at_all_is_not_sent(enter, write, database):
    status, page = await write(await enter(), "  ")
    assert status == 422
    assert 'data-testid="error-summary"' in page
    assert len(await rows(database)) == 1


async def test_an_old_page_keeps_the_words_and_asks_for_the_pin(
    client, enter, write, root, clock, database
):
    page = await enter()
    clock.forward(timedelta(minutes=61))
    status, again = await write(page, "Ұзақ жазылған сөз")
    assert status == 403
    assert "Ұзақ жазылған сөз" in again
    assert FIRST not in again
    assert len(await rows(database)) == 1
    fields = {
        "receipt": root.receipt,
        "pin": PIN,
        "lang": "kk",
        "text": "Ұзақ жазылған сөз",
    }
    back = await (await client.post("/status", data=fields)).text()
    assert "Ұзақ жазылған сөз</textarea>" in back


FORGED = [
    # what is sent                 how it differs
    ("nothing", lambda token: ""),
    ("another thread's number", lambda t: re.sub(r"\.(\d+)\.", ".26000000999.", t)),
    ("a later stamp", lambda t: re.sub(r"^(\d+)", lambda m: str(int(m[1]) + 9), t)),
    ("another signature", lambda t: t[:-1] + ("0" if t[-1] != "0" else "1")),
    ("noise", lambda t: "\0" * 50),
]


@pytest.mark.parametrize(("what", "change"), FORGED, ids=[f[0] for f in FORGED])
async def test_a_forged_token_opens_nothing(client, enter, database, what, change):
    page = await enter()
    token = change(hidden(page, "thread"))
    for path in ("thread", "thread/again", "part", "live"):
        got = await client.post(f"/status/{path}", data={"thread": token, "text": "a"})
        assert got.status == 403, path
        assert FIRST not in await got.text()
    assert len(await rows(database)) == 1


async def test_another_site_cannot_post(client, enter, database):
    page = await enter()
    fields = {name: hidden(page, name) for name in ("thread", "form_id", "lang")}
    answer = await client.post(
        "/status/thread",
        data={**fields, "text": "a"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status == 403
    assert len(await rows(database)) == 1


async def test_the_list_alone_holds_no_form(client, enter):
    token = hidden(await enter(), "thread")
    part = await (await client.post("/status/part", data={"thread": token})).text()
    assert FIRST in part
    assert "<form" not in part
    assert "<html" not in part


async def test_an_open_page_hears_that_its_thread_changed_and_nothing_else(
    client, enter, answer, root, rt
):
    token = hidden(await enter(), "thread")
    stream = await client.post("/status/live", data={"thread": token})
    assert stream.headers["Content-Type"].startswith("text/event-stream")
    await stream.content.readuntil(b"\n\n")
    other = Inbound(Channel.WEB, "report", "g", "Басқа", b"", pin="999999")
    await answer((await receive_contact(rt, other)).id, "Басқаға жауап")
    assert await stream.content.readuntil(b"\n\n") == b"event: pulse\ndata: {}\n\n"
    await answer(root.id, "Сізге жауап")
    assert await stream.content.readuntil(b"\n\n") == b"event: changed\ndata: {}\n\n"
    stream.close()


WAITS = [
    # read after, minutes      still waiting, minutes    what the page says
    ([], [], "Қанша уақытта оқылатынын қазір айта алмаймыз"),
    ([4] * 5, [], "әдетте 5 минут ішінде"),
    ([4, 4, 40, 40, 40], [], "әдетте 60 минут ішінде"),
    ([4] * 5, [50] * 6, "әдетте 60 минут ішінде"),  # the queue is longer than it was
    ([150] * 5, [], "әдетте 3 сағат ішінде"),
]


@pytest.mark.parametrize(("read", "waiting", "says"), WAITS)
async def test_the_wait_is_that_of_the_real_queue_and_no_promise(
    enter, rt, database, clock, read, waiting, says
):
    for number, minutes in enumerate([*read, *waiting]):
        kept = await receive_contact(
            rt, Inbound(Channel.TELEGRAM, "b", f"{number}", "a", b"")
        )
        done = number < len(read)
        at = START - timedelta(minutes=minutes)
        await database.execute(
            "UPDATE contacts SET received_at = $2, seen_at = $3 WHERE id = $1",
            kept.id, at, START if done else None,
        )  # fmt: skip
    page = await enter()
    assert says in page
    assert ("уәде" in page) == ("әдетте" in says)


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=120))
def test_no_text_is_a_token(text):
    tokens = ThreadTokens(b"k" * 32, timedelta(minutes=60))
    assert tokens.read(text, START) is None


@given(st.integers(1, 10**17), st.integers(-300, 7200))
def test_a_token_holds_for_its_thread_and_its_time(contact_id, seconds):
    tokens = ThreadTokens(b"k" * 32, timedelta(minutes=60))
    later = START + timedelta(seconds=seconds)
    found = tokens.read(tokens.issue(contact_id, START), later)
    assert found == (contact_id if -60 <= seconds <= 3600 else None)
    assert ThreadTokens(b"o" * 32, timedelta(1)).read(tokens.issue(1, START), START) is None
