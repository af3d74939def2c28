"""The one question to ask: what changes nothing is never asked, and a "no" never calms."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.cases.asked import FACTS, NO, YES
from hotline.cases.terms import BodyId, BodyKind
from hotline.config.load import SHIPPED
from hotline.config.loading import read
from hotline.config.referral import ReferralConfig
from hotline.config.scripts import ScriptsConfig
from hotline.config.taxonomy import TaxonomyConfig
from hotline.routing.answered import Answered
from hotline.routing.directory import Body, Directory
from hotline.routing.looking import RoutingFacts
from hotline.routing.next_question import REGION, Matter, next_question, outcome
from hotline.routing.urgency import SituationFacts

CHAINS = read(SHIPPED, "referral.yaml", ReferralConfig).chains
SCRIPTS = read(SHIPPED, "scripts.yaml", ScriptsConfig)
TAXONOMY = read(SHIPPED, "taxonomy.yaml", TaxonomyConfig)
CODES = TAXONOMY.by_code
DAY = date(2026, 11, 20)
DIRECTORY = Directory(
    tuple(
        Body(id=BodyId(f"{kind.lower()}-71"), kind=kind, region="71", valid_from=DAY)
        for kind in (BodyKind.COMM, BodyKind.FSC, BodyKind.GUARD, BodyKind.POLICE)
    ),
    "v",
)


def matter(code, said=None, *, region="71", danger=None, chosen=None):
    entry = CODES[code]
    return Matter(
        entry=entry,
        danger=danger,
        read=SituationFacts(),
        told=Answered.of(said or {}),
        dangers=SCRIPTS.dangers,
        raised=TAXONOMY.raised_by_facts(),
        route=RoutingFacts(
            subcategory=code,
            lead=BodyKind(entry.lead),
            co_executors=tuple(BodyKind(k) for k in entry.co_executors),
            region=region,
            day=DAY,
            excluded={},
        ),
        chosen=chosen,
    )


def asked(one):
    names = [n for n, q in SCRIPTS.questions.items() if q.fits(one.entry.code)]
    return next_question(names, one, DIRECTORY, CHAINS, ["71"])


ALL_NO = dict.fromkeys(FACTS, NO)
ASKED = [
    # what is known                               code        answers             facts                   question
    ("violence, nothing known",                   "VIO.PHY",  {},                 {},                     "injured"),
    ("violence, nobody hurt and no weapon",       "VIO.PHY",  {"injured": NO, "weapon": NO}, {},          "offender_near"),
    ("a plan for today comes before all else",    "MEN.SUI",  {"injured": NO, "weapon": NO}, {},          "plan_today"),
    ("urgent as can be, the place is not known",  "VIO.PHY",  {},                 {"region": None, "danger": 0}, REGION),
    ("urgent as can be, all else is known",       "NEG.CARE", {"injured": YES},   {"danger": 0},          None),
    ("a question about alimony",                  "FAM.ALIM", {},                 {},                     "alone"),
    ("everything was asked",                      "VIO.PHY",  ALL_NO,             {},                     None),
    ("a person chose the highest level already",  "NEG.CARE", {},                 {"chosen": 0},          None),
]  # fmt: skip


@pytest.mark.parametrize(("what", "code", "said", "facts", "question"), ASKED)
def test_the_question_that_changes_most(what, code, said, facts, question):
    found = asked(matter(code, said, **facts))
    assert (found.name if found else None) == question, what


answers = st.dictionaries(st.sampled_from(FACTS), st.sampled_from([YES, NO]))
codes = st.sampled_from(sorted(CODES))


@given(codes, answers, st.sampled_from(["71", None]), st.none() | st.integers(0, 1))
def test_what_is_asked_is_unknown_fits_and_changes_something(code, said, region, danger):
    one = matter(code, said, region=region, danger=danger)
    found = asked(one)
    if found is None or found.name == REGION:
        assert found is None or region is None
        return
    assert found.name not in said
    assert SCRIPTS.questions[found.name].fits(code)
    ways = {
        outcome(matter(code, {**said, found.name: a}, region=region, danger=danger),
                DIRECTORY, CHAINS)
        for a in (YES, NO)
    }  # fmt: skip
    assert len(ways) == 2


@given(codes, answers, st.sampled_from(FACTS), st.none() | st.integers(0, 1))
def test_no_answer_ever_lowers_urgency(code, said, name, danger):
    before = outcome(matter(code, said, danger=danger), DIRECTORY, CHAINS)
    for answer in (YES, NO):
        if said.get(name) == YES:
            continue
        more = {**said, name: answer}
        after = outcome(matter(code, more, danger=danger), DIRECTORY, CHAINS)
        assert after.urgency <= before.urgency
