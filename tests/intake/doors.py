"""Posting to every door as its provider does, and looking at the rows behind."""

import hashlib
import hmac
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from standardwebhooks import Webhook
from yarl import URL

from hotline.actions.follow_call import inbound_of
from hotline.cases.call_event import CallEvent
from hotline.intake.channel import RawRequest

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


def whatsapp(body, secret="wa-secret-new"):
    mac = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"X-Hub-Signature-256": f"sha256={mac}", "Content-Type": "application/json"}


def viber(body, token="viber-token-new"):
    mac = hmac.new(token.encode(), body, hashlib.sha256).hexdigest()
    return {"X-Viber-Content-Signature": mac, "Content-Type": "application/json"}


@dataclass(frozen=True)
class Provider:
    """How one provider calls, and bodies of its own: all that the contract suite asks for.

    What a provider cannot do is None, and its test says so by being skipped.
    """

    name: str  # the door: /intake/{name}
    sign: Callable  # body -> headers
    body: bytes  # genuine and ours: one contact, nothing beside it
    text: str  # of that contact
    write: Callable  # text -> body with that text
    proof: str | None  # the header that proves who sent it; None: it stands in the body
    channel: str = ""  # of the contact; like the door where it is not said
    method: str = "POST"  # GET: the body is the query string
    forge: Callable | None = (
        None  # body -> body that is not genuine; for a proof in the body
    )
    signs_body: bool = True  # the proof covers the bytes
    json: bool = True  # what is broken is refused as such
    receipt: bool = False  # the answer holds the receipt
    unreadable: bytes | None = None  # genuine and ours, of a shape nobody reads
    several: tuple[bytes, tuple[str, ...]] | None = None  # one body, many messages: texts
    elsewhere: bytes | None = None  # genuine, for an account that is not ours
    status: bytes | None = None  # genuine, tells of a message of ours
    can_say: Callable = lambda _: True  # whether the format holds this text
    writes_big: bool = True  # whether the format holds a body of many megabytes

    async def post(self, client, body, headers=None):
        headers = self.sign(body) if headers is None else headers
        if self.method == "GET":
            address = f"/intake/{self.name}?{body.decode('latin-1')}"
            return await client.get(URL(address, encoded=True), headers=headers)
        sent = io.BytesIO(body) if isinstance(body, bytes) else body
        return await client.post(f"/intake/{self.name}", data=sent, headers=headers)

    async def post_forged(self, client):
        """Post the genuine body with a proof that does not fit."""
        if self.proof is None:
            return await self.post(client, self.forge(self.body))
        good = self.sign(self.body)
        changed = "0" if good[self.proof][-1] != "0" else "1"
        forged = {**good, self.proof: good[self.proof][:-1] + changed}
        return await self.post(client, self.body, forged)

    def heard_again(self, channel, raw):
        """What the channel's parser says to bytes that were kept."""
        said = channel.parse(RawRequest(self.method, self.sign(raw), {}, raw, NOW))
        return [inbound_of(one) if isinstance(one, CallEvent) else one for one in said]


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
