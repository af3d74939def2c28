"""The urgency that the machine proposes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.cases.terms import BodyKind
from hotline.config.taxonomy import Names, Subcategory
from hotline.routing.urgency import SituationFacts, propose_urgency

RAISED = frozenset({"VIO", "NEG", "MEN", "WOM", "EXP", "DIG"})
NOTHING = SituationFacts()


def category(code="VIO.PHY", default=1):
    return Subcategory(
        code=code,
        name=Names(kk="а", ru="б"),
        default_urgency=default,
        lead=BodyKind.GUARD,
        co_executors=[],
        hand_off=[],
        commissioner_oversight=True,
        about_child=True,
    )


ROWS = [
    ("danger within 24 h", "VIO.PHY", 1, 1, NOTHING, 1, False),
    ("danger now", "VIO.PHY", 1, 0, NOTHING, 0, False),
    ("danger in a mild category", "EDU.CLUB", 4, 1, NOTHING, 1, False),
    ("no danger: the default", "FAM.ALIM", 3, None, NOTHING, 3, False),
    ("no danger: information", "INF.REF", 4, None, NOTHING, 4, False),
    ("default 1 without danger is 2, unsure", "VIO.PHY", 1, None, NOTHING, 2, True),
    ("default 0 without danger is 2, unsure", "MEN.SUI", 0, None, NOTHING, 2, True),
    ("a small child raises danger", "NEG.CARE", 1, 1, SituationFacts(child_age=4), 0, False),
    ("five years is no longer small", "NEG.CARE", 1, 1, SituationFacts(child_age=5), 1, False),
    ("disability raises", "VIO.EMO", 2, 1, SituationFacts(disability=True), 0, False),
    ("a repeat raises the default", "MEN.PSY", 3, None, SituationFacts(repeat=True), 2, False),
    ("never above 2 without danger", "MEN.ADD", 2, None, SituationFacts(weapon=True), 2, False),
    ("offender at home", "WOM.DV", 0, 1, SituationFacts(offender_at_home=True), 0, False),
    ("facts do not raise elsewhere", "EDU.ACC", 3, None, SituationFacts(child_age=2), 3, False),
    ("several facts raise once", "MEN.PSY", 4, None, SituationFacts(0, True, True), 3, False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("case", "code", "default", "danger", "facts", "urgency", "unsure"),
    ROWS,
    ids=[row[0] for row in ROWS],
)
def test_the_proposal(case, code, default, danger, facts, urgency, unsure):
    proposed = propose_urgency(category(code, default), danger, facts, RAISED)
    assert (proposed.urgency, proposed.needs_human) == (urgency, unsure)


@given(
    code=st.sampled_from(["VIO.PHY", "EDU.ACC", "INF.REF", "DIG.SEXT"]),
    default=st.integers(0, 4),
    danger=st.sampled_from([None, 0, 1]),
    facts=st.builds(
        SituationFacts,
        child_age=st.none() | st.integers(0, 17),
        disability=st.booleans(),
        repeat=st.booleans(),
        offender_at_home=st.booleans(),
        weapon=st.booleans(),
    ),
)
def test_urgency_is_0_or_1_exactly_with_danger_and_facts_never_lower(
    code, default, danger, facts
):
    proposed = propose_urgency(category(code, default), danger, facts, RAISED)
    plain = propose_urgency(category(code, default), danger, NOTHING, RAISED)
    assert (proposed.urgency <= 1) == (danger is not None)
    assert proposed.urgency <= plain.urgency
    assert plain.urgency - proposed.urgency <= 1
