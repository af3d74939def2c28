"""POST /intake/{channel}: the same lines for every channel.

| the request is | answer | contacts |
|---|---|---|
| not genuine | 401 | 0 |
| genuine, but truncated, not UTF-8, not JSON, nested too deep | 400 | 0 |
| too large | 413 | 0 |
| not for us (a status, another chat) | 2xx | 0 |
| ours, of a shape nobody can read | 2xx | one `unparsed` |
| while the store is down | 503 + Retry-After | 0 |
| genuine, to a messenger that is off | 503 + Retry-After | 0 |
"""

import asyncio
from collections.abc import Sequence
from functools import cache
from typing import Any

from aiohttp import web

from hotline.actions.decide_channel import enabled
from hotline.actions.follow_call import follow_call
from hotline.actions.leave_thread import leave_thread
from hotline.actions.note_delivery import note_delivery
from hotline.actions.receive_contact import receive_contact
from hotline.cases.call_event import CallEvent
from hotline.cases.inbound import DeliveryReport, Heard, Inbound, ThreadLeft
from hotline.errors import HotlineError, Unavailable
from hotline.intake.channel import Channel, Greeted, Outcome, RawRequest, Reply
from hotline.runtime import Runtime
from hotline.web.keys import RT
from hotline.web.metrics import CONTACTS, REFUSED
from hotline.web.problems import Handler
from hotline.web.wire import read_body

LARGE = 100_000  # bytes: more takes longer than handing it to a thread
OFF_RETRY_S = 600  # a decision takes people longer than a store that comes back


def door(channel: Channel) -> Handler:
    """Return the handler of POST /intake/{channel.name}."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return await receive(channel, request)
        except HotlineError as error:
            REFUSED.labels(channel.name, error.code).inc()
            raise

    return handle


async def receive(channel: Channel, request: web.Request) -> web.Response:
    """Read, verify, parse, store; answer only after the commit."""
    rt = request.app[RT]
    raw = await raw_request(request)
    channel.verify(raw)
    if not await enabled(rt, channel.name):
        raise Unavailable(
            "111 does not use this messenger", code="channel_off", retry_after=OFF_RETRY_S
        )
    outcome = await take_in(rt, channel.name, await parsed(channel, raw))
    return _answer(channel.ack(outcome))


async def parsed(channel: Channel, raw: RawRequest) -> Sequence[Heard]:
    """Return what `raw` says; megabytes in a thread, so that other channels are answered.

    Errors: RejectedInbound.
    """
    if len(raw.body) < LARGE:
        return channel.parse(raw)
    return await asyncio.to_thread(channel.parse, raw)


def greeting(channel: Greeted) -> Handler:
    """Return the handler of a provider's GET that makes sure that the address is ours."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            reply = channel.challenge(await raw_request(request))
        except HotlineError as error:
            REFUSED.labels(channel.name, error.code).inc()
            raise
        return _answer(reply)

    return handle


async def raw_request(request: web.Request) -> RawRequest:
    """Return the request with its body. Errors: TooLarge, RejectedInbound."""
    rt = request.app[RT]
    if request.method == "GET":
        body = request.rel_url.raw_query_string.encode("utf-8", "surrogateescape")
    else:
        body = await read_body(request, rt.config.service.limits.body_bytes)
    return RawRequest(
        method=request.method,
        headers=request.headers,
        query=request.query,
        body=body,
        at=rt.clock.now(),
        remote=request.remote,
    )


async def take_in(rt: Runtime, channel: str, heard: Sequence[Heard]) -> Outcome:
    """Store what people wrote, then note what providers say of messages of ours."""
    outcome = await store(rt, channel, [one for one in heard if isinstance(one, Inbound)])
    for one in heard:
        if isinstance(one, CallEvent):
            call = await follow_call(rt, one)
            outcome = Outcome([*outcome.receipts, call.receipt], fresh=call.fresh)
        if isinstance(one, DeliveryReport):
            await note_delivery(rt, one)
        elif isinstance(one, ThreadLeft):
            await leave_thread(rt, one)
    return outcome


async def store(rt: Runtime, channel: str, inbounds: list[Inbound]) -> Outcome:
    """Return the receipts of `inbounds`, all of them committed.

    A request with several messages is answered with an error when any of them failed: the
    provider sends it again, and those that were kept answer with their first receipt. Only
    a batch of them is handed in at once: more than may wait there would never all be kept.
    """
    if not inbounds:
        return Outcome()
    if len(inbounds) == 1:  # the usual case, spared a task of its own
        kept = [await receive_contact(rt, inbounds[0])]
    else:
        kept, size = [], rt.config.service.intake.batch
        for first in range(0, len(inbounds), size):
            some = inbounds[first : first + size]
            kept += await asyncio.gather(*(receive_contact(rt, one) for one in some))
    for inbound, one in zip(inbounds, kept, strict=True):
        _count(channel, inbound.kind if one.fresh else "again").inc()
    return Outcome([one.receipt for one in kept], fresh=any(one.fresh for one in kept))


def _answer(reply: Reply) -> web.Response:
    return web.Response(
        status=reply.status,
        body=reply.body,
        content_type=reply.content_type,
        headers=reply.headers,
    )


@cache
def _count(channel: str, kind: str) -> Any:
    """Return one counter; there are few, and looking one up is slow."""
    return CONTACTS.labels(channel, kind)
