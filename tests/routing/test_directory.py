"""The directory: who stands for a place on a day, and every directory that does not hold."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.cases.terms import BodyId, BodyKind
from hotline.config.bodies import entries, known_of
from hotline.config.calendar import Hours
from hotline.config.directory_cover import first_hole
from hotline.config.directory_rules import Entry, Known, faults
from hotline.routing.directory import Body, Directory
from hotline.routing.office import RoutingFacts, choose_bodies

DAY = date(2026, 11, 20)
CHAINS = {"GUARD": ["UZPD", "GUARD"], "COMM": ["COMM"], "FSC": ["FSC"], "OWN": []}


def body(name, kind, region="71", **more):
    return Body(BodyId(name), BodyKind(kind), region, **{"valid_from": DAY, **more})


DIRECTORY = Directory(
    (
        body("edu", "EDU", None),
        body("edu-71", "EDU"),
        body("edu-71-almaty", "EDU", district="711110000"),
        body("edu-39", "EDU", "39"),
    ),
    "v",
)
PLACES = [
    ("a district that has its own", "71", "711110000", ["edu-71-almaty", "edu-71", "edu"]),
    ("a district that has none", "71", "711210000", ["edu-71", "edu"]),
    ("an unknown district", "71", None, ["edu-71", "edu"]),
    ("another region", "39", "391000000", ["edu-39", "edu"]),
    ("a region without a body", "10", None, ["edu"]),
    ("an unknown region", None, None, ["edu"]),
]


@pytest.mark.parametrize(("place", "region", "district", "found"), PLACES)
def test_the_nearest_body_comes_first(place, region, district, found):
    assert [b.id for b in DIRECTORY.of(BodyKind.EDU, region, district)] == found, place


def test_what_stands_above_a_body_is_told_nearest_first_and_a_loop_ends():
    tree = Directory(
        (
            body("a", "EDU", parent="b"),
            body("b", "EDU", parent="c"),
            body("c", "EDU", parent="b"),
        ),
        "v",
    )
    assert tree.above(BodyId("a")) == ("b", "c")
    assert tree.above(BodyId("nobody")) == ()


@given(st.integers(-400, 400))
def test_the_same_configuration_routes_by_the_day(days):
    """Before the department's first day to guardianship, from it on to the department."""
    first = DAY
    there = Directory(
        (
            body("guard-39", "GUARD", "39", valid_from=date(2020, 1, 1)),
            body("uzpd-39", "UZPD", "39", valid_from=first),
        ),
        "v",
    )
    day = first + timedelta(days=days)
    facts = RoutingFacts("NEG.CARE", BodyKind.GUARD, (), "39", day, {})
    chosen = choose_bodies(facts, there, CHAINS)
    assert chosen.lead == ("uzpd-39" if day >= first else "guard-39")


# -- what does not hold -----------------------------------------------------------------
KNOWN = Known(frozenset({"71", "39"}), {"711110000": "71"})


def entry(name, kind, region="71", **more):
    given_ = {"valid_from": date(2020, 1, 1), "name_kk": "А", "name_ru": "А", **more}
    return Entry(where=f"b.csv: {name}", id=name, kind=kind, region=region, **given_)


WHOLE = [
    entry("own-111", "OWN", None),
    *(
        entry(f"{kind.lower()}-{region}", kind, region)
        for kind in ("COMM", "GUARD", "FSC", "EDU")
        for region in ("71", "39")
    ),
]


def with_(*changed, without=()):
    named = {one.id for one in changed} | set(without)
    return [*(one for one in WHOLE if one.id not in named), *changed]


def codes(listed, day=DAY):
    return {(f.code, f.where) for f in faults(listed, KNOWN, day, "b.csv")}


def test_a_directory_that_holds_has_no_faults():
    assert codes(WHOLE) == set()


