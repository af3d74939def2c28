"""The permission table: who may see a case, and who may make which move.

Sight comes first: what a viewer may not know of answers as if it did not exist.
Source: contract, "Who sees what".
"""

from collections.abc import Mapping
from dataclasses import dataclass

from hotline.cases.apart import bodies_in
from hotline.cases.lifecycle import Move
from hotline.cases.terms import BodyId, ReferralStatus, Role
from hotline.errors import NotAllowed, NotFound
from hotline.identity.viewer import AT_111, Viewer

LIVE_FOR_BODY = frozenset(
    {ReferralStatus.OFFERED, ReferralStatus.ACCEPTED, ReferralStatus.DONE}
)
_ALL_111 = frozenset(
    {
        Move.OFFER,
        Move.PHONE_HANDOVER,
        Move.TRANSFER,
        Move.REFER,
        Move.NOTE,
        Move.FIRST_CONTACT,
        Move.URGENCY,
        Move.EMERGENCY,
        Move.PAUSE,
        Move.RESUME,
        Move.EXTEND,
        Move.EXTENSION_NOTICE,
        Move.REGISTER_APPEAL,
        Move.FOUND_CHILD,
        Move.QUALITY_CALL,
        Move.REREAD_URGENCY,
        Move.REOPEN,
        Move.CLOSE_BY_EXCEPTION,
        Move.REVEAL,
    }
)
_ONLY_111 = frozenset(
    {
        Move.OFFER,
        Move.PHONE_HANDOVER,
        Move.REFER,
        Move.REGISTER_APPEAL,
        Move.QUALITY_CALL,
        Move.REREAD_URGENCY,
    }
)
_LEAD = frozenset(Move) - _ONLY_111
_HELPER = frozenset(
    {
        Move.ACCEPT,
        Move.DECLINE,
        Move.RETURN,
        Move.WRONG_BODY,
        Move.PART_DONE,
        Move.NOTE,
    }
)
_OVERSIGHT = frozenset({Move.NOTE, Move.URGENCY})


@dataclass(frozen=True, slots=True)
class CaseAccess:
    """The facts of a case that access depends on."""

    region: str | None
    shown: bool  # offered outside 111 at least once
    lead: BodyId | None
    referrals: Mapping[BodyId, ReferralStatus]  # the newest of each body
    apart: frozenset[str] = frozenset()  # who is complained of (keys of cases.apart)

    @property
    def conflicted(self) -> frozenset[BodyId]:
        """Return the bodies named in a complaint; routing.conflicted adds what is below them."""
        return bodies_in(self.apart)


def kept_out(viewer: Viewer, case: CaseAccess) -> bool:
    """Return whether the case complains of the viewer, their bodies or who is above them."""
    return not viewer.keys.isdisjoint(case.apart)


def own_bodies(viewer: Viewer, case: CaseAccess) -> frozenset[BodyId]:
    """Return the viewer's bodies to which the case was offered and not taken back."""
    return frozenset(
        body for body in viewer.bodies if case.referrals.get(body) in LIVE_FOR_BODY
    )


def signs_for(viewer: Viewer, case: CaseAccess) -> BodyId | None:
    """Return under which body's name the viewer writes on paper; None: 111's own.

    Who only oversees writes as the commissioner: 111's name is 111's.
    """
    mine = own_bodies(viewer, case)
    above = frozenset() if viewer.at_111 else viewer.bodies
    return case.lead if case.lead in mine else min(mine or above, default=None)


def sees(viewer: Viewer, case: CaseAccess) -> bool:
    """Return whether the viewer may know that the case exists."""
    if viewer.role is Role.ADMIN or kept_out(viewer, case):
        return False
    return viewer.at_111 or bool(own_bodies(viewer, case)) or oversees(viewer, case)


def oversees(viewer: Viewer, case: CaseAccess) -> bool:
    """Return whether this is the region's commissioner, and neither sealed out nor in conflict."""
    overseen = viewer.role is Role.COMMISSIONER and viewer.region is not None
    if not overseen or kept_out(viewer, case):
        return False
    return case.shown and viewer.region == case.region


def sees_narrative(viewer: Viewer, case: CaseAccess, *, released: bool) -> bool:
    """Return whether the words themselves are open: 111, oversight, or released to the body."""
    if not sees(viewer, case):
        return False
    if viewer.at_111:
        return True
    if oversees(viewer, case):
        return True
    return released and bool(own_bodies(viewer, case))


def sees_identity(viewer: Viewer, case: CaseAccess, *, working: bool) -> bool:
    """Return whether name and numbers show unmasked without a reason being asked.

    `working`: the contact or case is in this operator's hands now.
    """
    if viewer.role is Role.OPERATOR:
        return working
    return viewer.role is Role.COMMISSIONER and case.lead in own_bodies(viewer, case)


def may(viewer: Viewer, move: Move, case: CaseAccess) -> bool:
    """Return whether the viewer may make `move`; who may not see may do nothing."""
    if not sees(viewer, case) or move in viewer.without:
        return False
    mine = own_bodies(viewer, case)
    if case.lead in mine and move in _LEAD:
        return True
    if mine and move in _HELPER:
        return True
    if viewer.at_111:
        return move in _ALL_111 or (move is Move.CLOSE and viewer.role is Role.SUPERVISOR)
    return oversees(viewer, case) and move in _OVERSIGHT


def relations(role: Role) -> Mapping[str, frozenset[Move]]:
    """Return the moves that a role may make, by how it stands to the case.

    What `may` decides case by case, as a table for people; a test compares both.
    """
    if role is Role.ADMIN:
        return {}
    if role in AT_111:
        more = frozenset({Move.CLOSE}) if role is Role.SUPERVISOR else frozenset()
        return {"centre": _ALL_111 | more}
    own = {"lead": _LEAD | _HELPER, "helper": _HELPER}
    return own | {"oversight": _OVERSIGHT} if role is Role.COMMISSIONER else own


def require(viewer: Viewer, move: Move, case: CaseAccess) -> None:
    """Do nothing if the viewer may make `move`. Errors: NotFound, NotAllowed."""
    if not sees(viewer, case):
        raise NotFound("no such case")
    if not may(viewer, move, case):
        raise NotAllowed(f"your role does not allow {move} here", move=move)
