"""Step: choose bodies for a case, store the decision, propose the referrals."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from hotline.actions.steps import staff
from hotline.actions.steps.extracts import proposals
from hotline.cases.terms import BodyId, BodyKind, ReferralStatus
from hotline.routing.conflicted import KeptOut, fallback_chain, keep_out
from hotline.routing.directory import Directory
from hotline.routing.looking import RoutingFacts, in_question, look
from hotline.routing.office import RoutingDecision, decide
from hotline.routing.replay import ROUTE, Columns, route_columns
from hotline.runtime import Runtime
from hotline.store import complaints, decisions, keys, referrals
from hotline.store.cases import OpenedCase
from hotline.store.sealing import Forgotten
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
    directory = await rt.directory(tx)
    out = await kept_out(tx, case, directory)
    facts = _question(rt, tx, case, {**excluded, **out.bodies}, only_own=only_own)
    chains = rt.config.referral.chains
    bodies = in_question(facts, directory, chains)
    refused = [
        b for b in bodies if b.id in out.bodies and b.kind in chains.get(facts.lead, ())
    ]
    if refused:
        ways = fallback_chain(directory, refused, out, facts.day)
        facts = replace(facts, fallback=tuple((way.body.id, way.reason) for way in ways))
        bodies = in_question(facts, directory, chains)
    there = await staff.staffing(rt, tx, bodies, out.people)
    seen = look(facts, directory, chains, there)
    chosen = decide(seen)
    decisions.store(tx, [_row(rt, case, route_columns(seen, chosen))])
    return chosen


async def kept_out(tx: Transaction, case: OpenedCase, directory: Directory) -> KeptOut:
    """Return who may neither act on `case` nor know of it."""
    apart = case.access.apart
    return keep_out(directory, apart, await complaints.former(tx) if apart else {})


def _question(
    rt: Runtime,
    tx: Transaction,
    case: OpenedCase,
    excluded: Mapping[BodyId, str],
    *,
    only_own: bool,
) -> RoutingFacts:
    row = case.row
    entry = rt.codes[row.subcategory]
    return RoutingFacts(
        subcategory=row.subcategory,
        lead=BodyKind.OWN if only_own else BodyKind(entry.lead),
        co_executors=() if only_own else tuple(BodyKind(k) for k in entry.co_executors),
        region=row.region,
        district=row.district,
        day=day_of(tx),
        excluded=excluded,
        hints=tuple(row.conflict_hint) if row.held else (),
        urgency=row.urgency,
        language=row.language,
    )


def _row(rt: Runtime, case: OpenedCase, columns: Columns) -> dict[str, object]:
    return {
        "case_id": case.id,
        "contact_id": None,
        "kind": ROUTE,
        "policy_version": rt.config.referral.version,
        "model_version": "none",
        **columns,
    }


async def propose(
    rt: Runtime, tx: Transaction, case: OpenedCase, chosen: RoutingDecision
) -> int:
    """Propose the case to the chosen bodies; return the lead referral's id.

    A body that has it already keeps its referral; the others are proposed, sealed. A case
    whose words were forgotten still needs a body: it is proposed without an extract.
    """
    try:
        key = await keys.load_one(tx, case.id)
    except Forgotten:
        key = None
    live = {r.body_id: r for r in case.referrals if r.status in OPEN}
    for body, referral in live.items():
        if referral.lead and body != chosen.lead:  # one lead at a time
            await referrals.change(tx, referral.id, {"lead": False})
    wanted = [
        (chosen.lead, chosen.lead_kind, True),
        *((body, kind, False) for body, kind in chosen.co_executors),
    ]
    for body, _, lead in wanted:
        if body in live and live[body].lead != lead:
            await referrals.change(tx, live[body].id, {"lead": lead})
    asked = proposals(rt, case, key, [one for one in wanted if one[0] not in live])
    fresh = await referrals.propose(tx, case.id, case.row.urgency, asked)
    return int(live[chosen.lead].id) if chosen.lead in live else fresh[chosen.lead]
