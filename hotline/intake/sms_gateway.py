"""What every SMS gateway has in common: a shared secret, a key for each SMS, who wrote it."""

import hashlib
import hmac
import re
from urllib.parse import unquote_to_bytes

from hotline.cases.inbound import Identity
from hotline.errors import NotGenuine, RejectedInbound, TooLarge
from hotline.intake.channel import RawRequest
from hotline.intake.sms_text import Sender

LONGEST = 524_288  # bytes of a request: 255 parts, each letter escaped twice, are fewer
_KEY = re.compile(r"[\w.:@+-]{1,80}", re.ASCII)


def prove(raw: RawRequest, field: str, secrets: tuple[str, ...]) -> None:
    """Return if `field`, in the address or in the form, holds one of `secrets`.

    Errors: NotGenuine; TooLarge, whoever asks: a form of one SMS is small.
    """
    refuse_large(raw)
    given = _shown(raw, field)
    known = [hmac.compare_digest(given, secret.encode()) for secret in secrets]
    if not given or not any(known):
        raise NotGenuine("the secret is missing or wrong", code="bad_secret")


def refuse_large(raw: RawRequest) -> None:
    """Return if the request may be that of one SMS. Errors: TooLarge."""
    if len(raw.body) > LONGEST:
        raise TooLarge(f"a form of one SMS may have {LONGEST} bytes", limit=LONGEST)


def refuse_what_is_no_form(rest: bytes) -> None:
    """Return if `rest` may be a form that nobody knows yet. Errors: RejectedInbound."""
    if not rest.strip() or not rest.isascii() or b"\0" in rest:
        raise RejectedInbound("this is no form", code="not_a_form")


def column(key: str) -> str:
    """Return `key` as it may stand in a column: ids may be of any length and letters."""
    if _KEY.fullmatch(key):
        return key
    return "long:" + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def key_without_id(form: bytes, raw: RawRequest, *, dated: bool) -> str:
    """Return a key for an SMS without an id: its words, and the minute where they name none.

    The same words an hour later are a second call for help and no repetition.
    """
    digest = hashlib.sha256(form).hexdigest()[:32]
    return f"raw:{digest}" if dated else f"raw:{digest}:{raw.at:%Y%m%d%H%M}"


def identity_of(sender: Sender) -> Identity | None:
    """Return who wrote; a name or a short number is no phone that could be called."""
    if sender.address is None:
        return None
    return Identity(phone=sender.phone, handle=sender.name)


def _shown(raw: RawRequest, field: str) -> bytes:
    """Return what `field` holds. Who asks is not known yet: nothing else is taken apart."""
    if raw.method != "GET" and field in raw.query:
        return raw.query[field].encode("utf-8", "surrogateescape")
    name = re.escape(field.encode())
    found = re.search(rb"(?:^|&)" + name + rb"=([^&\r\n]*)", raw.body)
    return unquote_to_bytes(found[1].replace(b"+", b" ")) if found else b""
