"""Use cases: a call is recorded, announced before; the caller or the operator may refuse."""

from typing import Any

from hotline.actions.control_call import done, own_call
from hotline.actions.follow_call import PHONE, say
from hotline.actions.steps import presence
from hotline.cases.call_event import CallWhat
from hotline.cases.call_leg import bridge_name, recording_name
from hotline.cases.terms import CallState, JobName, QueueName
from hotline.errors import RuleForbids
from hotline.identity.viewer import Viewer
from hotline.notify.ari import Ari
from hotline.notify.ari_line import asking
from hotline.runtime import Runtime
from hotline.store import calls, recordings
from hotline.store.transaction import Transaction

LONGEST_S = 4000  # as much WAV (16,000 bytes a second) as is fetched in one piece


async def start_recording(rt: Runtime, viewer: Viewer, call_id: int) -> None:
    """Announce the recording to everybody, then begin it.

    Without an announcement there is no recording. Errors: NotFound; RuleForbids
    `recording_refused`, `recording_on`, `no_announcement`; Unavailable.
    """
    row = await own_call(rt, viewer, call_id, CallState.CONNECTED)
    rules = rt.config.channels.phone
    if not rules.recording_prompt:
        raise RuleForbids("set the announcement first", code="no_announcement")
    async with asking(rt.settings) as ari:
        done(await ari.announce(bridge_name(call_id), rules.recording_prompt))
        name = await _begin(rt, viewer, row)
        longest = min(LONGEST_S, rules.longest_call_s)
        answer = await ari.record(bridge_name(call_id), name, longest_s=longest)
    if not answer.well:
        await recording_ended(rt, name, well=False, seconds=0)
        done(answer)


async def _begin(rt: Runtime, viewer: Viewer, row: Any) -> str:
    async with rt.transaction(viewer) as tx:
        call = await calls.by_id(tx, row.id, lock=True)
        known = await recordings.of_call(tx, row.id)
        if call is None or call.recording_refused:
            raise RuleForbids("the caller refused", code="recording_refused")
        if any(one.state == "recording" and one.seconds is None for one in known):
            raise RuleForbids("it is being recorded", code="recording_on")
        name = recording_name(row.id, len(known) + 1)
        await recordings.put(
            tx, {"call_id": row.id, "contact_id": row.contact_id, "name": name}
        )
        tx.record("recording_started", contact_id=row.contact_id)
        presence.tell(tx, call.operator_id)
    return name


async def stop_recording(rt: Runtime, viewer: Viewer, call_id: int) -> None:
    """End the recording and keep it. Errors: NotFound, RuleForbids."""
    await own_call(rt, viewer, call_id)
    async with asking(rt.settings) as ari:
        for one in await _kept(rt, call_id):
            if one.state == "recording" and one.seconds is None:
                await ari.stop_recording(one.name)


async def refuse_recording(rt: Runtime, viewer: Viewer, call_id: int) -> None:
    """Write down that the caller refuses; what was recorded is thrown away.

    Errors: NotFound, RuleForbids.
    """
    row = await own_call(rt, viewer, call_id)
    await say(rt, row, CallWhat.RECORDING_REFUSED, "recording_refused")
    async with asking(rt.settings) as ari:
        await refuse_by_caller(rt, ari, call_id)


async def refuse_by_caller(rt: Runtime, ari: Ari, call_id: int) -> None:
    """Throw away all that was recorded of a call, here and at the exchange."""
    for one in await _kept(rt, call_id):
        await ari.discard_recording(one.name)
        await ari.delete_recording(one.name)  # it may have ended just now
        async with rt.transaction(PHONE) as tx:
            gone = {
                "state": "refused",
                "reason": "caller",
                "deleted_at": tx.now,
                "sealed_content": None,
            }
            await recordings.change(tx, one.id, gone)
            tx.record("recording_refused", contact_id=one.contact_id)


async def recording_ended(rt: Runtime, name: str, *, well: bool, seconds: int) -> None:
    """Note that a recording ended; a worker fetches it. Others' recordings are not ours."""
    async with rt.transaction(PHONE) as tx:
        row = await recordings.named(tx, name)
        if row is None or row.state != "recording" or row.seconds is not None:
            return
        if well:
            await ended(tx, row.id, seconds)
        else:
            await recordings.change(tx, row.id, {"state": "failed", "reason": "exchange"})


async def ended(tx: Transaction, recording_id: int, seconds: int) -> None:
    """Let a recording, locked by the caller, be fetched."""
    await recordings.mark_ended(tx, recording_id, seconds)
    tx.promise(JobName.FETCH_RECORDING, QueueName.OUTWARD, [recording_id])


async def _kept(rt: Runtime, call_id: int) -> list[Any]:
    async with rt.transaction(PHONE) as tx:
        rows = await recordings.of_call(tx, call_id)
    return [row for row in rows if row.state in ("recording", "stored")]
