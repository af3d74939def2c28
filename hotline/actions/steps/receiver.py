"""Step: may this body be asked? Refusals name the field, so that a form can show them."""

from hotline.actions.steps import route
from hotline.cases.terms import ReferralStatus
from hotline.errors import RuleForbids
from hotline.routing.directory import Body
from hotline.routing.office import NEVER_LEADS
from hotline.runtime import Runtime
from hotline.store.cases import OpenedCase
from hotline.store.transaction import Transaction

LIVE = (ReferralStatus.PROPOSED, ReferralStatus.OFFERED, ReferralStatus.ACCEPTED)


async def possible(
    rt: Runtime,
    tx: Transaction,
    case: OpenedCase,
    body_id: str,
    *,
    lead: bool,
    field: str,
    giver: str | None = None,
) -> Body:
    """Return the body that is to have the case.

    Errors: RuleForbids naming `field`: not in the directory today, the giver itself, out for
    a conflict of interest (over the whole tree), never a lead, or has the case already.
    """
    directory = await rt.directory(tx)
    target = next((body for body in directory.bodies if body.id == body_id), None)
    if target is None or target.acts_on(route.day_of(tx)) is not None:
        raise RuleForbids("no such body acts today", code="unknown_body", field=field)
    if target.id == giver:
        raise RuleForbids("this is the same body", code="same_body", field=field)
    out = await route.kept_out(tx, case, directory)
    if target.id in out.bodies or target.id in case.access.conflicted:
        raise RuleForbids(
            "this body is in conflict with the case", code="body_excluded", field=field
        )
    if lead and target.kind in NEVER_LEADS:
        raise RuleForbids(
            "this body cannot take it over", code="body_not_possible", field=field
        )
    if any(r.body_id == target.id and r.status in LIVE for r in case.referrals):
        raise RuleForbids("this body has the case already", code="has_it", field=field)
    return target
