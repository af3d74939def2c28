"""Presence, call-backs, recordings, the telephone's board and staffing, as people see them."""

import itertools
import re
from datetime import timedelta

import pytest

from hotline.actions.set_presence import settle_presence
from hotline.cases.apart import person_key
from hotline.cases.inbound import ContactPolicy
from hotline.identity.viewer import TRIAGE
from hotline.store import keys
from tests.builders import WHO, a_contact, a_person, everybody
from tests.console.console_world import HTMX, signed_in
from tests.console.phone_world import CALLER, MASKED, Exchange

WORD = "Ромашка"
SAFE = ContactPolicy(may_call=True, hours="09:00-18:00", code_word=WORD)
SOUND = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(range(64))


@pytest.fixture
async def people(rt):
    found = await everybody(rt)
    return found | {
        "colleague": await a_person(rt, "operator"),
        "second supervisor": await a_person(rt, "supervisor"),
    }


@pytest.fixture
def exchange(client, clock):
    return Exchange(client, clock)


@pytest.fixture
async def at(client, people):
    """A browser of somebody, signed in, with the token of its forms at hand."""

    async def sign(who):
        browser = await signed_in(client, people[who])
        browser.csrf = browser.hidden("csrf")
        return browser

    return sign


def name(people, who="operator"):
    return people[who].viewer.username


async def presence(database, people, who="operator"):
    return await database.fetchrow(
        "SELECT * FROM presence WHERE person_id = $1", people[who].viewer.person_id
    )


# -- presence -----------------------------------------------------------------------------
async def test_a_person_says_what_they_do_and_the_chip_shows_it(at, people, database):
    browser = await at("operator")
    assert 'data-testid="presence"' in browser.html
    for state, word in (
        ("ready", "Готов"),
        ("pause:meal", "Пауза"),
        ("off", "Не на линии"),
    ):
        await browser.post("/presence", {"state": state}, csrf=browser.csrf)
        await browser.get("/presence", **HTMX)
        chip = re.search(r'data-state="(\w+)".*?presence-word">([^<]+)<', browser.html)
        assert chip.groups() == (state.partition(":")[0], word)
    spans = await database.fetch("SELECT * FROM presence_spans ORDER BY id")
    assert [(row["state"], row["reason"]) for row in spans] == [
        ("ready", None), ("pause", "meal"), ("off", None)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "sent"),
    [
        ("a state that a call alone gives", {"state": "talking"}),
        ("a state that is none", {"state": "asleep"}),
        ("a pause without a reason", {"state": "pause"}),
        ("a pause for a reason that is none", {"state": "pause:gossip"}),
        ("a telephone of letters", {"extension": "abc"}),
    ],
)
async def test_what_nobody_can_be_is_refused_in_words(at, what, sent):
    browser = await at("operator")
    answer = await browser.post("/presence", sent, csrf=browser.csrf)
    assert answer.status == 422
    assert 'role="alert"' in await answer.text()


async def test_who_is_not_at_111_has_no_presence(at):
    for who in ("guardian", "admin"):
        browser = await at(who)
        assert 'data-testid="presence"' not in browser.html.partition("<main")[0]
        assert (await browser.get("/presence")).status == 404


async def test_a_desks_telephone_goes_to_the_next_person_only_when_it_is_free(
    at, people, database
):
    first = await at("operator")
    await first.post("/presence", {"state": "ready"}, csrf=first.csrf)
    await first.post("/presence", {"extension": "201"}, csrf=first.csrf)
    second = await at("colleague")
    refused = await second.post("/presence", {"extension": "201"}, csrf=second.csrf)
    assert refused.status == 422
    first = await at("operator")
    await first.post("/presence", {"state": "off"}, csrf=first.csrf)
    second = await at("colleague")
    assert (
        await second.post("/presence", {"extension": "201"}, csrf=second.csrf)
    ).status == 303
    assert (await presence(database, people))["extension"] is None
    assert (await presence(database, people, "colleague"))["extension"] == "201"


