"""Which bodies act when people are away, bodies are full or in conflict: nothing waits there."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.country import country
from hotline.cases.terms import BodyId, BodyKind, PersonId
from hotline.routing.directory import Body, Directory, Member
from hotline.routing.looking import RoutingFacts, Staffing, in_question, look
from hotline.routing.office import NEVER_LEADS, OWN_QUEUE, POWER, decide
from hotline.routing.replay import ROUTE, differences, route_columns
from hotline.routing.seen import FORMAT, BodySeen, RouteSeen
from tests.routing.staff import DAY

CHAIN = {"GUARD": ["UZPD", "GUARD"]}
KINDS = [BodyKind.GUARD, BodyKind.UZPD, BodyKind.COMM, BodyKind.EDU, BodyKind.POLICE]
names = st.integers(1, 10).map(lambda n: f"b-{n}")
reasons = st.sampled_from(["absent", "conflict", "full"])
bodies = st.builds(
    BodySeen,
    id=names,
    kind=st.sampled_from(KINDS),
    valid_from=st.sampled_from([date(2020, 1, 1), date(2027, 1, 1)]),
    valid_to=st.none() | st.just(date(2026, 1, 1)),
    status=st.sampled_from(["active", "active", "planned"]),
    region=st.sampled_from(["71", "71", "39", None]),
    district=st.sampled_from([None, "711000000", "712000000"]),
    parent=st.none() | names,
    has_login=st.booleans(),
    capacity=st.none() | st.integers(1, 3),
    open=st.integers(0, 3),
    members=st.none() | st.integers(0, 3),
    out=st.lists(st.tuples(st.integers(1, 5), reasons), max_size=3).map(tuple),
)
routes = st.builds(
    RouteSeen,
    format=st.just(FORMAT),
    subcategory=st.just("VIO.PHY"),
    lead=st.sampled_from([BodyKind.GUARD, BodyKind.OWN]),
    day=st.just(DAY),
    co_executors=st.lists(st.sampled_from(KINDS), max_size=3).map(tuple),
    region=st.sampled_from(["71", "71", None]),
    district=st.sampled_from([None, "711000000"]),
    hints=st.lists(st.sampled_from([*POWER]), max_size=1).map(tuple),
    excluded=st.dictionaries(names, st.sampled_from(["declined", "conflict"]), max_size=4),
    chain=st.just(("UZPD", "GUARD")),
    fallback=st.lists(st.tuples(names, st.just("other_region")), max_size=2).map(tuple),
    bodies=st.lists(bodies, max_size=9, unique_by=lambda b: b.id).map(tuple),
)


@given(routes)
def test_nobody_is_asked_who_may_not_or_cannot(facts):
    chosen = decide(facts)
    known = {body.id: body for body in facts.bodies}
    assert chosen.lead_kind not in NEVER_LEADS
    away_from_home = {name for name, _ in facts.fallback}
    away_from_home |= {b.parent for b in facts.bodies}
    for name in (chosen.lead, *(body for body, _ in chosen.co_executors)):
        if name == OWN_QUEUE:
            continue
        body = known[name]
        assert name not in facts.excluded
        assert body.acts_on(facts.day) is None
        assert body.capacity is None or body.open < body.capacity
        assert not (body.has_login and body.members and len(body.out) >= body.members)
        assert not any(body.kind in POWER[hint] for hint in facts.hints)
        if name not in away_from_home:
            assert body.region in (None, facts.region)
            assert body.district in (None, facts.district)


@given(routes, st.randoms())
def test_the_order_of_the_bodies_changes_nothing(facts, chance):
    shuffled = list(facts.bodies)
    chance.shuffle(shuffled)
    again = decide(RouteSeen(**{**fields(facts), "bodies": tuple(shuffled)}))
    assert again == decide(facts)


def fields(facts):
    return {name: getattr(facts, name) for name in facts.__struct_fields__}


@given(routes)
def test_a_stored_choice_of_bodies_is_made_again_from_its_json(facts):
    row = json.loads(json.dumps(route_columns(facts, decide(facts)), default=str))
    assert differences(ROUTE, row) == []


def test_a_row_of_another_format_and_one_that_is_none_are_told_apart():
    assert differences(ROUTE, {"facts": {"lead": "GUARD"}}) is None
    assert differences(ROUTE, {"facts": {"format": FORMAT}}) == ["facts"]


def body(name, kind, **facts):
    given = {"region": "71", "valid_from": date(2020, 1, 1), **facts}
    return Body(BodyId(name), kind, **given)


DISTRICT = body("guard-d", BodyKind.GUARD, district="711000000", parent=BodyId("edu-71"))
REGION = body("guard-71", BodyKind.GUARD)
EDU = body("edu-71", BodyKind.EDU)
PEOPLE = {
    BodyId("guard-d"): (Member(PersonId(1), "specialist"), Member(PersonId(2), "head")),
    BodyId("edu-71"): (Member(PersonId(3), "specialist"),),
    BodyId("guard-71"): (Member(PersonId(4), "specialist"),),
}


def leads(staffing, *found, **more):
    facts = RoutingFacts(
        "VIO.PHY", BodyKind.GUARD, (), "71", DAY, more.pop("excluded", {}),
        district=more.pop("district", "711000000"), **more,
    )  # fmt: skip
    directory = Directory(tuple(found or (DISTRICT, REGION, EDU)), "v", PEOPLE)
    chosen = decide(look(facts, directory, CHAIN, staffing))
    return chosen.lead, chosen.reasons[0].partition(":")[0]


def away(*people):
    return Staffing(out=dict.fromkeys(map(PersonId, people), "absent"))


LIMITED = replace(DISTRICT, capacity=2)
BY_PHONE = replace(DISTRICT, has_login=False)
TABLE = [
    # what, who leads and by which step, what is expected
    ("the district's body before the region's", leads(away()), ("guard-d", "chain")),
    ("a case without a district", leads(away(), district=None), ("guard-71", "chain")),
    ("one of two is away", leads(away(1)), ("guard-d", "chain")),
    ("both are away: the region's of the same kind", leads(away(1, 2)),
     ("guard-71", "chain")),
    ("the region's are away too: one level up", leads(away(1, 2, 4)),
     ("edu-71", "one_level_up")),
    ("everybody is away: 111", leads(away(1, 2, 3, 4)), (OWN_QUEUE, "chain_exhausted")),
    ("a body at its capacity", leads(Staffing(open_cases={BodyId("guard-d"): 2}), LIMITED,
     REGION, EDU), ("guard-71", "chain")),
    ("one below its capacity", leads(Staffing(open_cases={BodyId("guard-d"): 1}), LIMITED,
     REGION, EDU), ("guard-d", "chain")),
    ("a body without a login is rung up", leads(away(1, 2), BY_PHONE, REGION, EDU),
     ("guard-d", "chain")),
    ("nobody asked who is there", leads(None), ("guard-d", "chain")),
    ("who declined is not asked one level up either",
     leads(away(1, 2), excluded={BodyId("guard-71"): "declined", BodyId("edu-71"): "declined"}),
     (OWN_QUEUE, "chain_exhausted")),
    ("a conflict's way out", leads(away(), excluded={BodyId("guard-71"): "conflict",
     BodyId("guard-d"): "conflict"}, fallback=((BodyId("edu-71"), "one_level_up"),)),
     ("edu-71", "fallback")),
]  # fmt: skip


@pytest.mark.parametrize(("what", "found", "expected"), TABLE)
def test_who_leads(what, found, expected):
    assert found == expected


def test_a_choice_looks_at_a_few_bodies_however_many_there_are():
    """What the 5 ms at 1,000 bodies rest on (benchmarks/routing.py)."""
    chain = {"GUARD": ["UZPD", "GUARD"]}
    facts = RoutingFacts(
        "VIO.PHY", BodyKind.GUARD, (BodyKind.COMM,), "12", DAY, {}, district="12010000"
    )
    few = in_question(facts, country(20, 2, 5), chain)
    many = in_question(facts, country(20, 48, 5), chain)
    assert len(country(20, 48, 5).bodies) == 1_000
    assert [body.id for body in few] == [body.id for body in many]
    assert len(many) == 3
