"""Use cases: an administrator says where a partner is told, and sees how that goes."""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from hotline.cases.terms import Role
from hotline.errors import NotAllowed, NotFound, RuleForbids
from hotline.identity.viewer import Viewer
from hotline.notify.fetch import origin_of
from hotline.runtime import Runtime
from hotline.store import hooks
from hotline.store.transaction import Transaction

_OVERLAP = 2  # secrets in force while a partner changes over
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class HookView:
    """One hook, as its administrator sees it. Secrets are shown once, when they are made."""

    id: int
    partner: str
    state: str
    reason: str | None
    address: str = field(repr=False)
    log: Sequence[Any] = ()


async def add_hook(rt: Runtime, viewer: Viewer, partner: str, address: str) -> str:
    """Add a hook; return its secret, which is shown this once.

    Errors: NotAllowed; RuleForbids `unknown_partner`, `bad_address`, each with its field.
    """
    known = {name for name, _ in rt.settings.partner_secrets}
    if partner not in known:
        raise RuleForbids(
            "partner: no such partner", code="unknown_partner", field="partner"
        )
    if "hooks" not in rt.config.channels.of_partner(partner).may:
        raise RuleForbids("partner: may have no hooks", code="no_hooks", field="partner")
    _check(rt, partner, address)
    secret = _secret()
    async with rt.transaction(_admin(viewer)) as tx:
        hook_id = await rt.numbers.take(tx.now)
        await hooks.add(tx, hook_id, partner, address, secret)
        tx.record("hook_added", data={"hook": hook_id, "partner": partner})
    return secret


async def rotate_hook(rt: Runtime, viewer: Viewer, hook_id: int) -> str:
    """Add a secret before the one in force; return it. The older of two goes at the next."""
    async with rt.transaction(_admin(viewer)) as tx:
        hook = await _one(tx, hook_id)
        secret = _secret()
        await hooks.keep_secrets(tx, hook_id, [secret, *hook.secrets][:_OVERLAP])
        tx.record("hook_rotated", data={"hook": hook_id})
    return secret


async def switch_hook(rt: Runtime, viewer: Viewer, hook_id: int, *, on: bool) -> None:
    """Switch a hook on or off by hand. Errors: NotAllowed, NotFound."""
    async with rt.transaction(_admin(viewer)) as tx:
        await _one(tx, hook_id)
        await hooks.set_state(tx, hook_id, "active" if on else "disabled", None)
        tx.record("hook_switched", data={"hook": hook_id, "on": on})


async def send_again(rt: Runtime, viewer: Viewer, delivery_id: int) -> None:
    """Send one event again. Errors: NotAllowed, NotFound."""
    async with rt.transaction(_admin(viewer)) as tx:
        if not await hooks.again(tx, delivery_id):
            raise NotFound("no such event, or it waits already")


async def list_hooks(rt: Runtime, viewer: Viewer) -> list[HookView]:
    """Return every hook with its newest events. Errors: NotAllowed."""
    async with rt.transaction(_admin(viewer)) as tx:
        rows = await hooks.every(tx)
        known = await hooks.opened(tx, rows)
        return [
            HookView(
                row.id, row.partner, row.state, row.reason, known[row.id].address,
                await hooks.log(tx, row.id),
            )
            for row in rows
            if row.id in known
        ]  # fmt: skip


async def _one(tx: Transaction, hook_id: int) -> hooks.Opened:
    row = await hooks.lock(tx, hook_id)
    found = await hooks.opened(tx, [row]) if row is not None else {}
    if hook_id not in found:
        raise NotFound("no such hook")
    return found[hook_id]


def _admin(viewer: Viewer) -> Viewer:
    if viewer.role is not Role.ADMIN:
        raise NotAllowed("for administrators")
    return viewer


def inside(rt: Runtime, partner: str, address: str) -> frozenset[str]:
    """Return the origins within our own network that a partner's hook may have.

    Those of its `hook_origins`; beside a demo a program on the same machine too.
    """
    rules, origin = rt.config.channels.of_partner(partner), origin_of(address)
    known = {origin_of(one) for one in rules.hook_origins}
    if rt.settings.demo and urlsplit(origin or "").hostname in _LOOPBACK:
        known.add(origin)
    return frozenset(one for one in known if one)


def _check(rt: Runtime, partner: str, address: str) -> None:
    """Errors: RuleForbids unless `address` is one that a partner's server may have."""
    try:
        at = urlsplit(address)
        host, _ = at.hostname or "", at.port
    except ValueError:
        at, host = urlsplit(""), ""
    near = origin_of(address) in inside(rt, partner, address)
    fits = at.scheme == "https" or (at.scheme == "http" and near)
    if not (fits and host and "@" not in at.netloc and len(address) <= _LONGEST):
        raise RuleForbids(
            "address: give an https address without user and password",
            code="bad_address",
            field="address",
        )


def _secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
