"""The form of the desk over HTTP: drafts, danger, consultation, who called before, bad input."""

import json
from datetime import timedelta

import pytest

from hotline.actions.keep_draft import sweep_drafts
from hotline.cases.apart import person_key
from tests.builders import DANGER, WHO, a_contact, everybody, triage_all
from tests.console.console_world import HTMX, signed_in

JSON = {"Accept": "application/json"}
TEXT = "Соседи третий день слышат плач, мальчик один в квартире, дверь никто не открывает"
FORM = {"text": TEXT, "subcategory": "NEG.CARE", "urgency": "2", "region": "71"}


@pytest.fixture
async def people(rt):
    return await everybody(rt)


@pytest.fixture
async def operator(client, people):
    return await signed_in(client, people["operator"])


async def save(browser, *, page="a", turn=1, **fields):
    """Save as the script does; return status and what came back."""
    sent = {"page": page, "turn": str(turn), **fields}
    answer = await browser.post("/desk/draft", sent, **JSON)
    text = await answer.text()
    return answer.status, json.loads(text) if text.startswith("{") else text


async def drafts(database):
    return await database.fetchval("SELECT count(*) FROM drafts WHERE dropped_at IS NULL")


# -- two machines, lost answers ---------------------------------------------------------
async def test_two_machines_on_one_draft_are_shown_both_versions(operator, database):
    _, first = await save(operator, text="Пишу здесь", once="o1")
    one = {"draft_id": first["id"], "once": "o1"}
    _, other = await save(operator, page="b", text="Пишу там", draft_version="1", **one)
    status, html = await save(
        operator, turn=2, text="Пишу здесь дальше", draft_version="1", **one
    )
    # The other page saved last: this one is told, and neither text is gone.
    assert status == 409
    assert "Пишу здесь дальше" in html
    assert "Пишу там" in html
    mine = {**one, "draft_version": str(other["version"])}
    assert (await save(operator, turn=3, text="Пишу здесь дальше", **mine))[0] == 200
    assert await drafts(database) == 1


async def test_a_page_that_closes_over_a_newer_draft_keeps_both(operator, database):
    _, first = await save(operator, text="Раз", once="o1")
    one = {"draft_id": first["id"], "once": "o1", "draft_version": "1"}
    await save(operator, page="b", text="Два", **one)
    status, _ = await save(operator, page="c", text="Три", leaving="yes", **one)
    assert (status, await drafts(database)) == (200, 2)


async def test_without_a_script_a_stale_draft_comes_back_with_what_was_typed(operator):
    _, first = await save(operator, text="Раз", once="o1")
    await save(operator, page="b", text="Два", draft_id=first["id"], draft_version="1")
    sent = {"text": "Три", "draft_id": first["id"], "draft_version": "1", "page": "c"}
    answer = await operator.post("/desk/draft", sent)
    text = await answer.text()
    assert answer.status == 409
    assert "Три</textarea>" in text
    assert "Два" in text


async def test_a_save_whose_answer_was_lost_makes_one_draft_and_no_quarrel(
    operator, database
):
    await save(operator, text="Первое", once="o1")
    _, again = await save(operator, text="Первое и второе", once="o1", turn=2)
    late = {"draft_id": again["id"], "once": "o1", "draft_version": "1"}
    status, kept = await save(
        operator, text="Первое", turn=1, **late
    )  # overtaken on the way
    await operator.get("/desk")
    assert (status, kept["version"], await drafts(database)) == (200, 2, 1)
    assert "Первое и второе</textarea>" in operator.html


async def test_a_form_that_was_routed_is_not_kept_again(operator, database):
    form = {**FORM, "once": "o7"}
    routed = await operator.post("/desk/route", form)
    number = routed.headers["Location"].rpartition("=")[2]
    assert (await save(operator, **form))[1] == {"routed": number}
    # A save hung when the form was sent: its page never heard the draft's number.
    await save(operator, **{**form, "once": "o8"})
    assert await drafts(database) == 1
    assert (await operator.post("/desk/route", {**form, "once": "o8"})).status == 303
    assert await drafts(database) == 0


