"""A person at 111 answers on the channel that was used, when and where that is safe."""

from datetime import timedelta

import pytest

from hotline.actions.leave_thread import leave_thread
from hotline.actions.record_policy import record_policy
from hotline.actions.settle_uncertain import settle_uncertain
from hotline.actions.write_reply import Reply, write_reply
from hotline.cases.inbound import ContactPolicy, ThreadLeft
from hotline.cases.terms import Channel
from hotline.errors import NotFound, RuleForbids
from tests.builders import a_person
from tests.outbound.conftest import texts
from tests.outbound.test_one_line_by_itself import CHAT, wrote

SAID = "Мы прочитали. Удобно ли писать сейчас?"


@pytest.fixture
async def operator(rt):
    return (await a_person(rt, "operator")).viewer


async def answer(rt, operator, receipt, text=SAID, **said):
    return await write_reply(rt, operator, receipt, Reply(text, **said))


async def test_an_answer_goes_out_and_its_row_says_so(
    rt, operator, provider, work, database
):
    kept = await wrote(rt)
    await work()
    await answer(rt, operator, kept.receipt)
    await work()
    assert texts(provider)[1:] == [SAID]
    row = await database.fetchrow("SELECT * FROM outbound ORDER BY id DESC")
    assert (row["kind"], row["state"], row["made_by"]) == (
        "reply",
        "sent",
        operator.person_id,
    )
    assert SAID.encode() not in row["sealed_text"]


async def test_outside_safe_hours_it_waits_until_they_begin(
    rt, operator, provider, work, clock, database
):
    policy = ContactPolicy(may_write=True, hours="18:30-20:00")
    kept = await wrote(rt, policy=policy)
    await answer(rt, operator, kept.receipt)
    await work()
    sent = texts(provider)
    assert SAID not in sent
    row = await database.fetchrow("SELECT * FROM outbound WHERE kind = 'reply'")
    assert row["state"] == "queued"
    assert row["not_before"].isoformat() == "2026-11-20T13:30:00+00:00"  # 18:30 in Almaty
    clock.forward(timedelta(hours=8, minutes=31))
    await work()
    assert SAID in texts(provider)


REFUSED = [
    (
        "nobody knows whether it is safe",
        {"policy": ContactPolicy()},
        "not_known_to_be_safe",
    ),
    ("no provider stands behind the channel", {"channel": Channel.SMS}, "not_configured"),
    ("a partner reads no answers", {"channel": Channel.PARTNER}, "no_replies_here"),
]


@pytest.mark.parametrize(("text", "facts", "code"), REFUSED)
async def test_nothing_is_written_where(
    text, facts, code, rt, operator, provider, database
):
    kept = await wrote(rt, **facts)
    with pytest.raises(RuleForbids) as refused:
        await answer(rt, operator, kept.receipt)
    assert refused.value.code == code
    assert (
        await database.fetchval("SELECT count(*) FROM outbound WHERE kind = 'reply'") == 0
    )


async def test_a_thread_that_was_shut_stays_silent_until_it_is_opened_again(
    rt, operator, provider, work
):
    kept = await wrote(rt)
    await work()
    left = ThreadLeft(Channel.TELEGRAM, "123", CHAT, left=True)
    await leave_thread(rt, left)
    with pytest.raises(RuleForbids) as refused:
        await answer(rt, operator, kept.receipt)
    assert refused.value.code == "thread_left"
    await leave_thread(rt, ThreadLeft(Channel.TELEGRAM, "123", CHAT, left=False))
    await answer(rt, operator, kept.receipt)


async def test_what_waits_is_suppressed_when_the_person_shuts_the_thread(
    rt, operator, provider, work, clock, database
):
    kept = await wrote(rt, policy=ContactPolicy(may_write=True, hours="18:30-20:00"))
    await work()
    before = len(provider.seen)
    await answer(rt, operator, kept.receipt)
    await leave_thread(rt, ThreadLeft(Channel.TELEGRAM, "123", CHAT, left=True))
    clock.forward(timedelta(hours=9))
    await work()
    assert len(provider.seen) == before
    row = await database.fetchrow("SELECT * FROM outbound WHERE kind = 'reply'")
    assert (row["state"], row["reason"]) == ("suppressed", "thread_left")


