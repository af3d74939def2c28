"""Which bodies act: over any directory and any facts there is a lead, and always a lawful one."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.cases.terms import BodyId, BodyKind
from hotline.config.load import SHIPPED
from hotline.config.loading import read
from hotline.config.referral import ReferralConfig
from hotline.routing.directory import Body, Directory
from hotline.routing.looking import RoutingFacts
from hotline.routing.office import (
    NEVER_LEADS,
    OWN_QUEUE,
    POWER,
    choose_bodies,
)
from hotline.routing.unseen import may_offer_unseen

CHAINS = read(SHIPPED, "referral.yaml", ReferralConfig).chains
DAY = date(2026, 11, 20)
KINDS = [BodyKind.GUARD, BodyKind.UZPD, BodyKind.COMM, BodyKind.FSC, BodyKind.EDU]
regions = st.sampled_from(["71", "39", None])
days = st.integers(-3, 3).map(lambda n: DAY + timedelta(days=n))
bodies = st.builds(
    Body,
    id=st.integers(1, 12).map(lambda n: BodyId(f"b-{n}")),
    kind=st.sampled_from([*KINDS, *NEVER_LEADS]),
    region=regions,
    valid_from=days,
    valid_to=st.none() | days,
    status=st.sampled_from(["active", "planned"]),
)
directories = st.lists(bodies, max_size=12, unique_by=lambda body: body.id).map(
    lambda found: Directory(tuple(sorted(found, key=lambda body: body.id)), "v")
)
hints = st.lists(st.sampled_from([*POWER, "declared"]), max_size=2, unique=True).map(tuple)
all_facts = st.builds(
    RoutingFacts,
    subcategory=st.just("VIO.PHY"),
    lead=st.sampled_from([BodyKind.GUARD, BodyKind.COMM, BodyKind.FSC, BodyKind.OWN]),
    co_executors=st.lists(st.sampled_from(list(BodyKind)), max_size=4).map(tuple),
    region=regions,
    day=days,
    excluded=st.dictionaries(
        st.integers(1, 12).map(lambda n: BodyId(f"b-{n}")), st.just("declined"), max_size=5
    ),
    hints=hints,
)
chains = st.one_of(
    st.just(CHAINS),  # and chains that somebody might write:
    st.dictionaries(
        st.sampled_from(["GUARD", "COMM", "FSC", "OWN"]),
        st.lists(st.sampled_from([*KINDS, *NEVER_LEADS]).map(str), max_size=5),
    ),
)


@given(all_facts, directories, chains)
def test_there_is_always_a_lead_and_it_may_act(facts, directory, chain):
    chosen = choose_bodies(facts, directory, chain)
    known = {body.id: body for body in directory.bodies}
    assert chosen.lead
    assert chosen.lead_kind not in NEVER_LEADS
    for body_id in (chosen.lead, *(body for body, _ in chosen.co_executors)):
        if body_id == OWN_QUEUE:
            continue
        body = known[body_id]
        assert body.acts_on(facts.day) is None
        assert body_id not in facts.excluded
        assert not any(body.kind in POWER.get(hint, ()) for hint in facts.hints)
        assert body.region in (facts.region, None)


@given(all_facts, directories, chains)
def test_the_same_facts_give_the_same_answer_and_every_exclusion_its_reason(
    facts, directory, chain
):
    first, again = (choose_bodies(facts, directory, chain) for _ in range(2))
    assert first == again
    assert first.reasons
    named = [body for body, _ in first.co_executors]
    assert len(named) == len(set(named))
    assert first.lead not in named
    for candidate in first.candidates:
        taken = candidate.body in {first.lead, *named}
        assert (candidate.excluded is None) <= taken


@given(all_facts, directories)
def test_without_a_region_only_111_itself_leads(facts, directory):
    from dataclasses import replace

    chosen = choose_bodies(replace(facts, region=None), directory, CHAINS)
    assert (chosen.lead, chosen.co_executors) == (OWN_QUEUE, ())


def body(name, kind, **facts):
    return Body(BodyId(name), kind, "71", date(2020, 1, 1), **facts)


def leads(*found, kind=BodyKind.GUARD, day=DAY, **more):
    facts = RoutingFacts("VIO.PHY", kind, (), "71", day, more.pop("excluded", {}), **more)
    return choose_bodies(facts, Directory(tuple(found), "v"), CHAINS)


GUARD, COMM = body("guard-71", BodyKind.GUARD), body("comm-71", BodyKind.COMM)
UZPD = Body(BodyId("uzpd-71"), BodyKind.UZPD, "71", DAY)
YESTERDAY, TOMORROW = DAY - timedelta(days=1), DAY + timedelta(days=1)
TABLE = [
    # what, the choice, the lead
    ("the department from its first day", leads(GUARD, UZPD), "uzpd-71"),
    ("the body until that day", leads(GUARD, UZPD, day=YESTERDAY), "guard-71"),
    ("a planned one never", leads(GUARD, body("u", BodyKind.UZPD, status="planned")),
     "guard-71"),
    ("one that ceases today", leads(GUARD, body("u", BodyKind.UZPD, valid_to=DAY)),
     "guard-71"),
    ("one that ceases tomorrow", leads(GUARD, body("u", BodyKind.UZPD, valid_to=TOMORROW)),
     "u"),
    ("who declined is passed over", leads(GUARD, UZPD, excluded={"uzpd-71": "declined"}),
     "guard-71"),
    ("the end of the chain", leads(excluded={}), OWN_QUEUE),
    ("a hint at guardianship", leads(GUARD, UZPD, COMM, hints=("guardianship",)), OWN_QUEUE),
    ("a hint at the commissioner", leads(GUARD, COMM, kind=BodyKind.COMM,
                                         hints=("commissioner",)), "guard-71"),
    ("a matter of 111's own", leads(GUARD, kind=BodyKind.OWN), OWN_QUEUE),
]  # fmt: skip


@pytest.mark.parametrize(("what", "chosen", "lead"), TABLE)
def test_who_leads(what, chosen, lead):
    assert chosen.lead == lead


def test_a_chain_that_names_the_police_does_not_make_them_lead():
    facts = RoutingFacts("VIO.PHY", BodyKind.GUARD, (BodyKind.POLICE,), "71", DAY, {})
    police = body("police-71", BodyKind.POLICE)
    chosen = choose_bodies(facts, Directory((GUARD, police), "v"), {"GUARD": ["POLICE"]})
    assert chosen.lead == OWN_QUEUE
    assert chosen.co_executors == ((police.id, BodyKind.POLICE),)


RULES = [
    ("auto", ["partner:ngo"], ["EDU.FEE"], [3, 4]),
    ("confirm", [], ["VIO"], []),
    ("auto", ["screened"], [], []),
    ("confirm", [], [], []),
]
OFFERS = [
    # sources, category, urgency, offered unseen
    ({"screened"}, "EDU.FEE", 3, True),
    ({"screened"}, "VIO.PHY", 1, False),  # an earlier rule says so
    ({"stranger", "partner:ngo"}, "EDU.FEE", 3, True),
    ({"stranger", "partner:ngo"}, "EDU.FEE", 2, False),
    ({"stranger", "partner:ngo"}, "EDU.NUTR", 3, False),
    ({"stranger", "partner:other"}, "EDU.FEE", 3, False),
    ({"stranger"}, "EDU.FEE", 3, False),
    (set(), "EDU.FEE", 3, False),
]


@pytest.mark.parametrize(("sources", "category", "urgency", "unseen"), OFFERS)
def test_the_first_rule_that_fits_decides(sources, category, urgency, unseen):
    assert may_offer_unseen(RULES, frozenset(sources), category, urgency) is unseen


@given(st.lists(st.tuples(
    st.just("confirm"), st.lists(st.sampled_from(["screened", "stranger"]), max_size=2),
    st.lists(st.sampled_from(["VIO", "EDU.FEE"]), max_size=2),
    st.lists(st.integers(0, 4), max_size=2),
), max_size=4), st.integers(0, 4))  # fmt: skip
def test_without_a_rule_that_says_auto_nothing_is_offered_unseen(rules, urgency):
    assert not may_offer_unseen(rules, frozenset({"screened"}), "VIO.PHY", urgency)


def test_no_rules_offer_nothing():
    assert not may_offer_unseen([], frozenset({"screened"}), "VIO.PHY", 0)
