"""The report counts what people said beside what triage said, from the stored decisions."""

from datetime import timedelta

import pytest

from hotline.actions.close_contact import close_contact
from hotline.actions.quality_report import quality_report
from hotline.errors import NotAllowed, NotFound
from tests.builders import DANGER, a_call, a_case, a_contact, triage_all
from tests.learning.conftest import judged


async def test_confirmed_and_closed_contacts_are_counted_as_people_said(rt, people):
    operator = people["operator"]
    await a_case(
        rt, operator, await a_contact(rt, DANGER), subcategory="VIO.PHY", urgency=0
    )
    await close_contact(rt, operator.viewer, await a_contact(rt), "information_given")
    await close_contact(rt, operator.viewer, await a_contact(rt), "thanks")
    await close_contact(rt, operator.viewer, await a_contact(rt), "silent")  # not judged
    report = await quality_report(rt, people["supervisor"].viewer)
    assert report.judged == 3
    assert (report.all.danger.hits, report.all.danger.n) == (1, 1)
    assert (report.all.false_urgent.hits, report.all.false_urgent.n) == (0, 2)
    assert report.false_urgent == 0
    assert {line.name for line in report.codes} == {"VIO.PHY", "INF.STAT"}
    assert report.running == "shipped"


async def test_a_logged_call_counts_once_triage_has_read_it(rt, people):
    await a_call(rt, people["operator"], DANGER, subcategory="VIO.PHY", urgency=0)
    before = await quality_report(rt, people["supervisor"].viewer)
    assert (before.judged, before.all.danger.n) == (1, 0)
    await triage_all(rt)
    after = await quality_report(rt, people["supervisor"].viewer)
    assert (after.judged, after.all.danger.hits, after.all.danger.n) == (1, 1, 1)


async def test_the_last_word_counts_and_old_ones_fall_out(rt, clock, people, database):
    await judged(rt, clock, people["operator"], [("a", "INF.REF", 4)] * 3)
    clock.forward(timedelta(weeks=9))
    made = await judged(
        rt,
        clock,
        people["operator"],
        [("b", "INF.REF", 4), ("c", "VIO.PHY", 1)],
        language="kk",
    )
    await database.execute(
        "INSERT INTO decisions (at, contact_id, kind, facts, candidates, exclusions, reasons,"
        " choice, policy_version, model_version) VALUES ($1, $2, 'confirm', '{}', '[]', '[]',"
        " '[]', '{\"subcategory\": \"INF.LEG\", \"urgency\": 3}', 't', 't')",
        clock.now(), made[0],
    )  # fmt: skip
    report = await quality_report(rt, people["admin"].viewer)
    assert [(line.name, line.topic.hits, line.topic.n) for line in report.languages] == [
        ("kk", 0, 2)
    ]
    assert {line.name for line in report.codes} == {"INF.LEG", "VIO.PHY"}


async def test_drift_measures_the_last_weeks_against_those_before(rt, clock, people):
    for week in range(10):
        machine = "VIO.PHY" if week == 9 else "INF.REF"
        await judged(
            rt, clock, people["operator"], [("a", "INF.REF", 4)] * 30, machine=machine
        )
        clock.forward(timedelta(weeks=1))
    report = await quality_report(rt, people["admin"].viewer)
    codes = [one for one in report.drift if one.of == "codes"]
    assert [one.drift.verdict for one in codes] == ["steady"] * (len(codes) - 1) + ["moved"]
    assert {one.drift.verdict for one in report.drift if one.of == "languages"} == {
        "steady"
    }
    assert [one.week for one in codes] == sorted(one.week for one in codes)


async def test_who_reads_the_report(rt, people):
    for name, error in (("operator", NotAllowed), ("guardian", NotFound)):
        with pytest.raises(error):
            await quality_report(rt, people[name].viewer)
