"""Rules tried on a past: identical ones change nothing, and each change is told as it is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.cases.terms import ClockName
from hotline.config.calendar import Hours
from hotline.routing.directory import Directory
from hotline.routing.person import choose_person
from hotline.routing.replay import person_columns
from hotline.routing.seen import FORMAT, NormSeen, PersonSeen, StaffSeen
from hotline.whatif.clocks import StoredCase
from hotline.whatif.comparison import Comparison
from hotline.whatif.result import result_of, without
from hotline.whatif.routes import CannotReplay, read_route
from hotline.whatif.rules import Rules, unjudged
from hotline.whatif.staff import read_staff
from tests.whatif import past
from tests.whatif.past import NOW, SHIPPED_RULES, a_clock, a_route, rules


def compared(after, *, routes=(), clocks=(), before=SHIPPED_RULES, most=None):
    found = Comparison(before, after, NOW, most)
    found.routes(routes)
    found.clocks(clocks)
    return result_of(found, NOW - timedelta(days=30))


@pytest.mark.slow
@given(st.lists(past.ROUTES, max_size=6), st.lists(past.CLOCKS, max_size=6))
def test_identical_rules_change_nothing(routes, clocks):
    same = rules(sla=("version:", "# another comment\nversion:"))  # equal, read anew
    found = compared(same, routes=routes, clocks=clocks)
    assert (found.changes, found.load, found.changed) == ((), (), {})
    assert found.cannot_replay == {}
    assert found.drifted == 0  # and each stored answer is given again
    assert found.decisions == len(routes)
    assert sum(one.replayed for one in found.clocks) == len(clocks)
    assert all(one.late_before == one.late_after for one in found.clocks)


DEPARTMENT = ("GUARD: [UZPD, GUARD]", "GUARD: [COMM, UZPD, GUARD]")


def test_another_chain_says_who_would_get_what_and_what_each_would_carry():
    routes = [a_route(n, "NEG.CARE" if n % 2 else "INF.REF") for n in range(1, 5)]
    guarded = [one for one in routes if one.facts.lead == "GUARD"]
    assert guarded
    found = compared(rules(referral=DEPARTMENT), routes=routes)
    assert [change.case_id for change in found.changes] == [one.id for one in guarded]
    assert {change.after["lead"] for change in found.changes} == {"comm-71"}
    moved = {one.body: one.after - one.before for one in found.load}
    assert moved["comm-71"] == len(guarded)
    assert sum(moved.values()) == 0


def test_the_newest_decision_of_a_case_is_what_a_body_would_carry():
    first, second = a_route(7, "NEG.CARE"), a_route(7, "NEG.CARE", region="39")
    found = compared(rules(referral=DEPARTMENT), routes=[first, second])
    assert {one.body for one in found.load} == {"comm-39", second.choice.lead}
    assert found.changed == {"route": 2}


SHORTER = ("2: {work: PT4H}, 3: {work_days: 1}", "2: {work: PT2H}, 3: {work_days: 1}")
FRIDAY_10 = datetime(2026, 11, 13, 5, 0, tzinfo=UTC)  # 10:00 in Almaty
MOVES = [
    # what is told, minutes until met (None: open), late before, late after
    ("met within both", 60, False, False),
    ("met between the two: one breach more", 180, False, True),
    ("met after both", 24 * 60, True, True),
    ("still open", None, True, True),
]


@pytest.mark.parametrize(("told", "minutes", "before", "after"), MOVES)
def test_a_shorter_limit_moves_the_deadline_and_is_judged_with_when_it_was_met(
    told, minutes, before, after
):
    met = FRIDAY_10 + timedelta(minutes=minutes) if minutes else None
    found = compared(rules(sla=SHORTER), clocks=[a_clock(started=FRIDAY_10, met=met)])
    (change,), (counts,) = found.changes, found.clocks
    # Four working hours around lunch end at 15:30 in Almaty, two at 12:00.
    assert change.before == {"due_at": "2026-11-13T10:30:00+00:00", "late": before}, told
    assert change.after == {"due_at": "2026-11-13T07:00:00+00:00", "late": after}, told
    assert (counts.earlier, counts.later) == (1, 0)
    assert (counts.more, counts.fewer) == (int(after and not before), 0)
    assert (counts.late_before, counts.late_after) == (int(before), int(after))


@pytest.mark.parametrize("state", ["paused", "cancelled"])
def test_a_clock_that_stands_still_is_late_under_no_rules(state):
    clock = a_clock(started=FRIDAY_10, state=state)
    (counts,) = compared(rules(sla=SHORTER), clocks=[clock]).clocks
    assert (counts.earlier, counts.late_before, counts.late_after) == (1, 0, 0)


MORNINGS = Hours(**dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ("09:00-11:00",)))
ELAPSED = "2: {clock: PT4H}, 3: {work_days: 1}"
WORKING = "2: {work: PT4H}, 3: {work_days: 1}"
DAYS = "2: {days: 1}, 3: {work_days: 1}"
WORKDAY = "2: {work_days: 1}, 3: {work_days: 1}"
MEASURES = [
    # from, to, when it is due by the other rules, in UTC: five hours less than in Almaty
    (
        "elapsed to working time: its own hours",
        ELAPSED,
        WORKING,
        "2026-11-17T05:00:00+00:00",
    ),
    ("working time to days: none", WORKING, DAYS, "2026-11-14T05:00:00+00:00"),
    (
        "working time to working days: its own",
        WORKING,
        WORKDAY,
        "2026-11-16T06:00:00+00:00",
    ),
    ("days to working time: its own hours", DAYS, WORKING, "2026-11-17T05:00:00+00:00"),
    ("working to elapsed time: none", WORKING, ELAPSED, "2026-11-13T09:00:00+00:00"),
]


@pytest.mark.parametrize(("told", "old", "new", "due"), MEASURES)
def test_hours_of_a_body_count_where_the_rules_tried_count_working_time(
    told, old, new, due
):
    """The body works from 9 to 11; four hours from Friday, 10:00, end on Tuesday at 10:00."""

    def measured(limit):
        made = rules(sla=(WORKING, limit)) if limit != WORKING else rules()
        listed = tuple(
            replace(body, hours=MORNINGS) if body.id == "guard-71" else body
            for body in made.directory.bodies
        )
        return Rules(made.config, Directory(listed, made.directory.version))

    clock = a_clock(started=FRIDAY_10, body_id="guard-71")
    found = compared(measured(new), before=measured(old), clocks=[clock])
    assert found.changes[0].after["due_at"] == due, told


def test_a_deadline_that_a_person_put_off_keeps_what_was_added():
    limit = ("2: {work: PT4H}, 3: {work_days: 1}", "2: {clock: PT4H}, 3: {work_days: 1}")
    put_off = FRIDAY_10 + timedelta(days=5)
    clock = a_clock(started=FRIDAY_10, due_at=put_off, moved=True)
    (change,) = compared(rules(sla=limit), clocks=[clock]).changes
    assert change.before["due_at"] == put_off.isoformat()
    assert change.after["due_at"] == (put_off - timedelta(hours=1.5)).isoformat()


def test_a_clock_that_the_other_rules_do_not_know_falls_away_and_begins_the_other_way():
    limit = ("limits: {0: {clock: PT5M}, 1: {clock: PT30M}}", "limits: {0: {clock: PT5M}}")
    fewer, clock = rules(sla=limit), a_clock("emergency_handoff", 1)
    gone = compared(fewer, clocks=[clock])
    begun = compared(SHIPPED_RULES, clocks=[clock], before=fewer)
    assert (gone.clocks[0].dropped, gone.changes[0].after["due_at"]) == (1, None)
    assert (begun.clocks[0].begun, begun.changes[0].before["due_at"]) == (1, None)


def test_what_cannot_be_judged_is_counted_by_its_reason_and_never_passed_over():
    with pytest.raises(CannotReplay) as old:
        read_route(1, NOW, 1, {"subcategory": "VIO.PHY", "day": "2026-11-20"}, {})
    assert str(old.value) == "other_form"
    with pytest.raises(CannotReplay) as broken:
        read_route(1, NOW, 1, {"format": 2, "lead": 7}, {})
    assert str(broken.value) == "unreadable"
    beyond = a_clock("written_outcome", 3, started=datetime(2099, 1, 1, tzinfo=UTC))
    nameless = a_clock("a_clock_of_another_release")
    found = compared(SHIPPED_RULES, clocks=[beyond, nameless])
    assert found.cannot_replay == {"beyond_calendar": 1, "other_form": 1}


def test_what_is_left_out_for_one_viewer_is_as_if_it_had_never_been():
    """Re-routed cases too: of several decisions the newest counts, changed or not."""
    changed = rules(referral=DEPARTMENT, sla=SHORTER)
    routes = [
        a_route(7, "NEG.CARE"), a_route(7, "NEG.CARE", region="39"),
        a_route(8, "NEG.CARE"), a_route(8, "INF.REF"),
        a_route(9, "NEG.CARE"), a_route(9, "NEG.CARE"),
    ]  # fmt: skip
    clocks = [
        a_clock(started=FRIDAY_10, number=n, met=FRIDAY_10 + timedelta(hours=3 * n - 20))
        for n in (7, 8, 9)
    ]
    clocks += [a_clock(started=FRIDAY_10, number=7, case_id=None, contact_id=5)]
    for hidden in ({7}, {8}, {9}, {7, 8}, {7, 8, 9}):
        whole = compared(changed, routes=routes, clocks=clocks)
        left = without(whole, hidden, {5})
        fresh = compared(
            changed,
            routes=[one for one in routes if one.case_id not in hidden],
            clocks=[one for one in clocks if one.case_id not in hidden | {None}],
        )
        assert (left.changed, left.changes) == (fresh.changed, fresh.changes), hidden
        assert moved(left) == moved(fresh), hidden
        assert {one.body: one.after - one.before for one in left.load} == {
            one.body: one.after - one.before for one in fresh.load
        }, hidden


def moved(found):
    """Return what the clocks of a result do, without how many there are."""
    told = [msgspec.to_builtins(one) for one in found.clocks]
    left = [{k: n for k, n in one.items() if k not in _TOTALS and n} for one in told]
    return [one for one in left if one != {"name": one["name"]}]


_TOTALS = ("replayed", "drifted")


def test_a_list_that_was_cut_still_counts_everything():
    routes = [a_route(n, "NEG.CARE") for n in range(1, 8)]
    found = compared(rules(referral=DEPARTMENT), routes=routes, most=3)
    assert (len(found.changes), found.changed) == (3, {"route": 7})


def test_decisions_that_todays_rules_answer_otherwise_are_told_apart_from_changes():
    other = rules(referral=DEPARTMENT)
    made_then = a_route(1, "NEG.CARE", rules=other)
    found = compared(rules(), routes=[made_then])
    assert (found.drifted, found.changes) == (1, ())


def a_choice(weights, full_at=150.0):
    """A stored choice between one with a grave case and one with three light ones."""
    people = (
        PersonSeen(person=1, open=(1, 0, 0, 0, 0)),
        PersonSeen(person=2, open=(0, 0, 0, 0, 3)),
    )
    facts = StaffSeen(
        body="guard-71", at=NOW, urgency=3, language="ru", format=FORMAT, people=people,
        norm=NormSeen(weights=tuple(weights), full_at=full_at),
    )  # fmt: skip
    kept = msgspec.json.decode(
        msgspec.json.encode(person_columns(facts, choose_person(facts)))
    )
    return read_staff(1, NOW, 5, kept["facts"], kept["choice"])


def test_another_norm_says_to_whom_each_case_would_be_suggested():
    norm = past.CONFIG.referral.norm
    stored = a_choice(norm.weights, norm.full_at)
    same = Comparison(SHIPPED_RULES, rules(), NOW)
    same.staff([stored])
    assert (same.listed, same.drifted, same.decisions) == ([], 0, 1)
    lighter = rules(referral=("weights: [8, 5, 3, 2, 1]", "weights: [2, 2, 2, 2, 1]"))
    other = Comparison(SHIPPED_RULES, lighter, NOW)
    other.staff([stored])
    (change,) = other.listed
    assert (change.before, change.after) == ({"person": 2}, {"person": 1})
    assert (change.kind, change.what, change.case_id) == ("person", "guard-71", 5)


def test_a_clock_that_only_the_other_rules_start_is_told_with_its_case():
    # An inquiry has no visit by the shipped rules.
    shipped = past.CONFIG.sla.clocks["on_site_check"].limits
    assert 4 not in shipped
    line = next(
        one for one in past.FILES["sla.yaml"].splitlines() if "on_site_check" in one
    )
    at = past.FILES["sla.yaml"].index(line)
    limits = next(
        one for one in past.FILES["sla.yaml"][at:].splitlines() if "limits: {" in one
    )
    more = rules(sla=(limits, limits.replace("limits: {", "limits: {4: {days: 3}, ")))
    case = StoredCase(9, 4, "signal", rural=False, received_at=FRIDAY_10)
    names = [ClockName.ON_SITE_CHECK, ClockName.SAFETY]
    found = Comparison(SHIPPED_RULES, more, NOW)
    found.cases([case], names)
    (change,) = found.listed
    assert (change.case_id, change.what, change.before["due_at"]) == (
        9,
        "on_site_check",
        None,
    )
    assert change.after["due_at"] == (FRIDAY_10 + timedelta(days=3)).isoformat()
    same = Comparison(SHIPPED_RULES, rules(), NOW)
    same.cases([case], names)
    assert same.listed == []


def test_what_no_stored_decision_can_judge_is_named():
    shipped = past.CONFIG
    assert unjudged(shipped, shipped) == []
    changed = rules(
        sla=("percent: 50", "percent: 40"),
        referral=("{offer: confirm} ", "{offer: confirm, urgencies: []} "),
    )
    assert unjudged(shipped, changed.config) == [
        "sla.yaml: ladder",
        "sla.yaml: clocks.*.ladder",
    ]
