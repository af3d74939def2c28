"""Clocks over the API: paused, resumed, extended, registered, read again, shown."""

import pytest

from hotline.actions.accept_referral import accept_referral
from tests.builders import DANGER, a_call, a_contact, a_person

OUTCOME = "written_outcome"


@pytest.fixture
async def at(rt, who):
    number = await a_call(rt, who["operator"], urgency=3)
    await accept_referral(rt, who["guardian"].viewer, number, None)
    return f"/cases/{number}"


def clock_of(case, name=OUTCOME):
    return [clock for clock in case["clocks"] if clock["name"] == name][-1]


async def test_a_clock_is_paused_and_goes_on(api, who, at):
    guardian = who["guardian"]
    said = {"clock": OUTCOME, "reason": "awaiting_applicant"}
    _, case = await api(guardian, "POST", f"{at}/pause", said, status=200)
    clock = clock_of(case)
    assert clock["state"] == "paused"
    assert clock["resume_by"] == "2026-11-27T13:30:00Z"
    (stood,) = clock["paused"]
    assert (stood["reason"], stood["until"]) == ("awaiting_applicant", None)
    assert stood["by"] == guardian.viewer.username
    _, case = await api(guardian, "POST", f"{at}/resume", {"clock": OUTCOME}, status=200)
    assert clock_of(case)["state"] == "running"
    assert clock_of(case)["paused"][0]["until"]
    _, refused = await api(guardian, "POST", f"{at}/resume", {"clock": OUTCOME}, status=422)
    assert (refused["code"], refused["field"]) == ("not_paused", "clock")


BAD = [
    # what                        call       body                                                         status code
    ("before safety",             "pause",   {"clock": "safety", "reason": "awaiting_applicant"},          404, "no_such_clock"),
    ("first contact",             "pause",   {"clock": "first_contact", "reason": "awaiting_applicant"},   422, "never_pauses"),
    ("no clock",                  "pause",   {"clock": "lunch", "reason": "awaiting_applicant"},           422, "unknown_clock"),
    ("no reason of the law",      "pause",   {"clock": OUTCOME, "reason": "holiday"},                      422, "unknown_reason"),
    ("not a day",                 "extend",  {"clock": OUTCOME, "until": "soon", "reason": "x"},           422, "bad_moment"),
    ("off the calendar",          "extend",  {"clock": OUTCOME, "until": "2035-01-01", "reason": "x"},     422, "beyond_calendar"),
    ("at the end of time",        "extend",  {"clock": OUTCOME, "until": "9999-12-31T23:59:59Z", "reason": "x"}, 422, "beyond_calendar"),
    ("at its beginning",          "extend",  {"clock": OUTCOME, "until": "0001-01-01T00:00:00+14:00", "reason": "x"}, 422, "beyond_calendar"),
    ("without a zone",            "extend",  {"clock": OUTCOME, "until": "2026-12-25T10:00:00", "reason": "x"}, 422, "no_zone"),
    ("no reason",                 "extend",  {"clock": OUTCOME, "until": "2026-12-25", "reason": " "},     422, "text_missing"),
    ("more than two months",      "extend",  {"clock": OUTCOME, "until": "2027-05-01", "reason": "x"},     422, "extension_too_long"),
    ("nothing owed",              "extension-notice", {"how": "письмо"},                                   422, "no_notice_owed"),
    ("an unknown step",           "found-child", {"step": "lost", "text": "x"},                            422, "unknown_step"),
    ("nothing to read again",     "reread-urgency", {"upheld": True},                                      422, "nothing_to_reread"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "call", "body", "status", "code"), BAD, ids=[row[0] for row in BAD]
)
async def test_what_is_refused(api, who, at, what, call, body, status, code):
    _, found = await api(who["supervisor"], "POST", f"{at}/{call}", body, status=status)
    assert found["code"] == code, found


async def test_a_call_is_owed_only_after_closing(api, who, at):
    body = {"result": "helped"}
    await api(who["operator"], "POST", f"{at}/quality-call", body, status=422)


async def test_an_extension_starts_its_notice(api, who, at):
    said = {"clock": OUTCOME, "until": "2026-12-25", "reason": "Экспертиза"}
    await api(who["guardian"], "POST", f"{at}/extend", said, status=403)
    _, case = await api(who["supervisor"], "POST", f"{at}/extend", said, status=200)
    assert clock_of(case)["extended_to"] == "2026-12-25T13:30:00Z"
    assert clock_of(case, "extension_notice")["state"] == "running"
    how = {"unsafe": "Дома читают телефон"}
    _, case = await api(who["guardian"], "POST", f"{at}/extension-notice", how, status=200)
    assert clock_of(case, "extension_notice")["state"] == "met"


async def test_an_appeal_and_a_found_child(api, who, at):
    _, case = await api(who["operator"], "POST", f"{at}/register-appeal", {}, status=200)
    assert (case["regime"], clock_of(case)["law"]) == ("appeal", True)
    body = {"step": "found", "text": "На вокзале", "at": "2026-11-20T09:00:00+05:00"}
    _, case = await api(who["guardian"], "POST", f"{at}/found-child", body, status=200)
    assert clock_of(case, "guardianship_register")["law"]


async def test_a_confirmation_may_register_the_appeal(api, who, rt):
    receipt = await a_contact(rt, DANGER)
    said = {"subcategory": "VIO.PHY", "region": "71", "regime": "appeal"}
    operator = who["operator"]
    _, case = await api(operator, "POST", f"/contacts/{receipt}/confirm", said, status=200)
    assert (case["regime"], clock_of(case)["law"]) == ("appeal", True)


async def test_a_lowered_urgency_waits_for_somebody_else(api, who, rt):
    receipt = await a_contact(rt, DANGER)
    operator, said = who["operator"], {"subcategory": "VIO.PHY", "region": "71"}
    _, case = await api(operator, "POST", f"/contacts/{receipt}/confirm", said, status=200)
    at = f"/cases/{case['number']}"
    lower = {"urgency": 3, "reason": "Ошибка в тексте"}
    await api(operator, "POST", f"{at}/urgency", lower, status=200)
    _, page = await api(operator, "GET", "/lowered-urgencies", status=200)
    assert [(one["case"], one["mine"]) for one in page["items"]] == [(case["number"], True)]
    await api(who["guardian"], "GET", "/lowered-urgencies", status=404)
    await api(operator, "POST", f"{at}/reread-urgency", {"upheld": False}, status=422)
    second = await a_person(rt, "operator")
    _, case = await api(
        second, "POST", f"{at}/reread-urgency", {"upheld": False}, status=200
    )
    assert case["urgency"] <= 1


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("ru", ("Версия правила", "Рабочие часы: общие часы", "праздничный день: День Независимости" )),
        ("kk", ("Ереженің нұсқасы", "Жұмыс уақыты: мемлекеттік", "мереке күні: Тәуелсіздік күні")),
    ],
)  # fmt: skip
async def test_the_working_is_told_in_both_languages(api, who, rt, clock, lang, words):
    from datetime import timedelta

    clock.forward(timedelta(days=20))  # so that Independence Day lies in the fifteen days
    number = await a_call(rt, who["operator"], urgency=3)
    path = f"/cases/{number}/clocks/{OUTCOME}/working?lang={lang}"
    _, found = await api(who["operator"], "GET", path, status=200)
    assert [word for word in words if word not in found["text"]] == [], found["text"]
    assert len(found["text"].splitlines()) == len(found["steps"])
