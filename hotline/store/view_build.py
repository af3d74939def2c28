"""Building the parts of a view from rows: who may read a part was decided before."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from hotline.sla.ledger import Line, pauses
from hotline.store.opened_parts import OpenedParts, identity_of, mask_name, mask_phone
from hotline.store.shared_view import shared_view
from hotline.store.view_parts import (
    Alternative,
    Assistance,
    AttemptView,
    Check,
    ClockView,
    EmergencyView,
    IdentityView,
    OutcomeView,
    ReachView,
    Reason,
    TriageView,
)


def clock_views(
    rows: Iterable[Row[Any]], lines: Mapping[int, Sequence[Line]] | None = None
) -> tuple[ClockView, ...]:
    """Return clocks as read; `lines`: the ledgers of those that ever stood still."""
    same = [
        name for name in ClockView.__struct_fields__ if name not in ("paused", "referral")
    ]
    return tuple(
        ClockView(
            **{name: getattr(row, name) for name in same},
            paused=tuple(pauses((lines or {}).get(row.id, ()))),
            referral=row.referral_id,
        )
        for row in rows
    )


def emergency_view(
    row: Row[Any], tried: Iterable[Row[Any]], parts: OpenedParts, *, words: bool
) -> EmergencyView:
    """Return one hand-off; `words`: with the numbers rung and who answered."""
    known = parts.known(row.case_id, "handoff", row.sealed_details) if words else {}
    return EmergencyView(
        service=row.service,
        state=row.state,
        required_at=row.required_at,
        called_at=row.called_at,
        number=known.get("number"),
        accepted_by=known.get("accepted_by"),
        accepted_at=row.accepted_at,
        reference=known.get("reference"),
        attempts=tuple(_attempt(row, one, parts, words=words) for one in tried),
    )


def _attempt(
    task: Row[Any], row: Row[Any], parts: OpenedParts, *, words: bool
) -> AttemptView:
    known = parts.known(task.case_id, "attempt", row.sealed_details) if words else {}
    return AttemptView(
        called_at=row.called_at,
        at=row.at,
        result=row.result,
        person=row.display_name if words else None,
        number=known.get("number"),
        by=known.get("by"),
        note=known.get("note"),
    )


def outcome_view(row: Row[Any], parts: OpenedParts, *, words: bool) -> OutcomeView | None:
    """Return what was done, or None while nothing is recorded."""
    if row.assistance_code is None or row.check_kind is None:
        return None

    def text(part: str, sealed: bytes | None) -> str | None:
        return parts.text(row.id, part, sealed) if words else None

    given = text("assistance", row.sealed_assistance)
    made = text("check", row.sealed_check)
    return OutcomeView(
        assistance=Assistance(code=row.assistance_code, text=given, at=row.assistance_at),
        check=Check(kind=row.check_kind, text=made, at=row.check_at),
    )


def identity_view(
    contact: Row[Any], known: Mapping[str, Any], *, masked: bool
) -> IdentityView | None:
    """Return who wrote, or None when nothing is known or it was forgotten."""
    if not known.get("identity") and not known.get("location"):
        return None
    who = identity_of(known)
    return IdentityView(
        masked=masked,
        name=mask_name(who.name) if masked else who.name,
        phone=mask_phone(who.phone) if masked else who.phone,
        handle=None if masked else who.handle,
        relation=who.relation,
        address=None if masked else who.address,
        anonymous=contact.anonymous,
        children=_word(who.extra.get("children")),
        ages=None if masked else _word(who.extra.get("ages")),
        consent=_word(who.extra.get("consent")),
        shared=shared_view(known, masked=masked),
    )


def _word(said: object) -> str | None:
    """Return what an operator wrote; what a provider put there is no word of ours."""
    return said if isinstance(said, str) else None


def reach_view(known: Mapping[str, Any], *, word: bool = True) -> ReachView:
    """Return how the person may be reached; `word`: with the code word, for who may call."""
    policy = known.get("policy") or {}
    hours, secret = policy.get("hours"), policy.get("code_word")
    return ReachView(
        may_write=bool(policy.get("may_write")),
        may_call=bool(policy.get("may_call")),
        hours=hours if isinstance(hours, str) else None,
        code_word=secret if word and isinstance(secret, str) else None,
    )


def triage_view(contact: Row[Any], narrative: str | None) -> TriageView | None:
    """Return what the machine made of a contact; the words it rests on are cut out anew."""
    found = contact.triage
    if not found:
        return None
    return TriageView(
        category=found["category"],
        subcategory=found["subcategory"],
        alternatives=tuple(
            Alternative(code=a["code"], score=a["score"]) for a in found["alternatives"]
        ),
        urgency=found["urgency"],
        danger=found["danger"],
        danger_score=found["danger_score"],
        region=found.get("region"),
        district=found.get("district"),
        region_candidates=tuple(found.get("region_candidates") or ()),
        language=found.get("language"),
        script=found.get("script"),
        needs_human=found["needs_human"],
        conflict_hint=tuple(found.get("conflict_hint") or ()),
        reasons=tuple(
            Reason(
                rule=reason["rule"],
                span=tuple(reason["span"]),
                text=_cut(narrative, reason["span"]),
            )
            for reason in found.get("reasons") or ()
        ),
        policy_version=found["policy_version"],
        model_version=found["model_version"],
    )


def _cut(narrative: str | None, span: list[int]) -> str | None:
    if narrative is None or len(span) != 2 or span[0] >= span[1]:  # noqa: PLR2004
        return None
    return narrative[span[0] : span[1]]


def plain(value: Any) -> Any:
    """Return a JSON column as plain values that any answer can carry."""
    return json.loads(json.dumps(value, default=str).encode("utf-8", "replace"))
