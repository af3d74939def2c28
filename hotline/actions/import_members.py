"""Use case: who belongs to which body comes from a table. Whole, or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass

from hotline.actions.steps.directory import need_keeper
from hotline.actions.steps.reassign import reroute_left
from hotline.actions.steps.told import Told
from hotline.config.directory_faults import BadDirectory, Fault
from hotline.config.members_csv import MemberEntry, read_members
from hotline.identity.viewer import Actor
from hotline.runtime import Runtime
from hotline.store import bodies, people
from hotline.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Placed:
    """What an import of people does. `left`: memberships that it leaves as they are."""

    rows: int
    new: tuple[tuple[str, str], ...]  # (body, user name)
    ended: tuple[tuple[str, str], ...]
    changed: int
    left: int


async def import_members(
    rt: Runtime,
    actor: Actor,
    raw: bytes,
    name: str,
    *,
    whole: bool = False,
    only_look: bool = False,
    told: Told | None = None,
) -> Placed:
    """Place people into bodies as the table says; return what changes.

    `whole`: memberships that the table does not name end now. People themselves are added
    with `hotline user add`. `told` hears of the bodies whose people are placed; what ends
    it there undoes all of them. Errors: BadDirectory names line and column; NotAllowed.
    """
    need_keeper(actor)
    named = read_members(raw, name)
    async with rt.transaction(actor) as tx:
        await bodies.lock(tx)
        ids = await people.active_ids(tx, {entry.username for entry in named})
        _check(named, ids, set(await bodies.names(tx)))
        now = {(row.body_id, row.username): row for row in await bodies.members(tx)}
        wanted = {(entry.body, entry.username): entry for entry in named}
        gone = {pair: row for pair, row in now.items() if pair not in wanted}
        done = Placed(
            len(named),
            tuple(sorted(wanted.keys() - now.keys())),
            tuple(sorted(gone)) if whole else (),
            sum(_differs(wanted[pair], now[pair]) for pair in wanted.keys() & now.keys()),
            0 if whole else len(gone),
        )
        if not only_look:
            await _keep(tx, named, ids, told)
            ended = {(int(row.person_id), pair[0]) for pair, row in gone.items()}
            await bodies.leave(tx, ended if whole else ())
            for person, body in sorted(ended if whole else ()):
                await reroute_left(rt, tx, person, body)
            counts = {"new": len(done.new), "ended": len(done.ended)}
            tx.record("members_imported", data={"rows": done.rows, **counts})
    if not only_look:
        rt.forget_directory()
    return done


def _check(named: Sequence[MemberEntry], ids: dict[str, int], known: set[str]) -> None:
    wrong = [
        Fault(entry.where, "body", "unknown_body", {"value": entry.body})
        for entry in named
        if entry.body not in known
    ] + [
        Fault(entry.where, "username", "unknown_person", {"value": entry.username})
        for entry in named
        if entry.username not in ids
    ]
    if wrong:
        raise BadDirectory(wrong)


def _differs(entry: MemberEntry, row: object) -> bool:
    languages = entry.languages or tuple(getattr(row, "languages", ()))
    share = entry.share or getattr(row, "share", None)
    said = (entry.position, languages, share)
    return said != (
        getattr(row, "position", None),
        tuple(getattr(row, "languages", ())),
        getattr(row, "share", None),
    )


async def _keep(
    tx: Transaction, named: Sequence[MemberEntry], ids: dict[str, int], told: Told | None
) -> None:
    by_body: dict[str, dict[int, str]] = {}
    about: dict[int, dict[str, object]] = {}
    for entry in named:
        person = ids[entry.username]
        by_body.setdefault(entry.body, {})[person] = entry.position
        if entry.languages is not None:
            about.setdefault(person, {})["languages"] = list(entry.languages)
        if entry.share is not None:
            about.setdefault(person, {})["share"] = entry.share
    for done, (body, positions) in enumerate(sorted(by_body.items()), 1):
        await bodies.place(tx, body, positions)
        if told:
            await told(done, len(by_body))
    for person, values in sorted(about.items()):
        await people.change(tx, person, values)