async def test_a_blocked_bot_shuts_the_thread_for_good(
    rt, operator, provider, work, database
):
    kept = await wrote(rt)
    provider.answers["tg"] = (403, '{"ok": false, "error_code": 403}')
    await work()
    row = await database.fetchrow("SELECT * FROM outbound")
    assert (row["state"], row["reason"]) == ("suppressed", "blocked")
    with pytest.raises(RuleForbids):
        await answer(rt, operator, kept.receipt)


async def test_the_same_words_twice_in_a_minute_are_one_press(
    rt, operator, provider, work, clock
):
    kept = await wrote(rt)
    first = await answer(rt, operator, kept.receipt)
    assert await answer(rt, operator, kept.receipt) == first
    clock.forward(timedelta(seconds=61))
    assert await answer(rt, operator, kept.receipt) != first


async def test_a_page_is_answered_on_the_page_at_once(
    rt, operator, provider, work, database
):
    kept = await wrote(rt, channel=Channel.WEB, sender=None, policy=ContactPolicy())
    await answer(rt, operator, kept.receipt)
    await work()
    row = await database.fetchrow("SELECT * FROM outbound")
    assert (row["state"], row["channel"]) == ("sent", "web")
    assert provider.seen == []


async def test_a_ready_answer_goes_in_the_language_that_was_chosen(
    rt, operator, provider, work
):
    kept = await wrote(rt)
    await answer(rt, operator, kept.receipt, "", ready="where", locale="kk")
    await work()
    assert "Қай қала немесе аудан?" in texts(provider)


async def test_outside_the_window_only_an_approved_template_goes(
    rt, operator, provider, work, clock
):
    rules = rt.config.channels.channels
    narrow = rules["whatsapp"]
    rt.config.channels.channels["telegram"], before = narrow, rules["telegram"]
    try:
        kept = await wrote(rt)
        clock.forward(timedelta(hours=24))
        with pytest.raises(RuleForbids) as refused:
            await answer(rt, operator, kept.receipt)
        assert refused.value.code == "window_over"
        with pytest.raises(RuleForbids) as refused:
            await answer(rt, operator, kept.receipt, "", template="outcome")
        assert refused.value.code == "unknown_template"
        await answer(rt, operator, kept.receipt, "", template="may_we_write")
        await work()
        assert texts(provider) == ["Если можно писать, ответьте сюда."]
    finally:
        rt.config.channels.channels["telegram"] = before


async def test_what_a_person_said_of_hours_holds_for_the_whole_thread(
    rt, operator, provider, work, database, clock
):
    first = await wrote(rt, number=1)
    await work()
    asked = ContactPolicy(may_write=True, hours="18:30-20:00", code_word="Яблоко")
    await record_policy(rt, operator, first.receipt, asked)
    second = await wrote(rt, number=2)
    await answer(rt, operator, second.receipt)
    row = await database.fetchrow("SELECT * FROM outbound WHERE kind = 'reply'")
    assert row["not_before"] is not None
    await record_policy(rt, operator, second.receipt, ContactPolicy())
    clock.forward(timedelta(hours=9))
    await work()
    row = await database.fetchrow("SELECT * FROM outbound WHERE kind = 'reply'")
    assert (row["state"], row["reason"]) == ("suppressed", "not_known_to_be_safe")
    clock.forward(timedelta(days=2))
    seen = len(provider.seen)
    await wrote(rt, number=3)
    await work()
    assert len(provider.seen) == seen  # not even the line by itself
    events = await database.fetch(
        "SELECT data::text FROM case_events WHERE event = 'policy_recorded'"
    )
    assert len(events) == 2
    assert not any("Яблоко" in event["data"] for event in events)


async def test_what_a_person_said_outlives_a_new_reading_of_the_message(
    rt, operator, provider, database
):
    kept = await wrote(rt)
    await record_policy(rt, operator, kept.receipt, ContactPolicy())
    await database.execute("UPDATE contacts SET may_write = true")  # as a new parser would
    with pytest.raises(RuleForbids) as refused:
        await answer(rt, operator, kept.receipt)
    assert refused.value.code == "not_known_to_be_safe"


async def test_nobody_outside_111_writes_to_a_person(rt, provider):
    kept = await wrote(rt)
    for role, region, bodies in (
        ("admin", None, ()),
        ("guardian", "71", ("guard-71",)),
        ("commissioner", "71", ()),
    ):
        other = (await a_person(rt, role, region=region, bodies=bodies)).viewer
        with pytest.raises(NotFound):
            await answer(rt, other, kept.receipt)
        with pytest.raises(NotFound):
            await settle_uncertain(rt, other, kept.receipt, 1, arrived=True)
