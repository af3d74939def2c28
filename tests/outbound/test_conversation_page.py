"""The conversation on a contact's page and in the API, as people at 111 see it."""

from datetime import timedelta

import pytest

from hotline.cases.inbound import ContactPolicy
from hotline.cases.terms import Channel
from tests.builders import a_person
from tests.console.console_world import signed_in
from tests.outbound.conftest import texts
from tests.outbound.test_one_line_by_itself import wrote

SAID = "Мы прочитали. Удобно ли писать сейчас?"


@pytest.fixture
async def operator(rt):
    return await a_person(rt, "operator")


async def opened(client, operator, kept):
    browser = await signed_in(client, operator)
    answer = await browser.get(f"/contacts/{kept.receipt}")
    assert answer.status == 200
    return browser


async def test_an_operator_answers_and_sees_what_became_of_it(
    rt, client, operator, provider, work
):
    kept = await wrote(rt)
    await work()
    browser = await opened(client, operator, kept)
    assert "Заявка принята" in browser.html
    sent = await browser.post(f"/contacts/{kept.receipt}/reply", {"reply_text": SAID})
    assert sent.status == 303
    await browser.get(f"/contacts/{kept.receipt}")
    assert SAID in browser.html
    assert "ждёт отправки" in browser.html
    await work()
    assert texts(provider)[-1] == SAID
    await browser.get(f"/contacts/{kept.receipt}")
    assert "ждёт отправки" not in browser.html


async def test_what_policy_says_stands_there_before_anybody_types(
    rt, client, operator, provider
):
    waits = await wrote(
        rt,
        number=1,
        sender="1",
        policy=ContactPolicy(may_write=True, hours="18:30-20:00", code_word="Яблоко"),
    )
    browser = await opened(client, operator, waits)
    assert "уйдёт 20.11.2026, 18:30" in browser.html
    assert "Яблоко" in browser.html
    unsafe = await wrote(rt, number=2, sender="2", policy=ContactPolicy())
    await browser.get(f"/contacts/{unsafe.receipt}")
    assert "неизвестно, безопасно ли писать" in browser.html
    assert 'name="reply_text"' not in browser.html
    partner = await wrote(rt, number=3, sender="3", channel=Channel.PARTNER)
    await browser.get(f"/contacts/{partner.receipt}")
    assert 'name="reply_text"' not in browser.html


async def test_what_was_typed_survives_a_refusal(rt, client, operator, provider):
    kept = await wrote(rt)
    browser = await opened(client, operator, kept)
    long = "слово " * 800
    answer = await browser.post(f"/contacts/{kept.receipt}/reply", {"reply_text": long})
    assert answer.status == 422
    page = await answer.text()
    assert "слово слово" in page
    assert "Канал не принимает такой длинный текст." in page


async def test_an_uncertain_message_is_settled_by_a_person(
    rt, client, operator, provider, work, clock, database
):
    kept = await wrote(rt)
    provider.answers["tg"] = (200, "<html>")
    await work()
    browser = await opened(client, operator, kept)
    assert "неизвестно, дошло ли" in browser.html
    await browser.get("/board/channels")
    assert f'href="/contacts/{kept.receipt}#thread"' in browser.html
    await browser.get(f"/contacts/{kept.receipt}")
    row = await database.fetchrow("SELECT * FROM outbound")
    settle = f"/contacts/{kept.receipt}/messages/{row['id']}/settle"
    assert (await browser.post(settle, {"arrived": "yes"})).status == 303
    row = await database.fetchrow("SELECT * FROM outbound")
    assert (row["state"], row["reason"]) == ("sent", "by_person")
    assert (
        await browser.post(settle, {"arrived": "no"}, csrf=browser.hidden("csrf"))
    ).status == 422


async def test_the_api_tells_states_and_takes_answers(rt, client, operator, provider, work):
    kept = await wrote(rt)
    await work()
    at = f"/api/v1/contacts/{kept.receipt}"
    head = operator.headers
    answer = await client.post(f"{at}/reply", json={"text": SAID}, headers=head)
    assert answer.status == 200
    await work()
    items = (await (await client.get(f"{at}/messages", headers=head)).json())["items"]
    assert [(one["incoming"], one["state"], one["kind"]) for one in items] == [
        (True, "received", "message"),
        (False, "sent", "ack"),
        (False, "sent", "reply"),
    ]
    assert items[-1]["text"] == SAID
    guardian = await a_person(rt, "guardian", region="71", bodies=["guard-71"])
    for other in (guardian, await a_person(rt, "admin")):
        assert (await client.get(f"{at}/messages", headers=other.headers)).status == 404
        refused = await client.post(
            f"{at}/reply", json={"text": SAID}, headers=other.headers
        )
        assert refused.status == 404


async def test_an_answer_that_is_not_safe_is_a_problem_with_a_code(
    rt, client, operator, provider
):
    kept = await wrote(rt, policy=ContactPolicy())
    answer = await client.post(
        f"/api/v1/contacts/{kept.receipt}/reply",
        json={"text": SAID},
        headers=operator.headers,
    )
    assert answer.status == 422
    assert (await answer.json())["code"] == "not_known_to_be_safe"


async def test_a_thread_shows_all_its_messages_on_each_of_their_pages(
    rt, client, operator, provider, work, clock
):
    first = await wrote(rt, "Первое", number=1)
    clock.forward(timedelta(minutes=1))
    second = await wrote(rt, "Второе", number=2)
    await wrote(rt, "Чужое", number=3, sender="another")
    browser = await opened(client, operator, second)
    spoken = browser.html.split('data-testid="thread"')[1].split("</section>")[0]
    assert "Первое" in spoken
    assert "Чужое" not in spoken
    assert f'href="/contacts/{first.receipt}"' in spoken


async def test_an_operator_records_how_the_person_may_be_reached(
    rt, client, operator, provider
):
    kept = await wrote(rt, policy=ContactPolicy())
    browser = await opened(client, operator, kept)
    said = {"may_write": "yes", "hours": "18:30-20:00", "code_word": "Яблоко"}
    recorded = await browser.post(f"/contacts/{kept.receipt}/policy", said)
    assert recorded.status == 303
    await browser.get(f"/contacts/{kept.receipt}")
    assert 'name="reply_text"' in browser.html
    assert "уйдёт 20.11.2026, 18:30" in browser.html
    long = await browser.post(f"/contacts/{kept.receipt}/policy", {"hours": "9-18," * 50})
    assert long.status == 422
    assert "Напишите короче." in await long.text()
    at = f"/api/v1/contacts/{kept.receipt}/policy"
    answer = await client.post(at, json={"may_write": False}, headers=operator.headers)
    assert answer.status == 200
    await browser.get(f"/contacts/{kept.receipt}")
    assert "неизвестно, безопасно ли писать" in browser.html


async def test_hours_in_words_stand_above_a_template_too(
    rt, client, operator, provider, clock
):
    rules = rt.config.channels.channels
    before, rules["telegram"] = rules["telegram"], rules["whatsapp"]
    try:
        policy = ContactPolicy(may_write=True, hours="когда нет отца")
        kept = await wrote(rt, policy=policy)
        clock.forward(timedelta(hours=25))
        browser = await opened(client, operator, kept)
    finally:
        rules["telegram"] = before
    form = browser.html.split('data-testid="reply"')[1].split("</form>")[0]
    assert 'name="template"' in form
    assert "когда нет отца" in form
