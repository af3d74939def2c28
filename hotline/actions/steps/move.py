"""Step: open a case for one move of one person: seen, allowed, fresh, locked."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from hotline.cases.lifecycle import Move, next_status
from hotline.cases.terms import ReferralStatus
from hotline.errors import NotFound
from hotline.identity.roles import require
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import cases, clocks
from hotline.store.cases import OpenedCase
from hotline.store.transaction import Nudge, Transaction


@dataclass(slots=True)
class Moving:
    """A case in one person's hands, inside an open transaction."""

    tx: Transaction
    case: OpenedCase
    move: Move
    viewer: Viewer

    async def advance(self, values: Mapping[str, Any] | None = None) -> None:
        """Set the status that the move leads to, with `values`; the version goes up."""
        status = next_status(self.case.status, self.move)
        await cases.change(self.tx, self.case.id, {"status": status, **(values or {})})

    def referral(self, referral_id: int | None) -> Any:
        """Return the referral meant: by id, else the newest live one of the viewer's bodies.

        Errors: NotFound when the viewer may not know of such a referral.
        """
        live = (ReferralStatus.OFFERED, ReferralStatus.ACCEPTED)
        for found in reversed(self.case.referrals):
            if referral_id is not None and found.id != referral_id:
                continue
            mine = found.body_id in self.viewer.bodies
            if mine and (referral_id is not None or found.status in live):
                return found
            if referral_id is not None and self.viewer.at_111:
                return found
        raise NotFound("no such referral of yours")

    async def finish(self) -> None:
        """Refresh what lists read and tell open pages."""
        clocks.refresh_due(self.tx, [self.case.id])
        fresh = await cases.by_id(self.tx, self.case.id)
        if fresh is not None:
            self.tx.nudge(fresh.nudge())
        # Who loses sight of the case with this move must drop it from the page too.
        self.tx.nudge(self.case.nudge())
        self.tx.nudge(Nudge("board"))


@asynccontextmanager
async def moving(
    rt: Runtime, viewer: Viewer, number: str, move: Move, version: int | None
) -> AsyncIterator[Moving]:
    """Open the case for `move`. Errors: NotFound, NotAllowed, Stale, RuleForbids."""
    async with rt.transaction(viewer) as tx:
        case = await cases.read(
            tx, viewer, number, rt.number_key, version=version, lock=True
        )
        require(viewer, move, case.access)
        next_status(case.status, move)
        handed = Moving(tx, case, move, viewer)
        yield handed
        await handed.finish()
