"""Posting to every door as its provider does, and looking at the rows behind."""

import json
from datetime import UTC, datetime
from pathlib import Path

from standardwebhooks import Webhook

EXAMPLES = Path(__file__).with_name("examples")
EOTINISH = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
EOTINISH_NEXT = "whsec_ZWRjYmE5ODc2NTQzMjEwZmVkY2JhOTg3NjU0MzIxMDA="
NGO = "whsec_bmdvLXNlY3JldC1uZ28tc2VjcmV0LW5nby1zZWNyZXQ="
NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)


def example(name):
    return (EXAMPLES / name).read_bytes()


def as_json(**fields):
    return json.dumps(fields).encode()


def signed(body, *, secret=EOTINISH, at=NOW, message_id="msg_1"):
    """Headers by the independent signer of the package `standardwebhooks`."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return signed_bytes(body, secret, at, message_id)
    signature = Webhook(secret).sign(message_id, at, text)
    return _headers(message_id, at, signature)


def signed_bytes(body, secret, at, message_id="msg_1"):
    """The same for bytes that are no text, which the package refuses to sign."""
    import base64
    import hashlib
    import hmac

    content = f"{message_id}.{int(at.timestamp())}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mac = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return _headers(message_id, at, f"v1,{mac}")


def _headers(message_id, at, signature):
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature,
        "Content-Type": "application/json",
    }


def telegram(body, secret="tg-secret-new"):
    return {"X-Telegram-Bot-Api-Secret-Token": secret, "Content-Type": "application/json"}


async def rows(database):
    """Every contact, oldest first, as plain dictionaries."""
    found = await database.fetch("SELECT * FROM contacts ORDER BY id")
    return [dict(row) for row in found]


async def opened(rt, database, contact):
    """What is sealed in `contact`: narrative, identity (with sender and policy), raw."""
    wrapped = await database.fetchval(
        "SELECT wrapped FROM keyring.keys WHERE owner_id = $1", contact["id"]
    )
    key = rt.sealer.open_key(contact["id"], wrapped)
    return {
        "text": key.open_text("narrative", contact["sealed_narrative"]),
        "who": json.loads(key.open_text("identity", contact["sealed_identity"])),
        "raw": key.open("raw", contact["sealed_raw"]),
    }
