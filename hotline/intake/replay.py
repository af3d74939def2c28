"""What was kept of a channel is parsed again, after a parser was mended."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import partial

from hotline.actions.parse_again import KeptRaw, count_raws, kept_raws, parse_again
from hotline.cases.inbound import Heard, Inbound
from hotline.cases.terms import Channel
from hotline.errors import HotlineError, NotFound, RejectedInbound
from hotline.intake.channel import RawRequest
from hotline.intake.mail import Mail
from hotline.intake.mail_door import house_of
from hotline.intake.phone_again import phone_again
from hotline.intake.routes import channels, phone, sms
from hotline.runtime import Runtime

Parser = Callable[[KeptRaw], Sequence[Heard]]
Told = Callable[[int, int | None], Awaitable[None]]
NEW, REFUSED, FAILED = "new", "refused", "failed"


def parsers(rt: Runtime) -> Mapping[str, Parser]:
    """Return how the kept bytes of each channel are parsed."""
    found = {channel.name: _of(channel.parse) for channel in channels(rt)}
    letters = _of(Mail(house_of(rt)).parse)
    calls = _of(partial(phone_again, phone(rt)))
    return {**found, Channel.SMS: _sms(rt), Channel.EMAIL: letters, Channel.PHONE: calls}


def _sms(rt: Runtime) -> Parser:
    """Return the parser of one channel with several gateways: the account says which."""
    gateways = {gateway.account: _of(gateway.parse) for gateway in sms(rt)}

    def again(kept: KeptRaw) -> Sequence[Heard]:
        parse = gateways.get(kept.account)
        if parse is None:
            raise RejectedInbound("this gateway is configured no more", code="no_gateway")
        return parse(kept)

    return again


def _of(parse: Callable[[RawRequest], Sequence[Heard]]) -> Parser:
    def again(kept: KeptRaw) -> Sequence[Heard]:
        return parse(
            RawRequest(
                method="POST",
                headers={},
                query={},
                body=kept.raw,
                at=kept.received_at,
                sender=kept.account,
            )
        )

    return again


async def replay(
    rt: Runtime, channel: str, since: datetime, told: Told | None = None
) -> Counter[str]:
    """Parse what `channel` brought since then again; return how many became what.

    `told` hears how many of how many are read, and may end it between two messages.

    `refused` and `failed` name contacts whose bytes the parser would not or could not take;
    they stay as they are. Errors: NotFound for a channel without a parser.
    """
    parse = parsers(rt).get(channel)
    if parse is None:
        known = ", ".join(sorted(parsers(rt)))
        raise NotFound(f"no parser for {channel}; there is one for {known}")
    rt.intake.start()
    counted: Counter[str] = Counter()
    total = await count_raws(rt, channel, since) if told else None
    read = 0
    after: int | None = 0
    while after is not None:
        kept, after = await kept_raws(rt, channel, since, after)
        for one in kept:
            counted.update(await _one(rt, parse, one))
            read += 1
            if told is not None:
                await told(read, total)
    return counted


async def _one(rt: Runtime, parse: Parser, kept: KeptRaw) -> Counter[str]:
    try:
        heard = [said for said in parse(kept) if isinstance(said, Inbound)]
    except RejectedInbound:
        return Counter({REFUSED: 1})
    try:
        done, fresh = await parse_again(rt, kept.id, heard)
    except HotlineError:
        return Counter({FAILED: 1})
    return Counter({done.value: 1, NEW: fresh})
