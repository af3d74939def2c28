"""What stands around a page and is of its reader: read with the page, not after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from hotline.actions.control_call import can_control
from hotline.cases.terms import PresenceState, Role
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import call_bar, console_reads, pages, presence
from hotline.store.call_bar import CallOnBar
from hotline.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Calls:
    """The viewer's own calls, and to whom one of them could be handed."""

    calls: Sequence[CallOnBar] = ()
    led: frozenset[int] = frozenset()
    colleagues: Sequence[Any] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """The bell, who is woken, what the viewer is doing, and their calls."""

    unseen: int
    woken: Sequence[Any]
    doing: Any
    calls: Calls


FRAME = web.RequestKey("frame", Frame)


def is_opened(request: web.Request) -> bool:
    """Return whether a browser opens a page, as it says itself.

    One that says nothing reads the parts around the page after it, as scripts do that read
    a page anew.
    """
    return request.method == "GET" and request.headers.get("Sec-Fetch-Dest") == "document"


async def frame_of(rt: Runtime, viewer: Viewer) -> Frame | None:
    """Return what stands around the viewer's pages; nothing for who administers."""
    if viewer.role is Role.ADMIN:
        return None
    async with rt.transaction(viewer) as tx:
        return Frame(
            unseen=await console_reads.unseen_notices(tx, viewer),
            woken=await pages.open_pages(tx, viewer),
            doing=await presence.of_person(tx, viewer.person_id) if viewer.at_111 else None,
            calls=await calls_of(rt, tx, viewer) if viewer.at_111 else Calls(),
        )


async def calls_of(rt: Runtime, tx: Transaction, viewer: Viewer) -> Calls:
    """Return the calls that ring at, are with, or are written up by the viewer."""
    mine = await call_bar.of_viewer(tx, viewer)
    led = frozenset(one.id for one in mine if can_control(rt, one))
    ready = await presence.everybody(tx) if led else ()
    return Calls(mine, led, [one for one in ready if _may_take(one, viewer)])


def _may_take(row: Any, viewer: Viewer) -> bool:
    """Return whether a colleague could take a call over now."""
    ready = row.state == PresenceState.READY and row.extension
    return bool(ready) and row.person_id != viewer.person_id
