"""Use case: a supervisor or administrator tries changed files on the stored past.

A short past is replayed at once, a long one as long work, with progress and an end. What
begins is promised: a request that ends early leaves the trial to a job. Nothing is written
to cases; administrators get figures and no case numbers.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import msgspec

from hotline.actions.follow_policy import follow_policy
from hotline.actions.replay_past import LONGEST_DAYS, REPLAY, replay_past
from hotline.actions.start_work import promise_work
from hotline.actions.steps.named_person import require_keeper
from hotline.actions.steps.told import Told
from hotline.cases.terms import JobName, QueueName
from hotline.cases.works import WorkKind
from hotline.config.load import Config
from hotline.config.overlay import fingerprint, texts
from hotline.errors import BadConfig, RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import outbox, trial_view, trials
from hotline.store.trial_view import TrialPage, TrialView
from hotline.whatif.rules import REPLAYED, unjudged

AT_ONCE = 2_000  # decisions; more are long work
MOST = 500  # changes of a kind that are kept with a trial
LONGEST_S = 600.0  # a replay that takes longer is refused: begun anew it would take as long
AT_ONCE_WITHIN = timedelta(seconds=60)  # what was to be replayed at once is then a job's
_KEPT_FOR = timedelta(seconds=LONGEST_S + 60)


async def try_policy(
    rt: Runtime, viewer: Viewer, files: Mapping[str, str], days: int
) -> int:
    """Try `files` (name -> text) on the last `days`; return the trial's id.

    Errors: NotFound, NotAllowed, RuleForbids with the file and the remedy; nothing is kept.
    """
    require_keeper(viewer)
    _require_sensible(files, days)
    await follow_policy(rt)
    async with rt.transaction(viewer) as tx:
        base = await trials.enabled(tx)
        whole = {**(base.files if base else {}), **files}
        await _require_valid(rt, whole)
        trial_id = await trials.add(
            tx,
            {
                "made_at": tx.now,
                "made_by": viewer.person_id,
                "days": days,
                "files": whole,
                "fingerprint": fingerprint(texts(rt.settings.config_dir) | whole),
                "state": "waiting",
                "result": {"base": base.id if base else None},
            },
        )
        since = tx.now - timedelta(days=days)
        many = await trials.count_decisions(tx, since, AT_ONCE) >= AT_ONCE
        if many:
            asked = {"trial": trial_id}
            await promise_work(rt, tx, viewer, WorkKind.TRY_POLICY, asked)
        else:
            ours = await trials.promise_later(tx, trial_id, AT_ONCE_WITHIN)
        tx.record("policy_tried", data={"trial": trial_id, "files": sorted(files)})
    if not many:
        await _replay(rt, trial_id, ours)
    return trial_id


async def trial_of(rt: Runtime, viewer: Viewer, trial_id: int) -> TrialView:
    """Return a trial with what the viewer may see of it. Errors: NotFound, NotAllowed."""
    require_keeper(viewer)
    async with rt.transaction(viewer) as tx:
        return await trial_view.view(tx, viewer, trial_id)


async def files_now(rt: Runtime, viewer: Viewer) -> dict[str, str]:
    """Return the files that can be tried, as they run now. Errors: NotFound, NotAllowed."""
    require_keeper(viewer)
    async with rt.transaction(viewer) as tx:
        base = await trials.enabled(tx)
    kept = texts(rt.settings.config_dir) | (base.files if base else {})
    return {name: kept[name] for name in REPLAYED}


async def list_trials(rt: Runtime, viewer: Viewer) -> TrialPage:
    """Return the newest trials. Errors: NotFound, NotAllowed."""
    require_keeper(viewer)
    async with rt.transaction(viewer) as tx:
        return await trial_view.page(tx)


async def try_policies(rt: Runtime, outbox_ids: Sequence[int]) -> int:
    """Replay the trials that outbox rows promise, one by one; return how many were open.

    A replay may outlast a relay's lease, so it takes a longer one.
    """
    async with rt.transaction(REPLAY) as tx:
        promised = await outbox.claim(tx, JobName.TRY_POLICY, outbox_ids)
        ours = [promise.id for promise in promised]
        job, queue = JobName.TRY_POLICY, QueueName.BULK
        await outbox.pass_on(tx, ours, job, queue, span=_KEPT_FOR)
    await follow_policy(rt)
    for promise in promised:
        await _replay(rt, promise.subject_id, promise.id)
    return len(promised)


async def refuse_trials(rt: Runtime, outbox_ids: Sequence[int], why: str) -> int:
    """Refuse the trials that outbox rows promise: their replay died. Return how many were open."""
    async with rt.transaction(REPLAY) as tx:
        promised = await outbox.claim(tx, JobName.TRY_POLICY, outbox_ids)
        for promise in promised:
            trial = await trials.by_id(tx, promise.subject_id)
            await trials.finish(tx, trial.id, _refused(trial, why))
        return await outbox.finish(tx, [promise.id for promise in promised])


async def replay_trial(rt: Runtime, trial_id: int, told: Told) -> dict[str, Any]:
    """Replay a waiting trial; return what is kept with it, refused ones too."""
    async with rt.transaction(REPLAY) as tx:
        trial = await trials.by_id(tx, trial_id)
    if trial.state != "waiting":  # a try before this one ended between two commits
        return {"state": trial.state, "result": trial.result}
    kept = await _judged(rt, trial, told)
    async with rt.transaction(REPLAY) as tx:
        await trials.finish(tx, trial_id, kept)
    return kept


async def _replay(rt: Runtime, trial_id: int, outbox_id: int) -> None:
    """Replay one trial and keep what it found; a second run finds it done."""
    async with rt.transaction(REPLAY) as tx:
        trial = await trials.by_id(tx, trial_id)
    kept = await _judged(rt, trial) if trial.state == "waiting" else None
    async with rt.transaction(REPLAY) as tx:
        if kept is not None:
            await trials.finish(tx, trial_id, kept)
        await outbox.finish(tx, [outbox_id])


async def _judged(rt: Runtime, trial: Any, told: Told | None = None) -> dict[str, Any]:
    """Return what a trial is to keep: what was found, or why it was refused."""
    try:
        async with asyncio.timeout(LONGEST_S) as limit:
            other = await asyncio.to_thread(rt.with_files, trial.files)
            found = await replay_past(rt, other, trial.days, most=MOST, told=told)
    except BadConfig:  # the folder itself was changed since
        return _refused(trial, "bad_config")
    except TimeoutError:
        if not limit.expired():
            raise
        return _refused(trial, "too_long")
    said = {"found": msgspec.to_builtins(found), **_beside(rt.config, other)}
    return {"state": "tried", "result": {**trial.result, **said}}


def _refused(trial: Any, why: str) -> dict[str, Any]:
    return {"state": "refused", "result": {**trial.result, "why": why}}


def _beside(running: Config, other: Config) -> dict[str, list[str]]:
    """Return which files differ, which kept their version, and what no replay can judge."""
    parts = {name: name.removesuffix(".yaml") for name in REPLAYED}
    changed = [
        name
        for name, part in parts.items()
        if getattr(running, part) != getattr(other, part)
    ]
    same = [
        name
        for name in changed
        if getattr(running, parts[name]).version == getattr(other, parts[name]).version
    ]
    apart = unjudged(running, other)
    return {"changed_files": changed, "same_version": same, "not_judged": apart}


def _require_sensible(files: Mapping[str, str], days: int) -> None:
    if not 1 <= days <= LONGEST_DAYS:
        raise RuleForbids(
            f"`days`: give 1 to {LONGEST_DAYS}", code="bad_days", field="days"
        )
    if not files:
        raise RuleForbids("`files`: name at least one", code="no_files", field="files")
    for name in files:
        if name not in REPLAYED:
            raise RuleForbids(
                f"{name}: cannot be tried on stored decisions; only {', '.join(REPLAYED)}",
                code="not_replayed",
                field=f"files.{name}",
            )


async def _require_valid(rt: Runtime, files: Mapping[str, str]) -> None:
    """Errors: RuleForbids names every problem: file, key, remedy."""
    try:
        await asyncio.to_thread(rt.with_files, files)
    except BadConfig as error:
        raise RuleForbids(
            error.problems[0],
            code="bad_config",
            field=f"files.{error.problems[0].partition(':')[0]}",
            problems=error.problems,
        ) from error
