"""Showing the working of a deadline."""

import ast
import re
from pathlib import Path

import pytest
from sla_shipped import OFFICE, POLICY, local

import hotline.actions
from hotline.cases.terms import ClockName, DeclineCode, PauseReason, Regime, Urgency
from hotline.sla.deadline import due_for
from hotline.sla.explain import Step, sentence, working, working_text
from hotline.sla.wording import WORDING


def shown(name, received, urgency, regime=Regime.SIGNAL):
    deadline = due_for(
        POLICY, OFFICE, name, local(received), urgency=urgency, regime=regime
    )
    return deadline, working(deadline, OFFICE)


def told(steps):
    return [(step.kind, step.value, step.note) for step in steps]


def test_working_days_are_counted_and_days_off_skipped_with_the_reason():
    _, steps = shown(
        ClockName.REDIRECT, "2026-03-08 12:00", Urgency.STANDARD, Regime.APPEAL
    )
    assert told(steps) == [
        ("basis", "", "law"),
        ("limit", "P3WD work", ""),
        ("started", "2026-03-08T12:00+05:00", ""),
        ("skipped", "2026-03-08", "holiday:womens_day"),
        ("skipped", "2026-03-09", "holiday:womens_day"),
        ("registered", "2026-03-10", ""),
        ("counted", "2026-03-11", "1"),
        ("counted", "2026-03-12", "2"),
        ("counted", "2026-03-13", "3"),
        ("due", "2026-03-13T18:30+05:00", ""),
    ]


def test_hours_are_counted_day_by_day():
    _, steps = shown(ClockName.ACCEPTANCE, "2026-02-06 17:00", Urgency.HIGH)
    assert told(steps)[3:] == [
        ("counted", "2026-02-06", "1:30"),
        ("skipped", "2026-02-07", "weekend"),
        ("skipped", "2026-02-08", "weekend"),
        ("counted", "2026-02-09", "2:30"),
        ("due", "2026-02-09T11:30+05:00", ""),
    ]


def test_elapsed_time_needs_no_days():
    _, steps = shown(ClockName.HUMAN_EYES, "2026-02-06 17:00", Urgency.LIFE)
    assert [step.kind for step in steps] == ["basis", "limit", "started", "due"]


def test_a_day_off_by_the_configuration_says_so():
    _, steps = shown(ClockName.ACCEPTANCE, "2024-12-31 10:00", Urgency.STANDARD)
    assert ("skipped", "2025-01-03", "exception") in told(steps)


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "ru",
            [
                "Срок: 3 раб. дн. (рабочее время)",
                "09.03.2026: не считается, праздничный день: Международный женский день",
            ],
        ),
        (
            "kk",
            [
                "Мерзімі: 3 жұмыс күні (жұмыс уақыты)",
                "09.03.2026: есептелмейді, мереке күні: Халықаралық әйелдер күні",
            ],
        ),
        (
            "en",
            [
                "Time allowed: 3 working days (working time)",
                "09.03.2026: not counted, public holiday: International Women's Day",
            ],
        ),
    ],
)
def test_the_working_reads_in_every_language(language, lines):
    deadline, steps = shown(
        ClockName.REDIRECT, "2026-03-08 12:00", Urgency.STANDARD, Regime.APPEAL
    )
    text = working_text(deadline, steps, language)
    assert set(lines) <= set(text.splitlines())
    assert len(text.splitlines()) == len(steps)


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_every_clock_of_the_policy_can_be_shown(language):
    for name in ClockName:
        for urgency in Urgency:
            if urgency in POLICY.clocks[name].limits:
                deadline, steps = shown(name, "2026-02-06 17:00", urgency)
                text = working_text(deadline, steps, language)
                assert not re.search(r"weekend|holiday|policy|\blaw\b|[{}]", text)


GIVES = {  # what ends or moves a clock -> the keyword that says why
    "clocks.end": "reason",
    "end_part": "reason",
    "call_off": "event",
    "run_clocks.recompute": "why",
}
PASSED_ON = {
    "reason",
    "event",
}  # a reason that some caller of the same table gave, or a code


def reasons():
    """Return every reason that the code gives for ending or moving a clock."""
    found = {"urgency", "calendar", PauseReason.AWAITING_APPLICANT, *DeclineCode}
    names = "|".join(name.rpartition(".")[2] for name in GIVES)
    for path in Path(hotline.actions.__file__).parent.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if not re.search(rf"\b({names})\(", text):
            continue
        for call in ast.walk(ast.parse(text)):
            name = ast.unparse(call.func) if isinstance(call, ast.Call) else ""
            wanted = GIVES.get(name) or GIVES.get(name.rpartition(".")[2], "")
            for given in call.keywords if wanted else ():
                if given.arg == wanted and isinstance(given.value, ast.Constant):
                    found.add(given.value.value)
                elif given.arg == wanted:
                    assert ast.unparse(given.value) in PASSED_ON, (path.name, call.lineno)
    return sorted(map(str, found))


def test_the_reasons_that_the_code_gives_are_found():
    assert {"case_closed", "part_done", "handover_returned", "place"} < set(reasons())


@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.parametrize("reason", reasons())
def test_every_reason_that_the_code_gives_is_worded(reason, language):
    notes = WORDING[language].notes
    assert reason in notes
    text = sentence(Step("cancelled", "2026-03-08", reason), language)
    assert text.endswith(notes[reason])
    assert not re.search("[a-z_]", notes[reason])


def test_all_languages_word_the_same_and_an_old_line_without_a_reason_ends_cleanly():
    kk, ru, en = (WORDING[lang] for lang in ("kk", "ru", "en"))
    for part in ("lines", "notes", "units", "kinds", "holidays"):
        assert getattr(kk, part).keys() == getattr(ru, part).keys()
        assert getattr(en, part).keys() == getattr(ru, part).keys()
        assert not re.search("[А-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі]", str(getattr(en, part)))
    text = sentence(Step("cancelled", "2026-03-08"), "ru")
    assert text == "08.03.2026: больше не считается"


WRITTEN = [
    # kind      value                        in Russian
    ("due",     "2026-03-13T18:30+05:00",    "13.03.2026, 18:30"),
    ("met",     "2026-03-13T18:30:05+05:00", "13.03.2026, 18:30"),
    ("skipped", "2026-03-08",                "08.03.2026"),
    ("rule",    "2026-03-08",                "2026-03-08"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "value", "written"), WRITTEN)
def test_days_and_moments_are_written_as_people_here_write_them(kind, value, written):
    text = sentence(Step(kind, value, "weekend"), "ru")
    assert written in text
    assert ("+05" in text) is False
