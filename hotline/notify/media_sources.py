"""Where each provider keeps what people send, and which token it asks for."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any, Protocol

from yarl import URL

from hotline.cases.terms import Channel
from hotline.config.channels import ChannelsConfig
from hotline.notify.fetch import Answer, Ask, FetchFailed, Limits, Trust, fetch, origin_of
from hotline.settings import Settings

_LONGEST_ANSWER = 65_536  # bytes of what an interface answers, beside the medium itself
_LONGEST_REF = 4096
_STRAYING = frozenset(":?#%\\")  # in a path: it would lead elsewhere
_TOKEN = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_LATER = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})
_META_TOKEN_CODES = frozenset({0, 10, 102, 190, 200})  # the token, or what it may do
_META_LATER_CODES = frozenset({1, 2, 4, 17, 80007, 130429, 131016, 131056})


class Source(Protocol):
    """One provider of media."""

    async def content(self, ref: str, limits: Limits) -> bytes:
        """Return what `ref` names. Errors: FetchFailed."""
        ...


def source_of(
    settings: Settings, config: ChannelsConfig, channel: str, account: str
) -> Source | None:
    """Return where a channel's media lie, None where nothing can be fetched from."""
    hosts = config.media.hosts.get(channel, [])
    if channel == Channel.WHATSAPP and settings.whatsapp_token:
        return WhatsApp(settings.whatsapp_api, settings.whatsapp_token, hosts)
    if channel == Channel.TELEGRAM and settings.telegram_token:
        return Telegram(settings.telegram_api, settings.telegram_token)
    if channel == Channel.VIBER:
        return Linked(trust_of([settings.viber_api, *hosts]))
    if channel == Channel.PARTNER:
        rules = config.partners.get(account) or config.partners["default"]
        return Linked(trust_of(rules.media_hosts))
    return None


def trust_of(named: Sequence[str]) -> Trust:
    """Return whom configuration trusts: "https://host:port" is a place, "host" a name."""
    origins = {origin_of(one) for one in named if "://" in one} - {None}
    return Trust(
        frozenset(one for one in origins if one),
        [one.lower() for one in named if "://" not in one],
    )


@dataclass(frozen=True, slots=True)
class WhatsApp:
    """Graph API: the id gives an address for five minutes; both want the token."""

    api: str
    token: str = field(repr=False)
    hosts: Sequence[str]

    async def content(self, ref: str, limits: Limits) -> bytes:
        """Return what a media id names. Errors: FetchFailed."""
        if not ref.isalnum() or not ref.isascii():
            raise FetchFailed("bad_address", again=False)
        trust = trust_of([self.api])
        bearer = {"Authorization": f"Bearer {self.token}"}
        asked = await fetch(
            Ask(f"{self.api.rstrip('/')}/{ref}", trust, bearer),
            replace(limits, largest_bytes=_LONGEST_ANSWER),
        )
        told = _object(asked)
        _refuse_meta(asked.status, told)
        url, size = told.get("url"), told.get("file_size")
        if not isinstance(url, str):
            raise FetchFailed("error_body", again=True)
        if isinstance(size, int) and size > limits.largest_bytes:
            raise FetchFailed("too_large", again=False)
        found = await fetch(Ask(url, Trust(trust.origins, self.hosts), bearer), limits)
        content = _good(found, gone_again=True)  # the next try asks for a new address
        _check_sum(content, told.get("sha256"))
        return content


def _refuse_meta(status: int, told: dict[str, Any]) -> None:
    """Errors: FetchFailed when Meta says no, in whatever status."""
    error = told.get("error")
    if not isinstance(error, dict):
        if status != HTTPStatus.OK:
            _refuse(status, gone_again=False)
        return
    code = error.get("code")
    if code in _META_TOKEN_CODES or status in _TOKEN:
        raise FetchFailed("token_refused", again=True)
    if code in _META_LATER_CODES or status in _LATER or status >= _SERVER:
        raise FetchFailed("error_body", again=True)
    raise FetchFailed("expired", again=False)


