"""/admin/partners: what each partner may do, where it is told, and how every event went."""

from collections.abc import Mapping

from aiohttp import web

from hotline.actions.manage_hooks import (
    add_hook,
    list_hooks,
    rotate_hook,
    send_again,
    switch_hook,
)
from hotline.cases.terms import Role
from hotline.console import shell
from hotline.console.session import form_of, guarded
from hotline.errors import RuleForbids
from hotline.i18n import gettext
from hotline.web.keys import RT
from hotline.web.pages import locale_of

_WRONG = {
    "unknown_partner": "Choose a partner.",
    "no_hooks": "This partner may have no address (config/channels.yaml).",
    "bad_address": "Give an https address without user name and password.",
}


async def show(request: web.Request) -> web.StreamResponse:
    """Return the page."""
    return await _page(request)


async def _page(
    request: web.Request,
    *,
    status: int = 200,
    secret: str = "",
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> web.Response:
    rt, viewer = request.app[RT], shell.viewer_of(request)
    rules = rt.config.channels
    names = sorted({name for name, _ in rt.settings.partner_secrets})
    return shell.page(
        request,
        "partners.html",
        status=status,
        partners=[(name, rules.of_partner(name, demo=rt.settings.demo)) for name in names],
        screened=rt.screened_partners,
        hooks=await list_hooks(rt, viewer),
        secret=secret,
        errors=errors or {},
        typed=typed or {},
    )


async def add(request: web.Request) -> web.StreamResponse:
    """Add an address; its secret is shown once, on the answer itself."""
    sent = form_of(request)
    partner, address = sent.get("partner", ""), sent.get("address", "").strip()
    try:
        made = await add_hook(request.app[RT], shell.viewer_of(request), partner, address)
    except RuleForbids as wrong:
        text = gettext(
            locale_of(request), _WRONG.get(wrong.code, "This cannot be done now.")
        )
        field = str(wrong.facts.get("field", "address"))
        return await _page(request, status=422, errors={field: text}, typed=sent)
    return await _page(request, secret=made)


async def move(request: web.Request) -> web.StreamResponse:
    """Rotate the secret of a hook, or switch it on or off."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    hook_id, what = int(request.match_info["hook"]), request.match_info["move"]
    if what == "rotate":
        return await _page(request, secret=await rotate_hook(rt, viewer, hook_id))
    await switch_hook(rt, viewer, hook_id, on=what == "enable")
    return shell.go(request, "/admin/partners")


async def again(request: web.Request) -> web.StreamResponse:
    """Send one event again."""
    event = int(request.match_info["event"])
    await send_again(request.app[RT], shell.viewer_of(request), event)
    return shell.go(request, "/admin/partners")


show_page = guarded(Role.ADMIN)(show)
add_page = guarded(Role.ADMIN)(add)
move_page = guarded(Role.ADMIN)(move)
again_page = guarded(Role.ADMIN)(again)
