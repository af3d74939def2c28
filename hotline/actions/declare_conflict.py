"""Use case: somebody says whom a case complains of; from then on these are out of it.

People at 111 may name anybody; who works on a case elsewhere may name themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hotline.actions.steps import accused, complaints
from hotline.actions.steps.accused import About, Accused, Candidate
from hotline.cases.apart import ComplaintKind
from hotline.errors import NotAllowed, NotFound, RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import cases, keys
from hotline.store import complaints as booked
from hotline.store.cases import OpenedCase
from hotline.store.transaction import Nudge, Transaction

MOST = 20  # named at once


@dataclass(frozen=True, slots=True)
class _Named:
    """One entry with everybody who is out because of it."""

    about: About
    out: tuple[Accused, ...]


async def declare_conflict(
    rt: Runtime,
    viewer: Viewer,
    number: str,
    named: Sequence[About],
    version: int | None = None,
) -> None:
    """Book complaints, and take the case from everybody who is out of it now.

    A name that nobody in the directory has is kept sealed and shuts nobody out; a site
    without an id shuts out the bodies that answer for it. Clocks go on with the next body.
    Errors: NotFound, NotAllowed, Stale; RuleForbids names the field, and candidates where
    a name is no choice.
    """
    if not 0 < len(named) <= MOST:
        raise RuleForbids("name one to twenty", code="how_many", field="conflicts")
    async with rt.transaction(viewer) as tx:
        before = await cases.read(
            tx, viewer, number, rt.number_key, version=version, lock=True
        )
        _may(viewer, named)
        found = await _found(rt, tx, before, named)
        await _book(tx, before, found)
        await cases.change(tx, before.id, {})
        await complaints.part_ways(rt, tx, before.id)
        await tell(tx, before)


async def candidates(
    rt: Runtime, viewer: Viewer, number: str, kind: str, name: str
) -> list[Candidate]:
    """Return who of the directory a name may mean, for people at 111. Errors: NotFound."""
    if not viewer.at_111 or kind not in set(ComplaintKind):
        raise NotFound("no such page")
    async with rt.transaction(viewer) as tx:
        await cases.read(tx, viewer, number, rt.number_key)
        everybody = await accused.known(tx)
    return everybody.candidates(ComplaintKind(kind), name)[: accused.MOST]


def _may(viewer: Viewer, named: Sequence[About]) -> None:
    themselves = all(
        one.kind == ComplaintKind.PERSON and one.id == viewer.username for one in named
    )
    if not viewer.at_111 and not themselves:
        raise NotAllowed("outside 111 one declares oneself only")


async def _found(
    rt: Runtime, tx: Transaction, case: OpenedCase, named: Sequence[About]
) -> list[_Named]:
    everybody, directory = await accused.known(tx), await rt.directory(tx)
    place = complaints.place_of(tx, case.row.region, case.row.district)
    found = []
    for index, about in enumerate(named):
        one = accused.chosen(everybody, about, f"[{index}]")
        out = await accused.spread(tx, one, about, directory, place)
        found.append(_Named(about, tuple(out)))
    return found


async def _book(tx: Transaction, case: OpenedCase, found: Sequence[_Named]) -> None:
    """Book every entry; words are sealed under the case's key."""
    key = await keys.load_one(tx, case.id)
    for one in found:
        about = one.about
        told = {
            "sealed_name": key.seal_text("complaint", about.name) if about.name else None,
            "sealed_reason": key.seal_text("complaint", about.text) if about.text else None,
        }
        if one.out:
            await complaints.book(tx, case.id, one.out, told)
        else:
            await booked.add(tx, case.id, [{"kind": about.kind, **told}])
            data = {"kind": about.kind, "body": None, "person": None}
            tx.record("conflict_declared", case_id=case.id, data=data)


async def tell(tx: Transaction, before: OpenedCase) -> None:
    """Tell open pages: those who lost sight of the case drop it, the others read it anew."""
    fresh = await cases.by_id(tx, before.id)
    # Who is out now was not before: the older nudge is the one that still reaches them.
    tx.nudge(before.nudge())
    tx.nudge(
        replace(before.nudge(), kind="notice", case_id=None)
    )  # nor is it on their bell
    if fresh is not None:
        tx.nudge(fresh.nudge())
    tx.nudge(Nudge("board"))
    tx.nudge(Nudge("contact"))
