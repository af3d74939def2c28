"""Fetching what a stranger's message names, without being led anywhere else.

| danger | answer |
|---|---|
| an address within our own network | resolved here, checked, and connected to as checked |
| a redirect that takes the token along | followed by hand; the token stays with its host |
| a body without end, a length that lies | counted while it comes |
| a small body that unpacks to a large one | a compressed answer is refused |
| a host that hangs or drips | one time limit for everything |
"""

import asyncio
import socket
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

MOST_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CONNECT_S = 5.0
_CHUNK = 65_536
_DEFAULT_PORT = {"https": 443, "http": 80}
_EMBEDDING = tuple(  # an IPv4 address may hide in these
    map(ip_network, ("::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16"))
)
Address = IPv4Address | IPv6Address


class FetchFailed(Exception):
    """It was not fetched. `code` alone is kept and logged: no address, no answer.

    `again`: whether it may succeed later.
    """

    def __init__(self, code: str, *, again: bool) -> None:
        super().__init__(code)
        self.code, self.again = code, again


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom we may ask.

    `origins` stand in our own configuration and may be anywhere, in plain HTTP too; `hosts`
    ("media.example.kz", "*.example.kz", "*") are asked by HTTPS at public addresses only.
    """

    origins: frozenset[str] = frozenset()
    hosts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing to fetch. `headers` (a token) go to the address's own host and no further."""

    url: str = field(repr=False)
    trust: Trust
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Limits:
    """Units: bytes, seconds for everything together."""

    largest_bytes: int
    timeout_s: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What came, whatever the status says."""

    status: int
    content: bytes = field(repr=False)


def origin_of(url: str) -> str | None:
    """Return scheme, host and port of an address, None for what is no web address."""
    try:
        found = URL(url)
        return str(found.origin()) if found.scheme in _DEFAULT_PORT else None
    except ValueError:
        return None


def is_public(address: Address) -> bool:
    """Return whether an address is one of the open internet, whatever is written in it."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped or address.scope_id or address.is_site_local:
            return False
        if any(address in net for net in _EMBEDDING):
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


async def fetch(ask: Ask, limits: Limits) -> Answer:
    """Return the answer to a GET. Errors: FetchFailed, for everything that can go wrong."""
    try:
        async with asyncio.timeout(limits.timeout_s):
            return await _follow(ask, limits)
    except TimeoutError:
        raise FetchFailed("timeout", again=True) from None
    except (aiohttp.ClientError, OSError, ValueError):
        # What these say may hold the address, and in it a token: neither goes any further.
        raise FetchFailed("unreachable", again=True) from None


async def _follow(ask: Ask, limits: Limits) -> Answer:
    url = _url(ask.url)
    home = url.origin()
    for _ in range(MOST_REDIRECTS + 1):
        addresses = await _addresses(url, ask.trust)
        headers = ask.headers if url.origin() == home else {}
        answer = await _ask(url, addresses, headers, limits)
        if isinstance(answer, Answer):
            return answer
        url = _url(answer, url)
    raise FetchFailed("too_many_redirects", again=False)


def _url(text: str, base: URL | None = None) -> URL:
    """Errors: FetchFailed for what is no address of the web, or names a user."""
    try:
        found = base.join(URL(text)) if base else URL(text)
        port = found.port
    except ValueError:
        raise FetchFailed("bad_address", again=False) from None
    named = found.raw_host and port and found.scheme in _DEFAULT_PORT
    if not named or found.raw_user is not None or found.raw_password is not None:
        raise FetchFailed("bad_address", again=False)
    return found.with_fragment(None)


async def checked_line(address: str, inside: Collection[str]) -> aiohttp.TCPConnector:
    """Return a line to `address` alone, which lies in the open internet, by HTTPS.

    `inside`: origins of our own configuration, which may lie anywhere. Errors: FetchFailed.
    """
    url = _url(address)
    ours = str(url.origin()) in inside
    if not ours and url.scheme != "https":
        raise FetchFailed("bad_address", again=False)
    return _line(await _resolved(url, ours=ours))


async def _addresses(url: URL, trust: Trust) -> list[ResolveResult]:
    """Return where `url` may be reached. Errors: FetchFailed when it may not be asked."""
    ours = str(url.origin()) in trust.origins
    if not ours and not _listed(url, trust.hosts):
        raise FetchFailed("host_not_allowed", again=False)
    return await _resolved(url, ours=ours)


async def _resolved(url: URL, *, ours: bool) -> list[ResolveResult]:
    """Return the addresses of a host, all public unless it is ours. Errors: FetchFailed."""
    host, port = url.raw_host or "", url.port or 0
    numeric = ":" in host or host.replace(".", "").isdigit()
    if numeric and not _canonical(host):  # 127.1 and 2130706433 are addresses too
        raise FetchFailed("bad_address", again=False)
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise FetchFailed("unknown_host", again=True) from None
    if not ours and not all(is_public(ip_address(one[4][0])) for one in found):
        raise FetchFailed("private_address", again=False)
    return [
        ResolveResult(
            hostname=host, host=str(told[0]), port=port, family=family, proto=proto,
            flags=socket.AI_NUMERICHOST,
        )
        for family, _, proto, _, told in found
    ]  # fmt: skip


def _listed(url: URL, hosts: Sequence[str]) -> bool:
    host = (url.raw_host or "").rstrip(".").lower()
    if url.scheme != "https" or url.port != _DEFAULT_PORT["https"]:
        return False
    return any(
        one in (host, "*") or (one.startswith("*.") and host.endswith(one[1:]))
        for one in hosts
    )


def _canonical(host: str) -> bool:
    try:
        return str(ip_address(host)) == host.lower()
    except ValueError:
        return False


class _Checked(AbstractResolver):
    """Knows the addresses that were checked, and asks nobody again: a name cannot change."""

    def __init__(self, found: list[ResolveResult]) -> None:
        self._found = found

    async def resolve(
        self,
        host: str,  # noqa: ARG002  it was looked up before
        port: int = 0,  # noqa: ARG002
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002
    ) -> list[ResolveResult]:
        """Return what was checked."""
        return self._found

    async def close(self) -> None:
        """Do nothing: nothing is open."""


def _line(found: list[ResolveResult]) -> aiohttp.TCPConnector:
    return aiohttp.TCPConnector(
        resolver=_Checked(found), use_dns_cache=False, force_close=True, limit=1
    )


async def _ask(
    url: URL, found: list[ResolveResult], headers: Mapping[str, str], limits: Limits
) -> Answer | str:
    """Return the answer, or where it redirects to."""
    async with (
        aiohttp.ClientSession(
            connector=_line(found),
            trust_env=False,  # no proxy
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_S),
        ) as session,
        session.get(
            url,
            headers={"Accept-Encoding": "identity", "User-Agent": "hotline", **headers},
            allow_redirects=False,
        ) as answer,
    ):
        target = answer.headers.get("Location")
        if answer.status in _REDIRECTS and target:
            return target
        return Answer(answer.status, await _body(answer, limits.largest_bytes))


async def _body(answer: aiohttp.ClientResponse, largest: int) -> bytes:
    """Return the body as it stands. Errors: FetchFailed when it is packed or too large."""
    if answer.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise FetchFailed("compressed", again=False)
    if (answer.content_length or 0) > largest:
        raise FetchFailed("too_large", again=False)
    found = bytearray()
    async for chunk in answer.content.iter_chunked(_CHUNK):
        found += chunk
        if len(found) > largest:
            raise FetchFailed("too_large", again=False)
    return bytes(found)