NEXT_YEAR = date(2027, 1, 1)
MARCH = date(2027, 3, 1)
GUARD = entry("guard-71", "GUARD")
COMM = entry("comm-71", "COMM")
BROKEN = [
    ("two of one kind and place", with_(entry("guard-x", "GUARD")), "overlap"),
    ("two that share a day", with_(replace(GUARD, valid_to=MARCH),
     entry("guard-x", "GUARD", valid_from=NEXT_YEAR)), "overlap"),
    ("three, the first over the last", with_(GUARD,
     entry("g2", "GUARD", valid_from=NEXT_YEAR, valid_to=MARCH),
     entry("g3", "GUARD", valid_from=date(2028, 1, 1))), "overlap"),
    ("a hole between two", with_(replace(GUARD, valid_to=NEXT_YEAR),
     entry("guard-x", "GUARD", valid_from=MARCH)), "gap"),
    ("guardianship ends and nobody follows", with_(replace(GUARD, valid_to=NEXT_YEAR)), "gap"),
    ("a department that is only planned follows", with_(replace(GUARD, valid_to=NEXT_YEAR),
     entry("uzpd-71", "UZPD", status="planned")), "gap"),
    ("a district's body alone", with_(replace(GUARD, district="711110000")), "gap"),
    ("no family support centre", with_(without=["fsc-71"]), "gap"),
    ("no commissioner today", with_(without=["comm-71"]), "no_commissioner"),
    ("none from tomorrow on", with_(replace(COMM, valid_to=DAY + timedelta(1))),
     "no_commissioner"),
    ("none on one future day", with_(replace(COMM, valid_to=NEXT_YEAR),
     entry("comm-x", "COMM", valid_from=NEXT_YEAR + timedelta(1))), "no_commissioner"),
    ("one that is only planned", with_(replace(COMM, status="planned")), "no_commissioner"),
    ("a commissioner of no region", with_(entry("comm-x", "COMM", None)), "covers_nothing"),
    ("a district without a region", with_(entry("edu-x", "EDU", None, district="711110000")),
     "covers_nothing"),
    ("a district of another region", with_(entry("edu-x", "EDU", "39", district="711110000")),
     "unknown_district"),
    ("an unknown region", with_(entry("edu-x", "EDU", "99")), "unknown_region"),
    ("an unknown kind", with_(entry("edu-x", "OPEKA")), "unknown_kind"),
    ("an unknown parent", with_(entry("edu-x", "PSY", parent="nobody")), "unknown_parent"),
    ("its own parent", with_(entry("psy-x", "PSY", parent="psy-x")), "parent_loop"),
    ("a ring of parents", with_(entry("psy-a", "PSY", parent="soc-b"),
     entry("soc-b", "SOC", parent="psy-a")), "parent_loop"),
    ("a norm of 0", with_(entry("psy-x", "PSY", children=0)), "not_positive"),
    ("a capacity of 0", with_(entry("psy-x", "PSY", capacity=0)), "not_positive"),
    ("an end before the beginning", with_(entry("psy-x", "PSY", valid_to=date(2019, 1, 1))),
     "ends_first"),
    ("an end on the first day", with_(entry("psy-x", "PSY", valid_to=date(2020, 1, 1))),
     "ends_first"),
    ("the same id twice", [*WHOLE, entry("edu-71", "PSY")], "same_id"),
    ("no working time", with_(entry("psy-x", "PSY", hours=Hours())), "no_working_time"),
    ("hours that cross", with_(entry("psy-x", "PSY", hours=Hours(mon=("12:00-09:00",)))),
     "bad_hours"),
    ("no language", with_(entry("psy-x", "PSY", languages=())), "no_language"),
    ("an unknown language", with_(entry("psy-x", "PSY", languages=("qq",))), "unknown_language"),
    ("no name", with_(entry("psy-x", "PSY", name_kk=" ")), "empty"),
    ("no queue of 111's own", with_(without=["own-111"]), "no_own"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "listed", "code"), BROKEN, ids=[row[0] for row in BROKEN])
def test_what_does_not_hold_is_refused_with_its_place_and_remedy(what, listed, code):
    found = faults(listed, KNOWN, DAY, "b.csv")
    assert code in {fault.code for fault in found}, what
    for fault in found:
        assert fault.text.startswith("b.csv")
        assert ";" in fault.text, "a remedy follows"


FINE = [
    ("the department takes guardianship over", with_(replace(GUARD, valid_to=MARCH),
     entry("uzpd-71", "UZPD", valid_from=MARCH))),
    ("both for a while", with_(GUARD, entry("uzpd-71", "UZPD", valid_from=MARCH))),
    ("one follows the other to the day", with_(replace(COMM, valid_to=MARCH),
     entry("comm-x", "COMM", valid_from=MARCH))),
    ("a district's body beside the region's", with_(
     entry("guard-d", "GUARD", district="711110000"))),
    ("two, of which one is planned", with_(entry("guard-x", "GUARD", status="planned"))),
    ("a family support centre that is only planned", with_(
     entry("fsc-71", "FSC", status="planned"))),
    ("a hole that has passed", with_(replace(GUARD, valid_to=date(2025, 1, 1)),
     entry("guard-x", "GUARD", valid_from=date(2026, 1, 1)))),
]  # fmt: skip


@pytest.mark.parametrize(("what", "listed"), FINE, ids=[row[0] for row in FINE])
def test_what_holds_is_let_through(what, listed):
    assert codes(listed) == set(), what


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30), st.booleans()), max_size=8),
    st.integers(0, 60),
)
def test_the_first_hole_is_the_one_that_counting_days_finds(drawn, since):
    start = date(2026, 1, 1)
    spans = [
        (start + timedelta(a), date.max if for_good else start + timedelta(a + n))
        for a, n, for_good in drawn
    ]
    today = start + timedelta(since)
    days = (today + timedelta(n) for n in range(200))
    counted = next((d for d in days if not any(a <= d < b for a, b in spans)), None)
    assert first_hole(spans, today) == counted


def test_the_shipped_directory_holds_on_every_day_to_come(config):
    kinds = {str(kind) for kind in config.taxonomy.bodies}
    listed = entries(config.bodies, config.places)
    known = known_of(config.places, kinds)
    for days in (0, 1, 400, 4_000):
        assert faults(listed, known, DAY + timedelta(days), "bodies.yaml") == []


async def test_the_directory_is_two_statements_however_many_bodies_and_people(
    fresh_database_url,
):
    from benchmarks.directory import LIMIT_STATEMENTS, measure

    found = await measure(fresh_database_url, 200, 1_000)
    assert found.statements <= LIMIT_STATEMENTS
