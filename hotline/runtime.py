"""What every action gets: connections, keys, the clock and the policy, in one place."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

from hotline.clock import Clock, SystemClock
from hotline.config.load import Config, load
from hotline.config.overlay import overlaid
from hotline.config.places import Places
from hotline.config.referral import OfferRule
from hotline.config.taxonomy import Subcategory
from hotline.identity.viewer import Actor
from hotline.quality.silence import Profile
from hotline.routing.directory import Directory
from hotline.routing.reading import Reader
from hotline.routing.triage import TriagePolicy, compile_policy
from hotline.settings import Settings
from hotline.sla.calendar import WorkingCalendar
from hotline.store import bodies
from hotline.store.engine import asyncpg_options, open_engine
from hotline.store.gathering import Gathered
from hotline.store.intake_batch import IntakeBatch, born_clocks
from hotline.store.numbers import Numbers
from hotline.store.people import OpenSession
from hotline.store.sealing import Sealer
from hotline.store.transaction import Transaction, begin, raise_if_lost

if TYPE_CHECKING:
    from hotline.running_model import RunningModel

DIRECTORY_AGE_S = 5.0


@dataclass(slots=True, repr=False)  # the whole policy in words is 20 MB, half a second
class Runtime:
    """One process's view of the world. Made by `start`, ended by `stop`."""

    settings: Settings
    config: Config
    clock: Clock
    engine: AsyncEngine
    sealer: Sealer
    codes: Mapping[str, Subcategory]  # config/taxonomy.yaml by full code
    calendar: WorkingCalendar
    intake: IntakeBatch
    numbers: Numbers
    number_key: bytes
    place_names: dict[str, tuple[str, str]]  # (kk, ru) by region prefix or district KATO
    regions: frozenset[str]
    _directory: tuple[float, Directory] | None = field(default=None)
    _triage: TriagePolicy | None = field(default=None)
    _reader: Reader | None = field(default=None)
    _looked_for_reader: bool = False
    _running: "RunningModel | None" = field(default=None)
    shipped: Config | None = None  # as the folder said it; None: as it runs
    learned: object = None  # what a forecast learned last; its action knows the shape
    learning: asyncio.Lock = field(default_factory=asyncio.Lock)  # one learns at a time
    sessions: Gathered[bytes, OpenSession] | None = None  # of actions.sign_in
    told: int = 0  # how often this process has told open pages of a change of its own
    trial_id: int | None = None  # the tried configuration that two people enabled
    channels_on: tuple[float, Mapping[str, bool]] | None = None  # actions.decide_channel
    # What is usual of very busy channels, and when that was counted: actions.watch_channels.
    usual: dict[str, tuple[datetime, Profile | None]] = field(default_factory=dict)

    def with_files(self, files: Mapping[str, str]) -> Config:
        """Return what the folder says, with `files` in place of its own. Errors: BadConfig."""
        base = self.shipped or self.config
        return overlaid(base, files, self.clock.now().date())

    def adopt(self, config: Config, trial_id: int | None) -> None:
        """Go on with another configuration: what begins from now on is judged by it."""
        self.shipped = self.shipped or self.config
        if config.taxonomy != self.config.taxonomy:
            self._triage = None  # its codes and their urgencies are compiled in
        self.config, self.trial_id = config, trial_id
        self.codes = config.taxonomy.by_code
        self.calendar = WorkingCalendar(config.calendar)
        self.intake.adopt(born_clocks(config.sla, self.calendar.version))
        self.place_names = _place_names(config.places)
        self.regions = frozenset(region.code for region in config.places.regions)
        self._directory = None

    @property
    def triage(self) -> TriagePolicy:
        """Return the compiled rules; made when first asked for: the supervisor never asks.

        Units: 0.4 s and 22 MB, once a process; who reads texts asks before the first one.
        """
        if self._triage is None:
            self._triage = compile_policy(self.config)
        return self._triage

    @property
    def reader(self) -> Reader | None:
        """Return the shipped language model, None where its weights are missing or wrong.

        Units: half a second and about 80 MB, once a process; only who judges contacts asks.
        """
        if self._reader is None and not self._looked_for_reader:
            from hotline.model.open import open_reader

            self._reader = open_reader(self.triage)
            self._looked_for_reader = True  # absence is told once, not with every batch
        return self._reader

    async def reader_now(self) -> Reader | None:
        """Return the shipped model with what two people enabled, or None without a model.

        Asked before each batch: one small read a minute.
        """
        base = await asyncio.to_thread(lambda: self.reader)
        if base is None:
            return None
        if self._running is None:
            # Late: it needs numpy, and only who judges contacts asks.
            from hotline.running_model import RunningModel

            self._running = RunningModel(base)
        return await self._running.reader(self.transaction, self.clock.now())

    @property
    def screened_partners(self) -> frozenset[str]:
        """Return the partners whose reports a person has read."""
        policy = self.config.referral
        more = policy.demo_screened_partners if self.settings.demo else []
        return frozenset([*policy.screened_partners, *more])

    @property
    def offer_rules(self) -> list[tuple[str, list[str], list[str], list[int]]]:
        """Return the rules of config/referral.yaml in the form that the rule asks for."""

        def row(rule: OfferRule) -> tuple[str, list[str], list[str], list[int]]:
            return rule.offer, rule.sources, rule.categories, rule.urgencies

        return [row(rule) for rule in self.config.referral.rules]

    @asynccontextmanager
    async def transaction(self, actor: Actor) -> AsyncIterator[Transaction]:
        """Open one transaction for `actor`; see `store.transaction.begin`."""
        async with begin(self.engine, self.clock.now(), actor, self.sealer) as tx:
            yield tx
        if tx.directory_changed:
            self.forget_directory()
        self.told += tx.told

    async def directory(self, tx: Transaction) -> Directory:
        """Return the directory of bodies, at most DIRECTORY_AGE_S old.

        A transaction that changed it reads its own, which nobody else is shown: it may yet
        be rolled back.
        """
        if tx.directory_changed:
            tx.own_directory = tx.own_directory or await bodies.directory(tx)
            return tx.own_directory
        moment = self.clock.now().timestamp()
        if (
            self._directory is None
            or not 0 <= moment - self._directory[0] < DIRECTORY_AGE_S
        ):
            self._directory = (moment, await bodies.directory(tx))
        return self._directory[1]

    def forget_directory(self) -> None:
        """Read the directory anew when it is asked for next: this process changed it."""
        self._directory = None

    async def stop(self) -> None:
        """Finish what was handed in and close every connection."""
        await self.intake.stop()
        await self.engine.dispose()


