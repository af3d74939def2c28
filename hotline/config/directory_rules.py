"""What must hold for a directory of bodies, wherever it was written down: YAML, CSV or a form."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from hotline.cases.terms import BodyKind
from hotline.config.calendar import Hours, hours_problems
from hotline.config.directory_cover import coverage
from hotline.config.directory_faults import Fault

LANGUAGES = ("kk", "ru", "en")
STATUSES = ("active", "planned")
OWN = "own-111"
# What leads a case stands for a place; only the centre's own queue stands for the country.
TERRITORIAL = frozenset({BodyKind.GUARD, BodyKind.UZPD, BodyKind.COMM, BodyKind.FSC})


@dataclass(frozen=True, slots=True)
class Entry:
    """One body as somebody wrote it down; `where` says in which file, line or key."""

    where: str
    id: str
    kind: str
    name_kk: str
    name_ru: str
    valid_from: date
    region: str | None = None
    district: str | None = None
    valid_to: date | None = None
    status: str = "active"
    parent: str | None = None
    phone: str | None = None
    hours: Hours | None = None
    languages: tuple[str, ...] = ("kk", "ru")
    children: int | None = None
    capacity: int | None = None
    has_login: bool = True


@dataclass(frozen=True, slots=True)
class Known:
    """What a directory may name."""

    regions: frozenset[str]
    districts: Mapping[str, str] = field(default_factory=dict)  # region by KATO code
    kinds: frozenset[str] = frozenset(BodyKind)


def faults(entries: Sequence[Entry], known: Known, today: date, whole: str) -> list[Fault]:
    """Return everything that does not hold, today or on any later day.

    `whole`: how the directory as a whole is called, for what no single entry is to blame for.
    """
    ids = {entry.id: entry for entry in entries}
    return [
        *(fault for entry in entries for fault in _alone(entry, known)),
        *_same_ids(entries),
        *_parents(entries, ids),
        *_overlaps(entries),
        *coverage(entries, known.regions, today, whole),
        *_own(entries, today, whole),
    ]


def _alone(entry: Entry, known: Known) -> Iterator[Fault]:
    """Return what is wrong with one entry whatever stands beside it."""
    for name in ("id", "name_kk", "name_ru"):
        if not str(getattr(entry, name)).strip():
            yield Fault(entry.where, name, "empty")
    for name, allowed, code in (
        ("kind", known.kinds, "unknown_kind"),
        ("status", STATUSES, "unknown_status"),
    ):
        value = str(getattr(entry, name))
        if value not in allowed:
            yield Fault(entry.where, name, code, {"value": value})
    yield from _place(entry, known)
    yield from _work(entry)
    if entry.valid_to is not None and entry.valid_to <= entry.valid_from:
        yield Fault(entry.where, "valid_to", "ends_first")


def _work(entry: Entry) -> Iterator[Fault]:
    """Return what keeps a body from working: languages, numbers, hours."""
    if not entry.languages:
        yield Fault(entry.where, "languages", "no_language")
    for language in entry.languages:
        if language not in LANGUAGES:
            yield Fault(entry.where, "languages", "unknown_language", {"value": language})
    for name in ("children", "capacity"):
        number = getattr(entry, name)
        if number is not None and number < 1:
            yield Fault(entry.where, name, "not_positive", {"value": str(number)})
    if entry.hours is not None:
        for said in hours_problems(entry.hours, "", "hours"):
            without = "no working time" in said
            code = "no_working_time" if without else "bad_hours"
            yield Fault(entry.where, "hours", code, {"value": entry.id})


def _place(entry: Entry, known: Known) -> Iterator[Fault]:
    region, district = entry.region, entry.district
    if region is not None and region not in known.regions:
        yield Fault(entry.where, "region", "unknown_region", {"value": region})
    elif district is not None and known.districts.get(district) != region:
        yield Fault(entry.where, "district", "unknown_district", {"value": district})
    if region is None and (entry.kind in TERRITORIAL or district is not None):
        yield Fault(entry.where, "region", "covers_nothing", {"value": entry.id})


def _same_ids(entries: Iterable[Entry]) -> Iterator[Fault]:
    seen = Counter[str]()
    for entry in entries:
        seen[entry.id] += 1
        if seen[entry.id] > 1:
            yield Fault(entry.where, "id", "same_id", {"value": entry.id})


def _parents(entries: Iterable[Entry], ids: Mapping[str, Entry]) -> Iterator[Fault]:
    for entry in entries:
        if entry.parent is not None and entry.parent not in ids:
            yield Fault(entry.where, "parent", "unknown_parent", {"value": entry.parent})
        elif _above_itself(entry, ids):
            yield Fault(entry.where, "parent", "parent_loop", {"value": entry.id})


def _above_itself(entry: Entry, ids: Mapping[str, Entry]) -> bool:
    seen: set[str] = set()
    above = entry.parent
    while above is not None and above in ids and above not in seen:
        if above == entry.id:
            return True
        seen.add(above)
        above = ids[above].parent
    return False


def _overlaps(entries: Iterable[Entry]) -> Iterator[Fault]:
    """Return every pair of one kind and place that acts on the same day."""
    alike: dict[tuple[str, str | None, str | None], list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.status == "active":
            alike[entry.kind, entry.region, entry.district].append(entry)
    for group in alike.values():
        last: Entry | None = None
        for entry in sorted(group, key=lambda one: one.valid_from):
            if last is not None and last.id != entry.id and _end(last) > entry.valid_from:
                told = {"value": last.id, "other": last.where}
                yield Fault(entry.where, "valid_from", "overlap", told)
            if last is None or _end(entry) > _end(last):
                last = entry


def _end(entry: Entry) -> date:
    return entry.valid_to or date.max


def _own(entries: Iterable[Entry], today: date, whole: str) -> Iterator[Fault]:
    """Return a fault unless 111's own duty queue is there from now on for good."""
    for entry in entries:
        begun = entry.valid_from <= today and entry.valid_to is None
        of_the_country = entry.kind == BodyKind.OWN and entry.region is None
        if entry.id == OWN and of_the_country and begun and entry.status == "active":
            return
    yield Fault(whole, "kind", "no_own", {"value": OWN})