async def test_an_exchange_may_name_an_operator_by_the_telephone_of_their_desk(
    at, people, exchange, database
):
    browser = await at("operator")
    await browser.post("/presence", {"extension": "201"}, csrf=browser.csrf)
    await exchange.rings(operator="201")
    await exchange.is_answered("201")
    assert (await presence(database, people))["state"] == "talking"


async def test_presence_follows_the_call_and_its_spans_never_overlap(
    at, people, exchange, database, clock, rt
):
    browser = await at("operator")
    await browser.post("/presence", {"state": "ready"}, csrf=browser.csrf)
    states = []

    async def note():
        states.append((await presence(database, people))["state"])

    for seconds, event in ((30, "ringing"), (10, "answered"), (20, "held"), (5, "ended")):
        clock.forward(timedelta(seconds=seconds))
        await exchange.says(event, operator=name(people), **{"from": CALLER})
        await note()
    clock.forward(timedelta(seconds=89))
    await settle_presence(rt)
    await note()
    clock.forward(timedelta(seconds=1))
    await settle_presence(rt)
    await note()
    assert states == ["ready", "talking", "talking", "wrap_up", "wrap_up", "ready"]
    spans = await database.fetch("SELECT * FROM presence_spans ORDER BY from_at, id")
    assert [row["state"] for row in spans] == ["ready", "talking", "wrap_up", "ready"]
    assert all(a["to_at"] == b["from_at"] for a, b in itertools.pairwise(spans))
    lengths = [(row["to_at"] - row["from_at"]).seconds for row in spans[:-1]]
    assert lengths == [40, 25, 90]


async def test_a_clock_that_jumps_back_makes_no_span_that_overlaps(
    at, people, database, clock
):
    browser = await at("operator")
    for state, hours in (("ready", -2), ("pause:break", 1), ("ready", -3), ("off", 0)):
        await browser.post("/presence", {"state": state}, csrf=browser.csrf)
        clock.forward(timedelta(hours=hours))
    spans = await database.fetch("SELECT * FROM presence_spans ORDER BY id")
    assert len(spans) == 4
    for one, after in itertools.pairwise(spans):
        assert one["from_at"] <= one["to_at"] == after["from_at"]


async def test_whoever_signs_out_or_forgets_to_is_off(at, people, database, rt, clock):
    browser = await at("operator")
    await browser.post("/presence", {"state": "ready"}, csrf=browser.csrf)
    await browser.post("/logout", csrf=browser.csrf)
    assert (await presence(database, people))["state"] == "off"
    other = await at("colleague")
    await other.post("/presence", {"state": "ready"}, csrf=other.csrf)
    clock.forward(timedelta(hours=11, minutes=59))
    await settle_presence(rt)
    assert (await presence(database, people, "colleague"))["state"] == "ready"
    clock.forward(timedelta(minutes=1))
    await settle_presence(rt)
    assert (await presence(database, people, "colleague"))["state"] == "off"


# -- call-backs ---------------------------------------------------------------------------
async def gives_up(exchange, clock, call_id="lost", seconds=40, **fields):
    await exchange.rings(call_id, **fields)
    clock.forward(timedelta(seconds=seconds))
    await exchange.says("ended", call_id)


@pytest.fixture
async def waiting(rt, exchange, clock, database):
    """Somebody who said that calling is safe gave up waiting; the id of the call-back."""
    await a_contact(rt, policy=SAFE)
    await gives_up(exchange, clock)
    return await database.fetchval("SELECT id FROM callbacks")


async def test_a_call_back_is_masked_until_somebody_takes_it(at, waiting, people):
    browser = await at("operator")
    await browser.get("/callbacks")
    assert MASKED in browser.html
    assert CALLER not in browser.html
    assert WORD not in browser.html
    assert "09:00-18:00" in browser.html
    assert "сейчас можно" in browser.html
    await browser.post(f"/callbacks/{waiting}/take", csrf=browser.csrf)
    await browser.get("/callbacks")
    assert CALLER in browser.html
    assert WORD in browser.html
    assert "Не говорите ничего третьему лицу" in browser.html
    other = await at("colleague")
    await other.get("/callbacks")
    assert CALLER not in other.html
    assert WORD not in other.html
    refused = await other.post(f"/callbacks/{waiting}/take", csrf=other.csrf)
    assert refused.status == 422
    ended = await other.post(
        f"/callbacks/{waiting}/end", {"result": "done"}, csrf=other.csrf
    )
    assert ended.status == 422


