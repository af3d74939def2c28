"""Many messages about one event: which belong together. Bounded work for each message.

Grouping is a view for people at 111. It never answers, closes, lowers or delays a member:
urgency, danger and clocks of each stay its own (docs/adr/0014).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hotline.config.likeness import IncidentConfig, PlaceLimits
from hotline.routing.likeness import Sketch, alike, shares

_FEWEST = 2  # members that hold a word before it is the event's own
_CORE = 0.08  # ... and the least share of them
_BY_RULE, _BY_TOPIC = 4, 2
_OWN_WORDS = 4  # fewer words of one's own tell nothing
_SAME_TEXT = 0.95  # nameless messages as alike as this count as one sender


class Fit(StrEnum):
    """How well the place of a message fits that of an event."""

    SITE = "site"
    DISTRICT = "district"
    REGION = "region"
    ELSEWHERE = "elsewhere"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Place:
    """Where: a region prefix, a district's KATO code, a site of 111's own codes."""

    region: str | None = None
    district: str | None = None
    site: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """What grouping knows of one contact. `sender`: a keyed hash, None when nameless.

    `rules`: names of the danger rules that its text met.
    """

    contact_id: int
    at: datetime
    place: Place
    subcategory: str
    sketch: Sketch
    sender: bytes | None = None
    urgency: int = 3
    danger_score: float = 0.0
    rules: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Event:
    """An open incident as its newest members tell it."""

    incident_id: int
    place: Place
    size: int  # members that were read
    topics: Mapping[str, int]  # subcategory: how many of them
    words: Mapping[int, float]  # the event's own words: share of the members
    last_at: datetime
    rules: Mapping[str, int]  # danger rules: how many met them
    levels: Mapping[int, int]  # urgency: how many


def event_of(
    incident_id: int, place: Place, members: Sequence[Message], opened_at: datetime
) -> Event:
    """Return the event as `members`, its newest, tell it."""
    held = shares((member.sketch for member in members), _FEWEST)
    return Event(
        incident_id,
        place,
        len(members),
        Counter(member.subcategory for member in members),
        {word: share for word, share in held.items() if share >= _CORE},
        max((member.at for member in members), default=opened_at),
        Counter(rule for member in members for rule in member.rules),
        Counter(member.urgency for member in members),
    )


def own_danger(
    message: Message, event: Event, policy: IncidentConfig, *, counted: bool = False
) -> int:
    """Return how much in a message is a danger of its own and not the event's; 0 is none.

    A danger rule that hardly another member meets says most; then a topic unlike theirs; then
    an urgency that few reach, and a text mostly in words of its own. Better one mark too
    many: it only changes who is looked at first. `counted`: the message is one of the event's.
    """
    if message.urgency > 1 and message.danger_score < policy.own_danger_from:
        return 0
    few = max(1, round(policy.own_when_below * event.size)) + counted
    kind = message.subcategory.partition(".")[0]
    kin = sum(n for code, n in event.topics.items() if code.partition(".")[0] == kind)
    as_urgent = sum(n for level, n in event.levels.items() if level <= message.urgency)
    own = message.sketch.words - set(event.words)
    mostly = len(own) > policy.own_words * len(message.sketch.words)
    return (
        _BY_RULE * any(event.rules.get(rule, 0) <= few for rule in message.rules)
        + _BY_TOPIC * (kin <= few)
        + (as_urgent <= few)
        + (len(own) >= _OWN_WORDS and mostly)
    )


def fit_of(message: Place, event: Place) -> Fit | None:
    """Return how well the places fit; None where they exclude each other."""
    if message.site is not None and message.site == event.site:
        return Fit.SITE
    if message.region is None or event.region is None:
        return Fit.UNKNOWN
    if message.region != event.region:
        return None
    if message.district is None or event.district is None:
        return Fit.REGION
    return Fit.DISTRICT if message.district == event.district else Fit.ELSEWHERE


def join(message: Message, events: Iterable[Event], policy: IncidentConfig) -> Event | None:
    """Return the open event that the message belongs to, the best where several fit."""
    quiet = timedelta(minutes=policy.quiet_minutes)
    found: list[tuple[float, int, Event]] = []
    for event in events:
        fit = fit_of(message.place, event.place)
        if fit is None or message.at - event.last_at > quiet:
            continue
        said = sum(event.words.get(word, 0.0) for word in message.sketch.words)
        said += _topic(message.subcategory, event, policy)
        over = said - _limit(fit, policy.alike)
        if over >= 0:
            found.append((over, -event.incident_id, event))
    return max(found, key=lambda one: one[:2])[2] if found else None


def gather(
    message: Message, neighbours: Iterable[Message], policy: IncidentConfig
) -> tuple[Message, ...]:
    """Return the messages that make one event with a new one; empty below the threshold.

    `neighbours`: messages of the last minutes that are in no incident. Only as many different
    senders as config asks for make a wave; one person who writes often is one sender.
    """
    since = message.at - timedelta(minutes=policy.minutes)
    near = [
        other
        for other in neighbours
        if other.contact_id != message.contact_id
        and other.at >= since
        and _pair(message, other, policy)
    ]
    group = [message, *near]
    return tuple(group) if _senders(group) >= policy.senders else ()


def place_of(group: Sequence[Message]) -> Place:
    """Return where the event is: what most of the group agree on, else less exactly."""
    region = _most([member.place.region for member in group])
    inside = [member.place for member in group if member.place.region == region]
    district = _most([place.district for place in inside])
    return Place(region, district, _most([place.site for place in inside]))


def topic_of(group: Sequence[Message]) -> str:
    """Return the topic that most of the group have."""
    return Counter(member.subcategory for member in group).most_common(1)[0][0]


def _pair(one: Message, other: Message, policy: IncidentConfig) -> bool:
    """Return whether two messages may tell of one event: place first, then topic or words."""
    fit = fit_of(one.place, other.place)
    if fit in (None, Fit.ELSEWHERE, Fit.UNKNOWN):
        return False
    asked = policy.pair_region if fit is Fit.REGION else policy.pair_district
    if fit is Fit.SITE or one.subcategory == other.subcategory:
        asked /= 2
    return alike(one.sketch, other.sketch) >= asked


def _limit(fit: Fit, limits: PlaceLimits) -> float:
    return float(getattr(limits, fit))


def _topic(code: str, event: Event, policy: IncidentConfig) -> float:
    """Return what the topic counts for, by the share of members that have it."""
    if not event.size:
        return 0.0
    top = code.partition(".")[0]
    same = event.topics.get(code, 0)
    kin = sum(n for other, n in event.topics.items() if other.partition(".")[0] == top)
    said = same * policy.same_topic + (kin - same) * policy.same_category
    return said / event.size


def _senders(group: Sequence[Message]) -> int:
    named = {member.sender for member in group if member.sender is not None}
    nameless: list[Sketch] = []
    for member in group:
        if member.sender is None and not any(
            alike(member.sketch, seen) >= _SAME_TEXT for seen in nameless
        ):
            nameless.append(member.sketch)
    return len(named) + len(nameless)


def _most(found: Sequence[str | None]) -> str | None:
    """Return the value of at least half of those that have one and of a third of all."""
    known = Counter(value for value in found if value is not None)
    if not known:
        return None
    value, n = known.most_common(1)[0]
    return value if 2 * n >= known.total() and 3 * n >= len(found) else None