async def test_a_save_that_comes_after_the_form_was_ended_brings_nothing_back(
    operator, database
):
    _, first = await save(operator, text="Начало", once="o1")
    one = {"draft_id": first["id"], "once": "o1"}
    gone = {**one, "text": "Начало", "page": "a", "turn": "3", "drop_why": "mistake"}
    assert (await operator.post("/desk/drop", gone)).status == 303
    assert (await save(operator, turn=2, text="Начало и", **one))[0] == 200
    assert await drafts(database) == 0
    # On another machine somebody goes on with it: those words are nobody's to throw away.
    await save(operator, page="b", turn=2, text="Начало и ещё", **one)
    assert await drafts(database) == 1
    _, asked = await save(operator, text="Куда идти за пособием?", once="o2", page="c")
    form = {"draft_id": asked["id"], "once": "o2", "text": "Куда идти за пособием?"}
    ended = await operator.post(
        "/desk/consultation", {**form, "wrap_up": "consultation_given"}
    )
    assert ended.status == 303, await ended.text()
    assert "routed" in (await save(operator, page="c", **form))[1]
    assert await drafts(database) == 1


# -- put off, dropped, brought back ---------------------------------------------------------
async def test_a_draft_that_was_put_off_comes_back_to_the_top_when_it_is_due(
    operator, clock
):
    _, first = await save(operator, text="Перезвонить маме", once="o1")
    await save(operator, page="b", text="Другой звонок", once="o2")
    put_off = {"draft_id": first["id"], "text": "Перезвонить маме", "page": "a", "turn": "9",
               "once": "o1", "wait": "30", "why": "callback_agreed"}  # fmt: skip
    answer = await operator.post("/desk/postpone", put_off)
    assert answer.status == 303
    await operator.get("/desk")
    assert "Другой звонок</textarea>" in operator.html
    assert 'data-state="waits"' in operator.html
    clock.forward(timedelta(minutes=31))
    tabs = await (await operator.get("/desk?drafts=0", **HTMX)).text()
    assert 'data-state="due"' in tabs
    await operator.get("/desk")
    assert "Перезвонить маме</textarea>" in operator.html
    assert 'data-state="due"' in operator.html
    await operator.post(f"/desk/drafts/{first['id']}/back")
    await operator.get("/desk")
    assert 'data-state="due"' not in operator.html


async def test_a_dropped_draft_comes_back_with_its_last_words_until_its_key_is_swept(
    operator, rt, clock, database
):
    _, first = await save(operator, text="Начало", once="o1")
    sent = {"draft_id": first["id"], "text": "Начало и конец", "page": "a", "turn": "2",
            "once": "o1", "drop_why": "caller_left"}  # fmt: skip
    assert (await operator.post("/desk/drop", sent)).status == 303
    await operator.get("/desk")
    assert "Начало" not in operator.html
    back = f"/desk/drafts/{first['id']}/back"
    assert (await operator.post(back)).headers["Location"].endswith(first["id"])
    await operator.get("/desk")
    assert "Начало и конец</textarea>" in operator.html
    await operator.post("/desk/drop", sent)
    clock.forward(timedelta(minutes=3))
    assert await sweep_drafts(rt) == 1
    assert (await operator.post(back)).status == 404
    wrapped = "SELECT wrapped FROM keyring.keys WHERE owner_id = $1"
    assert await database.fetchval(wrapped, int(first["id"])) is None


async def test_nobody_brings_back_a_draft_of_somebody_else(client, people, operator):
    _, first = await save(operator, text="Моё", once="o1")
    other = await signed_in(client, people["supervisor"])
    assert (await other.post(f"/desk/drafts/{first['id']}/back")).status == 404