@pytest.mark.parametrize(
    ("result", "state", "reason"),
    [("done", "done", None), ("unsafe", "given_up", "unsafe")],
)
async def test_a_call_back_ends_with_what_became_of_it(
    at, waiting, database, result, state, reason
):
    browser = await at("operator")
    await browser.post(f"/callbacks/{waiting}/take", csrf=browser.csrf)
    await browser.post(f"/callbacks/{waiting}/end", {"result": result}, csrf=browser.csrf)
    row = await database.fetchrow("SELECT * FROM callbacks")
    assert (row["state"], row["reason"], row["tries"]) == (state, reason, 1)
    await browser.get("/callbacks")
    assert 'data-testid="callback"' not in browser.html
    again = await browser.post(f"/callbacks/{waiting}/take", csrf=browser.csrf)
    assert again.status == 422


async def test_after_three_tries_without_an_answer_it_is_given_up(
    at, waiting, database, clock
):
    browser = await at("operator")
    for result in ("no_answer", "third_person", "no_answer"):
        row = await database.fetchrow("SELECT * FROM callbacks")
        assert row["state"] == "open"
        assert row["taken_by"] is None
        await browser.post(f"/callbacks/{waiting}/take", csrf=browser.csrf)
        await browser.post(
            f"/callbacks/{waiting}/end", {"result": result}, csrf=browser.csrf
        )
        clock.forward(timedelta(minutes=30))
    row = await database.fetchrow("SELECT * FROM callbacks")
    assert (row["state"], row["reason"], row["tries"]) == ("given_up", "tries_used_up", 3)


async def test_a_colleague_who_went_home_holds_no_call_back_for_ever(
    at, waiting, clock, database, people
):
    browser = await at("operator")
    await browser.post(f"/callbacks/{waiting}/take", csrf=browser.csrf)
    clock.forward(timedelta(minutes=31))
    other = await at("colleague")
    taken = await other.post(f"/callbacks/{waiting}/take", csrf=other.csrf)
    assert taken.status == 303
    row = await database.fetchrow("SELECT * FROM callbacks")
    assert row["taken_by"] == people["colleague"].viewer.person_id


async def test_outside_the_safe_hours_the_list_says_not_now(at, waiting, clock):
    clock.forward(timedelta(hours=9))  # 19:00
    browser = await at("operator")
    await browser.get("/callbacks")
    assert "не сейчас" in browser.html
    assert "сейчас можно" not in browser.html


async def test_a_call_back_that_complains_of_the_reader_is_not_there_for_them(
    at, waiting, database, people
):
    key = person_key(people["operator"].viewer.person_id)
    await database.execute("UPDATE contacts SET apart = ARRAY[$1]", key)
    browser = await at("operator")
    await browser.get("/callbacks")
    assert 'data-testid="callback"' not in browser.html
    answer = await browser.post(f"/callbacks/{waiting}/take", csrf=browser.csrf)
    assert answer.status == 404


async def test_bodies_know_nothing_of_call_backs(at, waiting):
    browser = await at("guardian")
    assert (await browser.get("/callbacks")).status == 404


# -- recordings ---------------------------------------------------------------------------
@pytest.fixture
async def recorded(rt, exchange, people, database, clock):
    """A call of `operator` that was recorded and kept; the recording's id."""
    await exchange.rings(operator=name(people))
    await exchange.is_answered(name(people))
    await exchange.says("ended")
    call = await database.fetchrow("SELECT * FROM calls")
    async with rt.transaction(TRIAGE) as tx:
        key = await keys.load_one(tx, call["contact_id"])
    return await database.fetchval(
        "INSERT INTO recordings (call_id, contact_id, name, state, started_at, seconds,"
        " keep_until, sealed_content) VALUES ($1, $2, 'rec-1', 'stored', $3, 61, $4, $5)"
        " RETURNING id",
        call["id"],
        call["contact_id"],
        clock.now(),
        clock.now() + timedelta(days=180),
        key.seal("recording", SOUND),
    )


