"""What the case page shows of referrals and hand-offs beside the case itself."""

from dataclasses import dataclass
from typing import Any

from hotline.actions.read_emergency import Guide, guide_of
from hotline.cases.terms import BodyKind
from hotline.console.wording import Wording
from hotline.runtime import Runtime
from hotline.store import cases
from hotline.store.transaction import Transaction
from hotline.store.view_parts import CaseView, ReferralView

OPEN = ("proposed", "offered", "accepted")


@dataclass(frozen=True, slots=True)
class Seen:
    """One line of "who will see what"."""

    referral: ReferralView
    purposes: list[tuple[str, str]]  # what such a body may be asked for
    hidden: list[str]  # names of topics that are closed to it; a district as well


def who_sees_what(w: Wording, case: CaseView) -> list[Seen]:
    """Return every body that reads the case or is to read it, for the person who releases."""
    if "refer" not in case.moves:
        return []
    return [
        Seen(r, purposes_of(w, r.kind), [_name(w, code) for code in r.hides or ()])
        for r in case.referrals
        if r.status in OPEN
    ]


def purposes_of(w: Wording, kind: str) -> list[tuple[str, str]]:
    """Return (code, name) of what a kind of body may be asked for."""
    known = w.config.purposes
    return [
        (code, known.purposes[code].name.in_language(w.lang))
        for code in known.kinds[BodyKind(kind)]
    ]


def purpose_name(w: Wording, code: str | None) -> str:
    """Return what a body is asked for."""
    found = w.config.purposes.purposes.get(code or "")
    return found.name.in_language(w.lang) if found else ""


def _name(w: Wording, code: str) -> str:
    if code == "district":
        return w.say("the district")
    return w.topic(code) if "." in code else w.category(code)


async def guide_for(rt: Runtime, tx: Transaction, case: CaseView) -> Guide | None:
    """Return whom to ring, for who may record a hand-off; the case was let in before."""
    if "emergency" not in case.moves or tx.actor.person_id is None:
        return None
    viewer: Any = tx.actor
    return await guide_of(rt, tx, await cases.read(tx, viewer, case.number, rt.number_key))