# -- danger, consultation --------------------------------------------------------------------
async def test_with_danger_the_words_alone_open_a_case_and_the_hand_off(operator, database):
    sent = {"text": DANGER, "once": "o1", "danger_now": "yes", "hand_to": "112"}
    answer = await operator.post("/desk/route", sent)
    assert answer.status == 303
    assert answer.headers["Location"].endswith("#case-emergency")
    case = await database.fetchrow("SELECT urgency, category FROM cases")
    assert tuple(case) == (0, "VIO")
    services = await database.fetch("SELECT service FROM handoffs ORDER BY service")
    assert "112" in {row["service"] for row in services}


async def test_danger_now_does_not_go_with_a_calm_level(operator):
    answer = await operator.post("/desk/route", {**FORM, "danger_now": "yes"}, **HTMX)
    assert answer.status == 422
    assert 'data-error="urgency"' in await answer.text()


CONSULTATIONS = [
    ("a question",                      {"text": "Куда подать на алименты?"}, 303),
    ("silence, without a word",         {"text": "", "wrap_up": "silent"}, 303),
    ("an answer without a word",        {"text": ""}, 422),
    ("words of danger",                 {"text": DANGER}, 422),
    ("words of danger, a person is sure", {"text": DANGER, "sure": "yes"}, 303),
    ("danger now",                      {"text": "Вопрос", "danger_now": "yes"}, 422),
    ("a code that is none",             {"text": "Вопрос", "wrap_up": "bored"}, 422),
]  # fmt: skip


@pytest.mark.parametrize(("what", "fields", "status"), CONSULTATIONS)
async def test_a_consultation_is_closed_as_a_contact_once(
    operator, database, what, fields, status
):
    sent = {"wrap_up": "consultation_given", "once": "o1", **fields}
    answers = [await operator.post("/desk/consultation", sent) for _ in range(2)]
    assert [answer.status for answer in answers] == [status, status], what
    rows = await database.fetch("SELECT state, case_id FROM contacts")
    assert [tuple(row) for row in rows] == ([("closed", None)] if status == 303 else [])
    if status == 422:
        assert str(fields["text"]) in await answers[0].text()  # nothing typed is lost


# -- who called before ------------------------------------------------------------------------
async def test_earlier_calls_and_a_like_event_are_shown_and_linked_on_routing(
    operator, rt, people, database
):
    earlier = await a_contact(rt, TEXT, identity=WHO)
    sent = {"text": TEXT, "phone": WHO.phone, "name": WHO.name}
    page = await (await operator.post("/desk/suggest", sent, **HTMX)).text()
    assert 'data-testid="earlier-calls"' in page
    assert f'data-receipt="{earlier}"' in page
    assert (
        await database.fetchval("SELECT count(*) FROM sketches") == 1
    )  # only the first one
    await operator.post("/desk/route", {**FORM, **sent, "linked": earlier, "once": "o1"})
    assert await database.fetchval("SELECT state FROM links") == "linked"
    dismissed = {**sent, "not_same": earlier}
    page = await (await operator.post("/desk/suggest", dismissed, **HTMX)).text()
    assert f'data-judge="linked" data-receipt="{earlier}"' not in page


async def test_who_is_complained_of_learns_of_no_earlier_call(
    operator, rt, people, database
):
    await a_contact(rt, TEXT, identity=WHO)
    key = person_key(people["operator"].viewer.person_id)
    await database.execute("UPDATE contacts SET apart = $1", [key])
    sent = {"text": TEXT, "phone": WHO.phone, "name": WHO.name}
    page = await (await operator.post("/desk/suggest", sent, **HTMX)).text()
    assert "earlier-calls" not in page
    assert "possible-duplicates" not in page


