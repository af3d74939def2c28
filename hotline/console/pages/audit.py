"""/admin/audit: who looked at what; /me/log: what is recorded of oneself."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from aiohttp import web

from hotline import i18n
from hotline.actions.read_audit import READERS, AuditPage, Doing, own_log, read_audit
from hotline.actions.seal_audit import chain_now
from hotline.config.csv_table import write_table
from hotline.console import admin_page, shell
from hotline.console.history import SENTENCES
from hotline.console.session import guarded
from hotline.console.shell import ALMATY
from hotline.console.wording import Wording
from hotline.store.audit_log import Asked
from hotline.web.keys import RT

_FILTERS = ("person", "case", "kind", "from", "to")
_COLUMNS = ("when", "who", "user_name", "what", "case", "device")


async def show(request: web.Request) -> web.StreamResponse:
    """Return the log."""
    asked = {name: request.query.get(name, "").strip()[:60] for name in _FILTERS}
    found = await _read(request, asked)
    chain = await chain_now(request.app[RT], shell.viewer_of(request))
    w = admin_page.words_of(request)
    return admin_page.page(
        request,
        "audit.html",
        rows=[(row, what_of(w, row)) for row in found.rows],
        more=_cursor(found.more) if found.more else "",
        asked=asked,
        chain=chain,
        query="&".join(
            f"{name}={asked[name]}" for name in _FILTERS if asked[name].isascii()
        ),
    )


async def download(request: web.Request) -> web.StreamResponse:
    """Return the same rows as a table."""
    asked = {name: request.query.get(name, "").strip()[:60] for name in _FILTERS}
    found = await _read(request, asked, export=True)
    w = admin_page.words_of(request)
    raw = write_table(
        _COLUMNS,
        (
            {
                "when": i18n.moment(row.at),
                "who": row.name,
                "user_name": row.username,
                "what": what_of(w, row),
                "case": row.case,
                "device": w.device(row.device) if row.source == "sign_in" else "",
            }
            for row in found.rows
        ),
    )
    # The name carries the seal out: whoever keeps the file can show that none was cut off.
    seal = (await chain_now(request.app[RT], shell.viewer_of(request))).newest
    name = "-".join(["audit", *seal.split(":")]) if seal else "audit"
    named = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return web.Response(body=raw, content_type="text/csv", charset="utf-8", headers=named)


async def mine(request: web.Request) -> web.StreamResponse:
    """Return what is recorded of who asks."""
    found = await own_log(
        request.app[RT], shell.viewer_of(request), Asked(after=_after(request))
    )
    w = admin_page.words_of(request)
    return shell.page(
        request,
        "my_log.html",
        rows=[(row, what_of(w, row)) for row in found.rows],
        more=_cursor(found.more) if found.more else "",
    )


async def _read(
    request: web.Request, asked: Mapping[str, str], *, export: bool = False
) -> AuditPage:
    until = _day(asked["to"])
    wanted = Asked(
        kind=asked["kind"],
        since=_day(asked["from"]),
        until=until + timedelta(days=1) if until else None,
        after=_after(request),
    )
    return await read_audit(
        request.app[RT],
        shell.viewer_of(request),
        wanted,
        username=asked["person"],
        number=asked["case"],
        export=export,
    )


def what_of(w: Wording, row: Doing) -> str:
    """Return what somebody did in words; of an event the part before its facts."""
    if row.source == "sign_in":
        return w.of("sign_in", row.what)
    pattern = w.say(SENTENCES[row.what]) if row.what in SENTENCES else row.what
    return pattern.partition("{")[0].rstrip(" :,→") or row.what


def _day(typed: str) -> datetime | None:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=ALMATY)


def _cursor(row: Doing) -> str:
    return f"{row.at.isoformat()}~{row.source}~{row.id}"


def _after(request: web.Request) -> tuple[datetime, str, int] | None:
    """Return where a page goes on; what was made up goes on from the beginning."""
    at, _, rest = request.query.get("after", "").replace(" ", "+").partition("~")
    source, _, number = rest.partition("~")
    try:
        when, row_id = datetime.fromisoformat(at), int(number)
    except ValueError:
        return None
    sound = when.tzinfo is not None and source in ("event", "sign_in") and row_id < 2**62
    return (when, source, row_id) if sound else None


LOG = guarded(*READERS)
show_page, download_page, mine_page = LOG(show), LOG(download), guarded()(mine)