async def test_the_operator_of_the_call_hears_it_and_the_ledger_knows_first(
    at, recorded, database, people
):
    browser = await at("operator")
    receipt = await database.fetchval("SELECT receipt FROM contacts")
    await browser.get(f"/contacts/{receipt}/recordings", **HTMX)
    assert "1:01" in browser.html
    assert "Слушать" in browser.html
    assert "<html" not in browser.html
    answer = await browser.post(f"/recordings/{recorded}/open", csrf=browser.csrf)
    where = answer.headers["Location"]
    row = await database.fetchrow("SELECT * FROM openings")
    assert (row["person_id"], row["recording_id"], row["reason"]) == (
        people["operator"].viewer.person_id, recorded, "own_call"
    )  # fmt: skip
    page = await browser.get(where)
    assert "media-src 'self'" in page.headers["Content-Security-Policy"]
    assert f'src="{where}/sound"' in browser.html
    sound = await browser.get(f"{where}/sound")
    assert sound.content_type == "audio/wav"
    assert await sound.read() == SOUND
    part = await browser.get(f"{where}/sound", Range="bytes=4-7")
    assert (part.status, await part.read()) == (206, SOUND[4:8])
    beyond = await browser.get(f"{where}/sound", Range="bytes=9999-")
    assert beyond.status == 416


async def test_a_supervisor_hears_it_with_a_reason_and_not_without(at, recorded, database):
    browser = await at("supervisor")
    receipt = await database.fetchval("SELECT receipt FROM contacts")
    path = f"/recordings/{recorded}/open"
    refused = await browser.post(path, {"receipt": receipt}, csrf=browser.csrf)
    assert refused.status == 422
    own = {"receipt": receipt, "reason": "own_call"}
    assert (await browser.post(path, own, csrf=browser.csrf)).status == 422
    assert await database.fetchval("SELECT count(*) FROM openings") == 0
    told = {"receipt": receipt, "reason": "complaint"}
    assert (await browser.post(path, told, csrf=browser.csrf)).status == 303
    assert await database.fetchval("SELECT reason FROM openings") == "complaint"
    await browser.get(f"/contacts/{receipt}/recordings")
    assert "Прослушано: 1" in browser.html
    assert "Жалоба на разговор" in browser.html


async def test_for_everybody_else_there_is_no_such_recording(at, recorded, database):
    owner = await at("operator")
    answer = await owner.post(f"/recordings/{recorded}/open", csrf=owner.csrf)
    where = answer.headers["Location"]
    receipt = await database.fetchval("SELECT receipt FROM contacts")
    for who in ("colleague", "supervisor", "guardian", "commissioner", "admin"):
        browser = await at(who)
        assert (await browser.get(where)).status == 404, who
        assert (await browser.get(f"{where}/sound")).status == 404, who
        if who == "supervisor":  # with a reason of their own they open it anew
            continue
        told = {"receipt": receipt, "reason": "quality"}
        opened = await browser.post(f"/recordings/{recorded}/open", told, csrf=browser.csrf)
        assert opened.status == 404, who
    browser = await at("colleague")
    await browser.get(f"/contacts/{receipt}/recordings")
    assert "Слушать" not in browser.html
    assert await database.fetchval("SELECT count(*) FROM openings") == 1


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("the term of keeping is over", "keep_until = started_at"),
        ("it was deleted", "state = 'deleted', sealed_content = NULL"),
        ("it was refused", "state = 'refused', sealed_content = NULL"),
    ],
)
async def test_what_is_not_kept_cannot_be_heard(at, recorded, database, what, change):
    await database.execute(f"UPDATE recordings SET {change}")
    browser = await at("operator")
    answer = await browser.post(f"/recordings/{recorded}/open", csrf=browser.csrf)
    assert answer.status == 404


