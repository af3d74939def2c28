"""What a person sends beside words is seen at 111: a place, cards of others, a new number."""

import json

import pytest

from hotline.actions.receive_contact import receive_contact
from hotline.cases.inbound import (
    ContactPolicy,
    Identity,
    Inbound,
    InboundKind,
    Location,
    Media,
)
from hotline.cases.terms import Channel
from tests.builders import everybody, triage_all
from tests.console.console_world import signed_in

CARD = {"name": "Серік О.", "phone": "+77015559999"}
PLACE = "43.2351, 76.8801"


@pytest.fixture
async def people(rt):
    return await everybody(rt)


async def sent(rt, number, text="", **facts):
    extra = facts.pop("extra", {})
    return await receive_contact(
        rt,
        Inbound(
            channel=Channel.WHATSAPP,
            account="111",
            external_id=f"wamid.{number}",
            text=text,
            raw=b"{}",
            sender="77010000101",
            identity=Identity(name="Дитя", phone="+77010000101", extra=extra),
            policy=ContactPolicy(may_write=True),
            **facts,
        ),
    )


async def test_a_place_and_a_card_stand_on_the_page_and_in_the_thread_for_who_works_on_it(
    rt, client, people
):
    pin = await sent(rt, 1, location=Location(43.2351, 76.8801, "Мектеп <b>5</b>"))
    card = await sent(rt, 2, extra={"reported": [CARD]})
    await sent(rt, 6, "Мен сені өлтіремін", extra={"forwarded": True})
    moved = await sent(rt, 3, "changed", extra={"new_phone": "77010000102"})
    await sent(rt, 5, media=(Media("voice", "v-1", "audio/ogg"),))
    await sent(rt, 4, kind=InboundKind.EDIT, follows="wamid.3", extra={"revoked": True})
    browser = await signed_in(client, people["operator"])
    await browser.get(f"/contacts/{pin.receipt}")
    words, _, thread = browser.html.partition('id="thread"')
    assert 'href="geo:43.2351,76.8801?q=43.2351,76.8801"' in words
    assert "Мектеп &lt;b&gt;5&lt;/b&gt;" in words
    assert "Нет текста" not in words.partition('id="words-h"')[2]
    for said in (PLACE, CARD["name"], CARD["phone"], "77010000102"):
        assert said in thread
    assert "удалил это у себя" in thread  # said of what was taken back, not "No text"
    assert "это могут быть слова другого человека" in thread
    assert "Нет текста" not in thread
    assert thread.count('data-testid="files"') == 1
    await browser.get(f"/contacts/{card.receipt}")
    assert CARD["phone"] in browser.html.partition('id="thread"')[0]
    for one in (pin, card, moved):
        answer = await client.get(
            f"/api/v1/contacts/{one.receipt}", headers=people["operator"].headers
        )
        assert (await answer.json())["identity"]["shared"]
    await browser.get("/desk")
    for said in ("Прислано место", "Прислана карточка", "Человек удалил сообщение"):
        assert said in browser.html
    assert PLACE not in browser.html
    supervisor = await signed_in(client, people["supervisor"])
    await supervisor.get(f"/contacts/{pin.receipt}")
    assert "•••" in supervisor.html
    for hidden in (PLACE, "43.2351", CARD["name"], CARD["phone"], "77010000102"):
        assert hidden not in supervisor.html


async def test_a_place_sent_after_the_danger_stands_in_the_case(rt, client, people):
    first = await sent(rt, 11, "Әкем пышақпен қуып жүр, өлтіреді")
    await triage_all(rt)
    goes_on = {"kind": InboundKind.EDIT, "follows": "wamid.11"}
    await sent(rt, 12, location=Location(43.2351, 76.8801), **goes_on)
    await triage_all(rt)
    operator = people["operator"]
    answer = await client.get(f"/api/v1/contacts/{first.receipt}", headers=operator.headers)
    number = json.loads(await answer.text())["case"]
    browser = await signed_in(client, operator)
    await browser.get(f"/cases/{number}")
    assert PLACE in browser.html
    supervisor = await signed_in(client, people["supervisor"])
    await supervisor.get(f"/cases/{number}")
    assert PLACE not in supervisor.html
