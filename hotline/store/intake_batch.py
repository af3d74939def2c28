"""Coalescing: many contacts, one statement, one commit.

Every request hands in its contact and waits; a writer takes what has gathered while the last
commit was under way. Under load that is hundreds of contacts a commit; with one sender it is
one at once. The statement is a single CTE, so a contact is there whole or not at all.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

import asyncpg
import msgspec

from hotline.cases.terms import ClockName
from hotline.config.sla import SlaPolicy
from hotline.errors import RejectedInbound, Unavailable
from hotline.store.transaction import LIVE, OUTBOX, Nudge, raise_if_lost


class NewContact(msgspec.Struct, frozen=True):
    """One row of `contacts` with all that is born with it, sealed already.

    A struct: a frozen dataclass of 30 fields takes a hundredth of what a door can take.
    """

    id: int
    receipt: str
    channel: str
    account: str
    external_id: str
    kind: str
    state: str
    received_at: datetime
    occurred_at: datetime | None
    screened: bool
    anonymous: bool
    lang_hint: str | None
    region_hint: str | None
    site: str | None
    danger: bool
    danger_score: float
    urgency: int
    may_write: bool
    thread_hash: bytes | None
    pin_hash: bytes | None
    sealed_narrative: bytes
    sealed_identity: bytes | None
    sealed_raw: bytes
    wrapped_key: bytes
    queue: str
    eyes_allowed: str
    eyes_due_at: datetime
    eyes_look_at: datetime
    event: str  # JSON for the history: codes only
    traces: tuple[tuple[str, bytes], ...] = ()
    ack_allowed: str | None = None  # None: the channel gives no receipt in its answer
    ack_due_at: datetime | None = None
    follows_ref: str | None = None
    follows_id: int | None = None
    media: tuple["NewMedium", ...] = ()
    jobs: tuple[tuple[str, str], ...] = ()  # (job, queue) promised beside triage
    behind: bool = False
    wish: str | None = None
    happens: str | None = None


class NewMedium(msgspec.Struct, frozen=True):
    """One row of `media`, sealed; with its content where that came along."""

    position: int
    kind: str
    state: str
    claimed_mime: str | None
    size: int | None
    sealed_ref: bytes | None
    sealed_name: bytes | None
    sealed_content: bytes | None


@dataclass(frozen=True, slots=True)
class BornClock:
    """What every clock of one name carries that is born with a contact in this process."""

    basis: str
    told: str  # JSON for the ledger: name, basis in kk and ru, law, whose hours


@dataclass(frozen=True, slots=True)
class BornClocks:
    """The two clocks of a contact: a person reads it, and who wrote has a receipt."""

    eyes: BornClock
    ack: BornClock
    policy_version: str
    calendar_version: str


def born_clocks(policy: SlaPolicy, calendar_version: str) -> BornClocks:
    """Return what the clocks carry that are born with every contact."""

    def born(name: ClockName) -> BornClock:
        basis = policy.clocks[name].basis
        told = {
            "name": name,
            "law": False,
            "basis": {"kk": basis.kk, "ru": basis.ru},
            "policy": policy.version,
            "calendar": calendar_version,
            "body": None,
            "steps": [],
        }
        return BornClock(basis.en, msgspec.json.encode(told).decode())

    eyes, ack = born(ClockName.HUMAN_EYES), born(ClockName.ACKNOWLEDGEMENT)
    return BornClocks(eyes, ack, policy.version, calendar_version)


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a handed-in contact."""

    id: int
    receipt: str
    fresh: bool  # False: the same message was here already


