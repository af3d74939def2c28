"""Use case: try another configuration on the last days of stored decisions and clocks."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hotline.actions.steps.rules_of import rules_of
from hotline.actions.steps.run_clocks import OF_THE_CASE
from hotline.actions.steps.told import Told
from hotline.config.load import Config
from hotline.identity.viewer import Machine
from hotline.routing.replay import ROUTE
from hotline.runtime import Runtime
from hotline.store import trials
from hotline.store.transaction import one_snapshot
from hotline.whatif.clocks import StoredCase, StoredClock
from hotline.whatif.comparison import Comparison
from hotline.whatif.result import TrialResult, result_of
from hotline.whatif.routes import CannotReplay, StoredRoute, read_route
from hotline.whatif.staff import StoredStaff, read_staff

REPLAY = Machine("what_if")
LONGEST_DAYS = 366


async def replay_past(
    rt: Runtime,
    other: Config,
    days: int,
    *,
    most: int | None = None,
    told: Told | None = None,
) -> TrialResult:
    """Return what `other` would change, beside the configuration that runs now.

    Reads in one snapshot and writes nothing; counting is done in a thread, so that the
    process goes on answering. `most`: how many changes of a kind are listed, all when None.
    `told` hears how many of how many rows are judged, and may raise.

    Units: days of 24 hours back from now. Errors: Unavailable.
    """
    async with rt.transaction(REPLAY) as tx:
        await one_snapshot(tx)
        before, after = await rules_of(tx, rt.config, other)
        since = tx.now - timedelta(days=days)
        found = Comparison(before, after, tx.now, most)
        whole, done = (await trials.count_rows(tx, since) if told else 0), 0
        for rows, judge in (
            (trials.decisions_since(tx, since), _decisions),
            (trials.clocks_since(tx, since), _clocks),
            (trials.cases_since(tx, since), _cases),
        ):
            async for batch in rows:
                if told:
                    await told(done, whole)
                await asyncio.to_thread(judge, found, batch)
                done += len(batch)
        return result_of(found, since)


def _decisions(found: Comparison, batch: Sequence[Any]) -> None:
    routes: list[StoredRoute] = []
    staff: list[StoredStaff] = []
    for row in batch:
        kept = (row.id, row.at, row.case_id, row.facts, row.choice)
        try:
            if row.kind == ROUTE:
                routes.append(read_route(*kept))
            else:
                staff.append(read_staff(*kept))
        except CannotReplay as why:
            found.cannot(str(why))
    found.routes(routes)
    found.staff(staff)


def _clocks(found: Comparison, batch: Sequence[Any]) -> None:
    found.clocks(StoredClock(**row._asdict()) for row in batch)


def _cases(found: Comparison, batch: Sequence[Any]) -> None:
    found.cases((StoredCase(**row._asdict()) for row in batch), OF_THE_CASE)
