"""Faults of a directory of bodies: where, which field, what, and the remedy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made

from hotline.errors import BadConfig

_SHOWN = 40  # at once; a wrong file has thousands
REMEDIES: Mapping[str, str] = {
    "empty": "is empty; fill it in",
    "unknown_kind": "there is no kind {value}; use one of taxonomy.yaml",
    "unknown_status": "there is no status {value}; use active or planned",
    "unknown_region": "unknown region {value}; use a two-digit KATO prefix",
    "unknown_district": "no district {value} in this region; use its KATO code or leave it empty",
    "unknown_parent": "no body has the id {value}; correct it or leave it empty",
    "parent_loop": "{value} would be above itself; choose another parent",
    "same_id": "the id {value} is used twice; give each body its own",
    "bad_id": "{value} is no id; use small Latin letters, digits and hyphens",
    "ends_first": "ends before it begins; correct one of the two days",
    "covers_nothing": "{value} stands for no place; give it a region",
    "no_language": "no language is named; name at least one",
    "unknown_language": "there is no language {value}; use kk, ru or en",
    "not_positive": "{value} is too small; give 1 or more, or leave it empty",
    "no_working_time": "has no working time at all; give at least one weekday hours",
    "bad_hours": "cannot be read as hours; write them like mon-fri 09:00-13:00 14:30-18:30",
    "overlap": "acts on the same days as {value}, of the same kind and place; end one before the"
    " other begins",
    "no_commissioner": "region {value} has no active commissioner from {day} on; add or prolong"
    " a body of kind COMM",
    "gap": "nobody does the work of {kind} in region {value} from {day} on; add or prolong a body",
    "no_own": "111's own duty queue is missing; add {value}, of kind OWN and active",
    "bad_day": "{value} is no day; write it as 2026-11-30",
    "bad_number": "{value} is no whole number; write digits only",
    "bad_yes_no": "write yes or no instead of {value}",
    "missing_column": "there is no column {value}; add it",
    "unknown_column": "the column {value} is not known; rename or remove it",
    "twice": "the column {value} stands twice; remove one",
    "no_rows": "holds no rows; give a file with a heading and at least one row",
    "bad_file": "cannot be read as a table; save it as CSV in UTF-8",
    "too_many_cells": "has more cells than the heading; put texts with ; or , into quotes",
    "too_long": "is longer than a name needs; shorten it",
    "unknown_body": "no body has the id {value}; import the bodies first, or correct it",
    "unknown_person": "there is no active person {value}; add the person first",
    "unknown_position": "there is no position {value}; use head, deputy or specialist",
    "bad_share": "{value} is no share of a post; give more than 0 and at most 2",
    "same_person": "{value} stands twice for this body; leave one",
    "two_answers": "{value} has another value on another row; make them the same",
    "not_now": "{value} cannot be changed so now; look at the page of the person",
    "open_cases": "{value} still holds open cases; move them to a successor first",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not hold; `code` is a key of REMEDIES."""

    where: str
    field: str
    code: str
    facts: Mapping[str, str] = made(default_factory=dict)

    @property
    def text(self) -> str:
        """Return where, which field, what is wrong and what to do."""
        return f"{self.where}: key `{self.field}`: {self.said}"

    @property
    def said(self) -> str:
        """Return what is wrong and what to do."""
        return REMEDIES[self.code].format_map(self.facts)


class BadDirectory(BadConfig):
    """A directory that does not hold; nothing of it was kept."""

    status = 422
    code = "bad_directory"

    def __init__(self, faults: Sequence[Fault]) -> None:
        shown = [fault.text for fault in faults[:_SHOWN]]
        left = len(faults) - len(shown)
        super().__init__([*shown, f"{left} more"] if left > 0 else shown)
        self.faults = tuple(faults)
        self.facts = {"field": faults[0].field, "reason": faults[0].code} if faults else {}
