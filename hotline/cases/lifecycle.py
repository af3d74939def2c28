"""The case's states and the moves between them, as one table."""

from collections.abc import Mapping
from enum import StrEnum

from hotline.cases.terms import CaseStatus
from hotline.errors import RuleForbids

S = CaseStatus


class Move(StrEnum):
    """What people and policy do with a case."""

    OFFER = "offer"
    ACCEPT = "accept"
    PHONE_HANDOVER = "phone_handover"  # 111 hands over by voice: the body has no login
    DECLINE = "decline"
    RETURN = "return"
    TRANSFER = "transfer"
    WRONG_BODY = "wrong_body"
    REFER = "refer"  # 111 adds a co-executor, edits what a body is told, ends a part
    PART_DONE = "part_done"
    NOTE = "note"
    FIRST_CONTACT = "first_contact"
    CHECK = "check"
    SAFETY = "safety"
    OUTCOME = "outcome"
    CLOSE = "close"
    CLOSE_BY_EXCEPTION = "close_by_exception"
    REOPEN = "reopen"
    URGENCY = "urgency"
    EMERGENCY = "emergency"
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    EXTENSION_NOTICE = "extension_notice"
    REGISTER_APPEAL = "register_appeal"
    FOUND_CHILD = "found_child"
    QUALITY_CALL = "quality_call"
    REREAD_URGENCY = "reread_urgency"
    REVEAL = "reveal"


_OPEN = (S.TRIAGE, S.OFFERED, S.ACCEPTED, S.IN_PROGRESS, S.OUTCOME_RECORDED, S.REOPENED)
_WORK = (S.ACCEPTED, S.IN_PROGRESS, S.REOPENED)
_STAY: Mapping[CaseStatus, CaseStatus] = {status: status for status in _OPEN}
_ADVANCE: Mapping[CaseStatus, CaseStatus] = {
    **dict.fromkeys(_WORK, S.IN_PROGRESS),
    S.OUTCOME_RECORDED: S.OUTCOME_RECORDED,
}

MOVES: Mapping[Move, Mapping[CaseStatus, CaseStatus]] = {
    Move.OFFER: {**_STAY, S.TRIAGE: S.OFFERED},
    # A co-executor may accept wherever the case stands; only the lead's moves it on.
    Move.ACCEPT: {**_STAY, S.OFFERED: S.ACCEPTED},
    Move.PHONE_HANDOVER: {**_STAY, S.OFFERED: S.ACCEPTED},
    Move.DECLINE: {**_STAY, S.OFFERED: S.TRIAGE},
    Move.RETURN: {**_STAY, **dict.fromkeys((S.OFFERED, *_WORK), S.TRIAGE)},
    Move.TRANSFER: _STAY,
    Move.WRONG_BODY: {**_STAY, **dict.fromkeys((S.OFFERED, *_WORK), S.TRIAGE)},
    Move.REFER: _STAY,
    Move.PART_DONE: _STAY,
    Move.NOTE: {**_STAY, S.CLOSED: S.CLOSED},
    # 111 itself may reach the child before any body has accepted.
    Move.FIRST_CONTACT: {S.TRIAGE: S.TRIAGE, S.OFFERED: S.OFFERED, **_ADVANCE},
    Move.CHECK: _ADVANCE,
    Move.SAFETY: _ADVANCE,
    Move.OUTCOME: dict.fromkeys((*_WORK, S.OUTCOME_RECORDED), S.OUTCOME_RECORDED),
    Move.CLOSE: {S.OUTCOME_RECORDED: S.CLOSED},
    Move.CLOSE_BY_EXCEPTION: dict.fromkeys(_OPEN, S.CLOSED),
    Move.REOPEN: {S.CLOSED: S.REOPENED},
    Move.URGENCY: _STAY,
    Move.EMERGENCY: _STAY,
    Move.PAUSE: _STAY,
    Move.RESUME: _STAY,
    Move.EXTEND: _STAY,
    Move.EXTENSION_NOTICE: _STAY,
    Move.REGISTER_APPEAL: _STAY,
    # The law's terms for a found child, and a second reading, outlive the closing.
    Move.FOUND_CHILD: {**_STAY, S.CLOSED: S.CLOSED},
    Move.REREAD_URGENCY: {**_STAY, S.CLOSED: S.CLOSED},
    Move.QUALITY_CALL: {S.CLOSED: S.CLOSED},
    Move.REVEAL: {**_STAY, S.CLOSED: S.CLOSED},
}


def next_status(status: CaseStatus, move: Move) -> CaseStatus:
    """Return where `move` leads from `status`.

    Errors: RuleForbids, with the status and the move, where it leads nowhere.
    """
    found = MOVES[move].get(status)
    if found is None:
        lacking = move is Move.CLOSE and status is not S.CLOSED
        raise RuleForbids(
            f"a case that is {status} cannot be moved by {move}",
            code="assistance_and_check_missing" if lacking else "wrong_status",
            status_now=status,
            move=move,
        )
    return found
