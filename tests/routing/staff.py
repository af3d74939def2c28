"""People of a body and directories for tests and benchmarks of the choice. All invented."""

from datetime import UTC, date, datetime

from hypothesis import strategies as st

from hotline.routing.seen import FORMAT, NormSeen, PersonSeen, StaffSeen

NORM = NormSeen(weights=(8, 5, 3, 2, 1), full_at=20)
AT = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
DAY = date(2026, 11, 20)
counts = st.lists(st.integers(0, 3), min_size=5, max_size=5).map(tuple)
languages = st.sampled_from([("kk",), ("ru",), ("kk", "ru"), ("en",)])
persons = st.builds(
    PersonSeen,
    person=st.integers(1, 12),
    position=st.sampled_from(["specialist", "specialist", "deputy", "head"]),
    languages=languages,
    share=st.sampled_from([0.25, 0.5, 1.0, 1.5]),
    open=counts,
    given=counts,
    away=st.booleans(),
    stand_in=st.none() | st.integers(1, 12),
    shift=st.none() | st.integers(1, 3),
)
staffs = st.builds(
    StaffSeen,
    format=st.just(FORMAT),
    body=st.just("guard-71"),
    at=st.just(AT),
    urgency=st.integers(0, 4),
    language=st.sampled_from(["kk", "ru", "mixed", "en", "other"]),
    norm=st.just(NORM),
    duty_first=st.booleans(),
    people=st.lists(persons, max_size=8, unique_by=lambda one: one.person).map(tuple),
    excluded=st.lists(
        st.tuples(st.integers(1, 12), st.sampled_from(["conflict", "offer_ran_out"])),
        max_size=3,
        unique_by=lambda pair: pair[0],
    ).map(tuple),
    instead_of=st.none() | st.integers(1, 12),
)


def person(number, **facts):
    return PersonSeen(person=number, **facts)


def staff(*people, **facts):
    given = {"urgency": 3, "language": "ru", "norm": NORM, **facts}
    return StaffSeen(format=FORMAT, body="guard-71", at=AT, people=people, **given)