async def test_that_a_caller_refused_is_said_where_the_recording_would_be(
    at, exchange, database, people
):
    await exchange.rings(operator=name(people))
    await exchange.is_answered(name(people))
    await database.execute("UPDATE calls SET recording_refused = true")
    browser = await at("colleague")
    receipt = await database.fetchval("SELECT receipt FROM contacts")
    await browser.get(f"/contacts/{receipt}/recordings", **HTMX)
    assert "отказался от записи" in browser.html
    assert "Слушать" not in browser.html


async def test_an_opened_recording_is_open_for_half_an_hour(at, recorded, clock):
    browser = await at("operator")
    answer = await browser.post(f"/recordings/{recorded}/open", csrf=browser.csrf)
    where = answer.headers["Location"]
    clock.forward(timedelta(minutes=29))
    assert (await browser.get(f"{where}/sound")).status == 200
    clock.forward(timedelta(minutes=2))
    assert (await browser.get(f"{where}/sound")).status == 404


async def test_a_recording_that_complains_of_its_operator_is_not_theirs_to_hear(
    at, recorded, database, people
):
    key = person_key(people["operator"].viewer.person_id)
    await database.execute("UPDATE contacts SET apart = ARRAY[$1]", key)
    browser = await at("operator")
    answer = await browser.post(f"/recordings/{recorded}/open", csrf=browser.csrf)
    assert answer.status == 404


# -- the board ----------------------------------------------------------------------------
async def a_shift(rt, exchange, clock, people):
    """Two answered (one late), one given up too soon, two given up, one waits."""
    await a_contact(rt, policy=SAFE)
    for call_id, wait in (("soon", 10), ("late", 50)):
        await exchange.rings(call_id, **{"from": "+77010000001"})
        clock.forward(timedelta(seconds=wait))
        await exchange.is_answered(name(people), call_id)
        clock.forward(timedelta(seconds=120))
        await exchange.says("ended", call_id)
    await gives_up(exchange, clock, "short", 3, **{"from": "+77010000002"})
    await gives_up(exchange, clock, "safe", 30)
    await gives_up(exchange, clock, "unsafe", 30, **{"from": "+77010000003"})
    await exchange.rings("waits", **{"from": "+77010000004"})
    clock.forward(timedelta(seconds=70))


def tile(html, which):
    part = html[html.index(f'data-testid="kpi-{which}"') :]
    found = re.search(r'kpi-value">([^<]*)<.*?kpi-foot">([^<]*)<', part, re.DOTALL)
    return found.groups()


async def test_every_figure_of_the_telephone_equals_the_list_behind_it(
    at, rt, exchange, clock, people
):
    await a_shift(rt, exchange, clock, people)
    browser = await at("supervisor")
    await browser.get("/board")
    for figure, n in (
        ("answered_soon", 1),
        ("counted", 5),
        ("abandoned", 2),
        ("called_back", 0),
    ):
        assert f'data-figure="calls_{figure}" data-n="{n}"' in browser.html, figure
    assert "дольше всех ждали 00:30" in browser.html
    await browser.get("/phone-board")
    # One in time of six that came in (the one that waits is late by now), less one too short.
    assert tile(browser.html, "service-level") == ("20 %", "1 / (6 − 1)")
    assert tile(browser.html, "answer-speed")[0] == "00:30"
    assert tile(browser.html, "abandoned")[0] == "2"
    assert tile(browser.html, "without-way")[0] == "1"
    assert tile(browser.html, "longest-wait") == ("01:10", "ждут: 1")
    counted = {
        "offered": 6, "answered": 2, "answered_soon": 1, "abandoned": 2, "too_short": 1,
        "without_way": 1, "called_back": 0, "waiting": 1,
    }  # fmt: skip
    for which, n in counted.items():
        await browser.get(f"/phone-board?list={which}")
        assert f'data-testid="list-count">{n}<' in browser.html, which
        assert browser.html.count("<tr data-call=") == n, which


