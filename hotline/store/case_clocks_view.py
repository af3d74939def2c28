"""The clocks of a case, as one viewer may see them."""

from sqlalchemy import select

from hotline.store import clock_ledger, view_build
from hotline.store.tables import clocks
from hotline.store.transaction import Transaction
from hotline.store.view_parts import ClockView
from hotline.store.visibility import Scope


async def clocks_for(
    tx: Transaction, case_id: int, scope: Scope, shown: set[int]
) -> tuple[ClockView, ...]:
    """Return the case's clocks, in order of id, with the pauses of those that stood still.

    `shown`: the referrals that the viewer sees; an offer's clocks go with it.
    """
    rows = await tx.rows(
        select(clocks).where(clocks.c.case_id == case_id).order_by(clocks.c.id)
    )
    seen = [
        row
        for row in rows
        if scope is Scope.CENTRE or row.referral_id is None or row.referral_id in shown
    ]
    stood = [row.id for row in seen if row.pause_reason is not None]
    return view_build.clock_views(seen, await clock_ledger.read(tx, stood))
