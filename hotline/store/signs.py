"""Signs of life of every way in and out: who talks to a provider says how it went."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.dialects.postgresql import insert

from hotline.store.tables import contacts
from hotline.store.tables_channels import channel_signs
from hotline.store.transaction import Transaction
from hotline.store.view_parts import View

MOST = 5_000  # moments a channel: more would tell nothing more of what is usual


class SignView(View, frozen=True):
    """How one way in or out is."""

    name: str
    state: str
    heard_at: datetime | None
    failed_at: datetime | None
    last_error: str | None
    expires_at: datetime | None
    silent_from: datetime | None


async def heard(tx: Transaction, name: str) -> None:
    """Say that `name` was heard of, or answered, just now."""
    await _note(tx, name, {"heard_at": tx.now})


async def failed(tx: Transaction, name: str, code: str) -> None:
    """Say that `name` failed just now; `code` is ours or the provider's, never a text."""
    await _note(tx, name, {"failed_at": tx.now, "last_error": code})


async def expires(tx: Transaction, name: str, at: datetime | None) -> None:
    """Say when the token of `name` ends."""
    await _note(tx, name, {"expires_at": at})


async def judged(
    tx: Transaction, name: str, state: str, silent_from: datetime | None
) -> None:
    """Write how `name` is."""
    await _note(tx, name, {"state": state, "silent_from": silent_from})


async def _note(tx: Transaction, name: str, values: dict[str, Any]) -> None:
    row = insert(channel_signs).values(name=name, **values)
    await tx.run(row.on_conflict_do_update(index_elements=["name"], set_=values))


async def every(tx: Transaction) -> Sequence[Row[Any]]:
    """Return every sign of life, by name."""
    return await tx.rows(select(channel_signs).order_by(channel_signs.c.name))


async def view(tx: Transaction) -> tuple[SignView, ...]:
    """Return the same for people."""
    names = SignView.__struct_fields__
    return tuple(
        SignView(**{name: getattr(row, name) for name in names}) for row in await every(tx)
    )


async def moments(tx: Transaction, channel: str, span: timedelta) -> list[datetime]:
    """Return when the newest MOST contacts of `channel` came, within `span`; oldest first.

    By the channel's own index, so that it costs no more when there are a million others.
    """
    newest = (
        select(contacts.c.received_at)
        .where(contacts.c.channel == channel)
        .order_by(contacts.c.id.desc())
        .limit(MOST)
        .cte("newest")
    )
    rows = await tx.rows(
        select(newest.c.received_at).where(newest.c.received_at >= tx.now - span)
    )
    return sorted(row.received_at for row in rows)


async def by_hour(tx: Transaction, channel: str, span: timedelta) -> dict[datetime, int]:
    """Return how many contacts came by `channel` in each hour of `span`.

    It reads all of `span`: for a channel of which the newest MOST tell too little.
    """
    hour = func.date_trunc("hour", contacts.c.received_at).label("hour")
    rows = await tx.rows(
        select(hour, func.count().label("n"))
        .where(contacts.c.channel == channel, contacts.c.received_at >= tx.now - span)
        .group_by(hour)
    )
    return {row.hour: int(row.n) for row in rows}


async def moments_without(
    tx: Transaction, channel: str, span: timedelta, hours: Collection[datetime]
) -> list[datetime]:
    """Return the same as `moments`, but for what came in `hours`."""
    hour = func.date_trunc("hour", contacts.c.received_at)
    rows = await tx.rows(
        select(contacts.c.received_at)
        .where(
            contacts.c.channel == channel,
            contacts.c.received_at >= tx.now - span,
            hour.not_in(sorted(hours)),
        )
        .order_by(contacts.c.received_at.desc())
        .limit(MOST)
    )
    return sorted(row.received_at for row in rows)
