"""/what-if: changed rules tried on the stored past, and what two people did with them."""

from aiohttp import web

from hotline.actions import enable_policy, try_policy
from hotline.cases.terms import Role
from hotline.config.directory_faults import BadDirectory
from hotline.console import shell
from hotline.console.fields import whole
from hotline.console.pages.case import body_names
from hotline.console.session import form_of, guarded
from hotline.errors import NotFound, RuleForbids, Stale
from hotline.web.keys import RT
from hotline.web.pages import locale_of
from hotline.whatif.rules import REPLAYED

KEEPERS = (Role.SUPERVISOR, Role.ADMIN)
DAYS = 30
LISTED = 100  # changes on a page; the API has more
MOVES = {
    "propose": enable_policy.propose_policy,
    "enable": enable_policy.enable_policy,
    "roll-back": enable_policy.roll_back_policy,
}


async def show(request: web.Request) -> web.StreamResponse:
    """Return the trials and the file that is to be changed."""
    return await _list(request, request.query.get("file", REPLAYED[0]))


async def _list(
    request: web.Request,
    file: str,
    *,
    text: str | None = None,
    days: int = DAYS,
    refused: RuleForbids | None = None,
) -> web.Response:
    rt, viewer = request.app[RT], shell.viewer_of(request)
    if file not in REPLAYED:
        file = REPLAYED[0]
    page = await try_policy.list_trials(rt, viewer)
    now = await try_policy.files_now(rt, viewer)
    return shell.page(
        request,
        "what_if.html",
        status=refused.status if refused else 200,
        trials=page.items,
        running=page.running,
        files=REPLAYED,
        file=file,
        text=now[file] if text is None else text,
        days=days,
        wrong=refused.code if refused else "",
        faults=refused.facts.get("problems", []) if refused else [],
    )


async def start(request: web.Request) -> web.StreamResponse:
    """Try one changed file."""
    rt, viewer, form = request.app[RT], shell.viewer_of(request), form_of(request)
    file, days = form.get("file", ""), whole(form.get("days", "")) or 0
    text = form.get("text", "").replace("\r\n", "\n")  # as browsers send lines
    try:
        made = await try_policy.try_policy(rt, viewer, {file: text}, days)
    except RuleForbids as refused:
        return await _list(request, file, text=text, days=days or DAYS, refused=refused)
    return shell.go(request, f"/what-if/{made}")


async def one(request: web.Request) -> web.StreamResponse:
    """Return what a trial would change."""
    return await _trial(request)


async def _trial(
    request: web.Request, *, status: int = 200, wrong: str = ""
) -> web.Response:
    rt, viewer = request.app[RT], shell.viewer_of(request)
    trial = await try_policy.trial_of(rt, viewer, _id(request))
    async with rt.transaction(viewer) as tx:
        named = await body_names(tx, locale_of(request))
    return shell.page(
        request,
        "trial.html",
        status=status,
        trial=trial,
        found=trial.found,
        listed=LISTED,
        named=named,
        wrong=wrong,
    )


def _id(request: web.Request) -> int:
    found = whole(request.match_info["id"])
    if found is None:
        raise NotFound("no such trial")
    return found


async def move(request: web.Request) -> web.StreamResponse:
    """Propose, enable or take back."""
    rt, viewer, known = request.app[RT], shell.viewer_of(request), _id(request)
    try:
        await MOVES[request.match_info["move"]](rt, viewer, known)
    except (RuleForbids, Stale, BadDirectory) as refused:
        return await _trial(request, status=refused.status, wrong=refused.code)
    return shell.go(request, f"/what-if/{known}")


show_page = guarded(*KEEPERS)(show)
start_page = guarded(*KEEPERS)(start)
one_page = guarded(*KEEPERS)(one)
move_page = guarded(*KEEPERS)(move)
