"""What a reporter may learn by receipt and PIN: the state, and what was written here.

A partner learns the state of its own report, never any content.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, or_, select, text, update

from hotline.cases.stage import Standing, stage_of_thread
from hotline.cases.terms import Channel, OutboundState
from hotline.store.tables import case_events, cases, contacts
from hotline.store.tables_channels import media, outbound
from hotline.store.transaction import Transaction

# Of a thread: the first message has the PIN, and a notice about a later one lies here too.
_spoken = contacts.alias("spoken")
_WHOLE = select(_spoken.c.id).where(
    or_(_spoken.c.id == contacts.c.id, _spoken.c.follows_id == contacts.c.id)
)
# A lawful notice that could not safely be sent is deposited here (clock rule i).
_PASSED_ON = (
    select(func.max(case_events.c.at))
    .where(
        case_events.c.contact_id.in_(_WHOLE.correlate(contacts)),
        case_events.c.event == "applicant_told",
        case_events.c.data["what"].astext == "redirected",
    )
    .scalar_subquery()
)
_PUT_OFF = (  # likewise: until when the written answer was put off; moments in UTC
    select(func.max(case_events.c.data["until"].astext))
    .where(
        case_events.c.contact_id.in_(_WHOLE.correlate(contacts)),
        case_events.c.event == "applicant_told",
        case_events.c.data["what"].astext == "extended",
    )
    .scalar_subquery()
)
_STATE = select(
    contacts.c.id,
    contacts.c.receipt,
    contacts.c.state,
    contacts.c.received_at,
    cases.c.status.label("case_status"),
    _PASSED_ON.label("passed_on_at"),
    _PUT_OFF.label("put_off_until"),
).select_from(contacts.outerjoin(cases, cases.c.id == contacts.c.case_id))


async def lock_pin(tx: Transaction, contact_id: int) -> Row[Any] | None:
    """Return what guards a thread, locked: two guesses at once are counted one by one."""
    return await tx.one(
        select(contacts.c.pin_hash, contacts.c.pin_failures, contacts.c.pin_wait_until)
        .where(contacts.c.id == contact_id)
        .with_for_update()
    )


async def note_pin(
    tx: Transaction, contact_id: int, failures: int, wait_until: datetime | None
) -> None:
    """Write how many wrong PINs in a row there were and until when the next must wait."""
    await tx.run(
        update(contacts)
        .where(contacts.c.id == contact_id)
        .values(pin_failures=failures, pin_wait_until=wait_until)
    )


async def state(tx: Transaction, contact_id: int) -> Row[Any] | None:
    """Return receipt, state, moment and the case's status of one contact."""
    return await tx.one(_STATE.where(contacts.c.id == contact_id))


async def state_for_partner(
    tx: Transaction, contact_id: int, partner: str
) -> Row[Any] | None:
    """Return the same, when that partner sent the contact."""
    return await tx.one(
        _STATE.where(
            contacts.c.id == contact_id,
            contacts.c.channel == "partner",
            contacts.c.account == partner,
        )
    )


HERE = (Channel.WEB, Channel.WEBCHAT, Channel.QR)  # what is shown by receipt and PIN
_SHOWN = (OutboundState.SENT, OutboundState.DELIVERED, OutboundState.READ)
_UNREAD = (OutboundState.SENT, OutboundState.DELIVERED)
SHOWN_MOST = 100  # of each side; whoever wrote more sees the newest


def _of_thread(root_id: int) -> Any:
    return or_(contacts.c.id == root_id, contacts.c.follows_id == root_id)


async def written(tx: Transaction, root_id: int) -> Sequence[Row[Any]]:
    """Return what the person wrote in the thread of `root_id`, newest first."""
    files = (
        select(func.count())
        .where(media.c.contact_id == contacts.c.id)
        .scalar_subquery()
        .label("files")
    )
    return await tx.rows(
        select(contacts.c.id, contacts.c.received_at, contacts.c.sealed_narrative, files)
        .where(_of_thread(root_id), contacts.c.channel.in_(HERE))
        .order_by(contacts.c.received_at.desc(), contacts.c.id.desc())
        .limit(SHOWN_MOST)
    )


async def answered(tx: Transaction, root_id: int) -> Sequence[Row[Any]]:
    """Return what 111 wrote in the thread of `root_id`, newest first."""
    ids = select(contacts.c.id).where(_of_thread(root_id))
    return await tx.rows(
        select(outbound)
        .where(
            outbound.c.contact_id.in_(ids),
            outbound.c.channel.in_(HERE),
            outbound.c.state.in_(_SHOWN),
        )
        .order_by(outbound.c.id.desc())
        .limit(SHOWN_MOST)
    )


async def lock_unread(tx: Transaction, ids: Iterable[int]) -> Sequence[Row[Any]]:
    """Return, locked, those of 111's messages that nobody was shown yet."""
    return await tx.rows(
        select(outbound)
        .where(outbound.c.id.in_(list(ids)), outbound.c.state.in_(_UNREAD))
        .order_by(outbound.c.id)
        .with_for_update()
    )


async def root(tx: Transaction, contact_id: int) -> Row[Any] | None:
    """Return what a new message takes over from the first of its thread."""
    columns = ("id", "receipt", "channel", "anonymous", "region_hint", "lang_hint")
    return await tx.one(
        select(*(contacts.c[name] for name in columns)).where(
            contacts.c.id == contact_id, contacts.c.pin_hash.is_not(None)
        )
    )


async def standings(tx: Transaction, root_id: int) -> tuple[Standing, ...]:
    """Return how each message of the thread of `root_id` stands, oldest first."""
    rows = await tx.rows(
        select(contacts.c.state, cases.c.status, contacts.c.seen_at)
        .select_from(contacts.outerjoin(cases, cases.c.id == contacts.c.case_id))
        .where(_of_thread(root_id), contacts.c.channel.in_(HERE))
        .order_by(contacts.c.received_at, contacts.c.id)
    )
    return tuple(Standing(row.state, row.status, row.seen_at is not None) for row in rows)


async def version(tx: Transaction, root_id: int) -> tuple[Any, ...]:
    """Return what differs as soon as the thread's page would show something else."""
    ids = select(contacts.c.id).where(_of_thread(root_id))
    last = await tx.one(
        select(func.max(outbound.c.id), func.count()).where(
            outbound.c.contact_id.in_(ids), outbound.c.state.in_(_SHOWN)
        )
    )
    mine = await tx.one(select(func.max(contacts.c.id)).where(_of_thread(root_id)))
    stands = await state(tx, root_id)
    return (
        *(last or ()),
        *(mine or ()),
        *((stands.passed_on_at, stands.put_off_until) if stands else ()),
        stage_of_thread(await standings(tx, root_id)),
    )


_WAITS = text("""
SELECT
  percentile_cont(0.5) WITHIN GROUP (ORDER BY seen_at - received_at)
    FILTER (WHERE seen_at IS NOT NULL) AS read_after,
  count(*) FILTER (WHERE seen_at IS NOT NULL) AS read,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY CAST(:now AS timestamptz) - received_at)
    FILTER (WHERE seen_at IS NULL AND state <> 'spam') AS waiting_for,
  count(*) FILTER (WHERE seen_at IS NULL AND state <> 'spam') AS waiting
FROM contacts
WHERE received_at > CAST(:since AS timestamptz) AND channel <> 'partner' AND channel <> 'phone'
""")


async def waits(tx: Transaction, span: timedelta) -> Row[Any] | None:
    """Return how long people at 111 took to read what was written within `span`."""
    return await tx.one(_WAITS, {"now": tx.now, "since": tx.now - span})
