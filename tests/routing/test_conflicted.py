"""Who is out over the organisation tree, and who acts instead, over generated trees."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.cases.apart import ComplaintKind, bodies_in, people_in, person_key
from hotline.cases.terms import BodyId, BodyKind, PersonId
from hotline.routing.conflicted import (
    bodies_of_person,
    bodies_of_site,
    fallback_chain,
    keep_out,
)
from hotline.routing.directory import Body, Directory, Member

DAY = date(2026, 11, 22)
NAMES = [BodyId(f"{kind}-{region}") for kind in "abc" for region in ("10", "39", "71")]
KINDS = {"a": BodyKind.GUARD, "b": BodyKind.EDU, "c": BodyKind.COMM}
CENTRE = Body(BodyId("own-111"), BodyKind.OWN, None, date.min)
CENTRAL = [
    Body(BodyId("kopd"), BodyKind.KOPD, None, date.min),
    Body(BodyId("omb"), BodyKind.OMB, None, date.min),
]


@st.composite
def directories(draw):
    """Any tree, loops and bodies of unknown parents included; people anywhere."""
    parents = st.none() | st.sampled_from([*NAMES, BodyId("omb"), BodyId("gone")])
    bodies = [
        Body(
            name,
            KINDS[name[0]],
            name[-2:],
            draw(st.sampled_from([date.min, DAY, date(2027, 1, 1)])),
            parent=draw(parents),
        )
        for name in NAMES
    ]
    people = {}
    for body in [*bodies, *CENTRAL, CENTRE]:
        found = draw(st.lists(st.integers(1, 9), unique=True, max_size=3))
        people[body.id] = tuple(
            Member(PersonId(n), draw(st.sampled_from(["head", "deputy", "specialist"])))
            for n in found
        )
    return Directory((*bodies, *CENTRAL, CENTRE), "v", people)


keys = st.frozensets(
    st.sampled_from([*NAMES, "omb", "own-111"]) | st.integers(1, 9).map(person_key)
)
left = st.dictionaries(
    st.integers(1, 9).map(PersonId), st.frozensets(st.sampled_from(NAMES), max_size=2)
)


def line_of(directory, body):
    """The body and everything above it, walked by hand."""
    found = []
    while body is not None and body not in found:
        found.append(body)
        known = directory.body(body)
        body = known.parent if known else None
    return found


def out_by_hand(directory, apart, body):
    """Whether a body is out: it or one above is named, or who heads one of these is."""
    if body == "own-111":
        return False
    line = line_of(directory, body)
    heads = {
        one.person
        for name in line
        for one in directory.people.get(name, ())
        if one.position != "specialist"
    }
    return bool(set(line) & bodies_in(apart) or heads & people_in(apart))


@given(directories(), keys, left)
def test_out_are_the_named_all_below_them_and_everybody_in_these(directory, apart, former):
    found = keep_out(directory, apart, former)
    bodies = {b.id for b in directory.bodies if out_by_hand(directory, apart, b.id)}
    told = {body for body, why in found.bodies.items() if why != "conflict_people"}
    assert told == bodies
    for number in range(1, 10):
        person = PersonId(number)
        in_one = any(
            one.person == person
            for body in bodies
            for one in directory.people.get(body, ())
        )
        moved = bool(set(former.get(person, ())) & bodies)
        expected = person in people_in(apart) or in_one or moved
        assert (person in found.people) is expected, number


@given(directories(), keys, left)
def test_a_body_where_nobody_may_read_the_case_is_not_asked(directory, apart, former):
    found = keep_out(directory, apart, former)
    for body, members in directory.people.items():
        everyone = members and all(one.person in found.people for one in members)
        if everyone and body != "own-111":
            assert body in found.bodies
    assert "own-111" not in found.bodies


@given(directories(), left)
def test_without_a_complaint_nobody_is_out(directory, former):
    found = keep_out(directory, frozenset(), former)
    assert not found.bodies
    assert not found.people


@given(directories(), keys, st.sampled_from(NAMES))
def test_instead_acts_one_level_up_then_another_region_then_the_centre(
    directory, apart, body
):
    apart = apart | {body}
    out = keep_out(directory, apart, {})
    refused = directory.body(body)
    ways = fallback_chain(directory, [refused], out, DAY)
    order = ["one_level_up", "other_region", "central"]
    ranks = [order.index(way.reason) for way in ways]
    assert ranks == sorted(ranks)
    assert len({way.body.id for way in ways}) == len(ways)
    for way in ways:
        assert way.body.id not in out.bodies
        assert way.body.acts_on(DAY) is None
        if way.reason == "other_region":
            assert way.body.kind is refused.kind
            assert way.body.region != refused.region


def test_other_regions_are_asked_in_turn_from_the_next_one_on():
    bodies = [Body(n, KINDS["a"], n[-2:], date.min) for n in NAMES if n[0] == "a"]
    directory = Directory((*bodies, *CENTRAL), "v")
    out = keep_out(directory, frozenset({"a-39"}), {})
    ways = fallback_chain(directory, [directory.body(BodyId("a-39"))], out, DAY)
    assert [way.body.id for way in ways] == ["a-71", "a-10", "kopd", "omb"]


POSITIONS = {BodyId("a-71"): "head", BodyId("b-71"): "specialist", BodyId("c-71"): "deputy"}
WITH_PERSON = [
    (ComplaintKind.PERSON, ("a-71", "c-71")),
    (ComplaintKind.HANDLER, ("a-71", "c-71")),
    (ComplaintKind.RELATIVE, ("a-71", "b-71", "c-71")),
    (ComplaintKind.EMPLOYER, ("a-71", "b-71", "c-71")),
]


@pytest.mark.parametrize(("kind", "bodies"), WITH_PERSON)
def test_which_bodies_are_out_with_a_person(kind, bodies):
    assert bodies_of_person(kind, POSITIONS) == bodies


SITES = [
    # what, its folded name, who answers for it
    ("a school", "9 школа", ["edu-71"]),
    ("a school, in Kazakh", "5 мектеп", ["edu-71"]),
    ("a kindergarten", "акбота балабакша", ["edu-71"]),
    ("a boarding school", "9 интернат школа", ["edu-71", "soc-71"]),
    ("a hospital", "2 аурухана", ["health-71"]),
    ("a children's home", "дом ребенка", ["soc-71"]),
    ("nobody knows what", "ақ бидай", ["edu-71", "health-71", "soc-71"]),
]


@pytest.mark.parametrize(("what", "name", "bodies"), SITES)
def test_who_answers_for_a_site(what, name, bodies):
    kinds = (BodyKind.EDU, BodyKind.HEALTH, BodyKind.SOC)
    there = tuple(
        Body(BodyId(f"{kind.lower()}-{region}"), kind, region, date.min)
        for kind in kinds
        for region in ("39", "71")
    )
    directory = Directory(there, "v")
    assert list(bodies_of_site(name, directory, "71", None, DAY)) == bodies, what
    assert bodies_of_site(name, directory, None, None, DAY) == ()
