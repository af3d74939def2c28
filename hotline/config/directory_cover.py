"""Is every region served on every day to come? Arithmetic over spans of days."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Protocol

from hotline.cases.terms import BodyKind
from hotline.config.directory_faults import Fault

# Who does the duty of a kind that leads. The department takes guardianship over; where a
# family support centre is only planned, the chain of referral.yaml goes on without it.
DUTIES: tuple[tuple[BodyKind, frozenset[BodyKind], str], ...] = (
    (BodyKind.COMM, frozenset({BodyKind.COMM}), "no_commissioner"),
    (BodyKind.GUARD, frozenset({BodyKind.GUARD, BodyKind.UZPD}), "gap"),
    (BodyKind.FSC, frozenset({BodyKind.FSC}), "gap"),
)
MAY_BE_PLANNED = frozenset({BodyKind.FSC})
Span = tuple[date, date]  # from, and the first day after


class Served(Protocol):
    """What is asked of an entry."""

    @property
    def kind(self) -> str:
        """Return its kind."""

    @property
    def region(self) -> str | None:
        """Return its region."""

    @property
    def district(self) -> str | None:
        """Return its district; only a whole region's body serves who names no district."""

    @property
    def status(self) -> str:
        """Return active or planned."""

    @property
    def valid_from(self) -> date:
        """Return its first day."""

    @property
    def valid_to(self) -> date | None:
        """Return the first day after its last."""


def coverage(
    entries: Iterable[Served], regions: Iterable[str], today: date, whole: str
) -> Iterator[Fault]:
    """Return a fault for every first hole in the service of a region, from `today` on."""
    spans: dict[tuple[str, str], list[Span]] = {}
    for entry in entries:
        if entry.region is None or entry.district is not None:
            continue
        for duty, kinds, _ in DUTIES:
            planned = entry.status != "active" and duty not in MAY_BE_PLANNED
            if entry.kind in kinds and not planned:
                span = (entry.valid_from, entry.valid_to or date.max)
                spans.setdefault((duty, entry.region), []).append(span)
    for region in sorted(regions):
        for duty, _, code in DUTIES:
            hole = first_hole(spans.get((duty, region), []), today)
            if hole is not None:
                told = {"value": region, "kind": str(duty), "day": hole.isoformat()}
                yield Fault(whole, "region", code, told)


def first_hole(spans: Iterable[Span], today: date) -> date | None:
    """Return the first day from `today` on that no span holds, or None."""
    day = today
    for begins, ends in sorted(spans):
        if begins > day:
            return day
        day = max(day, ends)
    return None if day == date.max else day
