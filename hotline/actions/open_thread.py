"""Use case: a reporter asks by receipt and PIN how it stands; a partner by signature."""

import hmac
import math
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hotline.cases.numbers import id_from
from hotline.errors import HotlineError, NotFound, TooSoon
from hotline.identity.viewer import INTAKE
from hotline.runtime import Runtime
from hotline.store import threads

_NOBODY = b"\0" * 32
_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Thread:
    """How a report stands: what may be told without content."""

    receipt: str
    state: str
    received_at: datetime
    case_status: str | None
    passed_on_at: datetime | None = None  # to another office: a notice deposited here
    put_off_until: datetime | None = None  # the written answer: likewise
    id: int = 0  # the contact that the thread begins with


class WrongPin(NotFound):
    """The receipt is not ours or the PIN is not its own: nobody is told which."""

    code = "wrong_pin"


class Strangers:
    """Wrong tries on receipts that do not exist, slowed down as those that do.

    Kept in memory: a table of them would be filled by whoever likes to.
    """

    def __init__(self) -> None:
        self._tries: OrderedDict[str, tuple[int, datetime | None]] = OrderedDict()

    def get(self, receipt: str) -> tuple[int, datetime | None]:
        """Return failures and until when to wait."""
        return self._tries.get(receipt, (0, None))

    def put(self, receipt: str, failures: int, wait_until: datetime | None) -> None:
        """Remember a failure; the oldest are forgotten."""
        self._tries[receipt] = (failures, wait_until)
        self._tries.move_to_end(receipt)
        while len(self._tries) > _REMEMBERED:
            self._tries.popitem(last=False)


async def open_thread(rt: Runtime, receipt: str, pin: str, strangers: Strangers) -> Thread:
    """Return how the contact stands.

    After a few wrong PINs in a row each next try must wait longer, up to a minute, and no
    longer: the reporter is never locked out for good.

    Errors: WrongPin; TooSoon with `retry_after` in seconds. Nobody learns from either
    whether the receipt exists.
    """
    contact_id = id_from(receipt, rt.number_key) or 0
    refusal: HotlineError | None = None
    async with rt.transaction(INTAKE) as tx:
        row = await threads.lock_pin(tx, contact_id)
        guarded = row is not None and row.pin_hash is not None
        known = (row.pin_failures, row.pin_wait_until) if row else strangers.get(receipt)
        fits = hmac.compare_digest(
            rt.sealer.token_hash(f"{contact_id}:{pin}"),
            row.pin_hash if row is not None and row.pin_hash is not None else _NOBODY,
        )
        failures, until = known
        if until is not None and tx.now < until:
            wait = math.ceil((until - tx.now).total_seconds())
            refusal = TooSoon("wait before the next try", retry_after=wait)
        elif not (guarded and fits):
            until = _next_try(rt, failures + 1, tx.now)
            refusal = WrongPin("number or PIN is wrong")
            failures += 1
        else:
            failures, until = 0, None
        # The same statements whether or not the receipt exists: so takes the same time.
        await threads.note_pin(tx, contact_id, failures, until)
        found = await threads.state(tx, contact_id)
        if row is None:
            strangers.put(receipt, failures, until)
    if refusal is not None or found is None:
        raise refusal or WrongPin("number or PIN is wrong")
    return told_of(found)


async def partner_thread(rt: Runtime, receipt: str, partner: str) -> Thread:
    """Return how a partner's own report stands. Errors: NotFound for any other."""
    contact_id = id_from(receipt, rt.number_key) or 0
    async with rt.transaction(INTAKE) as tx:
        found = await threads.state_for_partner(tx, contact_id, partner)
    if found is None:
        raise NotFound("no such receipt")
    return told_of(found)


def told_of(found: Any) -> Thread:
    """Return what a row of `store.threads.state` tells."""
    until = found.put_off_until
    return Thread(
        found.receipt,
        found.state,
        found.received_at,
        found.case_status,
        found.passed_on_at,
        None if until is None else datetime.fromisoformat(until),
        found.id,
    )


def _next_try(rt: Runtime, failures: int, now: datetime) -> datetime | None:
    policy = rt.config.service.intake
    over = failures - policy.pin_free_tries
    if over < 0:
        return None
    return now + timedelta(seconds=min(2 ** min(over + 1, 30), policy.pin_slowest_s))
