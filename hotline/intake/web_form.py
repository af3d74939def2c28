"""What comes from the public form, read without ever failing on what a person typed."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from hotline.cases.inbound import ContactPolicy, Identity, Inbound, Media
from hotline.cases.terms import Channel, Happens, Wish
from hotline.errors import RejectedInbound

ACCOUNT = "report"
RELATIONS = ("child", "parent", "relative", "neighbour", "specialist", "other")
MOST_FIELDS = 100
_PERSONAL = ("name", "phone")


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of /report, as typed."""

    form_id: str = ""
    csrf: str = ""
    lang: str = ""
    text: str = ""
    region: str = ""
    relation: str = ""
    name: str = ""
    phone: str = ""
    anonymous: bool = False
    contact_ok: str = "none"
    wish: str = ""
    happens: str = ""
    code: str = ""  # of the poster whose code was read
    website: str = ""  # people do not see it; programs fill it in


def read_fields(body: bytes) -> dict[str, str]:
    """Return the urlencoded fields; the first of each name. Bytes that are not UTF-8 become
    U+FFFD here and stay as they were in the raw body.

    Errors: RejectedInbound for more fields than any form has.
    """
    try:
        pairs = parse_qsl(
            body.decode("utf-8", "replace"),
            keep_blank_values=True,
            errors="replace",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError as error:
        raise RejectedInbound("too many fields", code="too_many_fields") from error
    return dict(reversed(pairs))


def read_form(body: bytes) -> Form:
    """Return the form in `body`. Errors: as `read_fields`."""
    return form_of(read_fields(body))


def form_of(fields: Mapping[str, str]) -> Form:
    """Return the form that these fields make."""

    def short(name: str) -> str:
        return fields.get(name, "")[:200].replace("\0", "").strip()

    return Form(
        form_id=short("form_id"),
        csrf=short("csrf"),
        lang=short("lang"),
        text=fields.get("text", "").replace("\r\n", "\n"),
        region=short("region"),
        relation=short("relation"),
        name=short("name"),
        phone=short("phone"),
        anonymous=fields.get("anonymous", "") not in ("", "0"),
        contact_ok=short("contact_ok"),
        wish=short("wish"),
        happens=short("happens"),
        code=short("code"),
        website=short("website"),
    )


def is_form_id(value: str) -> bool:
    """Return whether `value` is a UUID in its plain form."""
    try:
        return str(UUID(value)) == value.lower()
    except ValueError:
        return False


def external_id(form: Form, key: bytes, media: Sequence[Media] = ()) -> str:
    """Return what makes this sending one for ever: a double click is the same sending.

    Keyed, for it stands in a plain column; over the content too, so that a form sent again
    with another text after "Back" is a second contact and no words are lost.
    """
    typed = (form.text, form.region, form.relation, form.name, form.phone, form.contact_ok)
    asked = tuple(value for value in (form.wish, form.happens) if value)
    content = repr(typed + asked)
    digest = hmac.new(key, content.encode("utf-8", "surrogatepass"), "sha256")
    for one in media:
        digest.update(hashlib.sha256(one.content or b"").digest())
    return f"{form.form_id.lower()}:{digest.hexdigest()[:16]}"


def pin_of(key: bytes, sending: str) -> str:
    """Return the six digits for `sending`; the same whenever it is sent again."""
    digest = hmac.digest(key, sending.encode(), "sha256")
    return f"{int.from_bytes(digest[:8], 'big') % 10**6:06d}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a form came from: a site of 111's own codes, or just the page."""

    channel: Channel = Channel.WEB
    site: str | None = None
    region: str | None = None


def inbound_of(
    form: Form,
    body: bytes,
    *,
    sending: str,
    pin: str,
    place: Place,
    marks: list[str],
    media: tuple[Media, ...] = (),
    behind: bool = False,
) -> Inbound:
    """Return the message; who wrote is left out altogether where they asked for that."""
    named: dict[str, Any] = {
        name: getattr(form, name) or None for name in (*_PERSONAL, "relation")
    }
    if form.anonymous:
        named = {"relation": named["relation"]}
        body = _without_person(body)
    return Inbound(
        channel=place.channel,
        account=ACCOUNT,
        external_id=sending,
        text=form.text,
        raw=body,
        identity=Identity(**named) if any(named.values()) else None,
        lang_hint=form.lang if form.lang in ("kk", "ru", "en") else None,
        region_hint=place.region,
        site=place.site,
        anonymous=form.anonymous,
        policy=ContactPolicy(may_write=form.contact_ok == "same_channel"),
        pin=pin,
        marks=tuple(marks),
        media=media,
        behind=behind,
        wish=Wish(form.wish) if form.wish in set(Wish) else None,
        happens=Happens(form.happens) if form.happens in set(Happens) else None,
    )


def _without_person(body: bytes) -> bytes:
    fields = read_fields(body)
    kept = {name: value for name, value in fields.items() if name not in _PERSONAL}
    return urlencode(kept, errors="replace").encode()
