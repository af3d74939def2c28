"""The counts of reports. Each counts what its reader may know of, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, case, exists, func, literal, or_, select, union_all

from hotline.cases.terms import ClockState, ReferralStatus, Role
from hotline.errors import NotFound
from hotline.identity.viewer import Viewer
from hotline.quality.report_sheets import StageCounts
from hotline.quality.reports import REPEAT_WITHIN, By, Of, ReportAsk
from hotline.store import report_scope as scope
from hotline.store.tables import cases, clocks, contact_traces, contacts, referrals
from hotline.store.transaction import Transaction
from hotline.store.visibility import open_to, overseen_by, visible_to


async def counts(
    tx: Transaction, viewer: Viewer, ask: ReportAsk, by: Sequence[By]
) -> list[tuple[tuple[str, ...], int]]:
    """Return how many came in within the period, by the codes of `by`. Errors: NotFound."""
    if ask.of is Of.CONTACTS:
        if not viewer.at_111:
            raise NotFound("no such page")
        named = scope.of_contacts()
        source: Any = contacts.outerjoin(cases, cases.c.id == contacts.c.case_id)
        where = [
            scope.within(contacts.c.received_at, ask),
            *scope.seen_contacts(viewer, ask),
        ]
    else:
        named, source = scope.of_cases(viewer), cases
        where = [scope.within(cases.c.received_at, ask), *scope.seen_cases(viewer, ask)]
    codes: Any = select(*(named[one].label(f"k{i}") for i, one in enumerate(by)))
    found = codes.select_from(source).where(*where).subquery()
    rows = await tx.rows(select(*found.c, func.count().label("n")).group_by(*found.c))
    return [(tuple(map(str, row[:-1])), int(row.n)) for row in rows]


async def stages(tx: Transaction, viewer: Viewer, ask: ReportAsk) -> list[StageCounts]:
    """Return how each clock went; cancelled ones count nowhere."""
    seconds = func.extract("epoch", clocks.c.met_at - clocks.c.started_at)
    columns = (clocks.c.name, clocks.c.state, clocks.c.met_at, clocks.c.breached_at,
               seconds.label("took"))  # fmt: skip
    parts = [
        select(*columns)
        .join(cases, cases.c.id == clocks.c.case_id)
        .where(
            scope.within(cases.c.received_at, ask),
            *scope.seen_cases(viewer, ask),
            *_own_clocks(viewer),
        )
    ]
    if viewer.at_111:
        parts.append(
            select(*columns)
            .join(contacts, contacts.c.id == clocks.c.contact_id)
            .outerjoin(cases, cases.c.id == contacts.c.case_id)
            .where(
                clocks.c.case_id.is_(None),
                scope.within(contacts.c.received_at, ask),
                *scope.seen_contacts(viewer, ask),
            )
        )
    one = union_all(*parts).subquery()
    met, late = one.c.met_at.is_not(None), one.c.breached_at.is_not(None)
    ended = one.c.state == ClockState.CANCELLED
    rows = await tx.rows(
        select(
            one.c.name,
            func.count().filter(met, ~late).label("met"),
            func.count().filter(met, late).label("late"),
            func.count().filter(~met, late, ~ended).label("open_late"),
            func.count().filter(~met, ~late, ~ended).label("running"),
            _percentile(one.c.took, 0.5).label("half_s"),
            _percentile(one.c.took, 0.9).label("most_s"),
        ).group_by(one.c.name)
    )
    return [StageCounts(**dict(row._mapping)) for row in rows]  # noqa: SLF001  SQLAlchemy's way


def _percentile(column: Any, part: float) -> Any:
    return func.percentile_cont(literal(part)).within_group(column)


def _own_clocks(viewer: Viewer) -> list[Any]:
    """A body knows the clocks of the case and of its own referral, not of other bodies'."""
    if viewer.at_111:
        return []
    own = select(referrals.c.id).where(referrals.c.body_id.in_(sorted(viewer.bodies)))
    known: list[Any] = [clocks.c.referral_id.is_(None), clocks.c.referral_id.in_(own)]
    if viewer.role is Role.COMMISSIONER and viewer.region is not None:
        known.append(and_(*overseen_by(viewer)))
    return [or_(*known)]


AGES = (1, 3, 7, 14, 30)  # days: the last moments of the groups, but for the eldest


async def ages(
    tx: Transaction, viewer: Viewer, ask: ReportAsk
) -> list[tuple[str, str, int]]:
    """Return open cases as (group of age, urgency, how many), whenever they came."""
    age = literal(tx.now) - cases.c.received_at
    groups = [(age < timedelta(days=days), str(n)) for n, days in enumerate(AGES)]
    found = (
        select(
            case(*groups, else_=str(len(AGES))).label("age"),
            scope.of_cases(viewer)[By.URGENCY].label("urgency"),
        )
        .where(cases.c.status != "closed", *scope.seen_cases(viewer, ask))
        .subquery()
    )
    rows = await tx.rows(select(*found.c, func.count().label("n")).group_by(*found.c))
    return [(row.age, row.urgency, int(row.n)) for row in rows]


