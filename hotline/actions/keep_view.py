"""Use cases: a person keeps a filter under a name, for themselves or for their body.

A view holds codes of the filter alone: it is judged by the rights of whoever opens it.
"""

from collections.abc import Mapping

from hotline.errors import NotFound, RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import saved_views

_LONGEST = 60
_MOST = 30  # views of one person


async def keep_view(
    rt: Runtime,
    viewer: Viewer,
    name: str,
    asked: Mapping[str, str],
    *,
    body_id: str | None = None,
    first: bool = False,
) -> int:
    """Keep a view and return its id. `first`: the inbox begins with it.

    Errors: RuleForbids `view_unnamed`, `too_many_views`; NotFound for another's body.
    """
    said = " ".join(name.split())
    if not 1 <= len(said) <= _LONGEST:
        raise RuleForbids(
            f"name: 1 to {_LONGEST} characters", code="view_unnamed", field="name"
        )
    if body_id is not None and body_id not in viewer.bodies:
        raise NotFound("no such body of yours")
    async with rt.transaction(viewer) as tx:
        if await saved_views.count(tx, viewer.person_id) >= _MOST:
            raise RuleForbids("end a view first", code="too_many_views", field="name")
        view_id = await rt.numbers.take(tx.now)
        await saved_views.add(tx, view_id, name=said, asked=asked, body_id=body_id)
        if first:
            await saved_views.set_default(tx, viewer.person_id, view_id)
        return view_id


async def end_view(rt: Runtime, viewer: Viewer, view_id: int) -> None:
    """End a view of one's own. Errors: NotFound."""
    async with rt.transaction(viewer) as tx:
        if not await saved_views.end(tx, view_id, viewer.person_id):
            raise NotFound("no such view of yours")


async def begin_with(rt: Runtime, viewer: Viewer, view_id: int, *, begins: bool) -> None:
    """Let the inbox begin with a view, or no longer with it. Errors: NotFound."""
    async with rt.transaction(viewer) as tx:
        if await saved_views.one(tx, viewer, view_id) is None:
            raise NotFound("no such view")
        if not begins and await saved_views.default(tx, viewer) != view_id:
            return
        first = view_id if begins else None
        await saved_views.set_default(tx, viewer.person_id, first)
