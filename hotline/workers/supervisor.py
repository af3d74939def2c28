"""Process: relays promised work, sweeps the clocks, notices who died. Run any number."""

import asyncio
import signal
import time
import uuid
from collections.abc import Awaitable, Callable
from functools import partial

import structlog

from hotline.actions.deliver_hooks import promise_due
from hotline.actions.fetch_recording import sweep_recordings
from hotline.actions.fold_counters import fold_counters
from hotline.actions.follow_policy import follow_policy
from hotline.actions.give_task import remind_of_tasks
from hotline.actions.judge_clocks import judge_clocks
from hotline.actions.keep_draft import sweep_drafts
from hotline.actions.pause_clock import resume_clocks
from hotline.actions.recompute_calendar import recompute_calendar
from hotline.actions.reconcile_calls import close_calls
from hotline.actions.relay_outbox import (
    recover_forgotten,
    recover_leases,
    relay_outbox,
)
from hotline.actions.return_overdue import return_overdue
from hotline.actions.run_work import sweep_works
from hotline.actions.send_digests import send_digests
from hotline.actions.set_presence import settle_presence
from hotline.actions.succeed_body import run_successions
from hotline.actions.wake_duty import begin_due_absences, wake_duty
from hotline.actions.watch_channels import watch_channels
from hotline.actions.watch_oversight import watch_oversight
from hotline.actions.watch_visits import watch_visits
from hotline.cases.terms import QueueName
from hotline.errors import Unavailable
from hotline.queue import Jobs
from hotline.runtime import Runtime, open_runtime
from hotline.settings import Settings
from hotline.store import heartbeats
from hotline.store.heartbeats import SILENT_FOR
from hotline.store.wake import Wake
from hotline.workers.batch import code_of
from hotline.workers.pulse import EVERY_S, PULSE, Pulse
from hotline.workers.record_keeping import keep_records, seal_log

_LOOK_AT_LEAST_S = 1.0  # the relay's poll, should a NOTIFY be lost
_GATHER_S = 0.05  # while workers are busy, few full jobs serve better than many small ones
_STILL_FULL_S = (
    0.25  # nothing to push and jobs enough: look again when called, or a while later
)
_WATCH_CHANNELS_S = 15.0
_HOOKS_S = 2.0
_DIGESTS_S = _WORKS_S = 30.0
_RECOUNT_S = 600.0  # hours of bodies may change while all runs
_SHORTEST_PAUSE_S, _LONGEST_PAUSE_S = 0.1, 1.0
_ASK_TO_END, _END_WITHIN_S = 10, 0.5
_WORKER = "worker-"
Step = Callable[[], Awaitable[None]]
log = structlog.get_logger()


def serve(settings: Settings) -> None:
    """Supervise until SIGTERM. Outages of PostgreSQL and Redis are waited for."""
    asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    rt = open_runtime(settings)
    supervisor = Supervisor(rt, Jobs(settings.redis_url), stopping)
    log.info("supervisor_started")
    await supervisor.run()
    await rt.stop()
    log.info("supervisor_stopped")


