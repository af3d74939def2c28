"""After a parser was mended, what was kept is parsed again: nothing is lost, nothing doubled."""

import json
from dataclasses import replace as but
from datetime import timedelta

import pytest

from hotline.actions.receive_contact import receive_contact
from hotline.actions.record_policy import record_policy
from hotline.cases.inbound import ContactPolicy, Identity, Inbound, InboundKind
from hotline.cases.terms import Channel
from hotline.errors import NotFound
from hotline.intake import replay as module
from hotline.intake.channel import RawRequest
from hotline.intake.replay import parsers, replay
from tests.builders import a_person, triage_all
from tests.conftest import START
from tests.intake.doors import example, opened, rows

SINCE = START - timedelta(days=1)
BODY = example("tg_text_mixed.json")
TEXT = "Салем, мне 14 жаста, үйде ұрып жатыр, көмектесіңіздерші"


def heard(rt, body=BODY):
    """What today's parser makes of a body."""
    channel = next(one for one in module.channels(rt) if one.name == "telegram")
    return channel.parse(RawRequest("POST", {}, {}, body, START))


async def unreadable_then(rt, body=BODY):
    """A contact from the days when the parser could not read such bodies."""
    return await receive_contact(
        rt,
        Inbound(
            channel=Channel.TELEGRAM,
            account="bot",
            external_id="raw:0123",
            text="",
            raw=body,
            kind=InboundKind.UNPARSED,
        ),
    )


async def test_what_nobody_could_read_is_read_after_the_fix(rt, database):
    kept = await unreadable_then(rt)
    await triage_all(rt)
    assert await replay(rt, "telegram", SINCE) == {"changed": 1, "new": 0}
    [contact] = await rows(database)
    assert (contact["id"], contact["state"], contact["kind"]) == (
        kept.id,
        "received",
        "message",
    )
    assert (await opened(rt, database, contact))["text"] == TEXT
    assert contact["danger"]
    await triage_all(rt)
    [contact] = await rows(database)
    assert contact["case_id"] is not None  # read for danger, as any message


async def test_twice_changes_nothing_more(rt, database):
    await unreadable_then(rt)
    await replay(rt, "telegram", SINCE)
    before = await rows(database)
    events = await database.fetchval("SELECT count(*) FROM case_events")
    assert await replay(rt, "telegram", SINCE) == {"same": 1, "new": 0}
    assert await rows(database) == before
    assert await database.fetchval("SELECT count(*) FROM case_events") == events


async def test_the_provider_s_retry_after_that_is_the_same_contact(rt, client, database):
    await unreadable_then(rt)
    await replay(rt, "telegram", SINCE)
    headers = {"X-Telegram-Bot-Api-Secret-Token": "tg-secret-new"}
    assert (await client.post("/intake/telegram", data=BODY, headers=headers)).status == 200
    assert len(await rows(database)) == 1


async def test_a_message_that_came_again_meanwhile_is_not_doubled(rt, database):
    await unreadable_then(rt)
    await receive_contact(rt, heard(rt)[0])
    assert await replay(rt, "telegram", SINCE) == {"elsewhere": 1, "same": 1, "new": 0}
    assert len(await rows(database)) == 2


async def test_words_that_were_overlooked_are_added_and_urgency_only_rises(
    rt, database, clock
):
    [message] = heard(rt)
    await receive_contact(rt, but(message, text="Салем"))
    await triage_all(rt)
    [before] = await rows(database)
    assert not before["danger"]
    assert (await replay(rt, "telegram", SINCE))["changed"] == 1
    await triage_all(rt)
    [after] = await rows(database)
    assert (await opened(rt, database, after))["text"] == TEXT
    assert after["urgency"] < before["urgency"]


async def test_what_a_mended_parser_finds_beside_is_a_new_contact(
    rt, database, monkeypatch
):
    [message] = heard(rt)
    await receive_contact(rt, message)
    other = but(message, external_id="700000011:99", text="екінші хабар")
    monkeypatch.setattr(
        module, "parsers", lambda _: {"telegram": lambda _: [message, other]}
    )
    # The new one stands at the end of the same walk, and says what it said.
    assert await replay(rt, "telegram", SINCE) == {"same": 2, "new": 1}
    assert await replay(rt, "telegram", SINCE) == {"same": 2, "new": 0}
    assert len(await rows(database)) == 2


async def test_a_parser_that_names_messages_otherwise_doubles_none(
    rt, database, monkeypatch
):
    [message] = heard(rt)
    await receive_contact(rt, message)
    renamed = but(message, external_id="renamed")
    monkeypatch.setattr(module, "parsers", lambda _: {"telegram": lambda _: [renamed]})
    assert await replay(rt, "telegram", SINCE) == {"not_ours": 1, "new": 0}
    assert len(await rows(database)) == 1


async def test_what_is_still_unreadable_stays_for_a_person(rt, database):
    await unreadable_then(rt, b'{"update_id": 5, "message": {"text": "x"}}')
    assert (await replay(rt, "telegram", SINCE))["unreadable"] == 1
    [contact] = await rows(database)
    assert contact["state"] == "unparsed"


async def test_a_forgotten_person_is_passed_over(rt, database):
    kept = await unreadable_then(rt)
    await database.execute(
        "UPDATE keyring.keys SET wrapped = NULL WHERE owner_id = $1", kept.id
    )
    assert await replay(rt, "telegram", SINCE) == {}


async def test_a_partner_s_report_is_known_by_its_account(rt, database):
    body = json.dumps({"external_id": "R-1", "text": "Помогите"}).encode()
    await receive_contact(
        rt,
        Inbound(
            channel=Channel.PARTNER,
            account="ngo",
            external_id="R-1",
            text="",
            raw=body,
            identity=Identity(),
            policy=ContactPolicy(),
        ),
    )
    assert (await replay(rt, "partner", SINCE))["changed"] == 1
    [contact] = await rows(database)
    assert (await opened(rt, database, contact))["text"] == "Помогите"


async def test_a_channel_without_a_parser_is_named(rt):
    with pytest.raises(NotFound, match="telegram"):
        await replay(rt, "pigeon", SINCE)


async def test_every_registered_channel_can_be_parsed_again(rt):
    assert {channel.name for channel in module.channels(rt)} <= set(parsers(rt))


async def test_whoever_read_the_old_words_is_told(rt, database):
    [message] = heard(rt)
    await receive_contact(rt, but(message, text="бьют"))
    await database.execute("UPDATE contacts SET seen_at = received_at")
    await replay(rt, "telegram", SINCE)
    told = await database.fetch("SELECT kind FROM notices")
    assert [row["kind"] for row in told] == ["contact_parsed_again"]


async def test_how_a_person_may_be_reached_outlives_a_mended_parser(rt, database):
    [told] = heard(rt)
    kept = await receive_contact(rt, but(told, text="?"))  # read worse in those days
    viewer = (await a_person(rt, "operator")).viewer
    unsafe = ContactPolicy(may_write=False, hours="10:00-12:00", code_word="ромашка")
    await record_policy(rt, viewer, kept.receipt, unsafe)
    assert await replay(rt, "telegram", SINCE) == {"changed": 1, "new": 0}
    [contact] = await rows(database)
    inside = await opened(rt, database, contact)
    assert inside["text"] == TEXT
    assert contact["may_write"] is False
    assert inside["who"]["policy"]["code_word"] == "ромашка"
    assert inside["who"]["policy"]["may_write"] is False
    assert await replay(rt, "telegram", SINCE) == {"same": 1, "new": 0}
