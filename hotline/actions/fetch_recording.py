"""Use case (a job): a recording is fetched from the exchange and sealed; there it is deleted.

Queue: outward. Two at once fetch twice and store once. What was refused meanwhile is deleted
at the exchange and never fetched.
"""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hotline.actions.follow_call import PHONE
from hotline.actions.keep_recording import ended
from hotline.actions.steps import presence
from hotline.actions.steps.told_recording import ELSEWHERE
from hotline.cases.terms import Channel, JobName
from hotline.errors import NotFound
from hotline.notify.ari_line import asking
from hotline.notify.fetch import FetchFailed, Limits
from hotline.notify.media_sources import source_of
from hotline.runtime import Runtime
from hotline.store import calls, keys, outbox, recordings
from hotline.store.outbox import Promise

_TRIES = 12
_FIRST_PAUSE = timedelta(seconds=15)
_FETCH_S = 120.0  # an hour's recording is 58 MB: a slow line must not lose it
_LARGEST = 64 * 1024 * 1024  # bytes: as of our own exchange
_UNHEARD = timedelta(seconds=60)  # after the call: its own end was never told


async def fetch_recording(rt: Runtime, outbox_ids: Sequence[int]) -> int:
    """Fetch the recordings of outbox rows; return how many rows were open.

    Errors: Unavailable.
    """
    async with rt.transaction(PHONE) as tx:
        promised = await outbox.claim(tx, JobName.FETCH_RECORDING, outbox_ids)
        rows = await recordings.by_ids(tx, [one.subject_id for one in promised])
    known = {row.id: row for row in rows}
    for promise in promised:
        code = await _fetch(rt, known[promise.subject_id])
        await _end(rt, promise, code, known[promise.subject_id].state)
    return len(promised)


async def _fetch(rt: Runtime, row: Any) -> str | None:
    """Fetch one; return why it is to be tried again, or None."""
    if row.state == ELSEWHERE:
        return await _fetch_elsewhere(rt, row)
    if row.state != "recording":
        return None
    async with asking(rt.settings, timeout_s=_FETCH_S) as ari:
        answer = await ari.stored_recording(row.name)
        if answer.gone:
            await _settle(rt, row.id, "failed", "not_at_exchange")
            return None
        if not answer.well or not answer.body:
            return f"exchange_{answer.status}"
        if await _store(rt, row, answer.body):
            await ari.delete_recording(row.name)
    return None


async def _fetch_elsewhere(rt: Runtime, row: Any) -> str | None:
    """Fetch what another exchange keeps at an address; the same answer as `_fetch`.

    Only from hosts agreed on with that partner; what may not be fetched stays there.
    """
    try:
        async with rt.transaction(PHONE) as tx:
            call = await calls.by_id(tx, row.call_id)
            key = await keys.load_one(tx, row.contact_id)
        ref = key.open_text("recording_ref", row.sealed_ref)
    except NotFound:
        await _settle(rt, row.id, "refused", "forgotten")
        return None
    pbx = call.pbx if call is not None else ""
    source = source_of(rt.settings, rt.config.channels, Channel.PARTNER, pbx)
    assert source is not None  # noqa: S101  every partner has one
    try:
        content = await source.content(ref or "", Limits(_LARGEST, _FETCH_S))
    except FetchFailed as failed:
        if failed.again:
            return failed.code
        await _settle(rt, row.id, ELSEWHERE, failed.code)
        return None
    await _store(rt, row, content)
    return None


async def _store(rt: Runtime, row: Any, content: bytes) -> bool:
    """Seal it under the contact's key; return whether the exchange's copy may go.

    Whoever was forgotten, or refused, meanwhile is not stored.
    """
    span = timedelta(days=rt.config.channels.phone.keep_recordings_days)
    digest = hashlib.sha256(content).hexdigest()
    try:
        async with rt.transaction(PHONE) as tx:
            now = (await recordings.by_ids(tx, [row.id], lock=True))[0]
            if now.state not in ("recording", ELSEWHERE):
                return True
            key = await keys.load_one(tx, row.contact_id)
            stored = {
                "state": "stored",
                "sealed_content": key.seal("recording", content),
                "fingerprint": rt.sealer.trace("recording", digest),
                "keep_until": tx.now + span,
            }
            await recordings.change(tx, row.id, stored)
            tx.record("recording_stored", contact_id=row.contact_id)
            presence.tell(tx)
    except NotFound:
        await _settle(rt, row.id, "refused", "forgotten")
    return True


async def _settle(rt: Runtime, recording_id: int, state: str, reason: str) -> None:
    async with rt.transaction(PHONE) as tx:
        await recordings.change(tx, recording_id, {"state": state, "reason": reason})


async def _end(rt: Runtime, promise: Promise, code: str | None, state: str) -> None:
    async with rt.transaction(PHONE) as tx:
        if code is None:
            await outbox.finish(tx, [promise.id])
            return
        failure = await outbox.count_failure(
            tx, promise.id, code=code, limit=_TRIES, pause=_FIRST_PAUSE
        )
        if failure is not None and failure.dead:
            lost = ELSEWHERE if state == ELSEWHERE else "failed"
            values = {"state": lost, "reason": code}
            await recordings.change(tx, promise.subject_id, values)


async def sweep_recordings(rt: Runtime) -> int:
    """Delete what is due, and fetch what ended unheard; return how many were deleted.

    The supervisor's duty. Errors: Unavailable.
    """
    async with rt.transaction(PHONE) as tx:
        for recording_id in await recordings.forgotten_ends(tx, _UNHEARD):
            await ended(tx, recording_id, 0)
        return await recordings.drop_due(tx)
