"""Cases: single reads and writes. Every read for a person takes the viewer first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, insert, select, update

from hotline.cases.numbers import id_from
from hotline.cases.terms import BodyId, CaseStatus, ReferralStatus
from hotline.errors import NotFound, Stale
from hotline.identity.roles import LIVE_FOR_BODY, CaseAccess, sees
from hotline.identity.viewer import Viewer
from hotline.store.tables import cases, referrals
from hotline.store.transaction import Nudge, Transaction

LIVE = frozenset(
    {
        ReferralStatus.PROPOSED,
        ReferralStatus.OFFERED,
        ReferralStatus.ACCEPTED,
        ReferralStatus.DONE,
    }
)


@dataclass(frozen=True, slots=True)
class OpenedCase:
    """A case with its referrals, as read inside one transaction."""

    row: Row[Any]
    referrals: Sequence[Row[Any]]

    @property
    def id(self) -> int:
        """Return the row id."""
        return int(self.row.id)

    @property
    def status(self) -> CaseStatus:
        """Return where the case stands."""
        return CaseStatus(self.row.status)

    @property
    def lead(self) -> Row[Any] | None:
        """Return the live lead referral, if there is one."""
        found = [r for r in self.referrals if r.lead and r.status in LIVE]
        return found[-1] if found else None

    @property
    def access(self) -> CaseAccess:
        """Return the facts that access depends on."""
        lead = self.lead
        return CaseAccess(
            region=self.row.region,
            shown=self.row.shown_at is not None,
            lead=BodyId(lead.body_id) if lead else None,
            referrals={BodyId(r.body_id): ReferralStatus(r.status) for r in self.referrals},
            apart=frozenset(self.row.apart or ()),
        )

    def nudge(self) -> Nudge:
        """Return what open pages are told: ids of those who may know, nothing else."""
        known = [b for b, s in self.access.referrals.items() if s in LIVE_FOR_BODY]
        region = self.row.region if self.row.shown_at is not None else None
        apart = tuple(sorted(self.access.apart))
        return Nudge("case", self.id, region, tuple(known), apart)


async def read(
    tx: Transaction,
    viewer: Viewer,
    number: str,
    number_key: bytes,
    *,
    version: int | None = None,
    lock: bool = False,
) -> OpenedCase:
    """Return a case that the viewer may see.

    `version`: the one that the viewer acted on, when the caller knows it.
    Errors: NotFound for what does not exist and for what the viewer may not know of;
    Stale when the case has moved on since.
    """
    case_id = id_from(number, number_key)
    found = await by_id(tx, case_id, lock=lock) if case_id is not None else None
    if found is None or not sees(viewer, found.access):
        raise NotFound("no such case")
    if version is not None and version != found.row.version:
        raise Stale("the case has changed since you read it", version=found.row.version)
    return found


async def by_id(
    tx: Transaction, case_id: int, *, lock: bool = False, share: bool = False
) -> OpenedCase | None:
    """Return a case for the machine itself, or None. `share`: as it stays while one reads."""
    statement = select(cases).where(cases.c.id == case_id)
    if lock or share:
        statement = statement.with_for_update(read=not lock)
    row = await tx.one(statement)
    if row is None:
        return None
    return await with_referrals(tx, row)


async def again(tx: Transaction, case_id: int, *, lock: bool = False) -> OpenedCase:
    """Return a case that this transaction has seen before, as it is now: none is deleted."""
    case = await by_id(tx, case_id, lock=lock)
    if case is None:
        raise RuntimeError("a case vanished inside its own transaction")
    return case


async def with_referrals(tx: Transaction, row: Row[Any]) -> OpenedCase:
    """Return a case whose row was just read or written, with its referrals as they stand."""
    found = await tx.rows(
        select(referrals).where(referrals.c.case_id == row.id).order_by(referrals.c.id)
    )
    return OpenedCase(row, found)


async def put(tx: Transaction, values: Mapping[str, Any]) -> OpenedCase:
    """Insert a case and return it; it has no referrals yet."""
    row = await tx.one(insert(cases).values(dict(values)).returning(*cases.c))
    if row is None:
        raise RuntimeError("a case was not stored")
    return OpenedCase(row, ())


async def change(tx: Transaction, case_id: int, values: Mapping[str, Any]) -> Row[Any]:
    """Set columns of a case and return its row; its version goes up for stale pages."""
    row = await tx.one(
        update(cases)
        .where(cases.c.id == case_id)
        .values(version=cases.c.version + 1, **dict(values))
        .returning(*cases.c)
    )
    if row is None:
        raise NotFound("no such case")
    return row


async def number_of_case(tx: Transaction, case_id: int | None) -> str | None:
    """Return a case's public number, for somebody at 111."""
    if case_id is None:
        return None
    row = await tx.one(select(cases.c.number).where(cases.c.id == case_id))
    if row is None:
        raise NotFound("no such case")
    return str(row.number)
