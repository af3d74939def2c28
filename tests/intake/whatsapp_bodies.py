"""Bodies as WhatsApp sends them, and what the channel hears in them."""

import json

from hotline.intake.channel import RawRequest
from hotline.intake.whatsapp import WhatsApp
from tests.intake.doors import NOW

OURS = "100000000000111"
CHANNEL = WhatsApp(("s",), ("v",), (OURS,), json_depth=64)
CARD = {
    "profile": {"name": "Айгүл"},
    "wa_id": "77000000011",
    "user_id": "KZ.1349120000000001",
}


def said(**fields):
    """One element of `messages`."""
    known = {"from": "77000000011", "id": "wamid.A1", "timestamp": "1790000000"}
    return {**known, **fields}


def text(body="көмек", **fields):
    return said(type="text", text={"body": body}, **fields)


def change(*messages, number=OURS, cards=(CARD,), **value):
    metadata = {"display_phone_number": "77172000111", "phone_number_id": number}
    told = {"metadata": metadata, "contacts": list(cards), "messages": list(messages)}
    return {"field": "messages", "value": {**told, **value}}


def body_of(*changes):
    entry = {"id": "200000000000222", "changes": list(changes)}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def parsed(raw, channel=CHANNEL):
    return channel.parse(RawRequest("POST", {}, {}, raw, NOW))


def one(**fields):
    [found] = parsed(body_of(change(said(**fields))))
    return found
