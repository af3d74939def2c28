"""The story of a clock is told from its ledger alone, also when everything else has changed."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sla_shipped import OFFICE, POLICY, local

from hotline.cases.terms import ClockName, Regime, Urgency
from hotline.sla import ledger
from hotline.sla.deadline import due_for
from hotline.sla.explain import counted
from hotline.sla.ledger import Line
from hotline.sla.put_off import Extended, Paused
from hotline.sla.story import story, story_text

ZONE = ZoneInfo("Asia/Almaty")
NAMES = {"guard-71": ("Қорғаншылық", "Опека")}


def at(text):
    return local(text).astimezone(UTC)


def a_life(body=None):
    """The lines of a written outcome that was paused, extended, handed on and met."""
    start = at("2026-03-06 10:00")
    due = due_for(
        POLICY, OFFICE, ClockName.WRITTEN_OUTCOME, start,
        urgency=Urgency.STANDARD, regime=Regime.APPEAL, body=body,
    )  # fmt: skip
    said = ledger.said(due, Urgency.STANDARD, counted(due, OFFICE))
    return [
        Line("started", start, said),
        Line("paused", at("2026-03-10 10:00"), {"reason": "awaiting_applicant", "by": "aida", "resume_by": "2026-03-17T13:30:00+00:00"}),
        Line("resumed", at("2026-03-12 09:00"), {"due_at": "2026-04-06T13:30:00+00:00", "until": "2026-03-12T04:00:00+00:00", "by": None, "steps": [["stood_still", "P2WD work", "…"]]}),
        Line("extended", at("2026-03-20 09:00"), {"due_at": "2026-05-06T13:30:00+00:00", "by": "head"}),
        Line("moved", at("2026-03-25 09:00"), {"body": "guard-71"}),
        Line("recomputed", at("2026-03-26 09:00"), {**said, "why": "calendar", "next_step": 0}),
        Line("breached", at("2026-05-06 18:31"), {"due_at": "2026-05-06T13:30:00+00:00"}),
        Line("met", at("2026-05-07 09:00"), {}),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "body", "words"),
    [
        ("ru", None, [
            "Административный процедурно-процессуальный кодекс", "(закон)",
            f"Версия правила: {POLICY.version}", "общие часы государственных органов",
            "Срок: 15 раб. дн.", "День регистрации: 06.03.2026 (не считается)",
            "09.03.2026: не считается, праздничный день: Международный женский день",
            "07.03.2026: не считается, выходной", "02.04.2026: считается, 15",
            "приостановлено, ожидается ответ заявителя", "Приостановил: aida",
            "возобновлено, срок приостановки вышел", "Стояло: 2 раб. дн.",
            "Продлено до 06.05.2026, 18:30", "Продлил: head", "дело теперь у органа «Опека»",
            "срок пересчитан, изменился рабочий календарь", "срок истёк", "исполнено",
        ]),
        ("kk", "guard-71", [
            "(заң)", "Жұмыс уақыты: Қорғаншылық", "мереке күні: Халықаралық әйелдер күні",
            "тоқтатылды, өтініш берушінің жауабы күтілуде", "2 жұмыс күні",
            "дейін ұзартылды", "жұмыс күнтізбесі өзгерді", "мерзімі өтті", "орындалды",
        ]),
    ],
    ids=["ru", "kk"],
)  # fmt: skip
def test_a_whole_life_is_told(language, body, words):
    text = story_text(story(a_life(body), ZONE, language, NAMES), language)
    assert [word for word in words if word not in text] == [], text


def test_the_ledger_gives_what_put_the_deadline_off():
    assert ledger.delays(a_life()) == [
        Paused(at("2026-03-10 10:00"), at("2026-03-12 09:00")),
        Extended(at("2026-05-06 18:30")),
    ]
    (pause,) = ledger.pauses(a_life())
    assert (pause["until"], pause["by"]) == (at("2026-03-12 09:00"), "aida")


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_a_line_of_an_older_version_is_told_as_far_as_it_goes(language):
    old = Line("started", datetime(2026, 3, 6, tzinfo=UTC), {"name": "safety", "due_at": "2026-03-07T00:00:00+00:00"})  # fmt: skip
    steps = story([old], ZONE, language, NAMES)
    assert [step.kind for step in steps][-1] == "due"
    assert story_text(steps, language)


def test_a_line_that_nobody_can_read_is_an_error_and_not_silence():
    with pytest.raises(ValueError, match="lunch"):
        ledger.read(Line("lunch", at("2026-03-06 10:00"), {}))
