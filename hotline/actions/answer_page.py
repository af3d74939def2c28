"""Use case: somebody who was woken, or anybody at 111, answers: the chain ends with a name."""

from collections.abc import Sequence
from typing import Any

from hotline.errors import NotFound, Stale
from hotline.identity.viewer import Machine, Viewer
from hotline.runtime import Runtime
from hotline.store import pages, people
from hotline.store.transaction import Nudge, Transaction

_LINK = Machine("answer_link")


async def answer_page(rt: Runtime, viewer: Viewer, page_id: int) -> None:
    """Answer a page as a signed-in person: the one who was woken, or somebody at 111.

    Errors: NotFound for a page that is neither theirs nor 111's; Stale `already_answered`
    with the `holder` when somebody was quicker.
    """
    async with rt.transaction(viewer) as tx:
        page = await pages.locked(tx, page_id)
        if page is None or not await _concerns(tx, page, viewer):
            raise NotFound("no such page")
        await _answer(tx, page, viewer)


async def _concerns(tx: Transaction, page: Any, viewer: Viewer) -> bool:
    """Return whether the page is the viewer's or 111's, and the matter not about the viewer."""
    asked = page.person_id == viewer.person_id or viewer.at_111
    return asked and await pages.is_open_to(tx, page.id, viewer)


async def answer_by_code(rt: Runtime, code: str) -> bool:
    """Answer with the code that was sent; return whether it held.

    Whoever has the code is the person it was sent to; who was complained of since answers
    nothing. Errors: Stale as above.
    """
    known = await _behind(rt, code)
    if known is None:
        return False
    found, person = known
    async with rt.transaction(person) as tx:
        page = await pages.locked(tx, found.id)
        if page is None or not await _concerns(tx, page, person):
            return False
        await _answer(tx, page, person)
    return True


async def page_of_code(rt: Runtime, code: str) -> tuple[str, str] | None:
    """Return the state of the page behind a code, and its person's language; None: no such."""
    known = await _behind(rt, code)
    return None if known is None else (str(known[0].state), known[1].locale)


async def _behind(rt: Runtime, code: str) -> tuple[Any, Viewer] | None:
    """Return the page behind a code and whom it was sent to, unless they may not know of it."""
    async with rt.transaction(_LINK) as tx:
        page = await pages.by_code(tx, code)
        if page is None or page.person_id is None:
            return None
        person = await people.viewer(tx, page.person_id)
        if person is None or not await pages.is_open_to(tx, page.id, person):
            return None
        return page, person


async def _answer(tx: Transaction, page: Any, viewer: Viewer) -> None:
    """End the chain with the name of `viewer`; the same press twice is one answer."""
    if page.state == "answered":
        if page.answered_by == viewer.person_id:
            return
        who = await people.display_name(tx, page.answered_by)
        raise Stale(
            "somebody else has answered already", code="already_answered", holder=who
        )
    if page.state == "withdrawn":
        raise Stale("nobody is needed any more", code="not_needed")
    chain = page.chain_id or page.id
    answered = await pages.answer(tx, chain, viewer.person_id)
    if page.state == "passed":  # late, but awake: theirs, if nobody else was quicker
        if not answered:
            raise Stale("somebody else has answered already", code="already_answered")
        late = {"state": "answered", "answered_by": viewer.person_id}
        await pages.change(tx, page.id, {**late, "answered_at": tx.now})
    tx.record(
        "duty_answered",
        case_id=page.case_id,
        contact_id=page.contact_id,
        data={"body": page.body_id, "page": page.id},
    )
    tx.nudge(Nudge("board"))


async def my_pages(rt: Runtime, viewer: Viewer) -> Sequence[Any]:
    """Return the viewer's open pages, and for 111 the chains that nobody answered.

    A case from which the viewer is kept out is not among them.
    """
    async with rt.transaction(viewer) as tx:
        return await pages.open_pages(tx, viewer)