async def test_who_was_called_back_is_counted_as_called_back(
    at, rt, exchange, clock, people, database
):
    await a_shift(rt, exchange, clock, people)
    browser = await at("operator")
    waits = await database.fetchval("SELECT id FROM callbacks")
    await browser.post(f"/callbacks/{waits}/take", csrf=browser.csrf)
    await browser.post(f"/callbacks/{waits}/end", {"result": "done"}, csrf=browser.csrf)
    await browser.get("/phone-board")
    assert "перезвонили: 1" in tile(browser.html, "abandoned")[1]


async def test_the_board_shows_who_does_what_and_the_wall_names_nobody(
    at, people, exchange
):
    await exchange.rings(operator=name(people))
    await exchange.is_answered(name(people))
    browser = await at("supervisor")
    await browser.get("/board")
    shown = people["operator"].viewer.display_name
    table = browser.html[browser.html.index('data-testid="operators"') :]
    assert shown in table
    assert "Разговаривает" in table
    await browser.get("/board?wall=1")
    board = browser.html[browser.html.index('id="board"') :]
    assert shown not in board
    assert re.search(r"в разговоре <span[^>]*>1</span>", board)
    assert "/phone-board?period=shift&amp;list" not in board


async def test_a_call_that_complains_of_the_reader_is_in_none_of_their_figures(
    at, rt, exchange, clock, people, database
):
    await a_shift(rt, exchange, clock, people)
    key = person_key(people["supervisor"].viewer.person_id)
    await database.execute("UPDATE contacts SET apart = ARRAY[$1]", key)
    browser = await at("supervisor")
    await browser.get("/phone-board?list=offered")
    assert browser.html.count("<tr data-call=") == 0
    other = await at("second supervisor")
    await other.get("/phone-board?list=offered")
    assert other.html.count("<tr data-call=") == 6


async def test_an_empty_shift_shows_dashes(at):
    browser = await at("supervisor")
    await browser.get("/phone-board?list=no-such-list&period=century")
    assert tile(browser.html, "service-level") == ("—", "0 / (0 − 0)")
    assert tile(browser.html, "longest-wait")[0] == "—"


# -- staffing -----------------------------------------------------------------------------
async def test_staffing_shows_the_sum_and_its_steps(at):
    browser = await at("supervisor")
    await browser.get("/staffing-phone?calls=120&handle=240&share=80&within=20&away=30")
    assert 'data-telephone="20" data-rota="29"' in browser.html
    assert "A = 120 × 240 / 1800 = 16.00" in browser.html
    assert "20 / (1 − 0.3) → 29" in browser.html


@pytest.mark.parametrize(
    "query",
    [
        "calls=many",
        "calls=-1",
        "share=100",
        "away=100",
        "handle=0",
        "calls=nan",
        "calls=1e99",
    ],
)
async def test_numbers_that_cannot_be_are_refused_in_words(at, query):
    browser = await at("supervisor")
    answer = await browser.get(f"/staffing-phone?{query}")
    assert answer.status == 422
    assert 'role="alert"' in browser.html


async def test_staffing_begins_from_our_own_past(at, rt, exchange, clock, people):
    for number in range(8):
        await exchange.rings(f"c{number}", **{"from": f"+770100000{number:02}"})
        await exchange.is_answered(name(people), f"c{number}")
        clock.forward(timedelta(seconds=60))
        await exchange.says("ended", f"c{number}")
    browser = await at("supervisor")
    await browser.get("/staffing-phone")
    # Eight calls in one half hour of the last four weeks: two on the average.
    assert re.search(r'name="calls"[^>]*value="2"', browser.html)
    assert '<th scope="row">10:00</th>' in browser.html


async def test_only_supervisors_plan_the_telephone(at):
    for who in ("operator", "guardian", "admin"):
        browser = await at(who)
        assert (await browser.get("/staffing-phone")).status == 404


def test_the_caller_of_these_tests_is_the_one_of_the_builders():
    assert WHO.phone == CALLER
