"""The ledger of clocks: one line an event, appended, never changed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from hotline.sla.ledger import Line
from hotline.store.tables import clock_events
from hotline.store.transaction import Transaction


def write(tx: Transaction, events: Sequence[tuple[int, str, Mapping[str, Any]]]) -> None:
    """Append (clock, event, what it says) to the ledger."""
    for clock_id, event, known in events:
        tx.append(clock_events, {"clock_id": clock_id, "event": event, "data": dict(known)})


async def read(tx: Transaction, clock_ids: Iterable[int]) -> dict[int, list[Line]]:
    """Return the lines of those clocks, oldest first, also what waits for the commit."""
    wanted = sorted(clock_ids)
    found: dict[int, list[Line]] = defaultdict(list)
    if not wanted:
        return found
    rows = await tx.rows(
        select(clock_events)
        .where(clock_events.c.clock_id.in_(wanted))
        .order_by(clock_events.c.clock_id, clock_events.c.id)
    )
    for row in rows:
        found[row.clock_id].append(Line(row.event, row.at, row.data))
    for waiting in tx.pending(clock_events):
        if waiting["clock_id"] in wanted:
            line = Line(waiting["event"], waiting["at"], waiting["data"])
            found[waiting["clock_id"]].append(line)
    return found