_COLUMNS = (
    ("id", "bigint"),
    ("receipt", "text"),
    ("channel", "text"),
    ("account", "text"),
    ("external_id", "text"),
    ("kind", "text"),
    ("state", "text"),
    ("received_at", "timestamptz"),
    ("occurred_at", "timestamptz"),
    ("screened", "boolean"),
    ("anonymous", "boolean"),
    ("lang_hint", "text"),
    ("region_hint", "text"),
    ("site", "text"),
    ("danger", "boolean"),
    ("danger_score", "double precision"),
    ("urgency", "smallint"),
    ("may_write", "boolean"),
    ("thread_hash", "bytea"),
    ("pin_hash", "bytea"),
    ("sealed_narrative", "bytea"),
    ("sealed_identity", "bytea"),
    ("sealed_raw", "bytea"),
    ("follows_ref", "text"),
    ("follows_id", "bigint"),
    ("behind", "boolean"),
    ("wish", "text"),
    ("happens", "text"),
)
_EXTRA = (
    ("wrapped_key", "bytea"),
    ("queue", "text"),
    ("eyes_allowed", "text"),
    ("eyes_due_at", "timestamptz"),
    ("eyes_look_at", "timestamptz"),
    ("ack_allowed", "text"),
    ("ack_due_at", "timestamptz"),
    ("event", "text"),
)
_ALL = _COLUMNS + _EXTRA
_N = len(_ALL)
_row = attrgetter(*(name for name, _ in _ALL))
_NAMES = ", ".join(name for name, _ in _COLUMNS)
_OF_MEDIUM = (
    ("id", "bigint"),
    ("position", "smallint"),
    ("kind", "text"),
    ("state", "text"),
    ("claimed_mime", "text"),
    ("size", "bigint"),
    ("sealed_ref", "bytea"),
    ("sealed_name", "bytea"),
    ("sealed_content", "bytea"),
)
_MEDIA = (
    f"unnest({', '.join(f'${_N + i}::{kind}[]' for i, (_, kind) in enumerate(_OF_MEDIUM, 14))})"
    f" AS n({', '.join(name for name, _ in _OF_MEDIUM)})"
)
_INSERT = f"""
WITH f AS (
  SELECT * FROM unnest({", ".join(f"${i}::{kind}[]" for i, (_, kind) in enumerate(_ALL, 1))})
  AS f({", ".join(name for name, _ in _ALL)})
), put AS (
  INSERT INTO contacts ({_NAMES}) SELECT {_NAMES} FROM f
  ON CONFLICT (channel, account, external_id) DO NOTHING RETURNING id
), k AS (
  INSERT INTO keyring.keys (owner_id, wrapped) SELECT id, wrapped_key FROM f JOIN put USING (id)
), t AS (
  INSERT INTO contact_traces (kind, trace_hash, contact_id)
  SELECT kind, hash, id
  FROM unnest(${_N + 1}::bigint[], ${_N + 2}::text[], ${_N + 3}::bytea[]) AS t(id, kind, hash)
  JOIN put USING (id) ON CONFLICT DO NOTHING
), o AS (
  INSERT INTO outbox (job, queue, subject_id, promised_at)
  SELECT 'triage_contact', queue, id, received_at FROM f JOIN put USING (id)
  UNION ALL
  SELECT j.job, j.queue, id, f.received_at
  FROM unnest(${_N + 11}::bigint[], ${_N + 12}::text[], ${_N + 13}::text[]) AS j(id, job, queue)
  JOIN put USING (id) JOIN f USING (id)
), m AS (
  INSERT INTO media (contact_id, position, kind, state, claimed_mime, size, sealed_ref, sealed_name)
  SELECT id, position, kind, state, claimed_mime, size, sealed_ref, sealed_name
  FROM {_MEDIA} JOIN put USING (id) RETURNING id, contact_id, position
), mc AS (
  INSERT INTO media_contents (media_id, sealed_content)
  SELECT m.id, n.sealed_content
  FROM {_MEDIA} JOIN m ON m.contact_id = n.id AND m.position = n.position
  WHERE n.sealed_content IS NOT NULL
), c AS (
  INSERT INTO clocks (contact_id, name, basis, law, calendar, allowed, urgency, started_at,
                      due_at, state, next_look_at, met_at, policy_version, calendar_version)
  SELECT id, b.name, b.basis, false, 'clock', b.allowed, urgency, received_at, b.due_at,
         b.state, b.look_at, b.met_at, ${_N + 5}, ${_N + 6}
  FROM f JOIN put USING (id) CROSS JOIN LATERAL (VALUES
    ('human_eyes', ${_N + 4}, eyes_allowed, eyes_due_at, 'running', eyes_look_at, NULL),
    ('acknowledgement', ${_N + 8}, ack_allowed, ack_due_at, 'met', NULL, received_at)
  ) AS b (name, basis, allowed, due_at, state, look_at, met_at)
  WHERE b.allowed IS NOT NULL
  RETURNING id, name, allowed, urgency, started_at, due_at, met_at
), l AS (
  INSERT INTO clock_events (clock_id, at, event, data)
  SELECT c.id, c.started_at, e.event, e.data FROM c CROSS JOIN LATERAL (VALUES
    ('started', CASE c.name WHEN 'human_eyes' THEN ${_N + 9}::jsonb ELSE ${_N + 10}::jsonb END
      || jsonb_build_object('started_at', c.started_at, 'due_at', c.due_at,
                            'allowed', c.allowed, 'urgency', c.urgency)),
    ('met', CASE WHEN c.met_at IS NOT NULL THEN '{{}}'::jsonb END)
  ) AS e (event, data) WHERE e.data IS NOT NULL
), e AS (
  INSERT INTO case_events (at, contact_id, event, actor, data)
  SELECT received_at, id, 'contact_received', 'intake', event::jsonb FROM f JOIN put USING (id)
)
SELECT id, (SELECT pg_notify('{OUTBOX}', '')), (SELECT pg_notify('{LIVE}', ${_N + 7})) FROM put
"""
_FIND = """
SELECT c.id, c.receipt, c.channel, c.account, c.external_id
FROM unnest($1::text[], $2::text[], $3::text[]) AS f(channel, account, external_id)
JOIN contacts c USING (channel, account, external_id)
"""
_WAITING = 5_000  # more than this and the door says 503: the sender keeps its copy
_Waiter = tuple[NewContact, "asyncio.Future[Kept]"]


