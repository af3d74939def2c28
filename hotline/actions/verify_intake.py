"""Use case: check that everything that came in still stands somewhere, by channel."""

from dataclasses import dataclass

from hotline.identity.viewer import Machine
from hotline.runtime import Runtime
from hotline.store import conservation
from hotline.store.conservation import Balance
from hotline.store.transaction import one_snapshot

VERIFY = Machine("verify")


@dataclass(frozen=True, slots=True)
class Conserved:
    """The equations, and what does not hold: nothing of a person, ids and codes only."""

    balances: tuple[Balance, ...]
    faults: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Return whether nothing was lost or doubled."""
        whole = all(
            one.difference == 0 and one.attached >= 0 and one.pending >= 0
            for one in self.balances
        )
        return whole and not self.faults


async def verify_intake(rt: Runtime) -> Conserved:
    """Read counters and rows at one moment, beside a running service; nothing is written."""
    async with rt.transaction(VERIFY) as tx:
        await one_snapshot(tx)
        return Conserved(
            tuple(await conservation.balances(tx)), tuple(await conservation.faults(tx))
        )
