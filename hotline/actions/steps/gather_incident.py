"""Step: which new contacts tell of one event. A machine suggests it; nothing else changes."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from hotline.routing.incident import (
    Event,
    Message,
    event_of,
    gather,
    join,
    own_danger,
    place_of,
    topic_of,
)
from hotline.runtime import Runtime
from hotline.store import incidents, notices, sketches
from hotline.store.incidents import Joining
from hotline.store.transaction import Nudge, Transaction

SUGGESTED = "incident_suggested"


async def gather_incidents(
    rt: Runtime, tx: Transaction, messages: Sequence[Message]
) -> set[int]:
    """Let new messages join open incidents, or suggest one; return who is in an incident."""
    policy = rt.config.incident
    events = await incidents.open_events(tx, policy.members_read)
    joining, left = _joined(rt, messages, events)
    alone = {message.contact_id: message for message in await _near(rt, tx, left)}
    for message in left:
        if message.contact_id not in alone:
            continue  # taken up a moment ago, or of no known region
        here = [m for m in alone.values() if m.place.region == message.place.region]
        group = gather(message, here, policy)
        if not group:
            continue
        event = await _open(rt, tx, group)
        if event is None:
            # Another worker was quicker: who is passed over now is never looked at again.
            events = await incidents.open_events(tx, policy.members_read)
            booked = {one.contact_id for one in joining}
            rest = {m.contact_id: m for m in left if m.contact_id not in booked} | alone
            taken, _ = _joined(rt, list(rest.values()), events)
        else:
            taken = _seeded(rt, group, here, event)
        joining += taken
        for one in taken:
            alone.pop(one.contact_id, None)
    return await _book(tx, joining)


def _seeded(
    rt: Runtime, group: Sequence[Message], here: Iterable[Message], event: Event
) -> list[Joining]:
    """Return who belongs to an incident that `group` has just opened."""
    seed = {member.contact_id for member in group}
    others = [other for other in here if other.contact_id not in seed]
    fitting = [other for other in others if join(other, [event], rt.config.incident)]
    return _joining(rt, group, event, counted=True) + _joining(rt, fitting, event)


def _joined(
    rt: Runtime, messages: Sequence[Message], events: Sequence[Event]
) -> tuple[list[Joining], list[Message]]:
    """Return who belongs to an open incident, and all others."""
    joining, left = [], []
    for message in messages:
        event = join(message, events, rt.config.incident)
        if event is None:
            left.append(message)
        else:
            joining += _joining(rt, [message], event)
    return joining, left


def _joining(
    rt: Runtime, members: Iterable[Message], event: Event, *, counted: bool = False
) -> list[Joining]:
    policy = rt.config.incident
    return [
        Joining(
            event.incident_id,
            member.contact_id,
            own_danger(member, event, policy, counted=counted),
        )
        for member in members
    ]


async def _near(rt: Runtime, tx: Transaction, messages: Sequence[Message]) -> list[Message]:
    """Return who wrote from these regions within the span, the new ones among them; bounded."""
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
    await incidents.put(tx, incident_id, place, topic_of(group))
    notices.put(tx, notices.SHIFT, SUGGESTED, contact_id=newest.contact_id)
    tx.nudge(Nudge("board"))
    return event_of(incident_id, place, group, tx.now)


async def _book(tx: Transaction, joining: Sequence[Joining]) -> set[int]:
    own = {one.contact_id: one.own_danger > 0 for one in joining}
    for contact_id in await incidents.join(tx, joining):
        facts = {"own_danger": own[contact_id]}
        tx.record("incident_joined", contact_id=contact_id, data=facts)
    return set(own)