class IntakeBatch:
    """Writes contacts handed in by many requests with few commits."""

    def __init__(
        self, options: dict[str, Any], policy: BornClocks, *, size: int, writers: int = 2
    ) -> None:
        """Take asyncpg's connection options. Units: `size` in contacts a statement."""
        self._options = options
        self._policy = policy
        self._size = size
        self._writers = writers
        self._queue: asyncio.Queue[_Waiter] = asyncio.Queue(maxsize=_WAITING)
        self._tasks: list[asyncio.Task[None]] = []
        self.statements = 0  # counted for the bench and for CI
        self.kept = 0

    def adopt(self, policy: BornClocks) -> None:
        """Let what comes in from now on carry another policy."""
        self._policy = policy

    def start(self) -> None:
        """Start the writers on the running loop; once they run, do nothing."""
        if self._tasks:
            return
        self._tasks = [asyncio.create_task(self._write()) for _ in range(self._writers)]

    async def stop(self) -> None:
        """Let what was handed in be written, then end the writers."""
        await self._queue.join()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    async def submit(self, contact: NewContact) -> Kept:
        """Return once the contact is committed. Errors: Unavailable, RejectedInbound."""
        done: asyncio.Future[Kept] = asyncio.get_running_loop().create_future()
        try:
            self._queue.put_nowait((contact, done))
        except asyncio.QueueFull:
            raise Unavailable("too many contacts are waiting to be stored") from None
        return await done

    async def _write(self) -> None:
        connection: asyncpg.Connection | None = None
        try:
            while True:
                batch = [await self._queue.get()]
                while len(batch) < self._size and not self._queue.empty():
                    batch.append(self._queue.get_nowait())
                connection = await self._keep_or_fail(connection, batch)
        finally:
            if connection is not None:
                await connection.close(timeout=2)

    async def _keep_or_fail(
        self, connection: asyncpg.Connection | None, batch: Sequence[_Waiter]
    ) -> asyncpg.Connection | None:
        """Write `batch` and answer every waiter; return the connection for the next."""
        try:
            if connection is None or connection.is_closed():
                connection = await asyncpg.connect(**self._options, timeout=5)
            await self._keep(connection, batch)
        except Exception as error:  # noqa: BLE001  a writer must outlive every failure
            _fail(batch, error)
        finally:
            for _ in batch:
                self._queue.task_done()
        return connection

    async def _keep(self, connection: asyncpg.Connection, batch: Sequence[_Waiter]) -> None:
        """Write `batch`; a contact that the database refuses fails alone."""
        try:
            kept = await self._insert(connection, [contact for contact, _ in batch])
        except (asyncpg.DataError, asyncpg.exceptions.IntegrityConstraintViolationError):
            if len(batch) == 1:
                raise
            middle = len(batch) // 2
            for part in (batch[:middle], batch[middle:]):
                try:
                    await self._keep(connection, part)
                except asyncpg.PostgresError as error:
                    _fail(part, error)
            return
        for contact, done in batch:
            if not done.done():
                done.set_result(kept[contact.id])

    async def _insert(
        self, connection: asyncpg.Connection, batch: Sequence[NewContact]
    ) -> dict[int, Kept]:
        # In one order everywhere: two writers with the same messages never deadlock.
        batch = sorted(batch, key=lambda c: (c.channel, c.account, c.external_id))
        columns = zip(*map(_row, batch), strict=True)
        traces = [
            (contact.id, kind, seen) for contact in batch for kind, seen in contact.traces
        ]
        policy = self._policy
        self.statements += 1
        rows = await connection.fetch(
            _INSERT,
            *columns,
            [contact_id for contact_id, _, _ in traces],
            [kind for _, kind, _ in traces],
            [seen for _, _, seen in traces],
            policy.eyes.basis,
            policy.policy_version,
            policy.calendar_version,
            _nudge(batch),
            policy.ack.basis,
            policy.eyes.told,
            policy.ack.told,
            *_columns(_jobs(batch), 3),
            *_columns(_media(batch), len(_OF_MEDIUM)),
        )
        fresh = {row["id"] for row in rows}
        self.kept += len(fresh)
        kept = {c.id: Kept(c.id, c.receipt, fresh=True) for c in batch if c.id in fresh}
        known = [contact for contact in batch if contact.id not in fresh]
        if known:
            kept |= await self._find(connection, known)
        return kept

    async def _find(
        self, connection: asyncpg.Connection, known: Sequence[NewContact]
    ) -> dict[int, Kept]:
        """Return the first receipts of messages that were here before."""
        self.statements += 1
        rows = await connection.fetch(
            _FIND,
            [contact.channel for contact in known],
            [contact.account for contact in known],
            [contact.external_id for contact in known],
        )
        first = {(row["channel"], row["account"], row["external_id"]): row for row in rows}
        found = {}
        for contact in known:
            row = first[contact.channel, contact.account, contact.external_id]
            found[contact.id] = Kept(row["id"], row["receipt"], fresh=False)
        return found


