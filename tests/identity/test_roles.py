"""Who sees and may do what: over every role, every state of a referral, every move."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.cases.lifecycle import Move
from hotline.cases.terms import BodyId, PersonId, ReferralStatus, Role
from hotline.errors import NotAllowed, NotFound
from hotline.identity.roles import (
    LIVE_FOR_BODY,
    CaseAccess,
    may,
    oversees,
    relations,
    require,
    sees,
    sees_identity,
    sees_narrative,
)
from hotline.identity.viewer import Viewer

BODIES = [BodyId(name) for name in ("guard-71", "comm-71", "fsc-71", "guard-39", "own-111")]
bodies = st.sampled_from(BODIES)
regions = st.sampled_from([None, "71", "39"])
viewers = st.builds(
    Viewer,
    person_id=st.just(PersonId(1)),
    username=st.just("x"),
    display_name=st.just("X"),
    role=st.sampled_from(Role),
    region=regions,
    bodies=st.frozensets(bodies, max_size=3),
)
cases = st.builds(
    CaseAccess,
    region=regions,
    shown=st.booleans(),
    lead=st.none() | bodies,
    referrals=st.dictionaries(bodies, st.sampled_from(ReferralStatus), max_size=5),
)
moves = st.sampled_from(Move)


@given(viewers, moves, cases)
def test_who_may_not_see_may_do_nothing(viewer, move, case):
    if not sees(viewer, case):
        assert not may(viewer, move, case)
        with pytest.raises(NotFound):
            require(viewer, move, case)
    elif not may(viewer, move, case):
        with pytest.raises(NotAllowed):
            require(viewer, move, case)
    else:
        require(viewer, move, case)


@given(viewers, moves, cases, st.booleans(), st.booleans())
def test_an_administrator_sees_nothing(viewer, move, case, released, working):
    admin = replace(viewer, role=Role.ADMIN)
    assert not sees(admin, case)
    assert not may(admin, move, case)
    assert not sees_narrative(admin, case, released=released)
    assert not sees_identity(admin, case, working=working)


@given(viewers, cases, st.booleans(), st.booleans())
def test_nobody_reads_words_or_names_of_a_case_they_may_not_see(
    viewer, case, released, working
):
    if not sees(viewer, case):
        assert not sees_narrative(viewer, case, released=released)
        assert not sees_identity(viewer, case, working=working) or viewer.at_111


@given(viewers, cases, bodies, st.sampled_from(sorted(LIVE_FOR_BODY)))
def test_an_offer_to_somebody_never_hides_a_case(viewer, case, body, status):
    more = replace(case, referrals={**case.referrals, body: status})
    assert sees(viewer, more) >= sees(viewer, case)


@given(viewers, cases)
def test_showing_a_case_never_hides_it(viewer, case):
    assert sees(viewer, replace(case, shown=True)) >= sees(
        viewer, replace(case, shown=False)
    )


@given(viewers, cases, bodies)
def test_one_body_more_never_takes_sight_or_moves(viewer, case, body):
    wider = replace(viewer, bodies=viewer.bodies | {body})
    assert sees(wider, case) >= sees(viewer, case)
    for move in Move:
        assert may(wider, move, case) >= may(viewer, move, case)


@given(viewers, cases)
def test_releasing_words_never_closes_them(viewer, case):
    open_ = sees_narrative(viewer, case, released=True)
    assert open_ >= sees_narrative(viewer, case, released=False)


SEEN = [
    # who, their region, their bodies, the case's referral, shown, seen
    (Role.OPERATOR, None, [], {}, False, True),
    (Role.SUPERVISOR, None, [], {}, False, True),
    (Role.ADMIN, None, ["guard-71"], {"guard-71": "accepted"}, True, False),
    (Role.COMMISSIONER, "71", ["comm-71"], {}, False, False),
    (Role.COMMISSIONER, "71", ["comm-71"], {}, True, True),
    (Role.COMMISSIONER, "39", ["comm-39"], {}, True, False),
    (Role.COMMISSIONER, None, [], {}, True, False),
    (Role.GUARDIAN, "71", ["guard-71"], {}, True, False),  # a region is no right
    (Role.GUARDIAN, "71", ["guard-71"], {"guard-71": "proposed"}, True, False),
    (Role.GUARDIAN, "71", ["guard-71"], {"guard-71": "offered"}, True, True),
    (Role.GUARDIAN, "71", ["guard-71"], {"guard-71": "accepted"}, True, True),
    (Role.GUARDIAN, "71", ["guard-71"], {"guard-71": "done"}, True, True),
    (Role.GUARDIAN, "71", ["guard-71"], {"guard-71": "declined"}, True, False),
    (Role.GUARDIAN, "71", ["guard-71"], {"guard-71": "returned"}, True, False),
    (Role.GUARDIAN, "71", ["guard-71"], {"guard-71": "withdrawn"}, True, False),
    (Role.GUARDIAN, "39", ["guard-39"], {"guard-71": "offered"}, True, False),
    (Role.FAMILY, "71", ["fsc-71"], {"guard-71": "offered"}, True, False),
    (Role.BODY, "71", [], {"guard-71": "offered"}, True, False),
]


@pytest.mark.parametrize(("role", "region", "own", "referrals", "shown", "seen"), SEEN)
def test_who_knows_that_a_case_of_region_71_exists(
    role, region, own, referrals, shown, seen
):
    viewer = Viewer(PersonId(1), "x", "X", role, region, frozenset(own))
    known = {BodyId(body): ReferralStatus(status) for body, status in referrals.items()}
    assert sees(viewer, CaseAccess("71", shown, None, known)) is seen


def test_oversight_ends_where_the_commissioner_is_in_conflict():
    viewer = Viewer(
        PersonId(1), "x", "X", Role.COMMISSIONER, "71", frozenset({BodyId("comm-71")})
    )
    asked = {BodyId("comm-71"): ReferralStatus.WITHDRAWN}
    case = CaseAccess("71", True, None, asked, frozenset({BodyId("comm-71")}))
    assert not sees(viewer, case)
    assert not sees_narrative(viewer, case, released=True)
    assert sees(viewer, CaseAccess("71", True, None, asked, frozenset({BodyId("edu-71")})))


CLOSERS = [
    ("the lead", Role.GUARDIAN, ["guard-71"], True),
    ("a helper", Role.FAMILY, ["fsc-71"], False),
    ("a supervisor", Role.SUPERVISOR, [], True),
    ("an operator", Role.OPERATOR, [], False),
    ("oversight", Role.COMMISSIONER, ["comm-71"], False),
    ("an administrator", Role.ADMIN, [], False),
]


@pytest.mark.parametrize(("who", "role", "own", "allowed"), CLOSERS)
def test_who_may_close(who, role, own, allowed):
    referrals = dict.fromkeys(("guard-71", "fsc-71"), ReferralStatus.ACCEPTED)
    case = CaseAccess("71", True, BodyId("guard-71"), referrals)
    viewer = Viewer(PersonId(1), "x", "X", role, "71", frozenset(own))
    assert may(viewer, Move.CLOSE, case) is allowed, who


@given(viewers, cases)
def test_only_111_offers(viewer, case):
    if may(viewer, Move.OFFER, case):
        assert viewer.at_111


def test_passwords_are_known_again_and_a_broken_hash_is_a_no():
    from hotline.identity.passwords import hash_password, verify_password

    encoded = hash_password("кербез-ақ қар")
    assert verify_password(encoded, "кербез-ақ қар")
    assert not verify_password(encoded, "кербез-ақ қаp")
    assert not verify_password("not a hash", "x")
    assert "$argon2id$" in encoded


@given(viewers.filter(lambda one: BodyId("own-111") not in one.bodies), moves, cases)
def test_the_table_of_rights_tells_what_is_decided(viewer, move, case):
    """People read `relations`; cases are decided by `may`: both say the same."""
    mine = {b for b in viewer.bodies if case.referrals.get(b) in LIVE_FOR_BODY}
    how = {
        "centre": viewer.at_111,
        "lead": case.lead in mine,
        "helper": bool(mine),
        "oversight": oversees(viewer, case),
    }
    if viewer.at_111 and mine:
        return  # 111's own people in a body of their own: both ways at once
    told = any(
        how[name] and move in found for name, found in relations(viewer.role).items()
    )
    assert may(viewer, move, case) == (sees(viewer, case) and told)


@given(viewers, moves, cases)
def test_what_was_taken_away_is_gone_and_nothing_is_given(viewer, move, case):
    less = replace(viewer, without=frozenset({move}))
    assert not may(less, move, case)
    for other in Move:
        if other is not move:
            assert may(less, other, case) == may(viewer, other, case)
