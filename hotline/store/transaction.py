"""One transaction: a fixed `now`, an actor, and what is to happen because of it.

History, promised jobs and nudges are gathered while an action runs and written in few
statements just before the commit; what the commit does not carry never happened.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
from sqlalchemy import Row, Table, insert, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.sql import Executable

from hotline.cases.terms import JobName, QueueName
from hotline.errors import RuleForbids, Unavailable
from hotline.identity.viewer import Actor
from hotline.routing.directory import Directory
from hotline.store.sealing import OwnerKey, Sealer
from hotline.store.tables import case_events, outbox

LIVE = "hotline_live"
OUTBOX = "hotline_outbox"
_GONE = (DBAPIError, PoolTimeoutError, OSError, asyncpg.PostgresError)
_LOST_SQLSTATES = ("08", "57P", "53", "40")  # connection, shutdown, resources, deadlock


@dataclass(frozen=True, slots=True)
class Nudge:
    """Tells open pages that something changed: ids only; the page reads with its own rights."""

    kind: str  # contact | case | board | notice | call | phone | session
    case_id: int | None = None
    region: str | None = None
    bodies: tuple[str, ...] = ()  # who may know of it, beside 111
    apart: tuple[str, ...] = ()  # whose keys may not, 111 included: a conflict
    person_id: int | None = None  # for this person's pages and nobody else's
    # Which contacts changed, where pages of others need not look: then `apart` is theirs.
    # None: it may be any; (): none that anybody can have open.
    contacts: tuple[int, ...] | None = None

    def payload(self) -> str:
        """Return the NOTIFY payload."""
        told: dict[str, Any] = {
            "k": self.kind,
            "c": self.case_id,
            "r": self.region,
            "b": list(self.bodies),
        }
        if self.apart:
            told["x"] = list(self.apart)
        if self.person_id is not None:
            told["p"] = self.person_id
        if self.contacts is not None:
            told["t"] = list(self.contacts)
        return json.dumps(told, separators=(",", ":"))


class Transaction:
    """An open transaction. Made by `begin`; used by actions and by the rest of store."""

    def __init__(
        self, connection: AsyncConnection, now: datetime, actor: Actor, sealer: Sealer
    ) -> None:
        self.connection = connection
        self.now = now
        self.actor = actor
        self.sealer = sealer
        self._appended: dict[Table, list[dict[str, Any]]] = {}
        self._closing: dict[ClosingStep, dict[int, None]] = {}
        self._nudges: dict[str, None] = {}
        self.made_keys: dict[int, OwnerKey] = {}  # of owners made in this transaction
        self.directory_changed = False  # bodies or who belongs to them: nobody else may see
        self.own_directory: Directory | None = None  # as this transaction has left it

    async def rows(self, statement: Executable, values: Any = None) -> Sequence[Row[Any]]:
        """Return all rows of `statement`."""
        return (await self.connection.execute(statement, values)).fetchall()

    async def one(self, statement: Executable, values: Any = None) -> Row[Any] | None:
        """Return the first row, or None."""
        return (await self.connection.execute(statement, values)).first()

    async def run(self, statement: Executable, values: Any = None) -> int:
        """Do `statement`; return how many rows it touched."""
        return (await self.connection.execute(statement, values)).rowcount

    def append(self, table: Table, row: Mapping[str, Any]) -> None:
        """Insert `row` just before the commit, with all others of `table` in one statement.

        For ledgers that nothing reads again inside the transaction; `pending` tells of them.
        """
        self._appended.setdefault(table, []).append({"at": self.now, **row})

    def pending(self, table: Table) -> list[dict[str, Any]]:
        """Return the rows of `table` that wait for the commit."""
        return self._appended.get(table, [])

    def before_commit(self, step: "ClosingStep", ids: Iterable[int]) -> None:
        """Do `step` once for all ids it was asked for, just before the commit."""
        self._closing.setdefault(step, {}).update(dict.fromkeys(ids))

    def record(
        self,
        event: str,
        *,
        case_id: int | None = None,
        contact_id: int | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """Write `event` into the history when the transaction commits. No personal data."""
        self.append(
            case_events,
            {
                "case_id": case_id,
                "contact_id": contact_id,
                "event": event,
                "actor_id": self.actor.person_id,
                "actor": self.actor.username,
                "data": dict(data or {}),
            },
        )

    def promise(self, job: JobName, queue: QueueName, subjects: Iterable[int]) -> None:
        """Promise `job` for each subject; the relay sees to it after the commit."""
        self._appended.setdefault(outbox, []).extend(
            {"job": job, "queue": queue, "subject_id": subject, "promised_at": self.now}
            for subject in subjects
        )

    def nudge(self, nudge: Nudge) -> None:
        """Tell open pages after the commit."""
        self._nudges[nudge.payload()] = None

    @property
    def told(self) -> int:
        """Return how much open pages will be told of."""
        return len(self._nudges)

    def change_directory(self) -> None:
        """Let whoever asks for the directory from now on in here see what was changed."""
        self.directory_changed, self.own_directory = True, None

    async def flush(self) -> None:
        """Write what was gathered. Called once, just before the commit."""
        for step, ids in self._closing.items():
            await step(self, list(ids))
        for table, rows in self._appended.items():
            await self.connection.execute(insert(table), rows)
        calls = [(LIVE, payload) for payload in self._nudges]
        if outbox in self._appended:
            calls.append((OUTBOX, ""))
        if calls:
            await self.connection.execute(
                text(
                    "SELECT pg_notify(c, p) FROM unnest(:c ::text[], :p ::text[]) AS x(c, p)"
                ),
                {"c": [c for c, _ in calls], "p": [p for _, p in calls]},
            )


ClosingStep = Callable[[Transaction, Sequence[int]], Awaitable[None]]


@asynccontextmanager
async def begin(
    engine: AsyncEngine, now: datetime, actor: Actor, sealer: Sealer
) -> AsyncIterator[Transaction]:
    """Open a transaction; commit when the block ends well, else roll back.

    Errors: Unavailable when PostgreSQL cannot be reached (nothing was kept);
    RuleForbids when a guard of the database refused the change.
    """
    try:
        async with engine.begin() as connection:
            tx = Transaction(connection, now, actor, sealer)
            yield tx
            await tx.flush()
    except IntegrityError as error:
        raise RuleForbids(
            "the database refused the change", code=_guard(error) or "guard"
        ) from error
    except _GONE as error:
        raise_if_lost(error)
        raise


async def one_snapshot(tx: Transaction) -> None:
    """Let `tx` read the store as it is at this moment, to its end; it may write nothing.

    Must come before its first statement.
    """
    await tx.run(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))


def raise_if_lost(error: BaseException) -> None:
    """Raise Unavailable when `error` says that PostgreSQL is away; else return."""
    if isinstance(error, PoolTimeoutError | OSError | asyncpg.InterfaceError):
        raise Unavailable("the store cannot be reached") from error
    original = error.orig if isinstance(error, DBAPIError) else error
    state = getattr(original, "sqlstate", None) or ""
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    if lost or not state or state.startswith(_LOST_SQLSTATES):
        raise Unavailable("the store cannot be reached") from error


def _guard(error: IntegrityError) -> str | None:
    """Return the name of the constraint that refused, for people and tests."""
    cause = getattr(error.orig, "__cause__", None)
    return getattr(cause, "constraint_name", None)
