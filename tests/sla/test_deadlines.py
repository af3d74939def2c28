"""Targets and deadlines of the shipped policy, with the test vectors of the SLA table."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sla_shipped import OFFICE, POLICY, local

from hotline.cases.terms import ClockName, Regime, Urgency
from hotline.config.limit import CalendarKind, Limit
from hotline.sla.deadline import due_at, due_for
from hotline.sla.targets import target

HOURS = timedelta(hours=1)

VECTORS = [
    # limit                     received                  due
    (Limit(work_days=15),       "2026-03-06T10:00+05:00", "2026-04-02T18:30+05:00"),
    (Limit(work_days=15),       "2025-12-30T10:00+05:00", "2026-01-23T18:30+05:00"),
    (Limit(work_days=15),       "2026-02-08T12:00+05:00", "2026-03-02T18:30+05:00"),
    (Limit(work_days=15),       "2026-02-06T23:50+05:00", "2026-02-27T18:30+05:00"),
    (Limit(work_days=3),        "2026-03-20T10:00+05:00", "2026-03-30T18:30+05:00"),
    (Limit(work=4 * HOURS),     "2026-02-06T17:00+05:00", "2026-02-09T11:30+05:00"),
    # elapsed time and calendar days look at no calendar
    (Limit(clock=24 * HOURS),   "2026-02-06T23:50+05:00", "2026-02-07T23:50+05:00"),
    (Limit(days=3),             "2026-03-20T10:00+05:00", "2026-03-23T10:00+05:00"),
    (Limit(clock=HOURS / 60),   "2026-01-01T00:00+05:00", "2026-01-01T00:01+05:00"),
]  # fmt: skip


@pytest.mark.parametrize(("limit", "received", "due"), VECTORS)
def test_the_vectors_of_the_sla_table_hold(limit, received, due):
    answer = due_at(datetime.fromisoformat(received), limit, OFFICE)
    assert answer == datetime.fromisoformat(due)
    assert answer.tzinfo is UTC


C, U, R = ClockName, Urgency, Regime
TARGETS = [
    # what                                 clock                   urgency        regime    rural  limit           law
    ("eyes of a person, life at risk",     C.HUMAN_EYES,           U.LIFE,        R.SIGNAL, False, "PT2M clock",   False),
    ("eyes of a person, harm in a day",    C.HUMAN_EYES,           U.DAY,         R.SIGNAL, False, "PT15M clock",  False),
    ("acceptance, high",                   C.ACCEPTANCE,           U.HIGH,        R.SIGNAL, False, "PT4H work",    False),
    ("outcome of a signal is policy",      C.WRITTEN_OUTCOME,      U.STANDARD,    R.SIGNAL, False, "P15WD work",   False),
    ("outcome of an appeal is law",        C.WRITTEN_OUTCOME,      U.STANDARD,    R.APPEAL, False, "P15WD work",   True),
    ("the register is law for everyone",   C.GUARDIANSHIP_REGISTER, U.INFORMATION, R.SIGNAL, False, "P1WD work",   True),
    ("check on site in a town",            C.ON_SITE_CHECK,        U.LIFE,        R.SIGNAL, False, "PT3H clock",   False),
    ("check on site in the country",       C.ON_SITE_CHECK,        U.LIFE,        R.SIGNAL, True,  "PT6H clock",   False),
    ("no rural limit: the ordinary one",   C.ON_SITE_CHECK,        U.DAY,         R.SIGNAL, True,  "PT24H clock",  False),
    ("safety within three days",           C.SAFETY,               U.DAY,         R.SIGNAL, False, "P3D days",     False),
    ("no safety clock for a question",     C.SAFETY,               U.INFORMATION, R.SIGNAL, False, None,           None),
    ("no hand-off below urgency 1",        C.EMERGENCY_HANDOFF,    U.HIGH,        R.SIGNAL, False, None,           None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "clock", "urgency", "regime", "rural", "limit", "law"),
    TARGETS,
    ids=[c[0] for c in TARGETS],
)
def test_the_shipped_policy_gives_each_clock_its_limit(
    what, clock, urgency, regime, rural, limit, law
):
    found = target(POLICY, clock, urgency, regime, rural=rural)
    assert (found and found.limit.text, found and found.law) == (limit, law)


def test_a_deadline_names_what_it_was_computed_from():
    due = due_for(
        POLICY,
        OFFICE,
        ClockName.WRITTEN_OUTCOME,
        local("2026-03-06 10:00"),
        urgency=Urgency.STANDARD,
        regime=Regime.APPEAL,
    )
    assert due is not None
    assert due.due_at == local("2026-04-02 18:30")
    assert due.target.calendar is CalendarKind.WORK
    assert due.target.basis.ru
    assert (due.target.policy_version, due.calendar_version) == (
        POLICY.version,
        OFFICE.version,
    )


def test_a_raised_urgency_is_recomputed_from_receipt():
    received = local("2026-02-06 17:00")
    dues = [
        due_for(POLICY, OFFICE, C.FIRST_CONTACT, received, urgency=level, regime=R.SIGNAL)
        for level in (Urgency.STANDARD, Urgency.DAY, Urgency.LIFE)
    ]
    assert [due and due.due_at for due in dues] == [
        local("2026-02-11 18:30"),
        local("2026-02-06 19:00"),
        local("2026-02-06 17:30"),
    ]


def test_a_clock_that_does_not_run_has_no_deadline():
    none = due_for(
        POLICY, OFFICE, C.SAFETY, local("2026-02-06 17:00"), urgency=U.HIGH, regime=R.SIGNAL
    )
    assert none is None


def test_a_start_without_a_zone_is_a_bug():
    with pytest.raises(ValueError):
        due_at(datetime(2026, 2, 6, 17), Limit(days=1), OFFICE)  # noqa: DTZ001


limits = st.one_of(
    st.builds(Limit, clock=st.timedeltas(timedelta(), timedelta(days=40))),
    st.builds(Limit, work=st.timedeltas(timedelta(), timedelta(hours=100))),
    st.builds(Limit, work_days=st.integers(1, 40)),
    st.builds(Limit, days=st.integers(1, 40)),
)
first, last = datetime(2024, 1, 1), datetime(2028, 12, 31)  # noqa: DTZ001  hypothesis adds the zone
moments = st.datetimes(first, last, timezones=st.just(UTC))


@given(moments, limits)
def test_no_limit_is_due_before_it_began(start, limit):
    assert due_at(start, limit, OFFICE) >= start


@given(moments, moments, limits)
def test_what_came_later_is_never_due_sooner(one, other, limit):
    early, late = sorted((one, other))
    assert due_at(early, limit, OFFICE) <= due_at(late, limit, OFFICE)
