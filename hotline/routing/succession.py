"""One body takes another's place: may it, and which of the cases go over how."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hotline.cases.terms import BodyId
from hotline.routing.directory import Directory
from hotline.routing.office import NEVER_LEADS, OWN_QUEUE


@dataclass(frozen=True, slots=True)
class Taking:
    """The referrals of one batch by what becomes of them."""

    plain: Sequence[Any]  # go over as they stand
    met: Sequence[Any]  # the new body has the case already
    apart: Sequence[Any]  # the case complains of the new body


def why_not(
    directory: Directory, old: BodyId, new: BodyId, on_day: date, today: date
) -> tuple[str, str] | None:
    """Return (code, field) of what forbids the succession, or None."""
    before, after = directory.body(old), directory.body(new)
    if before is None or old == OWN_QUEUE:
        return "unknown_body", "from_body"
    if after is None or new == OWN_QUEUE:
        return "unknown_body", "to_body"
    same_place = after.region == before.region and after.district in (None, before.district)
    leads = after.kind not in NEVER_LEADS or before.kind in NEVER_LEADS
    refusals = (
        (old == new, "same_body", "to_body"),
        (on_day < today, "past_day", "on_day"),
        (not same_place, "another_place", "to_body"),
        (not leads, "never_leads", "to_body"),
        (after.acts_on(on_day) is not None, "not_acting", "to_body"),
    )
    return next(((code, field) for wrong, code, field in refusals if wrong), None)


def sort_out(
    rows: Sequence[Any], there: Mapping[int, Any], kept_out: Collection[int]
) -> Taking:
    """Return which referrals go over as they stand, and which meet something.

    `there`: the new body's live referrals by case; `kept_out`: the cases out of which a
    conflict of interest keeps the new body.
    """
    apart = [row for row in rows if row.case_id in kept_out]
    kept = [row for row in rows if row.case_id not in kept_out]
    met = [row for row in kept if row.case_id in there]
    return Taking([row for row in kept if row.case_id not in there], met, apart)
