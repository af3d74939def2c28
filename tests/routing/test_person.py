"""Who of a body is given a case: never who cannot take it; else the least loaded, steadily."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.routing.load import is_full, load_of
from hotline.routing.person import choose_person, speaks
from hotline.routing.replay import PERSON, differences, person_columns
from hotline.routing.seen import PersonSeen, StaffSeen
from tests.routing.staff import NORM, person, staff, staffs

ONE = (0, 0, 1, 0, 0)  # one open case of urgency 2
FULL = (2, 1, 0, 0, 0)


@given(staffs)
def test_nobody_is_given_a_case_who_cannot_take_it(facts):
    chosen = choose_person(facts).person
    able = [
        one
        for one in facts.people
        if not one.away
        and not is_full(one, facts.norm)
        and one.person not in {who for who, _ in facts.excluded}
    ]
    assert (chosen is None) == (not able)
    assert chosen is None or chosen in {one.person for one in able}


@given(staffs, st.randoms())
def test_the_order_in_which_people_stand_changes_nothing(facts, chance):
    people = list(facts.people)
    chance.shuffle(people)
    again = choose_person(msgspec.structs.replace(facts, people=tuple(people)))
    assert again == choose_person(facts)


@given(staffs)
def test_everybody_passed_over_has_a_reason_and_the_chosen_one_has_none(facts):
    chosen = choose_person(facts)
    assert {one.person for one in chosen.looked} == {one.person for one in facts.people}
    for one in chosen.looked:
        assert (one.passed_over is None) == (one.person == chosen.person)


@given(staffs)
def test_within_a_step_nobody_able_has_less_to_do(facts):
    """Without a roster, a stand-in or a tongue in the way, only load and position decide."""
    chosen = choose_person(facts)
    if chosen.step != "specialist":
        return
    case = facts.norm.weights[facts.urgency]
    loads = {p.person: load_of(p, facts.norm) + case / p.share / 2 for p in facts.people}
    rivals = [
        one.person
        for one in facts.people
        if one.position == "specialist"
        and speaks(one, facts.language)
        and next(x for x in chosen.looked if x.person == one.person).passed_over
        in {"more_load", "same_load"}
    ]
    assert all(loads[chosen.person] <= loads[rival] for rival in rivals)


@given(staffs)
def test_a_stored_choice_is_made_again_from_its_json(facts):
    row = json.loads(json.dumps(person_columns(facts, choose_person(facts)), default=str))
    assert differences(PERSON, row) == []
    assert msgspec.convert(row["facts"], StaffSeen) == facts


TABLE = [
    # what, the facts, who, by which step
    ("the least loaded", staff(person(1, open=ONE), person(2)), 2, "specialist"),
    ("half a post counts double",
     staff(person(1, open=ONE, share=0.5), person(2, open=(0, 1, 0, 0, 0))), 2, "specialist"),
    ("a case weighs twice as much on half a post",
     staff(person(1, share=0.5), person(2, open=(0, 0, 0, 0, 1)), urgency=2), 2, "specialist"),
    ("equal loads: who was given least lately", staff(person(1, given=ONE), person(2)), 2,
     "specialist"),
    ("all equal: the lowest id", staff(person(2), person(1)), 1, "specialist"),
    ("who speaks the language of the case",
     staff(person(1, languages=("kk",)), person(2, open=ONE)), 2, "specialist"),
    ("a deputy who speaks it, before a specialist who does not",
     staff(person(1, languages=("kk",)), person(2, position="deputy")), 2, "deputy"),
    ("nobody speaks it", staff(person(1), person(2, position="head"), language="en"), 1,
     "specialist_other_language"),
    ("a mixed text: either language", staff(person(1, languages=("kk",)), language="mixed"),
     1, "specialist"),
    ("absent", staff(person(1, away=True), person(2, open=ONE)), 2, "specialist"),
    ("a full post", staff(person(1, open=FULL), person(2, position="head")), 2, "head"),
    ("in conflict", staff(person(1), person(2, open=ONE), excluded=((1, "conflict"),)), 2,
     "specialist"),
    ("no specialist: the deputy", staff(person(1, position="head"),
     person(2, position="deputy", open=ONE)), 2, "deputy"),
    ("on duty by night, by rank",
     staff(person(1), person(2, shift=2), person(3, shift=1, open=ONE), duty_first=True), 3,
     "duty"),
    ("nobody of the roster is there: the others",
     staff(person(1, shift=1, away=True), person(2), duty_first=True), 2, "specialist"),
    ("who was named to stand in",
     staff(person(1, away=True, stand_in=3), person(2), person(3, open=ONE), instead_of=1),
     3, "stand_in"),
    ("who was named is away too", staff(person(1, away=True, stand_in=3), person(2),
     person(3, away=True), instead_of=1), 2, "specialist"),
    ("everybody away", staff(person(1, away=True)), None, "nobody"),
    ("nobody at all", staff(), None, "nobody"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "facts", "who", "step"), TABLE)
def test_who_is_chosen(what, facts, who, step):
    chosen = choose_person(facts)
    assert (chosen.person, chosen.step) == (who, step)


def test_a_person_of_whom_nothing_is_known_has_no_load():
    assert load_of(PersonSeen(person=1), NORM) == 0
