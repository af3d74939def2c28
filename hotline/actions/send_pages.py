"""Use case (a job): send pages to the people on duty, by one way after the other.

Queue: urgent. At least once: a crash between sending and the commit sends the same code a
second time. Nothing of an address is logged or kept open.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from hotline.cases.terms import JobName
from hotline.identity.viewer import Machine
from hotline.notify.message import Message
from hotline.notify.ways import Tried, open_ways, try_ways
from hotline.runtime import Runtime
from hotline.store import duty, outbox, pages, people
from hotline.store.transaction import Transaction

PAGER = Machine("pager")
CONSOLE = "console:shown"


async def send_pages(rt: Runtime, outbox_ids: Sequence[int]) -> int:
    """Send what outbox rows `outbox_ids` promise; return how many rows were open.

    Whom no provider took on, and who is not at the console either, is passed over at once.
    Errors: Unavailable.
    """
    async with rt.transaction(PAGER) as tx:
        promised = await outbox.claim(tx, JobName.WAKE_DUTY, outbox_ids)
        rows = await _to_send(tx, [promise.subject_id for promise in promised])
        messages = {row.id: _message(rt, tx, row) for row in rows}
        persons = {row.person_id for row in rows}
        addresses = await duty.addresses(tx, await duty.ways_of(tx, persons))
        within = rt.config.duty.at_the_console
        shown = await duty.at_console(tx, persons, within=within)
    tried = await _try_all(rt, rows, messages, addresses)
    async with rt.transaction(PAGER) as tx:
        claimed = await outbox.claim(tx, JobName.WAKE_DUTY, [one.id for one in promised])
        for row in await pages.still_waiting(tx, [one.subject_id for one in claimed]):
            if row.id in tried:
                at_console = row.person_id in shown
                await _book(tx, row, tried[row.id], at_console=at_console)
        if claimed:
            await outbox.finish(tx, [promise.id for promise in claimed])
        return len(claimed)


async def _to_send(tx: Transaction, page_ids: Sequence[int]) -> list[Any]:
    """Return the pages to send; who was complained of meanwhile is passed over unsent."""
    rows = await pages.to_send(tx, page_ids)
    out = [row.id for row in rows if row.apart and not await _may_know(tx, row)]
    if out:
        await pages.pass_by(tx, out)
    return [row for row in rows if row.id not in out]


async def _may_know(tx: Transaction, row: Any) -> bool:
    viewer = await people.viewer(tx, row.person_id)
    return viewer is not None and await pages.is_open_to(tx, row.id, viewer)


async def _try_all(
    rt: Runtime,
    rows: Sequence[Any],
    messages: Mapping[int, Message],
    addresses: Mapping[int, tuple[tuple[str, str], ...]],
) -> dict[int, Tried]:
    """Send every message; outside any transaction, since a provider may be slow."""
    ways = open_ways(rt.settings, rt.clock)
    timeout_s = rt.config.duty.way_timeout_s
    found = await asyncio.gather(
        *(
            try_ways(
                ways,
                addresses.get(row.person_id, ()),
                messages[row.id],
                timeout_s=timeout_s,
            )
            for row in rows
        )
    )
    return {row.id: one for row, one in zip(rows, found, strict=True)}


def _message(rt: Runtime, tx: Transaction, row: Any) -> Message:
    return Message(
        page_id=row.id,
        locale=row.locale,
        number=row.number,
        urgency=row.urgency,
        body=row.name_kk if row.locale == "kk" else row.name_ru,
        code=pages.answer_code(tx, row),
        cause=row.cause,
        base_url=rt.settings.public_url,
    )


async def _book(tx: Transaction, row: Any, tried: Tried, *, at_console: bool) -> None:
    """Keep how it went; a person nobody could reach is not waited for."""
    ways = [*tried.ways, *([CONSOLE] if at_console else [])]
    reached = tried.reached or at_console
    change: dict[str, object] = {"state": "sent" if reached else "failed", "ways": ways}
    if reached:
        change["sent_at"] = tx.now
    else:
        change["next_at"] = tx.now
    await pages.change(tx, row.id, change)
    tx.record(
        "duty_page_sent" if reached else "duty_page_failed",
        case_id=row.case_id,
        contact_id=row.contact_id,
        data={"body": row.body_id, "page": row.id, "ways": ways},
    )