def _check_sum(content: bytes, told: object) -> None:
    """Errors: FetchFailed when the provider's own sum does not fit; in hex or base64."""
    digest = hashlib.sha256(content)
    known = (digest.hexdigest(), base64.b64encode(digest.digest()).decode())
    if isinstance(told, str) and len(told) in map(len, known):
        given = told.lower() if len(told) == len(known[0]) else told
        if not any(
            hmac.compare_digest(given.encode("utf-8", "replace"), one.encode())
            for one in known
        ):
            raise FetchFailed("checksum", again=True)


@dataclass(frozen=True, slots=True)
class Telegram:
    """Bot API: a file id gives a path for an hour. The token is part of both addresses."""

    api: str
    token: str = field(repr=False)

    async def content(self, ref: str, limits: Limits) -> bytes:
        """Return what a file id names. Errors: FetchFailed."""
        trust, api = trust_of([self.api]), self.api.rstrip("/")
        address = URL(f"{api}/bot{self.token}/getFile").with_query(file_id=ref)
        asked = await fetch(
            Ask(str(address), trust), replace(limits, largest_bytes=_LONGEST_ANSWER)
        )
        result = self._result(asked)
        path, size = result.get("file_path"), result.get("file_size")
        if isinstance(size, int) and size > limits.largest_bytes:
            raise FetchFailed("too_large", again=False)
        if not isinstance(path, str) or not path:
            raise FetchFailed("error_body", again=True)
        if path.startswith("/") or ".." in path or _STRAYING.intersection(path):
            raise FetchFailed("bad_address", again=False)
        found = await fetch(Ask(f"{api}/file/bot{self.token}/{path}", trust), limits)
        return _good(found, gone_again=True)  # the next try asks for a new path

    def _result(self, asked: Answer) -> dict[str, Any]:
        told = _object(asked)
        result = told.get("result")
        if told.get("ok") is True and isinstance(result, dict):
            return result
        code, why = told.get("error_code"), str(told.get("description", "")).lower()
        if "too big" in why:
            raise FetchFailed("too_large", again=False)
        if "temporarily" in why:
            raise FetchFailed("error_body", again=True)
        if code == HTTPStatus.BAD_REQUEST and "file" in why:
            raise FetchFailed("expired", again=False)
        # A wrong token is 401 or 404 here; an answer without a code is nobody's of Telegram.
        if code in _TOKEN | _GONE:
            raise FetchFailed("token_refused", again=True)
        raise FetchFailed("error_body", again=True)


@dataclass(frozen=True, slots=True)
class Linked:
    """The message itself holds the address; no token goes along."""

    trust: Trust

    async def content(self, ref: str, limits: Limits) -> bytes:
        """Return what an address names. Errors: FetchFailed."""
        if len(ref) > _LONGEST_REF:
            raise FetchFailed("bad_address", again=False)
        return _good(await fetch(Ask(ref, self.trust), limits), gone_again=False)


_SERVER = HTTPStatus.INTERNAL_SERVER_ERROR


def _good(answer: Answer, *, gone_again: bool) -> bytes:
    """Return the body of a 200. Errors: FetchFailed for every other status."""
    if answer.status != HTTPStatus.OK:
        _refuse(answer.status, gone_again=gone_again)
    return answer.content


def _refuse(status: int, *, gone_again: bool) -> None:
    if status in _TOKEN:
        raise FetchFailed("token_refused", again=True)
    if status in _GONE:
        raise FetchFailed("expired", again=gone_again)
    raise FetchFailed(
        f"http_{status}", again=status in _LATER or not HTTPStatus.OK <= status < _SERVER
    )


def _object(answer: Answer) -> dict[str, Any]:
    """Return the JSON object that an interface answered, empty where it is none."""
    try:
        found = json.loads(answer.content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
