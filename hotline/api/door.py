"""What every call goes through: sign-in, decoding, one effect a key, the answer."""

import msgspec
from aiohttp import web

from hotline.actions.sign_in import viewer_of_token
from hotline.api import reading
from hotline.api.call import Ask, Call
from hotline.cases.terms import Role
from hotline.errors import HotlineError, NotFound, Stale
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import idempotency
from hotline.store.view_parts import View
from hotline.web.keys import RT
from hotline.web.problems import Handler, problem
from hotline.web.wire import storable

_LONGEST_TOKEN = 200


class NotSignedIn(HotlineError):
    """No bearer token, or one that does not hold."""

    status = 401
    code = "not_signed_in"


def handler(call: Call) -> Handler:
    """Return the aiohttp handler of `call`."""

    async def answer(request: web.Request) -> web.StreamResponse:
        rt = request.app[RT]
        try:
            viewer = await _viewer(rt, request)
        except NotSignedIn as error:
            refused = problem(error)
            refused.headers["WWW-Authenticate"] = 'Bearer realm="hotline"'
            return refused
        if viewer.role is Role.ADMIN and not call.for_admin:
            raise NotFound("no such page")
        ask = await _ask(rt, viewer, request, call)
        if call.read is not None:
            return _response(await call.read(ask), 200)
        try:
            return await _write(ask, call, request)
        except Stale as stale:
            await _attach_fresh(stale, ask, call)
            raise

    return answer


async def _viewer(rt: Runtime, request: web.Request) -> Viewer:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not 0 < len(token) <= _LONGEST_TOKEN:
        raise NotSignedIn("send a bearer token; `hotline token USER` makes one")
    viewer = await viewer_of_token(rt, token)
    if viewer is None:
        raise NotSignedIn("this token does not hold; `hotline token USER` makes a new one")
    return viewer


async def _ask(rt: Runtime, viewer: Viewer, request: web.Request, call: Call) -> Ask:
    path = dict(request.match_info)
    if not all(storable(part) for part in path.values()):
        raise NotFound("no such page")
    limits = rt.config.service.limits
    body = None
    if call.body is not None:
        body = await reading.body_of(
            request, call.body, limit=limits.body_bytes, depth=limits.json_depth
        )
    key = reading.key_of(request)
    hashed = rt.sealer.trace("idempotency-key", key).hex() if key else None
    query = reading.query_of(request, call)
    return Ask(rt, viewer, path, query, body, reading.version_of(request), hashed)


async def _write(ask: Ask, call: Call, request: web.Request) -> web.Response:
    """Do the action, once a key; the answer is read anew either way."""
    if call.write is None or call.render is None:
        raise RuntimeError("a writing call without its parts")
    rt, person = ask.rt, ask.viewer.person_id
    if ask.key is None:
        number = await call.write(ask)
        return _response(await call.render(ask, number), call.status)
    asked = f"{request.method} {request.path} ".encode() + msgspec.json.encode(ask.body)
    fingerprint = rt.sealer.trace("idempotency", asked.decode())
    async with rt.transaction(ask.viewer) as tx:
        earlier = await idempotency.begin(tx, person, ask.key, fingerprint)
    if earlier is not None:
        status, known = earlier
        return _response(await call.render(ask, known or ""), status)
    try:
        number = await call.write(ask)
    except HotlineError:  # nothing changed; anything else leaves the key taken for a while
        async with rt.transaction(ask.viewer) as tx:
            await idempotency.drop(tx, person, ask.key)
        raise
    async with rt.transaction(ask.viewer) as tx:
        await idempotency.end(tx, person, ask.key, call.status, number)
    return _response(await call.render(ask, number), call.status)


async def _attach_fresh(stale: Stale, ask: Ask, call: Call) -> None:
    """Put the object as it stands now into the problem, if the viewer still sees it."""
    number = ask.path.get("number") or ask.path.get("receipt") or ""
    if call.render is None:
        return
    try:
        fresh = await call.render(ask, number)
    except HotlineError:
        return
    stale.facts["fresh"] = msgspec.to_builtins(fresh)


def _response(view: View, status: int) -> web.Response:
    response = web.Response(
        status=status, body=msgspec.json.encode(view), content_type="application/json"
    )
    version = getattr(view, "version", None)
    if version is not None:
        response.headers["ETag"] = f'"{version}"'
    return response