def open_runtime(
    settings: Settings,
    *,
    clock: Clock | None = None,
    config: Config | None = None,
    pool_size: int = 5,
) -> Runtime:
    """Return a runtime that is ready to use, but for `intake.start()` in the web process.

    Errors: BadConfig. Nothing is connected yet: the first statement does that.
    """
    clock = clock or SystemClock()
    config = config or load(settings.config_dir, clock.now().date())
    sealer = Sealer(settings.secret_key)
    calendar = WorkingCalendar(config.calendar)
    options = asyncpg_options(settings.database_url)

    async def fetch(sql: str, year: int, size: int) -> int:
        try:
            connection = await asyncpg.connect(**options, timeout=5)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise_if_lost(error)
            raise
        try:
            return int(await connection.fetchval(sql, year, size))
        finally:
            await connection.close()

    return Runtime(
        settings=settings,
        config=config,
        clock=clock,
        engine=open_engine(settings.database_url, pool_size=pool_size),
        sealer=sealer,
        codes=config.taxonomy.by_code,
        calendar=calendar,
        intake=IntakeBatch(
            options,
            born_clocks(config.sla, calendar.version),
            size=config.service.intake.batch,
        ),
        numbers=Numbers(fetch),
        number_key=sealer.derive("numbers"),
        place_names=_place_names(config.places),
        regions=frozenset(region.code for region in config.places.regions),
    )


def _place_names(places: Places) -> dict[str, tuple[str, str]]:
    regions = {r.code: (r.name.kk, r.name.ru) for r in places.regions}
    return regions | {d.kato: (d.kk, d.ru) for d in places.districts if d.kato}
