"""Step: one colleague is told of a case by a notice, when they may know of it."""

import re

from hotline.identity.roles import sees
from hotline.identity.viewer import Viewer
from hotline.store import notices, people
from hotline.store.cases import OpenedCase
from hotline.store.transaction import Transaction

MOST_MENTIONED = 10
_MENTION = re.compile(r"(?<![\w@])@([A-Za-z0-9][\w.-]{1,63})")


def mentioned_in(text: str) -> list[str]:
    """Return the user names that a note mentions, each once, in their order."""
    found = (name.rstrip(".-") for name in _MENTION.findall(text))
    return list(dict.fromkeys(found))[:MOST_MENTIONED]


async def who_may_see(tx: Transaction, case: OpenedCase, username: str) -> Viewer | None:
    """Return a colleague who may know of the case, or None."""
    row = await people.by_username(tx, username)
    found = await people.viewer(tx, row.id) if row is not None else None
    return found if found is not None and sees(found, case.access) else None


def tell_person(tx: Transaction, to: Viewer, case: OpenedCase, kind: str) -> None:
    """Leave a notice of the case for one person."""
    mine = to.bodies & set(case.access.referrals) or to.bodies
    audience: str = notices.SHIFT if to.at_111 else min(mine, default="")
    if audience:
        notices.put(tx, audience, kind, case_id=case.id, person_id=to.person_id)


async def tell_mentioned(
    tx: Transaction, case: OpenedCase, author: Viewer, names: list[str]
) -> None:
    """Tell whom a note mentions; who may not know of the case, or is nobody, hears nothing."""
    told = {author.person_id}
    for name in names:
        found = await who_may_see(tx, case, name)
        if found is not None and found.person_id not in told:
            told.add(found.person_id)
            tell_person(tx, found, case, "mentioned")
