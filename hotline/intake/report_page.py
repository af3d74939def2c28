"""GET and POST /report: the public form. It needs no JavaScript and leaves nothing behind.

`/q/{code}` shows the same page: a poster's code goes along in the form, and is looked up only
when the form is sent, so that a page never tells whether a code is known.

The answer to a POST is the page with the number itself, not a redirect: nothing about the
report is then kept in the browser, and a refresh or a double click sends the same form
again, which gives the same number and the same PIN.
"""

from datetime import timedelta
from uuid import uuid4

from aiohttp import web

from hotline.actions.receive_contact import receive_contact
from hotline.cases.terms import Channel
from hotline.errors import HotlineError, Unavailable
from hotline.i18n import LOCALES, alphabetical
from hotline.intake.crowd import Crowd
from hotline.intake.form_body import FormBody, read_form_body
from hotline.intake.site_memory import SiteMemory
from hotline.intake.web_form import (
    ACCOUNT,
    RELATIONS,
    Form,
    Place,
    external_id,
    form_of,
    inbound_of,
    is_form_id,
    pin_of,
)
from hotline.store.intake_batch import Kept
from hotline.web.form_token import FormTokens, Issued, from_elsewhere
from hotline.web.keys import LOCALE, RT
from hotline.web.metrics import CONTACTS, REFUSED
from hotline.web.pages import locale_of, render_public
from hotline.web.problems import RETRY_S

COOKIE = "form"
_FASTEST = timedelta(seconds=3)  # nobody reads and types in less
_CHANNEL = "web"
_LONGEST_CODE = 40
CROWD = web.AppKey("crowd", Crowd)
SITES = web.AppKey("sites", SiteMemory)


async def show(request: web.Request) -> web.Response:
    """Return an empty form; a poster's code goes along in it, whatever it is."""
    code = request.match_info.get("code", "")[:_LONGEST_CODE]
    return _page(request, Form(code=code))


async def send(request: web.Request) -> web.Response:
    """Store what was typed and show its number; or the form again with what is wrong."""
    try:
        return await _send(request)
    except HotlineError as error:
        REFUSED.labels(_CHANNEL, error.code).inc()
        raise


async def _send(request: web.Request) -> web.Response:
    rt = request.app[RT]
    body = await read_form_body(request, rt.config.service.limits)
    form = form_of(body.fields)
    if form.lang in LOCALES:
        request[LOCALE] = form.lang
    switched = body.fields.get("switch", "")
    if switched in LOCALES and not from_elsewhere(request.headers, request.host):
        request[LOCALE] = switched
        return _page(request, form, wrong="files" if body.fields.get("files") else "")
    token = _genuine(request, form)
    if token is None:
        REFUSED.labels(_CHANNEL, "bad_token").inc()
        return _page(request, form, status=403, wrong="token")
    if not form.text.strip():
        return _page(request, form, status=422, wrong="text")
    sending = external_id(form, rt.sealer.derive("form"), body.media)
    pin = pin_of(rt.sealer.derive("pin"), sending)
    try:
        inbound = inbound_of(
            form, body.raw, sending=sending, pin=pin, place=await _place(request, form),
            marks=_marks(form, token), media=body.media, behind=is_over(request),
        )  # fmt: skip
        kept = await receive_contact(rt, inbound)
    except Unavailable as error:
        REFUSED.labels(_CHANNEL, error.code).inc()
        response = _page(request, form, status=503, wrong="store")
        response.headers["Retry-After"] = str(RETRY_S)
        return response
    CONTACTS.labels(inbound.channel, "message" if kept.fresh else "again").inc()
    return _done(request, kept, pin, body)


def _tokens(request: web.Request) -> FormTokens:
    return FormTokens(request.app[RT].sealer.derive(f"csrf:{ACCOUNT}"))


def _genuine(request: web.Request, form: Form) -> Issued | None:
    """Return the token when our own page sent the form; cookies may be switched off."""
    if from_elsewhere(request.headers, request.host) or not is_form_id(form.form_id):
        return None
    token = _tokens(request).read(form.csrf, form.form_id, request.app[RT].clock.now())
    if token is None:
        return None
    same = request.headers.get("Sec-Fetch-Site") == "same-origin"
    return token if same or request.cookies.get(COOKIE) == token.nonce else None


def _marks(form: Form, token: Issued) -> list[str]:
    """Return what makes it look sent by a program: it is kept all the same."""
    marks = ["honeypot"] if form.website else []
    return [*marks, "too_fast"] if token.age < _FASTEST else marks


async def _place(request: web.Request, form: Form) -> Place:
    """Return where the form came from. A code that nobody knows is a form without a site."""
    rt = request.app[RT]
    said = form.region if form.region in rt.regions else None
    if not form.code:
        return Place(region=said)
    site = await request.app[SITES].site_of(rt, form.code)
    if site is None:
        return Place(Channel.QR, region=said)
    return Place(Channel.QR, site.id, said or site.region)


def is_over(request: web.Request) -> bool:
    """Return whether very many posts come at once: then this one waits behind others."""
    rt = request.app[RT]
    address = rt.sealer.trace("address", request.remote or "")
    return request.app[CROWD].is_over(address, rt.clock.now())


def _page(
    request: web.Request, form: Form, *, status: int = 200, wrong: str = ""
) -> web.Response:
    rt = request.app[RT]
    form_id = form.form_id if is_form_id(form.form_id) else str(uuid4())
    known = request.cookies.get(COOKIE, "")
    nonce = known if len(known) == 32 and known.isalnum() and known.isascii() else None  # noqa: PLR2004
    token, nonce = _tokens(request).issue(form_id, rt.clock.now(), nonce)
    locale = locale_of(request)
    names = sorted(
        (
            (getattr(region.name, locale), region.code)
            for region in rt.config.places.regions
        ),
        key=lambda pair: alphabetical(pair[0]),
    )
    response = render_public(
        request, "report.html", status=status, form=form, form_id=form_id, csrf=token,
        regions=names, relations=RELATIONS, wrong=wrong, limits=rt.config.service.limits,
    )  # fmt: skip
    response.set_cookie(
        COOKIE, nonce, path="/", httponly=True, samesite="Strict",
        secure=request.secure or request.headers.get("X-Forwarded-Proto") == "https",
    )  # fmt: skip
    return response


def _done(request: web.Request, kept: Kept, pin: str, body: FormBody) -> web.Response:
    return render_public(
        request, "report_done.html", receipt=kept.receipt, pin=pin, left_out=body.left_out
    )