class Supervisor:
    """The duties of one process, each on its own, so that none waits for another."""

    def __init__(self, rt: Runtime, jobs: Jobs, stopping: asyncio.Event) -> None:
        self._rt = rt
        self._jobs = jobs
        self._stopping = stopping
        self._pulse = Pulse(rt, "supervisor", uuid.uuid4().hex)
        self._wake = Wake(rt.settings.database_url)
        self._heard_at = 0.0

    async def run(self) -> None:
        """Do all duties until asked to stop; first ask by which rules."""
        await self._pulse.follow()
        duties = [
            asyncio.create_task(self._keep_on(name, step))
            for name, step in (
                ("relay", self._relay),
                ("sweep", self._sweep),
                ("rouse", self._rouse),
                ("absences", self._absences),
                ("presence", self._presence),
                ("watch", self._watch),
                ("recall", self._recall),
                ("listen", self._listen),
                ("succeed", self._succeed),
                ("calendar", self._recount),
                ("channels", self._channels),
                ("calls", self._calls),
                ("hooks", self._hooks),
                ("visits", self._visits),
                ("digests", self._digests),
                ("oversight", self._oversight),
                ("works", self._works),
                ("audit", partial(seal_log, self._rt)),
                ("retention", partial(keep_records, self._rt)),
            )
        ]
        await self._stopping.wait()
        await _end(duties)
        await self._leave()

    async def _keep_on(self, duty: str, step: Step) -> None:
        """Do `step` again and again, whatever happens; pause a little after a failure."""
        pause = _SHORTEST_PAUSE_S
        while not self._stopping.is_set():
            try:
                await step()
                pause = _SHORTEST_PAUSE_S
            except Exception as error:  # noqa: BLE001  one duty's failure must not end it
                log.warning("duty_interrupted", duty=duty, code=code_of(error))
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_S)

    async def _relay(self) -> None:
        self._wake.clear()
        relayed = await relay_outbox(self._rt, self._jobs)
        if relayed.backlog:
            await asyncio.sleep(_GATHER_S)
            if not relayed.rows:
                await self._wake.wait(_STILL_FULL_S)
        else:
            await self._wake.wait(_LOOK_AT_LEAST_S)

    async def _listen(self) -> None:
        await self._wake.listen()

    async def _sweep(self) -> None:
        """Judge what is due, then fold the counters; once in `sweep_s`."""
        work = self._rt.config.service.work
        began = time.monotonic()
        while await judge_clocks(self._rt) >= work.sweep_batch:
            pass
        await resume_clocks(self._rt)
        await return_overdue(self._rt)
        await fold_counters(self._rt)
        await asyncio.sleep(max(0.0, work.sweep_s - (time.monotonic() - began)))

    async def _rouse(self) -> None:
        """Once in `sweep_s` wake whoever comes next; no other duty may hold this up."""
        await wake_duty(self._rt)
        await asyncio.sleep(self._rt.config.service.work.sweep_s)

    async def _absences(self) -> None:
        """Once in `sweep_s` let absences begin whose first moment has come."""
        await begin_due_absences(self._rt)
        await asyncio.sleep(self._rt.config.service.work.sweep_s)

    async def _presence(self) -> None:
        """Once in `sweep_s` end the writing-up of calls, and the days of who forgot to leave."""
        await settle_presence(self._rt)
        await asyncio.sleep(self._rt.config.service.work.sweep_s)

    async def _recount(self) -> None:
        """At the start and then now and again, count open deadlines by today's calendar.

        By the one that two people enabled: config/ alone would move them there and back.
        """
        await follow_policy(self._rt)
        if moved := await recompute_calendar(self._rt):
            log.info("deadlines_recomputed", count=moved)
        await asyncio.sleep(_RECOUNT_S)

    async def _channels(self) -> None:
        """Now and again ask whether a channel fell silent or a token ends."""
        for what in await watch_channels(self._rt):
            log.warning("channel_worse", what=what)
        await asyncio.sleep(_WATCH_CHANNELS_S)

    async def _visits(self) -> None:
        """Once a second ask who should be out of a visit by now; woken people have minutes."""
        await watch_visits(self._rt)
        await asyncio.sleep(EVERY_S)

    async def _digests(self) -> None:
        """Now and again send the letters of the day whose hour has come."""
        await send_digests(self._rt)
        await remind_of_tasks(self._rt)
        await asyncio.sleep(_DIGESTS_S)

    async def _hooks(self) -> None:
        """Every few seconds promise what partners are to be told again."""
        await promise_due(self._rt)
        await asyncio.sleep(_HOOKS_S)

    async def _oversight(self) -> None:
        """Twice a minute tell commissioners of answers that did not come."""
        while await watch_oversight(self._rt):
            pass
        await asyncio.sleep(_WORKS_S)

    async def _calls(self) -> None:
        """Once a second close calls that are written up; delete recordings and drafts."""
        await close_calls(self._rt)
        await sweep_recordings(self._rt)
        await sweep_drafts(self._rt)
        await asyncio.sleep(EVERY_S)

    async def _works(self) -> None:
        """Twice a minute let files of long work go, and fail what nobody will do."""
        await sweep_works(self._rt)
        await asyncio.sleep(_WORKS_S)

    async def _succeed(self) -> None:
        """Once a second move the cases of bodies whose successor's day has come."""
        while await run_successions(self._rt):
            pass
        await asyncio.sleep(EVERY_S)

    async def _watch(self) -> None:
        """Beat, and let the work of the dead go again.

        Silence counts only while this process itself could be heard: after an outage of
        PostgreSQL everybody looks dead.
        """
        await self._pulse.beat()
        now = time.monotonic()
        if now - self._heard_at < SILENT_FOR.total_seconds():
            await self._bury()
        self._heard_at = now
        await asyncio.sleep(EVERY_S)

    async def _recall(self) -> None:
        """Once a second ask whether Redis still has what was pushed."""
        if await recover_forgotten(self._rt, self._jobs):
            log.warning("redis_forgot")
            self._wake.set()
        await asyncio.sleep(EVERY_S)

    async def _bury(self) -> None:
        async with self._rt.transaction(PULSE) as tx:
            dead = await heartbeats.bury(tx)
        if not dead:
            return
        lost = await recover_leases(self._rt, queues_of(dead))
        log.error("processes_died", kinds=dead, rows=lost)
        self._wake.set()

    async def _leave(self) -> None:
        try:
            async with asyncio.timeout(2):
                await self._pulse.end()
        except (TimeoutError, Unavailable) as error:
            log.warning("goodbye_failed", code=code_of(error))
        self._jobs.close()


async def _end(duties: list[asyncio.Task[None]]) -> None:
    """Cancel `duties` until all have ended, or give up.

    Once is not enough: a wait that ends in the moment of its cancellation answers instead
    (`asyncio.wait_for` before Python 3.12), and so does a driver that is losing its line.
    """
    for _ in range(_ASK_TO_END):
        for duty in duties:
            duty.cancel()
        _, still = await asyncio.wait(duties, timeout=_END_WITHIN_S)
        if not still:
            return
    log.warning("duties_left_running", count=len(still))


def queues_of(kinds: list[str]) -> list[QueueName]:
    """Return the queues whose leases a dead process of one of `kinds` may have held."""
    if "supervisor" in kinds:
        return list(QueueName)  # a relay dies with leases on every queue
    workers = {kind for kind in kinds if kind.startswith(_WORKER)}
    return sorted({QueueName(kind.removeprefix(_WORKER)) for kind in workers})