def _jobs(batch: Sequence[NewContact]) -> list[tuple[Any, ...]]:
    return [(contact.id, job, queue) for contact in batch for job, queue in contact.jobs]


def _media(batch: Sequence[NewContact]) -> list[tuple[Any, ...]]:
    return [
        (contact.id, *(getattr(one, name) for name, _ in _OF_MEDIUM[1:]))
        for contact in batch
        for one in contact.media
    ]


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    """Return `rows` column by column; as many empty columns when there is none."""
    return [list(column) for column in zip(*rows, strict=True)] or [
        [] for _ in range(width)
    ]


def _fail(batch: Sequence[_Waiter], error: Exception) -> None:
    """Tell every request of `batch` that nothing was kept."""
    answer: Exception = error
    try:
        if isinstance(error, TimeoutError):
            answer = Unavailable("the store did not answer in time")
        elif isinstance(error, asyncpg.DataError):
            answer = RejectedInbound("the store cannot hold a value", code="bad_value")
        else:
            raise_if_lost(error)
    except Unavailable as lost:
        answer = lost
    for _, done in batch:
        if not done.done():
            done.set_exception(answer)


def _nudge(batch: Sequence[NewContact]) -> str:
    """Return what open pages are told: whether somebody may have a thread open that goes on."""
    goes_on = any(
        one.thread_hash is not None or one.follows_id is not None or one.follows_ref
        for one in batch
    )
    return Nudge("contact", contacts=None if goes_on else ()).payload()
