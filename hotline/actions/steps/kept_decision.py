"""Step: what is kept of a triage decision, open to read: codes, scores and spans, no words."""

from typing import Any

from hotline.routing.triage import TriageDecision
from hotline.runtime import Runtime

URGENT = 1  # at 0 and 1 a case is opened at once, inside 111 only


def stored(judged: TriageDecision, urgency: int) -> dict[str, Any]:
    """Return the decision as it may lie in the open: codes, scores and spans, no words."""
    return {
        "category": judged.category,
        "subcategory": judged.subcategory,
        "alternatives": [
            {"code": alternative.code, "score": round(alternative.score, 4)}
            for alternative in judged.alternatives
        ],
        "urgency": urgency,
        "danger": urgency <= URGENT,
        "danger_score": round(judged.danger_score, 4),
        "region": judged.region,
        "district": judged.district,
        "region_candidates": list(judged.region_candidates),
        "language": judged.language,
        "script": judged.script,
        "needs_human": judged.needs_human,
        "conflict_hint": list(judged.conflict_hint),
        "reasons": [
            {"rule": reason.rule, "span": list(reason.span)} for reason in judged.reasons
        ],
        "policy_version": judged.policy_version,
        "model_version": judged.model_version,
    }


def ledger_row(row: Any, judged: TriageDecision, *, repeat: bool) -> dict[str, Any]:
    """Return the row of the decision ledger."""
    kept = stored(judged, int(judged.urgency))
    return {
        "case_id": None,
        "contact_id": row.id,
        "kind": "triage",
        "facts": {
            "channel": row.channel,
            "region_hint": row.region_hint,
            "lang_hint": row.lang_hint,
            "repeat": repeat,
            "floor": {"danger": row.danger, "urgency": row.urgency},
        },
        "candidates": kept["alternatives"],
        "exclusions": [],
        "reasons": kept["reasons"],
        "choice": {
            name: kept[name]
            for name in ("subcategory", "urgency", "region", "needs_human", "conflict_hint")
        },
        "policy_version": judged.policy_version,
        "model_version": judged.model_version,
    }


def operators_word(
    rt: Runtime, contact_id: int, case_id: int, call: Any, judged: TriageDecision
) -> dict[str, Any]:
    """Return the operator's word of a logged call; triage learns from the pair.

    What the rules suggested while they typed stands beside it, and what was overridden.
    """
    choice = {
        "subcategory": call.subcategory,
        "urgency": call.urgency,
        "region": call.region,
    }
    suggested = {name: getattr(judged, name) for name in choice}
    suggested["urgency"] = int(judged.urgency)
    facts = {
        "logged": True,
        "offer": call.offer,
        "suggested": suggested,
        "overridden": [
            name
            for name, said in choice.items()
            if suggested[name] is not None and said != suggested[name]
        ],
        "told": dict(call.told.answers),
    }
    return {
        "case_id": case_id,
        "contact_id": contact_id,
        "kind": "confirm",
        "facts": facts,
        "candidates": [],
        "exclusions": [],
        "reasons": ["a person at 111 took the call"],
        "choice": choice,
        "policy_version": rt.config.referral.version,
        "model_version": "none",
    }
