"""/staffing: every body beside the norm: posts, children, open work; counts only."""

from hotline.actions.show_staffing import BodyStaffing, show_staffing
from hotline.api import reading
from hotline.api.call import Ask, Call, get
from hotline.store.view_parts import View


class StaffingPage(View, frozen=True):
    """The bodies that somebody works in or that a norm is known for, in order of id."""

    children_per_specialist: int
    items: tuple[BodyStaffing, ...]


async def listed(ask: Ask) -> StaffingPage:
    """Return the bodies beside the norm. Errors: NotAllowed."""
    region = reading.one_of(ask.query, "region", ask.rt.regions, "unknown_region")
    items = await show_staffing(ask.rt, ask.viewer, region)
    norm = ask.rt.config.referral.norm.children_per_specialist
    return StaffingPage(children_per_specialist=norm, items=items)


CALLS: list[Call] = [
    get(
        "/staffing",
        listed,
        StaffingPage,
        "Bodies beside the staffing norm: posts, children, open work for one post",
        query={"region": "two-digit KATO prefix"},
        for_admin=True,
    ),
]
