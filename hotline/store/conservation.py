"""Whether everything that came in still stands somewhere: `received = new + attached + ...`.

`received` and `opened` are counted when rows are born, the states whenever a row moves: a
row that was lost, doubled or changed past the use cases shows as a difference.
"""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import text

from hotline.cases.terms import ContactState
from hotline.store import counters
from hotline.store.transaction import Transaction
from hotline.store.view_parts import View

_WAITING = (ContactState.RECEIVED, ContactState.UNPARSED, ContactState.TRIAGED)


class Balance(View, frozen=True):
    """One channel. Every contact is counted once on the right side."""

    channel: str
    received: int
    new: int  # opened a case, or a person ended it with a wrap-up code
    attached: int  # to a case that another contact opened
    spam: int
    quarantined: int
    pending: int  # work is still owed

    @property
    def difference(self) -> int:
        """Return what is missing on the right side; 0 when nothing was lost or doubled."""
        known = self.new + self.attached + self.spam + self.quarantined + self.pending
        return self.received - known


async def balances(tx: Transaction) -> list[Balance]:
    """Return every channel's equation from the counters, cheap enough for every page."""
    states: Counter[tuple[str, str]] = Counter()
    for (channel, state, _), n in (await counters.read(tx, "contact")).items():
        states[channel, state] += n
    received = _by_channel(await counters.read(tx, "received"))
    opened = _by_channel(await counters.read(tx, "opened"))
    channels = sorted({channel for channel, _ in states} | set(received) | set(opened))
    return [_balance(one, received, opened, states) for one in channels]


def _by_channel(counted: Mapping[tuple[str, ...], int]) -> dict[str, int]:
    return {key[0]: n for key, n in counted.items()}


def _balance(
    channel: str,
    received: Mapping[str, int],
    opened: Mapping[str, int],
    states: Mapping[tuple[str, str], int],
) -> Balance:
    new = opened.get(channel, 0)
    return Balance(
        channel=channel,
        received=received.get(channel, 0),
        new=new + states.get((channel, ContactState.CLOSED), 0),
        attached=states.get((channel, ContactState.ATTACHED), 0) - new,
        spam=states.get((channel, ContactState.SPAM), 0),
        quarantined=states.get((channel, ContactState.QUARANTINED), 0),
        pending=sum(states.get((channel, state), 0) for state in _WAITING),
    )


# What the counters cannot know: read from the rows themselves. Each names contacts by id.
_FAULTS = {
    "received without a line in the history": """
        SELECT c.id FROM contacts c WHERE NOT EXISTS (
          SELECT FROM case_events e WHERE e.contact_id = c.id AND e.event = 'contact_received')""",
    "a line in the history without a contact": """
        SELECT e.contact_id FROM case_events e WHERE e.event = 'contact_received'
          AND NOT EXISTS (SELECT FROM contacts c WHERE c.id = e.contact_id)""",
    "kept without what came in": """
        SELECT id FROM contacts WHERE sealed_raw IS NULL OR sealed_narrative IS NULL""",
    "kept without a key": """
        SELECT c.id FROM contacts c WHERE NOT EXISTS (
          SELECT FROM keyring.keys k WHERE k.owner_id = c.id)""",
    "attached to no case, or to one although it waits": """
        SELECT id FROM contacts WHERE (state = 'attached') <> (case_id IS NOT NULL)
          AND state IN ('attached', 'received', 'triaged')""",
    "waits, and nobody promised to read it": """
        SELECT c.id FROM contacts c WHERE c.state = 'received' AND c.triaged_at IS NULL
          AND c.seen_at IS NULL AND NOT EXISTS (
            SELECT FROM outbox o WHERE o.subject_id = c.id
              AND o.job IN ('triage_contact', 'compare_contact'))""",
    "waits without a clock": """
        SELECT c.id FROM contacts c WHERE c.seen_at IS NULL
          AND c.state IN ('received', 'unparsed', 'triaged') AND NOT EXISTS (
            SELECT FROM clocks k WHERE k.contact_id = c.id AND k.name = 'human_eyes')""",
}
_COUNTED = text("""
SELECT channel, state, urgency, count(*) AS n FROM contacts GROUP BY 1, 2, 3""")
_SHOWN = 20


async def faults(tx: Transaction) -> list[str]:
    """Return what the rows themselves say is wrong: "contact 7: kept without a key"."""
    found: list[str] = []
    for what, sql in _FAULTS.items():
        rows = await tx.rows(text(f"{sql} LIMIT {_SHOWN}"))
        found += [f"contact {row[0]}: {what}" for row in rows]
    counted: dict[tuple[str, ...], int] = {
        (row.channel, row.state, str(row.urgency)): int(row.n)
        for row in await tx.rows(_COUNTED)
    }
    kept = await counters.read(tx, "contact")
    found += [
        f"counter {'|'.join(key)}: {kept.get(key, 0)}, rows: {counted.get(key, 0)}"
        for key in sorted(set(kept) | set(counted))
        if kept.get(key, 0) != counted.get(key, 0)
    ]
    return found
