"""Which foreign messengers 111 may use: each decision with its person and reason, for good."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, func, insert, select

from hotline.store.tables import people
from hotline.store.tables_channels import channel_decisions
from hotline.store.transaction import Transaction

_ONE_AT_A_TIME = 111_006  # no other advisory lock has this number


async def lock(tx: Transaction) -> None:
    """Let nobody else decide until the commit."""
    await tx.run(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))


async def standing(tx: Transaction) -> dict[str, bool]:
    """Return what was decided last about each channel that anybody decided about."""
    table = channel_decisions
    last = select(func.max(table.c.id)).group_by(table.c.channel)
    rows = await tx.rows(
        select(table.c.channel, table.c.enabled).where(table.c.id.in_(last))
    )
    return {row.channel: bool(row.enabled) for row in rows}


async def put(tx: Transaction, values: Mapping[str, Any]) -> None:
    """Write one decision: channel, enabled, person_id, reason, who proposed it if another did."""
    await tx.run(insert(channel_decisions).values(at=tx.now, **values))


async def listed(tx: Transaction) -> Sequence[Row[Any]]:
    """Return all decisions, newest first, with who made them."""
    proposer = people.alias("proposer")
    return await tx.rows(
        select(
            *channel_decisions.c,
            people.c.username,
            people.c.display_name,
            proposer.c.display_name.label("proposer"),
        )
        .join(people, people.c.id == channel_decisions.c.person_id)
        .outerjoin(proposer, proposer.c.id == channel_decisions.c.proposed_by)
        .order_by(channel_decisions.c.id.desc())
    )
