"""Use case (a read): how right triage is, per language and code, and what has changed."""

from datetime import datetime, timedelta

from hotline.actions.enable_model import SHIPPED
from hotline.actions.steps.named_person import require_keeper
from hotline.identity.viewer import Viewer
from hotline.quality.report import (
    DriftLine,
    Line,
    drifts,
    false_urgent_per_1000,
    line_of,
    lines_by,
)
from hotline.quality.share import Share, share_of
from hotline.runtime import Runtime
from hotline.store import models, quality, rereadings
from hotline.store.view_parts import View

WEEK = timedelta(days=7)
JUDGED_WEEKS = 8
REFERENCE_WEEKS, SHOWN_WEEKS = 8, 4  # the weeks shown are measured against those before


class QualityReport(View, frozen=True):
    """Everything on the page "Triage quality"; figures only, no content.

    `missed_urgent`: of harmless contacts drawn at random and read again by somebody else,
    those that were urgent. `false_urgent`: of 1,000 judged contacts.
    """

    at: datetime
    since: datetime
    running: str
    judged: int
    all: Line
    languages: tuple[Line, ...]
    codes: tuple[Line, ...]
    missed_urgent: Share
    waiting: int
    false_urgent: float | None
    drift: tuple[DriftLine, ...]


async def quality_report(rt: Runtime, viewer: Viewer) -> QualityReport:
    """Return the report of the last JUDGED_WEEKS. Errors: NotFound, NotAllowed."""
    require_keeper(viewer)
    async with rt.transaction(viewer) as tx:
        since = tx.now - JUDGED_WEEKS * WEEK
        tallies = await quality.tallies(tx, since)
        read, urgent, waiting = await rereadings.counts(tx, since)
        seen = await quality.seen(tx, tx.now - (REFERENCE_WEEKS + SHOWN_WEEKS) * WEEK)
        running = await models.running(tx)
        shown_from = f"{(tx.now - SHOWN_WEEKS * WEEK).date()}"
    # A week is named by its Monday; those that began before the shown ones are the reference.
    reference = frozenset(one.week for one in seen if one.week < shown_from)
    return QualityReport(
        at=tx.now,
        since=since,
        running=running.model_version if running else SHIPPED,
        judged=sum(one.n for one in tallies),
        all=line_of("", tallies),
        languages=tuple(lines_by(tallies, lambda one: one.language)),
        codes=tuple(lines_by(tallies, lambda one: one.code)),
        missed_urgent=share_of(urgent, read),
        waiting=waiting,
        false_urgent=false_urgent_per_1000(tallies),
        drift=tuple(drifts(seen, reference)),
    )
