"""The desk's form when it is grave: what must reach 102, what must not reach who is accused."""

import re
from datetime import date, timedelta
from html import unescape

import pytest

from hotline.actions.judge_clocks import judge_clocks
from hotline.cases.asked import NO, YES
from hotline.console.desk_form import told_of
from tests.builders import DANGER, everybody, triage_all
from tests.console.console_world import HTMX, signed_in
from tests.console.phone_world import Exchange

FORM = {"subcategory": "VIO.PHY", "urgency": "1", "region": "71", "once": "o1"}
ABOVE = "Ребёнка бьют прямо сейчас, а уполномоченный по правам ребёнка всё скрывает"
CALM = "Соседи третий день слышат плач, дверь никто не открывает"


@pytest.fixture
async def people(rt):
    return await everybody(rt)


@pytest.fixture
async def operator(client, people):
    return await signed_in(client, people["operator"])


async def services(database):
    rows = await database.fetch("SELECT service FROM handoffs ORDER BY service")
    return {row["service"] for row in rows}


# -- handed over at once ------------------------------------------------------------------
async def test_what_is_handed_to_102_is_grave_whatever_level_stood_in_the_form(
    operator, database
):
    sent = {**FORM, "text": DANGER, "urgency": "3", "danger_now": "yes", "hand_to": "102"}
    assert (await operator.post("/desk/route", sent)).status == 303
    assert await database.fetchval("SELECT urgency FROM cases") == 0
    clocks = "SELECT count(*) FROM clocks WHERE name = 'emergency_handoff'"
    assert await database.fetchval(clocks) >= 1


@pytest.mark.parametrize("by_telephone", [False, True])
async def test_what_the_words_alone_say_shows_the_case_to_nobody_outside(
    rt, operator, client, clock, people, database, by_telephone
):
    """102 is rung at once; topic and place wait for who says them."""
    text = "В Астане отчим избивает девочку прямо сейчас, она кричит"
    sent = {"text": text, "region": "71", "once": "o1", "hand_to": "102"}
    if by_telephone:
        exchange, name = Exchange(client, clock), people["operator"].viewer.username
        await exchange.rings(operator=name)
        await exchange.is_answered(name)
        sent["call_id"] = str(await database.fetchval("SELECT max(id) FROM calls"))
    there = (await operator.post("/desk/route", sent)).headers["Location"]
    assert there.endswith("#case-emergency")
    assert "102" in await services(database)
    statuses = "SELECT DISTINCT status FROM referrals"
    assert [row["status"] for row in await database.fetch(statuses)] == ["proposed"]
    told = "SELECT count(*) FROM notices WHERE kind IN ('offered', 'commissioner_told')"
    assert await database.fetchval(told) == 0
    word = "SELECT count(*) FROM decisions WHERE kind = 'confirm'"
    assert await database.fetchval(word) == 0  # nobody has said anything to learn from
    await triage_all(rt)
    clock.forward(timedelta(minutes=6))
    await judge_clocks(rt)  # nor does silence show it to anybody outside
    assert [row["status"] for row in await database.fetch(statuses)] == ["proposed"]
    operator = await signed_in(client, people["operator"])
    await operator.get(there.partition("#")[0])
    at = re.search(r'data-testid="say-topic" href="([^"#]+)', operator.html)[1]
    await operator.get("/desk?queue=1&tab=mine", **HTMX)
    assert at in operator.html
    await operator.get(at)
    assert '<option value="71" selected' in operator.html  # what the operator did say
    said = {"subcategory": "VIO.PHY", "urgency": "0", "region": "71", "offer": "yes",
            "version": operator.hidden("version")}  # fmt: skip
    assert (await operator.post(f"{at}/confirm", said)).status == 303
    assert "offered" in [row["status"] for row in await database.fetch(statuses)]
    assert await database.fetchval(word) == 1


async def test_no_length_of_words_holds_a_call_to_102_up_and_without_it_none_is_lost(
    rt, operator, database
):
    words = f"{DANGER} " + "ұзақ сөз.\n" * 1500 + "соңы"
    over = len(words) - rt.config.service.limits.narrative_characters
    sent = {**FORM, "text": words, "once": "o2"}
    for headers in ({}, HTMX):  # says how many are too many, and the page holds them all
        typed = {**sent, "text": words.replace("\n", "\r\n")}  # as a plain form sends it
        answer = await operator.post("/desk/route", typed, **headers)
        shown = unescape(await answer.text())
        assert answer.status == 422
        assert f"Лишних знаков: {over}" in shown
        assert headers or f">{words}</textarea>" in shown
    await operator.post("/desk/draft", sent, Accept="application/json")
    await operator.get("/desk")
    assert f">{words}</textarea>" in operator.html
    answer = await operator.post("/desk/route", {**sent, "hand_to": "102"})
    assert answer.headers["Location"].endswith("#case-emergency")
    assert await services(database) >= {"102"}
    assert await database.fetchval("SELECT count(*) FROM drafts") == 0
    await operator.get(answer.headers["Location"])
    assert words in unescape(operator.html)


