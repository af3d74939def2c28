"""Step: choose bodies for a case, store the decision, propose the referrals."""

from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

from hotline.cases.terms import BodyId, BodyKind, ReferralStatus
from hotline.routing.office import RoutingDecision, RoutingFacts, choose_bodies
from hotline.runtime import Runtime
from hotline.store import decisions, keys, referrals
from hotline.store.cases import OpenedCase
from hotline.store.referrals import Proposal
from hotline.store.transaction import Transaction

ALMATY = ZoneInfo("Asia/Almaty")
OPEN = (ReferralStatus.PROPOSED, ReferralStatus.OFFERED, ReferralStatus.ACCEPTED)


def day_of(tx: Transaction) -> date:
    """Return the day in Kazakhstan, by which bodies begin and cease to act."""
    return tx.now.astimezone(ALMATY).date()


async def choose(
    rt: Runtime,
    tx: Transaction,
    case: OpenedCase,
    *,
    excluded: Mapping[BodyId, str],
    only_own: bool = False,
) -> RoutingDecision:
    """Return who should act on `case`, and store the choice with all it rested on."""
    row = case.row
    entry = rt.codes[row.subcategory]
    facts = RoutingFacts(
        subcategory=row.subcategory,
        lead=BodyKind.OWN if only_own else BodyKind(entry.lead),
        co_executors=() if only_own else tuple(BodyKind(k) for k in entry.co_executors),
        region=row.region,
        day=day_of(tx),
        excluded=excluded,
        hints=tuple(row.conflict_hint) if row.held else (),
    )
    directory = await rt.directory(tx)
    chosen = choose_bodies(facts, directory, rt.config.referral.chains)
    decisions.store(tx, [_row(rt, case, facts, chosen, directory.version)])
    return chosen


def _row(
    rt: Runtime,
    case: OpenedCase,
    facts: RoutingFacts,
    chosen: RoutingDecision,
    directory_version: str,
) -> dict[str, object]:
    return {
        "case_id": case.id,
        "contact_id": None,
        "kind": "route",
        "facts": {
            "subcategory": facts.subcategory,
            "lead": facts.lead,
            "co_executors": list(facts.co_executors),
            "region": facts.region,
            "day": facts.day.isoformat(),
            "hints": list(facts.hints),
            "excluded": dict(facts.excluded),
            "directory": directory_version,
        },
        "candidates": [
            {"body": c.body, "kind": c.kind, "part": c.part, "excluded": c.excluded}
            for c in chosen.candidates
        ],
        "exclusions": [
            {"body": c.body, "reason": c.excluded}
            for c in chosen.candidates
            if c.excluded is not None
        ],
        "reasons": list(chosen.reasons),
        "choice": {
            "lead": chosen.lead,
            "co_executors": [body for body, _ in chosen.co_executors],
            "missing": list(chosen.missing),
        },
        "policy_version": rt.config.referral.version,
        "model_version": "none",
    }


async def propose(
    rt: Runtime, tx: Transaction, case: OpenedCase, chosen: RoutingDecision
) -> int:
    """Propose the case to the chosen bodies; return the lead referral's id.

    A body that has it already keeps its referral; the others are proposed, sealed.
    """
    key = await keys.load_one(tx, case.id)
    live = {r.body_id: r for r in case.referrals if r.status in OPEN}
    for body, referral in live.items():
        if referral.lead and body != chosen.lead:  # one lead at a time
            await referrals.change(tx, referral.id, {"lead": False})
    told = extract_of(rt, case)
    wanted = [(chosen.lead, True), *((body, False) for body, _ in chosen.co_executors)]
    for body, lead in wanted:
        if body in live and live[body].lead != lead:
            await referrals.change(tx, live[body].id, {"lead": lead})
    fresh = await referrals.propose(
        tx,
        case.id,
        case.row.urgency,
        [
            Proposal(body, lead, key.seal_text("extract", told))
            for body, lead in wanted
            if body not in live
        ],
    )
    return int(live[chosen.lead].id) if chosen.lead in live else fresh[chosen.lead]


def extract_of(rt: Runtime, case: OpenedCase) -> str:
    """Return what a body is told by default: the matter, not the words.

    In the language of the case; the operator edits it before release.
    """
    entry = rt.codes[case.row.subcategory]
    place = rt.place_names.get(case.row.district or case.row.region or "")
    kazakh = case.row.language in ("kk", "mixed")
    name = entry.name.kk if kazakh else entry.name.ru
    where = place[0 if kazakh else 1] if place else "—"
    return f"{name}. {where}."
