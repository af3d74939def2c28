"""The queue as open pages read it anew: once for all who watch, and sent as cheaply as it goes.

Rights are asked for with every answer: the viewer as they are now, against the keys of all
whom anything complains of that waits now. Rows are kept for as long as nothing was heard,
and never while the channel that tells of changes is down.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aiohttp import web

from hotline.console import sending, shell
from hotline.console.live import LiveHub
from hotline.console.queue_part import SHOWN, danger_codes
from hotline.console.static_files import asset
from hotline.console.wording import Wording
from hotline.identity.viewer import Machine, Viewer
from hotline.runtime import Runtime
from hotline.store.gathering import Gathered
from hotline.store.queue_lists import QueuePage
from hotline.store.queue_rows import QueueLine
from hotline.store.queue_shared import SharedQueue, apart_now, shared_queue
from hotline.web.pages import locale_of, words

_WATCH = Machine("queue")
_FOR = timedelta(seconds=1)  # what fades or comes due by itself is shown that late at most
_MOVES = ("contact", "case", "call", "phone", "looking", "resync")  # what may change a row
_RECEIPT = re.compile(r"[0-9A-Za-z-]{1,40}")
_ROWS, _OPEN = "\x01", "\x02"  # stand where the rows and the open contact go
_BACK, _OFFERED = "\x03", "\x04"  # and the cases above and below the contacts
_BODIES = 1000  # kept at most: a crowd of whom each has something else open
_Look = tuple[str, str, QueuePage]  # language, open contact, what is seen


@dataclass(slots=True)
class _Kept:
    """One reading of a tab, and what was made of it."""

    mark: tuple[int, ...]
    queue: SharedQueue
    frames: dict[object, str] = field(default_factory=dict)
    bodies: dict[object, sending.Ready] = field(default_factory=dict)


class LiveQueues:
    """Reads the queue for all open pages of this process."""

    def __init__(self, rt: Runtime, hub: LiveHub) -> None:
        self._rt, self._hub = rt, hub
        self._kept: dict[str, _Kept] = {}
        self._begun: dict[str, tuple[int, ...]] = {}  # when each tab was read last
        self._tabs = Gathered(self._read)
        self._apart = Gathered(self._read_apart)
        self._rows: dict[object, str] = {}
        self._rows_before: dict[object, str] = {}

    async def answer(
        self, request: web.Request, viewer: Viewer, tab: str, chosen: str
    ) -> web.Response | None:
        """Return the queue as `viewer` may see it; None: it must be read for them alone."""
        if not self._hub.listens or (chosen and not _RECEIPT.fullmatch(chosen)):
            return None
        kept = await self._tab(tab)
        apart = await self._apart.ask(None)
        if kept is None or apart is None or viewer.keys & apart:
            return None
        page = kept.queue.of(viewer, SHOWN)
        if page is None:
            return None
        lang = locale_of(request)
        part = self._body(kept, (lang, chosen, page))
        return sending.send(request, part, {"Content-Language": lang, "Vary": shell.VARY})

    async def _tab(self, tab: str) -> _Kept | None:
        """Return the tab as it is since anything was heard last."""
        kept, mark = self._kept.get(tab), self._mark()
        if kept is not None and kept.mark == mark and self._fresh(kept.queue.at):
            return kept
        if self._begun.get(tab) == mark:
            return await self._tabs.join(tab)
        return await self._tabs.ask(tab)

    def _mark(self) -> tuple[int, ...]:
        """Return what is another as soon as anything changed that a row tells of."""
        return (self._rt.told, *(self._hub.times[kind] for kind in _MOVES))

    def _fresh(self, at: datetime) -> bool:
        return timedelta(0) <= self._rt.clock.now() - at < _FOR

    async def _read(self, tabs: Sequence[str]) -> Mapping[str, _Kept]:
        """Read the tabs that are asked for; what changes meanwhile makes them old at once."""
        codes = danger_codes(self._rt)
        for tab in tabs:
            mark = self._begun[tab] = self._mark()
            async with self._rt.transaction(_WATCH) as tx:
                queue = await shared_queue(tx, tab, SHOWN, codes)
            self._kept[tab] = _Kept(mark, queue)
        self._rows, self._rows_before = {}, self._rows
        return dict(self._kept)

    async def _read_apart(self, _: Sequence[None]) -> Mapping[None, frozenset[str]]:
        async with self._rt.transaction(_WATCH) as tx:
            return {None: await apart_now(tx)}

    def _body(self, kept: _Kept, look: _Look) -> sending.Ready:
        lang, chosen, page = look
        key = (lang, chosen, page.items, tuple(page.counts.values()), page.more)
        found = kept.bodies.get(key)
        if found is None:
            head, _, tail = self._frame(kept, look).partition(_ROWS)
            rows = "".join(self._row(lang, chosen, row) for row in page.items)
            head = head.replace(_OPEN, chosen).replace(
                _BACK, self._cases(kept, lang, "back")
            )
            tail = tail.replace(_OFFERED, self._cases(kept, lang, "offered"))
            found = sending.ready(head + rows + tail)
            if len(kept.bodies) < _BODIES:
                kept.bodies[key] = found
        return found

    def _frame(self, kept: _Kept, look: _Look) -> str:
        """Return all but the rows."""
        lang, chosen, page = look
        key = (lang, bool(chosen), bool(page.items), tuple(page.counts.values()), page.more)
        if key not in kept.frames:
            opened = _OPEN if chosen else ""
            kept.frames[key] = self._words(
                lang, "desk_queue.html", queue=page, chosen=opened, rows=_ROWS,
                back=_BACK, offered=_OFFERED,
            )  # fmt: skip
        return kept.frames[key]

    def _cases(self, kept: _Kept, lang: str, kind: str) -> str:
        """Return one list of cases: the same for all who read this queue."""
        cases, key = kept.queue.cases, ("cases", lang, kind)
        if key not in kept.frames:
            back = kind == "back"
            kept.frames[key] = self._words(
                lang,
                "queue_cases.html",
                kind=kind,
                lines=cases.back if back else cases.offered,
                count=cases.back_count if back else cases.offered_count,
            )
        return kept.frames[key]

    def _row(self, lang: str, chosen: str, row: QueueLine) -> str:
        """Return a row; one that reads as before is not made again."""
        due = row.contact.human_eyes_due_at
        late = due is not None and due <= self._rt.clock.now()
        opened = chosen if chosen == row.contact.receipt else ""
        key = (self._rt.trial_id, lang, opened, late, row)
        made = self._rows.get(key) or self._rows_before.get(key)
        if made is None:
            made = self._words(lang, "queue_row.html", row=row, chosen=opened)
        self._rows[key] = made
        return made

    def _words(self, lang: str, template: str, **values: object) -> str:
        return words(
            lang,
            template,
            now=self._rt.clock.now(),
            w=Wording(self._rt.config, lang),
            asset=asset,
            time_of=shell.time_of,
            **values,
        )


QUEUES = web.AppKey("live_queues", LiveQueues)