async def test_a_form_that_was_routed_already_still_hands_over(operator, database):
    sent = {**FORM, "text": CALM, "subcategory": "NEG.CARE", "urgency": "2"}
    first = await operator.post("/desk/route", sent)  # its answer is lost on the way
    number = first.headers["Location"].rpartition("=")[2]
    for service in ("112", "103", "103"):
        again = await operator.post("/desk/route", {**sent, "hand_to": service})
        assert number in again.headers["Location"]
    assert {"112", "103"} <= await services(database)
    assert await database.fetchval("SELECT urgency FROM cases") == 0
    assert await database.fetchval("SELECT count(*) FROM cases") == 1
    rung = "SELECT count(*) FROM handoffs WHERE service = '103'"
    assert await database.fetchval(rung) == 1


# -- who is accused -------------------------------------------------------------------------
@pytest.mark.parametrize("by_telephone", [False, True])
async def test_a_commissioner_whom_the_words_accuse_is_not_told_of_the_call(
    operator, client, clock, people, database, by_telephone
):
    sent = {**FORM, "text": ABOVE}
    if by_telephone:
        exchange, name = Exchange(client, clock), people["operator"].viewer.username
        await exchange.rings(operator=name)
        await exchange.is_answered(name)
        sent["call_id"] = str(await database.fetchval("SELECT max(id) FROM calls"))
    assert (await operator.post("/desk/route", sent)).status == 303
    case = await database.fetchrow("SELECT conflict_hint, urgency FROM cases")
    assert (list(case["conflict_hint"]), case["urgency"]) == (["commissioner"], 1)
    told = "SELECT count(*) FROM notices WHERE kind = 'commissioner_told'"
    assert await database.fetchval(told) == 0


@pytest.mark.parametrize("by_telephone", [False, True])
@pytest.mark.parametrize("why", [{"hand_to": "112"}, {"fact_power": "yes"}])
async def test_a_hint_of_power_holds_every_offer_until_a_person_looked(
    operator, client, clock, people, database, by_telephone, why
):
    sent = {**FORM, "text": ABOVE if "hand_to" in why else CALM, **why}
    if by_telephone:
        exchange, name = Exchange(client, clock), people["operator"].viewer.username
        await exchange.rings(operator=name)
        await exchange.is_answered(name)
        sent["call_id"] = str(await database.fetchval("SELECT max(id) FROM calls"))
    answer = await operator.post("/desk/route", sent)
    assert answer.headers["Location"].startswith("/cases/")
    assert await database.fetchval("SELECT held FROM cases")
    states = await database.fetch("SELECT DISTINCT status FROM referrals")
    assert [row["status"] for row in states] == ["proposed"]


# -- no consultation ------------------------------------------------------------------------
@pytest.mark.parametrize("level", ["0", "1"])
async def test_what_was_marked_as_danger_is_not_closed_as_a_question(
    operator, database, level
):
    sent = {"text": "Вопрос", "urgency": level, "wrap_up": "consultation_given",
            "sure": "yes", "once": "o1"}  # fmt: skip
    answer = await operator.post("/desk/consultation", sent, **HTMX)
    assert answer.status == 422
    assert 'data-error="urgency"' in await answer.text()
    assert await database.fetchval("SELECT count(*) FROM contacts") == 0


# -- answers ----------------------------------------------------------------------------------
AGES = [
    # what is typed                    ages                    answer   young
    ("a child of three",               "3 и 11",               None,    YES),
    ("an older child",                 "11",                   None,    NO),
    ("older ones, in words",           "12 лет и 14 жаста",    None,    NO),
    ("only one age was told",          "11",                   YES,     YES),
    ("a caller who does not know",     "3",                    NO,      YES),
    ("a baby, in months",              "8 мес.",               None,    YES),
    ("a baby, in months, in Kazakh",   "10 айлық және 9",      None,    YES),
    ("a baby, in days",                "20 дней",              None,    YES),
    ("a newborn beside an older one",  "новорождённый, 12",    None,    None),
    ("nothing",                        "",                     None,    None),
    ("nothing, but the caller said",   "",                     YES,     YES),
]  # fmt: skip


@pytest.mark.parametrize(("what", "ages", "answer", "young"), AGES)
def test_what_is_typed_of_ages_never_calms_what_was_told(what, ages, answer, young):
    sent = {"ages": ages, **({"fact_young": answer} if answer else {})}
    told = told_of(sent, date(2026, 11, 22))
    assert told.answers.get("young") == young, what


# -- drafts -----------------------------------------------------------------------------------
async def test_every_draft_can_be_reached_however_many_there_are(operator):
    kept = []
    for nth in range(9):
        fields = {"text": f"Звонок {nth}", "once": f"o{nth}", "page": f"p{nth}"}
        answer = await operator.post("/desk/draft", fields, Accept="application/json")
        kept.append((await answer.json())["id"])
    await operator.get("/desk")
    for one in kept:
        assert f'href="/desk?draft={one}"' in operator.html
