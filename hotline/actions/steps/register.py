"""Step: a case becomes an appeal under the Administrative Procedural Code."""

from hotline.actions.steps import run_clocks
from hotline.cases.terms import Regime
from hotline.errors import RuleForbids
from hotline.runtime import Runtime
from hotline.store import cases, clocks, contacts
from hotline.store.cases import OpenedCase
from hotline.store.clocks import ClockOwner
from hotline.store.opened_parts import identity_of, opened
from hotline.store.transaction import Transaction


async def register(rt: Runtime, tx: Transaction, case: OpenedCase) -> None:
    """Register the case: its terms are law from here on, counted from receipt.

    Errors: RuleForbids `registered_already`; `anonymous_appeal` where nobody is named.
    Source: Administrative Procedural Code; an anonymous appeal is not considered as one.
    """
    row = case.row
    if row.regime == Regime.APPEAL:
        raise RuleForbids("it is registered already", code="registered_already")
    if not await _named(tx, case):
        raise anonymous_appeal()
    change = {"regime": Regime.APPEAL, "registered_at": tx.now}
    await cases.change(tx, case.id, change)
    await run_clocks.recompute(
        rt,
        tx,
        await clocks.unmet(tx, ClockOwner(case_id=case.id)),
        urgency=row.urgency,
        regime=Regime.APPEAL,
        rural=row.rural,
        why="regime",
    )
    tx.record("appeal_registered", case_id=case.id)


def anonymous_appeal() -> RuleForbids:
    """Return the refusal of an appeal without a name; as a signal it goes on."""
    return RuleForbids(
        "an appeal names who appeals; without a name it stays a signal",
        code="anonymous_appeal",
        field="regime",
    )


async def _named(tx: Transaction, case: OpenedCase) -> bool:
    """Return whether somebody who reported is known by name."""
    attached = await contacts.of_case(tx, case.id)
    parts = await opened(tx, [contact.id for contact in attached])
    return any(
        identity_of(parts.known(contact.id, "identity", contact.sealed_identity)).name
        for contact in attached
        if not contact.anonymous
    )
