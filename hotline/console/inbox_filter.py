"""The filter of the inbox: from an address or a saved view to what a list is asked for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hotline.cases.terms import CaseStatus, Regime, Role
from hotline.console.fields import LEVELS
from hotline.i18n import by_name
from hotline.identity.viewer import Viewer
from hotline.store import people
from hotline.store.list_parts import NOBODY, CaseFilter
from hotline.store.transaction import Transaction

TABS = (("new", "New"), ("work", "In work"), ("waiting", "Waiting"), ("closed", "Closed"))
OVERSIGHT = ("oversight", "Region")
# What an address and a view may hold: codes and user names, never a word or a number.
KEPT = (
    "tab",
    "region",
    "district",
    "urgency",
    "category",
    "status",
    "regime",
    "body",
    "assignee",
    "overdue",
    "order",
)
ME, NOBODYS = "me", "nobody"
_CODE = re.compile(r"[\w.@-]{1,80}")  # words and numbers of people are searched by POST
_UNKNOWN = -1  # a user name of nobody: finds nothing


def tabs_of(viewer: Viewer) -> list[tuple[str, str]]:
    """Return (code, msgid) of the tabs that a viewer has."""
    tabs = list(TABS)
    if viewer.role is Role.COMMISSIONER:
        tabs.insert(2, OVERSIGHT)
    return tabs


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asked for, as codes and as a filter."""

    kept: dict[str, str]
    filter: CaseFilter

    @property
    def narrowed(self) -> bool:
        """Return whether more than a tab was asked for."""
        return any(name not in ("tab", "order") for name in self.kept)


def kept_of(query: Mapping[str, str]) -> dict[str, str]:
    """Return what of a query or form belongs to the filter."""
    return {name: query[name] for name in KEPT if _CODE.fullmatch(query.get(name, ""))}


async def read(tx: Transaction, viewer: Viewer, query: Mapping[str, str]) -> Asked:
    """Return the filter that is asked for; what is none of ours is left out."""
    kept = kept_of(query)
    known = {
        "tab": {code for code, _ in tabs_of(viewer)},
        "urgency": set(LEVELS),
        "status": {str(one) for one in CaseStatus},
        "regime": {str(one) for one in Regime},
        "order": {"newest"},
    }
    kept = {k: v for k, v in kept.items() if k not in known or v in known[k]}
    tab = kept.setdefault("tab", TABS[0][0])
    urgency = kept.get("urgency")
    return Asked(
        kept,
        CaseFilter(
            tab=tab,
            region=kept.get("region"),
            district=kept.get("district"),
            urgency=None if urgency is None else int(urgency),
            category=kept.get("category"),
            status=kept.get("status"),
            regime=kept.get("regime"),
            body=kept.get("body"),
            assignee=await _person(tx, viewer, kept.get("assignee")),
            overdue=True if kept.get("overdue") else None,
            newest=kept.get("order") == "newest",
        ),
    )


async def _person(tx: Transaction, viewer: Viewer, who: str | None) -> int | None:
    if who is None:
        return None
    if who in (ME, NOBODYS):
        return int(viewer.person_id) if who == ME else NOBODY
    return (await people.active_ids(tx, [who])).get(who, _UNKNOWN)


def places(w: Any, viewer: Viewer, asked: Asked) -> list[tuple[str, str]]:
    """Return the districts to choose from: of the region asked for, or one's own."""
    region = asked.kept.get("region") or (None if viewer.at_111 else viewer.region)
    return list(w.districts(region)) if region else []


def bodies_for(
    viewer: Viewer, named: Mapping[str, str], region: str | None
) -> list[tuple[str, str]]:
    """Return the bodies that a viewer may filter by: their own, or those they look over."""
    if viewer.at_111 or viewer.role is Role.COMMISSIONER:
        where = region or viewer.region
        found = [
            (body, name)
            for body, name in named.items()
            if body in viewer.bodies or (where is not None and (body.endswith(f"-{where}")))
        ]
    else:
        found = [(body, named.get(body, body)) for body in viewer.bodies]
    return by_name(found) if len(found) > 1 else []
