"""The pure choice of who is woken: order, absences, conflicts, empty steps, an end in 111."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.routing.duty import DutyFacts, Post, next_on_duty

GUARD, AKIMAT, CENTRE = "guard-71", "akimat-71", "own-111"


def chain(*, guard=(1, 2), heads=(3,), akimat=(4,), centre=(5,), closed=None):
    return [
        Post(GUARD, guard, heads, (closed or {}).get(GUARD)),
        Post(AKIMAT, akimat, (), (closed or {}).get(AKIMAT)),
        Post(CENTRE, centre, ()),
    ]


TABLE = [
    ("rank 1 comes first", {}, {}, (GUARD, 1, "shift")),
    ("who was asked is passed over", {}, {"asked": {1}}, (GUARD, 2, "shift")),
    ("after the shift the head", {}, {"asked": {1, 2}}, (GUARD, 3, "head")),
    ("after the head the body above", {}, {"asked": {1, 2, 3}}, (AKIMAT, 4, "shift")),
    ("then 111's own roster", {}, {"asked": {1, 2, 3, 4}}, (CENTRE, 5, "shift")),
    ("and at last 111's whole shift", {}, {"asked": {1, 2, 3, 4, 5}}, (CENTRE, None, "end")),
    ("an empty roster is skipped at once", {"guard": (), "heads": ()}, {}, (AKIMAT, 4, "shift")),
    ("who is absent is skipped", {}, {"absent": {1: None}}, (GUARD, 2, "shift")),
    ("a deputy stands in", {}, {"absent": {1: 9}}, (GUARD, 9, "shift")),
    ("a deputy who is absent too is skipped", {}, {"absent": {1: 9, 9: None}}, (GUARD, 2, "shift")),
    ("two who stand in for each other end", {}, {"absent": {1: 9, 9: 1}}, (GUARD, 2, "shift")),
    ("who is complained of never knows", {}, {"apart": {1: "conflict"}}, (GUARD, 2, "shift")),
    ("nor does a deputy complained of", {}, {"absent": {1: 9}, "apart": {9: "conflict"}}, (GUARD, 2, "shift")),
    ("a body in conflict is passed over", {"closed": {GUARD: "conflict"}}, {}, (AKIMAT, 4, "shift")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "posts", "facts", "found"), TABLE)
def test_who_is_woken_next(name, posts, facts, found):
    given_facts = {**facts, "asked": frozenset(facts.get("asked", ()))}
    chosen = next_on_duty(DutyFacts(chain(**posts), **given_facts))
    assert (chosen.body, chosen.person, chosen.step) == found


def test_every_skip_says_why():
    posts = [Post(GUARD, (1,), ()), Post(AKIMAT, (), (), "conflict"), Post(CENTRE, (), ())]
    chosen = next_on_duty(DutyFacts(posts, absent={1: None}))
    told = [(one.body, one.person, one.reason) for one in chosen.skipped]
    assert told == [
        (GUARD, 1, "absent"),
        (GUARD, None, "no_head"),
        (AKIMAT, None, "conflict"),
        (CENTRE, None, "no_shift"),
        (CENTRE, None, "no_head"),
    ]


people = st.integers(1, 12)


@given(
    st.lists(st.tuples(st.lists(people, max_size=4), st.lists(people, max_size=2)), min_size=1, max_size=4),
    st.dictionaries(people, st.none() | people, max_size=6),
    st.sets(people, max_size=4),
)  # fmt: skip
def test_whatever_the_roster_the_chain_ends_at_111_and_wakes_nobody_twice_or_apart(
    rosters, absent, apart
):
    posts = [
        Post(f"body-{n}", tuple(shift), tuple(heads))
        for n, (shift, heads) in enumerate(rosters)
    ]
    asked = []
    for _ in range(40):
        chosen = next_on_duty(
            DutyFacts(posts, absent, frozenset(asked), dict.fromkeys(apart, "conflict"))
        )
        if chosen.person is None:
            break
        assert chosen.person not in asked
        assert chosen.person not in apart
        assert chosen.person not in absent
        asked.append(chosen.person)
    assert chosen.person is None
    assert chosen.body == posts[-1].body
