"""Use case: how many posts and how much open work each body has, beside the norm."""

from datetime import date

from hotline.actions.steps.route import day_of
from hotline.actions.steps.staff import norm_of
from hotline.cases.terms import Role
from hotline.errors import NotAllowed
from hotline.identity.viewer import Viewer
from hotline.routing.directory import Body, Directory
from hotline.routing.load import posts_needed, weighed
from hotline.routing.seen import NONE_OPEN
from hotline.runtime import Runtime
from hotline.store import absences, load
from hotline.store.view_parts import View

MAY = frozenset({Role.SUPERVISOR, Role.ADMIN})


class BodyStaffing(View, frozen=True):
    """One body. Units: full posts; `load` is open work for one post, weighed by urgency.

    `posts_needed`, `target_share`: None without the number of children. `target_share`: of
    the posts that the norm asks for in the whole region, by children; None where the body
    does not act today.
    """

    body: str
    region: str | None
    district: str | None
    children: int | None
    people: int
    away: int
    posts: float
    posts_needed: float | None
    short: bool
    target_share: float | None
    open: tuple[int, ...]  # by urgency 0 to 4
    load: float | None


async def show_staffing(
    rt: Runtime, viewer: Viewer, region: str | None
) -> tuple[BodyStaffing, ...]:
    """Return the bodies of `region`, or all. Errors: NotAllowed; counts are for MAY."""
    if viewer.role not in MAY:
        raise NotAllowed("staffing is read by supervisors and administrators")
    async with rt.transaction(viewer) as tx:
        directory, day = await rt.directory(tx), day_of(tx)
        open_now = await load.open_by_body(tx, viewer)
        away = frozenset(await absences.now_absent(tx))
    return tuple(
        _line(rt, directory, body, open_now.get(body.id, NONE_OPEN), away, day)
        for body in directory.bodies
        if region in (None, body.region)
        and (directory.people.get(body.id) or body.children is not None)
    )


def _line(
    rt: Runtime,
    directory: Directory,
    body: Body,
    open_now: tuple[int, ...],
    away: frozenset[int],
    day: date,
) -> BodyStaffing:
    people = directory.people.get(body.id, ())
    posts = sum(one.share for one in people)
    per_post = rt.config.referral.norm.children_per_specialist
    needed = None if body.children is None else posts_needed(body.children, per_post)
    carried = weighed(open_now, norm_of(rt))
    return BodyStaffing(
        body=body.id,
        region=body.region,
        district=body.district,
        children=body.children,
        people=len(people),
        away=sum(one.person in away for one in people),
        posts=round(posts, 2),
        posts_needed=None if needed is None else round(needed, 2),
        short=needed is not None and posts < needed,
        target_share=_share(directory, body, day),
        open=open_now,
        load=round(carried / posts, 2) if posts else None,
    )


def _share(directory: Directory, body: Body, day: date) -> float | None:
    """Return the body's part of its region's children, among those of its kind that act.

    A region's body has what its districts' bodies leave: these come first for their own.
    """
    if body.children is None or body.acts_on(day) is not None:
        return None
    same = [
        other
        for other in directory.bodies
        if (other.kind, other.region) == (body.kind, body.region)
        and other.acts_on(day) is None
    ]
    inside = sum(other.children or 0 for other in same if other.district is not None)
    whole = sum(other.children or 0 for other in same if other.district is None)
    mine = body.children if body.district is not None else max(whole - inside, 0)
    total = max(whole, inside)
    return round(mine / total, 4) if total else None
