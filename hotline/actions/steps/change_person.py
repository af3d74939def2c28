"""Step: a person's role, place, bodies and state as administration keeps them. No names."""

from typing import Any

from hotline.actions.set_presence import leave_desk
from hotline.actions.steps.reassign import reroute_left
from hotline.cases.terms import Role
from hotline.config.directory_rules import LANGUAGES
from hotline.config.members_csv import POSITIONS
from hotline.errors import NotFound, RuleForbids
from hotline.identity.changes import Values, content_by_two, link_by_two
from hotline.runtime import Runtime
from hotline.store import bodies, people, person_cards, sign_ins
from hotline.store.transaction import Transaction

FIELDS = ("role", "region", "languages", "share", "active")
_LARGEST_SHARE = 2.0
_NEEDS_REGION = (Role.COMMISSIONER,)


async def read(_rt: Runtime, tx: Transaction, key: str) -> dict[str, Any]:
    """Return what stands of the person whose id is `key`. Errors: NotFound."""
    row = await person_cards.by_id(tx, id_of(key))
    if row is None:
        raise NotFound("no such person")
    placed = await person_cards.bodies_of(tx, row.id)
    return {
        "role": row.role,
        "region": row.region,
        "languages": sorted(row.languages),
        "share": float(row.share),
        "active": bool(row.active),
        "bodies": dict(sorted(placed.items())),
    }


async def check(
    rt: Runtime, tx: Transaction, key: str, before: Values, after: Values
) -> None:
    """Do nothing where it may stand so. Errors: RuleForbids names the field."""
    if id_of(key) == tx.actor.person_id:
        raise RuleForbids("nobody changes themselves", code="self_change", field="role")
    _check_values(rt, after)
    known = await bodies.names(tx)
    wrong = [one for one in after["bodies"] if one not in known]
    if wrong:
        raise RuleForbids(f"no such body: {wrong[0]}", code="unknown_body", field="bodies")
    wrong = [one for one in after["bodies"].values() if one not in POSITIONS]
    if wrong:
        raise RuleForbids("no such position", code="unknown_position", field="bodies")
    leaves = before["role"] == Role.ADMIN and before["active"]
    stays = after["role"] == Role.ADMIN and after["active"]
    if leaves and not stays and await person_cards.admins(tx) < 2:  # noqa: PLR2004
        raise RuleForbids("somebody must be left", code="last_admin", field="role")


def _check_values(rt: Runtime, after: Values) -> None:
    if after["role"] not in set(Role):
        raise RuleForbids("no such role", code="unknown_role", field="role")
    region = after["region"]
    if region is not None and region not in rt.regions:
        raise RuleForbids("no such region", code="unknown_region", field="region")
    if after["role"] in _NEEDS_REGION and region is None:
        raise RuleForbids("a region is needed", code="region_needed", field="region")
    spoken = after["languages"]
    if not spoken or any(one not in LANGUAGES for one in spoken):
        raise RuleForbids("no such language", code="unknown_language", field="languages")
    if not 0 < after["share"] <= _LARGEST_SHARE:
        raise RuleForbids("no such share", code="bad_share", field="share")


async def put(
    rt: Runtime, tx: Transaction, key: str, before: Values, after: Values
) -> None:
    """Put it so, at once: who is off is signed out, and their cases go to others."""
    person = id_of(key)
    await bodies.lock(tx)
    await people.change(tx, person, {name: after[name] for name in FIELDS})
    was, now = dict(before["bodies"]), dict(after["bodies"])
    for body, position in now.items():
        if was.get(body) != position:
            await bodies.place(tx, body, {person: position})
    left = was.keys() - now.keys()
    await bodies.leave(tx, {(person, body) for body in left})
    off = before["active"] and not after["active"]
    for body in sorted(was.keys() if off else left):
        await reroute_left(rt, tx, person, body)
    if off or before["role"] != after["role"]:
        await _sign_out(rt, tx, person, before, after)


async def also_two(tx: Transaction, _key: str, before: Values, after: Values) -> bool:
    """Return whether a second person agrees to who comes to read content: where one is there."""
    return content_by_two(before, after) and await person_cards.other_deciders(tx) > 0


def made_alone(tx: Transaction, key: str, before: Values, after: Values) -> None:
    """Write down that one person let somebody in to read content: nobody else could agree."""
    if content_by_two(before, after):
        told = {"person_id": id_of(key), "role": after["role"]}
        tx.record("let_in_by_one", data=told)


async def _sign_out(
    rt: Runtime, tx: Transaction, person: int, before: Values, after: Values
) -> None:
    """End what was opened under the role of before: the new one may ask for more at the door."""
    await leave_desk(tx, person)
    for _ in range(await sign_ins.end_sessions(tx, person)):
        sign_ins.note(tx, person, "ended")
    await sign_ins.end_tokens(tx, person)
    if content_by_two(before, after) or link_by_two(after, {}):
        await sign_ins.end_links_of_one(tx, person)
    if not link_by_two(after, {}):
        return
    if before["active"] and after["role"] in rt.config.admin.second_factor.roles:
        # They have worked here already: for more rights there are no days of grace.
        await people.change(tx, person, {"second_due_at": tx.now})


def id_of(key: str) -> int:
    """Return the id that a key names. Errors: NotFound."""
    if not (key.isascii() and key.isdigit()) or len(key) > 15:  # noqa: PLR2004
        raise NotFound("no such person")
    return int(key)