# -- answers, suggestions, what was overridden -------------------------------------------------
async def test_an_answer_goes_into_triage_and_an_override_into_the_decision(
    client, people, operator, rt, database
):
    calm = {**FORM, "text": "Отец бьёт мальчика ремнём, учительница видела синяки",
            "subcategory": "VIO.PHY", "once": "o1"}  # fmt: skip
    await operator.post("/desk/route", {**calm, "fact_weapon": "yes", "ages": "3 и 11"})
    await triage_all(rt)
    facts = json.loads(
        await database.fetchval("SELECT facts FROM decisions WHERE kind = 'confirm'")
    )
    assert facts["told"] == {"weapon": "yes", "young": "yes"}
    assert "urgency" in facts["overridden"]
    contact = await database.fetchrow("SELECT danger, urgency, triage FROM contacts")
    assert (contact["danger"], contact["urgency"]) == (True, 0)
    rules = [one["rule"] for one in json.loads(contact["triage"])["reasons"]]
    assert {"urgency:weapon", "urgency:child_under_5"} <= set(rules)
    number = await database.fetchval("SELECT number FROM cases")
    await operator.get(f"/cases/{number}")
    assert 'data-event="caller_answered"' in operator.html
    assert "<bdi>3 и 11</bdi>" in operator.html
    guardian = await signed_in(client, people["guardian"])
    await guardian.get(f"/cases/{number}")
    assert number in guardian.html
    assert "3 и 11" not in guardian.html
    assert "caller_answered" not in guardian.html  # 111 alone, until a person passes it on


async def test_an_answer_is_offered_for_the_safety_note_until_it_stands_there(operator):
    sent = {"text": "Отец бьёт мальчика ремнём, учительница видела", "fact_weapon": "yes"}
    page = await (await operator.post("/desk/suggest", sent, **HTMX)).text()
    assert 'data-note="Может быть оружие."' in page
    sent["safety_note"] = "Может быть оружие. Звонить днём."
    page = await (await operator.post("/desk/suggest", sent, **HTMX)).text()
    assert "data-note=" not in page


async def test_power_over_a_body_holds_every_offer(operator, database):
    sent = {**FORM, "subcategory": "VIO.PHY", "fact_power": "yes", "once": "o1"}
    assert (await operator.post("/desk/route", sent)).status == 303
    assert await database.fetchval("SELECT held FROM cases")
    states = await database.fetch("SELECT DISTINCT status FROM referrals")
    assert [row["status"] for row in states] == ["proposed"]


# -- bad input -----------------------------------------------------------------------------------
EVIL = "<img src=x onerror=alert(1)>\u202eгнҗ"


async def test_script_and_turned_letters_stay_text_in_every_field(operator):
    names = ("text", "name", "phone", "safe_hours", "ages", "children", "address",
             "extract", "safety_note", "line", "called_at", "call_id", "linked")  # fmt: skip
    status, kept = await save(operator, once="o1", **dict.fromkeys(names, EVIL))
    await operator.get(f"/desk?draft={kept['id']}")
    assert status == 200
    assert "<img" not in operator.html
    assert operator.html.count("&lt;img src=x") >= len(names)
    page = await (await operator.post("/desk/suggest", {"text": EVIL}, **HTMX)).text()
    assert "<img" not in page


async def test_a_text_that_is_too_long_is_kept_whole_and_refused_with_the_reason(operator):
    text = "а" * 10_001
    _, kept = await save(operator, text=text, once="o1")
    await operator.get(f"/desk?draft={kept['id']}")
    assert f"{text}</textarea>" in operator.html
    answer = await operator.post("/desk/route", {**FORM, "text": text})
    assert answer.status == 422
    assert f"{text}</textarea>" in await answer.text()


async def test_a_wrong_iin_is_named_and_holds_up_no_call_for_help(operator):
    sent = {**FORM, "ages": "120315500126, 120315500127", "once": "o1"}
    text = await (await operator.post("/desk/route", sent, **HTMX)).text()
    assert "ИИН №2 (…0127)" in text or "ИИН №1 (…0126)" in text
    answer = await operator.post("/desk/route", {**sent, "hand_to": "102"})
    assert answer.status == 303


@pytest.mark.parametrize("path", ["draft", "drop", "postpone", "consultation", "route"])
async def test_the_form_is_of_111_alone(client, people, path):
    guardian = await signed_in(client, people["guardian"])
    assert (await guardian.post(f"/desk/{path}", FORM)).status == 404