async def repeats(
    tx: Transaction, viewer: Viewer, ask: ReportAsk
) -> list[tuple[str, int, int]]:
    """Return (region, cases, those of people who had a case within 90 days before).

    The same account, or the same number under the same name: a number alone is nobody.
    The case before counts where the viewer may know of it.
    """
    named = scope.of_cases(viewer)
    cohort = (
        select(cases.c.id, cases.c.received_at, named[By.REGION].label("region"))
        .where(scope.within(cases.c.received_at, ask), *scope.seen_cases(viewer, ask))
        .cte("cohort")
    )
    since = scope.moment(ask.period.from_) - REPEAT_WITHIN
    known = (
        select(cases.c.id, cases.c.received_at)
        .where(
            visible_to(viewer),
            cases.c.received_at >= since,
            cases.c.received_at < scope.moment(ask.period.to),
        )
        .cte("known")
    )
    again = _same_person(cohort, known)
    back = cohort.c.id.in_(select(again.c.case_id))
    rows = await tx.rows(
        select(
            cohort.c.region,
            func.count().label("n"),
            func.count().filter(back).label("back"),
        ).group_by(cohort.c.region)
    )
    return [(row.region, int(row.n), int(row.back)) for row in rows]


def _same_person(cohort: Any, known: Any) -> Any:
    """Return the cases of `cohort` with an earlier one of `known` of the same person."""
    now, then = contacts.alias("now"), contacts.alias("then")
    earlier = and_(
        known.c.id == then.c.case_id,
        known.c.id != cohort.c.id,
        known.c.received_at < cohort.c.received_at,
        known.c.received_at >= cohort.c.received_at - REPEAT_WITHIN,
    )
    by_account = (
        select(cohort.c.id.label("case_id"))
        .join(now, now.c.case_id == cohort.c.id)
        .join(then, then.c.thread_hash == now.c.thread_hash)
        .join(known, earlier)
    )
    mine, theirs = contact_traces.alias("mine"), contact_traces.alias("theirs")
    name, other = contact_traces.alias("name"), contact_traces.alias("other")
    same_name = exists(
        select(name.c.contact_id).where(
            name.c.kind == "sound",
            name.c.contact_id == now.c.id,
            other.c.kind == "sound",
            other.c.trace_hash == name.c.trace_hash,
            other.c.contact_id == then.c.id,
        )
    )
    number = and_(theirs.c.kind == "phone", theirs.c.trace_hash == mine.c.trace_hash)
    by_name = (
        select(cohort.c.id.label("case_id"))
        .join(now, now.c.case_id == cohort.c.id)
        .join(mine, and_(mine.c.kind == "phone", mine.c.contact_id == now.c.id))
        .join(theirs, number)
        .join(then, then.c.id == theirs.c.contact_id)
        .join(known, earlier)
        .where(same_name)
    )
    return union_all(by_account, by_name).subquery()


@dataclass(frozen=True, slots=True)
class Answers:
    """What one body said to what it was offered within the period."""

    body: str
    offered: int
    accepted: int
    waiting: int
    refused: dict[str, int]  # by code; returned ones too


async def answers(tx: Transaction, viewer: Viewer, ask: ReportAsk) -> list[Answers]:
    """Return how bodies answered. A body's own refusals are its own to know."""
    own = referrals.c.body_id.in_(sorted(viewer.bodies))
    if viewer.at_111:
        seen = open_to(viewer)
    elif viewer.role is Role.COMMISSIONER and viewer.region is not None:
        seen = and_(open_to(viewer), or_(own, and_(*overseen_by(viewer))))
    else:
        seen = and_(open_to(viewer), own)
    no = (ReferralStatus.DECLINED, ReferralStatus.RETURNED)
    refused = case((referrals.c.status.in_(no), referrals.c.declined_code), else_="")
    rows = await tx.rows(
        select(
            referrals.c.body_id,
            func.coalesce(refused, "other").label("code"),
            func.count().label("n"),
            func.count().filter(referrals.c.accepted_at.is_not(None)).label("accepted"),
            func.count()
            .filter(referrals.c.status == ReferralStatus.OFFERED)
            .label("waiting"),
        )
        .join(cases, cases.c.id == referrals.c.case_id)
        .where(
            scope.within(referrals.c.offered_at, ask),
            seen,
            *scope.chosen(scope.of_cases(viewer), ask),
        )
        .group_by(referrals.c.body_id, refused)
    )
    found: dict[str, Answers] = {}
    for row in rows:
        one = found.get(row.body_id) or Answers(row.body_id, 0, 0, 0, {})
        codes = one.refused | ({row.code: int(row.n)} if row.code else {})
        found[row.body_id] = Answers(
            row.body_id, one.offered + int(row.n), one.accepted + int(row.accepted),
            one.waiting + int(row.waiting), codes,
        )  # fmt: skip
    return sorted(found.values(), key=lambda one: (-one.offered, one.body))
