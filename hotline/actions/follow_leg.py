"""Use case: something is heard of a leg that we dialled: an operator, a colleague, a service.

That a leg answered is a fact of telephony. Only an operator's leg connects a call; that a
service answered is no acceptance, which a person types (`record_handoff`).
"""

from dataclasses import dataclass
from typing import Any

from hotline.actions.follow_call import PHONE, say
from hotline.actions.steps import presence
from hotline.cases.call import CallFacts, facts_of
from hotline.cases.call_event import CallWhat
from hotline.cases.call_leg import Leg, LegKind, bridge_name
from hotline.cases.call_people import LegStep, Step, on_the_way, with_caller
from hotline.cases.terms import CallState
from hotline.notify.ari import Ari
from hotline.runtime import Runtime
from hotline.store import calls
from hotline.store.transaction import Transaction

_IN_TALK = (CallState.CONNECTED, CallState.HELD)


@dataclass(frozen=True, slots=True)
class _Known:
    """What stood in the store when the leg was heard of."""

    row: Any
    facts: CallFacts
    steps: tuple[LegStep, ...]
    newest_offer: str | None


async def leg_came(rt: Runtime, ari: Ari, leg: Leg) -> None:
    """Let a leg that answered hear the caller, if it is still wanted; else it is hung up."""
    known = await _known(rt, leg)
    if known is None or not _wanted(known, leg):
        await ari.hang_up(leg.name)
        return
    if not await _join(rt, ari, known, leg):
        return
    if leg.kind is not LegKind.OPERATOR:
        await note_leg(rt, leg, Step.UP)
    if leg.person_id is not None:
        first = leg.kind is LegKind.OPERATOR
        what = CallWhat.ANSWERED if first else CallWhat.TRANSFERRED
        await say(rt, known.row, what, f"up:{leg.name}", operator_id=leg.person_id)


def _wanted(known: _Known, leg: Leg) -> bool:
    call = known.facts
    if leg.kind is LegKind.OPERATOR:
        mine = call.operator_id == leg.person_id and known.newest_offer == leg.name
        return call.state is CallState.OFFERED and mine
    gone = call.ended_at is not None and call.left_at is None
    return not gone and leg.name in on_the_way(known.steps)


async def _join(rt: Runtime, ari: Ari, known: _Known, leg: Leg) -> bool:
    """Bring caller and leg together; return False when one of them is gone already."""
    caller, room = known.row.call_ref, bridge_name(leg.call_id)
    if leg.kind is LegKind.OPERATOR:
        if known.facts.waiting_at is None and known.facts.answered_at is None:
            await ari.answer(caller)
            await ari.listen_for_talk(caller)
        else:
            await ari.music(caller, on=False)
        await ari.bridge(room)
    held = known.facts.state is CallState.HELD
    there = held or (await ari.join(room, caller)).well
    if there and (await ari.join(room, leg.name)).well:
        return True
    await ari.hang_up(leg.name)
    if not there and await end_if_gone(rt, ari, known.row):
        return False
    if leg.kind is LegKind.OPERATOR:
        key = f"missed:{leg.name}"
        await say(rt, known.row, CallWhat.NOT_TAKEN, key, operator_id=leg.person_id)
        await ari.music(caller, on=True)
    else:
        await note_leg(rt, leg, Step.FAILED)
    return False


async def end_if_gone(rt: Runtime, ari: Ari, row: Any) -> bool:
    """End a call whose caller the exchange does not know any more; return whether it is so."""
    gone = (await ari.channel(row.call_ref)).gone
    if gone:
        key = f"unobserved:{rt.clock.now().isoformat()}"
        await say(rt, row, CallWhat.UNOBSERVED, key)
    return gone


async def leg_left(rt: Runtime, ari: Ari, leg: Leg) -> None:
    """Do what follows when a leg is gone: nobody is left alone on the line."""
    known = await _known(rt, leg)
    if known is None:
        return
    if leg.kind is not LegKind.OPERATOR:
        await note_leg(rt, leg, Step.GONE)
    call, row = known.facts, known.row
    if call.state is CallState.OFFERED and call.operator_id == leg.person_id:
        if known.newest_offer == leg.name:
            key = f"missed:{leg.name}"
            await say(rt, row, CallWhat.NOT_TAKEN, key, operator_id=leg.person_id)
    elif call.state in _IN_TALK and call.operator_id == leg.person_id:
        await _operator_left(rt, ari, known, leg)
    elif leg.kind is LegKind.SERVICE and call.left_at is not None:
        await ari.hang_up(row.call_ref)  # they had the caller alone, and have finished


async def _operator_left(rt: Runtime, ari: Ari, known: _Known, leg: Leg) -> None:
    row, others = known.row, {one for one in with_caller(known.steps) if one != leg.name}
    if others:
        await say(rt, row, CallWhat.TRANSFERRED, f"left:{leg.name}")
    elif on_the_way(known.steps):
        await say(rt, row, CallWhat.REQUEUED, f"left:{leg.name}")
        await ari.leave(bridge_name(row.id), row.call_ref)
        await ari.music(row.call_ref, on=True)
    else:
        await ari.hang_up(row.call_ref)


async def leg_held(rt: Runtime, leg: Leg, *, on: bool) -> None:
    """The operator's own telephone was put on hold, or taken back."""
    known = await _known(rt, leg)
    if known is None or known.facts.operator_id != leg.person_id:
        return
    what = CallWhat.HELD if on else CallWhat.RESUMED
    await say(rt, known.row, what, f"{what}:{rt.clock.now().isoformat()}")


async def note_leg(rt: Runtime, leg: Leg, step: Step) -> None:
    """Keep a step of a leg with its machine time; the desk's page shows it at once."""
    async with rt.transaction(PHONE) as tx:
        row = await calls.by_id(tx, leg.call_id)
        if row is None:
            return
        told = {"leg": leg.name, "kind": leg.kind, "who": leg.who}
        if await calls.note_step(tx, row.id, step, f"{step}:{leg.name}", told):
            presence.tell(tx, row.operator_id)


async def clear_away(rt: Runtime, ari: Ari, call_id: int) -> None:
    """End the legs and the room of a call whose caller is gone."""
    async with rt.transaction(PHONE) as tx:
        story = await calls.story(tx, call_id)
        steps = await legs_of(tx, call_id)
    offered = [event.key for event in story if event.what is CallWhat.OFFERED]
    others = with_caller(steps) | on_the_way(steps)
    for leg in {*offered[-1:], *others}:
        await ari.hang_up(leg)
    if offered:
        await ari.close_bridge(bridge_name(call_id))


async def legs_of(tx: Transaction, call_id: int) -> tuple[LegStep, ...]:
    """Return the steps of every service or colleague that was dialled for a call."""
    rows = await calls.steps(tx, call_id, *Step)
    return tuple(LegStep(row.data["leg"], Step(row.event)) for row in rows)


async def _known(rt: Runtime, leg: Leg) -> _Known | None:
    async with rt.transaction(PHONE) as tx:
        row = await calls.by_id(tx, leg.call_id)
        if row is None:
            return None
        story = await calls.story(tx, row.id)
        steps = await legs_of(tx, row.id)
    offers = [event.key for event in story if event.what is CallWhat.OFFERED]
    return _Known(row, facts_of(story), steps, offers[-1] if offers else None)
