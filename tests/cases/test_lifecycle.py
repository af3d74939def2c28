"""The case's states and moves, as one table."""

import pytest

from hotline.cases.lifecycle import MOVES, Move, next_status
from hotline.cases.terms import CaseStatus
from hotline.errors import RuleForbids

ALL = [(status, move) for status in CaseStatus for move in Move]
JOURNEY = [
    # the main job, in order
    (Move.OFFER, CaseStatus.OFFERED),
    (Move.ACCEPT, CaseStatus.ACCEPTED),
    (Move.FIRST_CONTACT, CaseStatus.IN_PROGRESS),
    (Move.CHECK, CaseStatus.IN_PROGRESS),
    (Move.OUTCOME, CaseStatus.OUTCOME_RECORDED),
    (Move.CLOSE, CaseStatus.CLOSED),
    (Move.REOPEN, CaseStatus.REOPENED),
    (Move.OUTCOME, CaseStatus.OUTCOME_RECORDED),
    (Move.CLOSE, CaseStatus.CLOSED),
]


def allowed(status, move):
    try:
        return next_status(status, move)
    except RuleForbids:
        return None


def test_the_main_job_goes_through():
    status = CaseStatus.TRIAGE
    for move, after in JOURNEY:
        status = next_status(status, move)
        assert status is after, move


def test_a_closed_case_is_read_noted_or_reopened_and_nothing_else():
    moves = {move for move in Move if allowed(CaseStatus.CLOSED, move)}
    duties = {Move.FOUND_CHILD, Move.QUALITY_CALL, Move.REREAD_URGENCY}  # they outlive it
    assert moves == {Move.REOPEN, Move.NOTE, Move.REVEAL} | duties
    assert next_status(CaseStatus.CLOSED, Move.NOTE) is CaseStatus.CLOSED


def test_closed_is_reached_from_an_outcome_or_by_exception_only():
    ways = {(s, m) for s, m in ALL if s != CaseStatus.CLOSED and allowed(s, m) == "closed"}
    opens = set(CaseStatus) - {CaseStatus.CLOSED}
    assert ways == {
        (CaseStatus.OUTCOME_RECORDED, Move.CLOSE),
        *((status, Move.CLOSE_BY_EXCEPTION) for status in opens),
    }


def test_an_outcome_needs_somebody_at_work():
    from_ = {status for status in CaseStatus if allowed(status, Move.OUTCOME)}
    assert from_ == set(CaseStatus) - {
        CaseStatus.TRIAGE, CaseStatus.OFFERED, CaseStatus.CLOSED,
    }  # fmt: skip


def test_every_status_is_reached_and_every_move_leads_somewhere():
    reached, fresh = {CaseStatus.TRIAGE}, {CaseStatus.TRIAGE}
    while fresh:
        found = {after for s in fresh for m in Move if (after := allowed(s, m))}
        fresh = found - reached
        reached |= fresh
    assert reached == set(CaseStatus)
    assert set(MOVES) == set(Move)
    assert all(MOVES.values())


def test_nothing_returns_to_triage_but_a_refusal():
    back = {m for s, m in ALL if s != "triage" and allowed(s, m) == "triage"}
    assert back == {Move.DECLINE, Move.RETURN, Move.WRONG_BODY}


REFUSED = [(status, move) for status, move in ALL if allowed(status, move) is None]


@pytest.mark.parametrize(("status", "move"), REFUSED)
def test_a_refused_move_names_where_the_case_stands(status, move):
    with pytest.raises(RuleForbids) as refused:
        next_status(status, move)
    assert refused.value.facts == {"status_now": status, "move": move}
    lacking = move is Move.CLOSE and status != "closed"
    wanted = "assistance_and_check_missing" if lacking else "wrong_status"
    assert refused.value.code == wanted
