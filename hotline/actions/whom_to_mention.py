"""Use case: whom the writer of a note can name with "@": a list that opens while they type."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hotline.cases.lifecycle import Move
from hotline.cases.terms import BodyId
from hotline.i18n import alphabetical
from hotline.identity.roles import own_bodies, require, sees
from hotline.identity.viewer import Viewer
from hotline.language.finding import matches
from hotline.runtime import Runtime
from hotline.store import cases, mentionable, people
from hotline.store.cases import OpenedCase
from hotline.store.transaction import Transaction
from hotline.store.visibility import scope_of

MOST = 8
LONGEST = 40
_AT_ONCE = 3 * MOST  # judged by one reading; few of them are kept out


@dataclass(frozen=True, slots=True)
class Colleague:
    """One whom the note can name."""

    username: str
    name: str
    at_111: bool
    body: BodyId | None  # for which they see the case; None: at 111


async def whom_to_mention(
    rt: Runtime, viewer: Viewer, number: str, typed: str
) -> tuple[Colleague, ...]:
    """Return who is called so, may know of the case and is no secret to the writer.

    Errors: NotFound; NotAllowed for who writes no notes on it.
    """
    async with rt.transaction(viewer) as tx:
        case = await cases.read(tx, viewer, number, rt.number_key)
        require(viewer, Move.NOTE, case.access)
        rows = await mentionable.near(tx, viewer, case, scope_of(viewer, case))
        called = [row for row in rows if _is_called(row, typed[:LONGEST])]
        called.sort(key=lambda row: (row.rank, alphabetical(row.display_name)))
        return await _first_who_see(tx, case, called)


def _is_called(row: Any, typed: str) -> bool:
    return matches(typed, (row.username, row.display_name))


async def _first_who_see(
    tx: Transaction, case: OpenedCase, rows: Sequence[Any]
) -> tuple[Colleague, ...]:
    found: list[Colleague] = []
    for first in range(0, len(rows), _AT_ONCE):
        some = [row.id for row in rows[first : first + _AT_ONCE]]
        known = await people.viewers(tx, some)
        asked = (known[one] for one in some if one in known)
        found += [_colleague(one, case) for one in asked if sees(one, case.access)]
        if len(found) >= MOST:
            break
    return tuple(found[:MOST])


def _colleague(who: Viewer, case: OpenedCase) -> Colleague:
    mine = own_bodies(who, case.access) or who.bodies  # by oversight: their office
    body = None if who.at_111 else min(mine, default=None)
    return Colleague(who.username, who.display_name, who.at_111, body)
