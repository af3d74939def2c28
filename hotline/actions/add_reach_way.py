"""Use case: how a person is woken: numbers and addresses of their own, sealed one by one."""

import re
from typing import Any

from hotline.actions.steps.plan_rights import planned_person
from hotline.errors import NotFound, RuleForbids
from hotline.identity.folding import fold_phone
from hotline.identity.viewer import Viewer
from hotline.notify.ways import KINDS
from hotline.runtime import Runtime
from hotline.store import duty

_MAIL = re.compile(
    r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"()\[\]\\]{1,190}\.[a-zA-Z]{2,24}"
)
_CHAT = re.compile(r"-?\d{1,20}")
_MOST = 8  # ways of one person


async def add_reach_way(
    rt: Runtime, viewer: Viewer, who: str, *, kind: str, address: str, rank: int = 1
) -> int:
    """Add a way and return its id; ways are tried in order of rank.

    Errors: NotFound, NotAllowed; RuleForbids `unknown_way`, `bad_address`, `bad_rank`,
    `too_many`, each with its field. The address is in no error and no log.
    """
    if kind not in KINDS:
        raise RuleForbids(
            f"kind: use one of {', '.join(KINDS)}", code="unknown_way", field="kind"
        )
    folded = _folded(kind, address.strip())
    if not 1 <= rank <= _MOST:
        raise RuleForbids(f"rank: use 1 to {_MOST}", code="bad_rank", field="rank")
    async with rt.transaction(viewer) as tx:
        person = await planned_person(tx, viewer, who)
        if len(await duty.ways_of(tx, [person.id])) >= _MOST:
            raise RuleForbids("end a way first", code="too_many", field="kind")
        way_id = await rt.numbers.take(tx.now)
        await duty.add_way(tx, way_id, person.id, kind=kind, rank=rank, address=folded)
        tx.record("reach_way_added", data={"person": person.id, "kind": kind})
        return way_id


def _folded(kind: str, address: str) -> str:
    """Return the address as its provider wants it. Errors: RuleForbids `bad_address`."""
    found: str | None = None
    if kind in ("sms", "voice"):
        found = fold_phone(address)
    elif kind == "email":
        found = address if _MAIL.fullmatch(address) else None
    elif _CHAT.fullmatch(address):
        found = address
    if found is None:
        raise RuleForbids(
            "address: give a phone as +7…, a mail address, or a chat's number",
            code="bad_address",
            field="address",
        )
    return found


async def end_reach_way(rt: Runtime, viewer: Viewer, who: str, way_id: int) -> str:
    """End a way; its key is destroyed. Returns the user name. Errors: NotFound, NotAllowed."""
    async with rt.transaction(viewer) as tx:
        person = await planned_person(tx, viewer, who)
        if not await duty.end_way(tx, way_id, person.id):
            raise NotFound("no such way")
        tx.record("reach_way_ended", data={"person": person.id})
        return str(person.username)


async def list_reach_ways(rt: Runtime, viewer: Viewer, who: str) -> tuple[Any, list[Any]]:
    """Return a person and their ways, sealed. Errors: NotFound, NotAllowed."""
    async with rt.transaction(viewer) as tx:
        person = await planned_person(tx, viewer, who)
        return person, list(await duty.ways_of(tx, [person.id]))
