"""Step: which new contacts tell of one event. A machine suggests it; nothing else changes."""

from collections.abc import Sequence
from datetime import timedelta

from hotline.cases.numbers import number_of
from hotline.routing.incident import (
    Event,
    Message,
    event_of,
    gather,
    join,
    place_of,
    topic_of,
)
from hotline.runtime import Runtime
from hotline.store import incidents, notices, sketches
from hotline.store.transaction import Nudge, Transaction

SUGGESTED = "incident_suggested"


async def gather_incidents(
    rt: Runtime, tx: Transaction, messages: Sequence[Message]
) -> set[int]:
    """Let new messages join open incidents, or suggest one; return who is in an incident."""
    policy = rt.config.incident
    events = await incidents.open_events(tx, policy.members_read)
    pairs, left = _joined(rt, messages, events)
    near = await _near(rt, tx, left)
    known = {message.contact_id: message for message in (*near, *left)}
    for message in left:
        if message.contact_id not in known:
            continue
        group = gather(message, known.values(), policy)
        if not group:
            continue
        event = await _open(rt, tx, group)
        if event is None:
            break  # another worker has just opened one: the next batch joins it
        seed = {member.contact_id for member in group}
        more = {
            other.contact_id
            for other in known.values()
            if other.contact_id not in seed and join(other, [event], policy)
        }
        pairs += [(event.incident_id, contact_id) for contact_id in sorted(seed | more)]
        known = {i: other for i, other in known.items() if i not in seed | more}
    return await _book(rt, tx, pairs)


def _joined(
    rt: Runtime, messages: Sequence[Message], events: Sequence[Event]
) -> tuple[list[tuple[int, int]], list[Message]]:
    """Return (incident, contact) of those that belong to an open one, and all others."""
    pairs, left = [], []
    for message in messages:
        event = join(message, events, rt.config.incident)
        if event is None:
            left.append(message)
        else:
            pairs.append((event.incident_id, message.contact_id))
    return pairs, left


async def _near(rt: Runtime, tx: Transaction, messages: Sequence[Message]) -> list[Message]:
    """Return who else wrote from these regions within the span, bounded."""
    regions = {m.place.region for m in messages if m.place.region is not None}
    if not regions:
        return []
    policy = rt.config.incident
    since = min(message.at for message in messages) - timedelta(minutes=policy.minutes)
    return await sketches.near(tx, regions, since=since, most=policy.neighbours)


async def _open(rt: Runtime, tx: Transaction, group: Sequence[Message]) -> Event | None:
    """Open a suggested incident, unless another worker was quicker; return it as an event."""
    await incidents.one_at_a_time(tx)
    policy = rt.config.incident
    newest = group[0]
    if join(newest, await incidents.open_events(tx, policy.members_read), policy):
        return None
    incident_id = await rt.numbers.take(tx.now)
    place = place_of(group)
    topic = topic_of(group)
    await incidents.put(tx, incident_id, place, topic)
    notices.put(tx, notices.SHIFT, SUGGESTED, contact_id=newest.contact_id)
    tx.nudge(Nudge("board"))
    return event_of(incident_id, place, group, tx.now)


async def _book(rt: Runtime, tx: Transaction, pairs: list[tuple[int, int]]) -> set[int]:
    """Make the contacts members; the first danger of their own is for whoever looks."""
    danger = rt.config.incident.own_danger_from
    for row in await incidents.join(tx, pairs, danger_from=danger):
        facts = {
            "incident": number_of(row.incident_id, rt.number_key),
            "own_danger": bool(row.own_danger),
        }
        tx.record("incident_joined", contact_id=row.contact_id, data=facts)
    return {contact_id for _, contact_id in pairs}
