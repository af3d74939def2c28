"""Thirty conversations and two operators: no answer reaches the wrong child."""

import random
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from hotline.actions.receive_contact import receive_contact
from hotline.cases.inbound import ContactPolicy, Identity, Inbound, InboundKind
from hotline.cases.terms import Channel
from hotline.store import contacts, reply_drafts
from tests.builders import a_person, triage_all
from tests.console.console_world import signed_in

THREADS = 30
STEPS = 120


async def wrote(rt, thread, text, *, number, **facts):
    """One message of a child in a chat; `number` is the messenger's own."""
    return await receive_contact(
        rt,
        Inbound(
            channel=Channel.TELEGRAM,
            account="123",
            external_id=f"{thread}-{number}",
            text=text,
            raw=b"{}",
            sender=f"chat-{thread}",
            identity=Identity(name=f"Дитя{thread}"),
            policy=ContactPolicy(may_write=True),
            lang_hint="ru",
            **facts,
        ),
    )


@pytest.fixture
def settings(settings):
    return replace(settings, telegram_token="123:abc")  # nothing is sent here


@pytest.fixture
async def two(rt, client):
    people = [await a_person(rt, "operator") for _ in range(2)]
    return [await signed_in(client, one) for one in people]


class Tab:
    """A page of a conversation that stands open in somebody's browser."""

    def __init__(self, browser, thread, html):
        self.browser, self.thread = browser, thread
        self.action = re.search(r'action="(/contacts/[^"]+/reply)"', html)[1]
        self.seen = re.search(r'name="seen" value="([^"]+)"', html)[1]
        self.mark = re.search(r'data-mark="([^"]+)"', html)[1]


async def opened(browser, thread, receipt):
    assert (await browser.get(f"/contacts/{receipt}")).status == 200
    return Tab(browser, thread, browser.html)


async def test_every_answer_reaches_its_own_thread_and_none_goes_over_a_newer_message(
    rt, two, database, clock
):
    chance = random.Random(111)
    newest, chats, tabs, went, refused = {}, {}, [], 0, 0
    for thread in range(THREADS):
        newest[thread] = (await wrote(rt, thread, "Помогите", number=0)).receipt
        chats[thread] = [newest[thread]]
    marks = set()
    for step in range(STEPS):
        thread = chance.randrange(THREADS)
        move = chance.random()
        if move < 0.3:
            thread = chance.choice(tabs).thread if tabs else thread  # while one types
            kept = await wrote(rt, thread, f"Ещё {step}", number=len(chats[thread]))
            newest[thread] = kept.receipt
            chats[thread].append(kept.receipt)
        elif move < 0.6 or not tabs:
            tab = await opened(chance.choice(two), thread, newest[thread])
            tab.knows = (newest[thread], await answers(database, chats[thread]))
            tabs.append(tab)
            marks.add(tab.mark)
        else:
            tab = tabs.pop(chance.randrange(len(tabs)))
            clock.forward(timedelta(seconds=61))
            words = f"Ответ {step} ребёнку {tab.thread}."
            own = await answers(database, chats[tab.thread])
            answer = await tab.browser.post(
                tab.action, {"reply_text": words, "seen": tab.seen}
            )
            stale = tab.knows[0] != newest[tab.thread]
            if answer.status == 303:
                assert not stale
                assert await answers(database, chats[tab.thread]) == own + 1
                went += 1
            else:
                assert answer.status == 409
                assert words in await answer.text()  # nothing typed is lost
                assert stale or tab.knows[1] != own
                assert await answers(database, chats[tab.thread]) == own
                refused += 1
    assert went > 15
    assert refused > 5
    assert len(marks) > 10
    total = await database.fetchval("SELECT count(*) FROM outbound WHERE kind = 'reply'")
    assert total == went


async def answers(database, receipts):
    """How many answers of people stand in the chat of one child."""
    return await database.fetchval(
        "SELECT count(*) FROM outbound o JOIN contacts c ON c.id = o.contact_id"
        " WHERE o.kind = 'reply' AND c.receipt = ANY($1)",
        receipts,
    )


async def test_a_form_of_one_child_cannot_be_sent_to_another(rt, two, database):
    first = await wrote(rt, 1, "Первый", number=0)
    second = await wrote(rt, 2, "Второй", number=0)
    tab = await opened(two[0], 1, first.receipt)
    other = f"/contacts/{second.receipt}/reply"
    answer = await two[0].post(other, {"reply_text": "Для первого", "seen": tab.seen})
    assert answer.status == 409
    assert (
        await database.fetchval("SELECT count(*) FROM outbound WHERE kind = 'reply'") == 0
    )


async def test_a_thread_is_held_while_somebody_types_and_each_draft_waits_for_its_writer(
    rt, two, clock, database
):
    kept = [await wrote(rt, number, "Здравствуйте", number=0) for number in (1, 2)]
    at = [f"/contacts/{one.receipt}" for one in kept]
    one, other = two
    for path, words in zip(at, ("Первому", "Второму"), strict=True):
        await one.get(path)
        assert (await one.post(f"{path}/draft", {"reply_text": words})).status == 303
    for path, words in zip(at, ("Первому", "Второму"), strict=True):
        await one.get(path)
        assert f">{words}</textarea>" in one.html
    await other.get(at[0])
    assert "Первому" not in other.html  # what is typed is nobody else's
    assert 'data-testid="thread-held"' in other.html
    seen = other.hidden("seen")
    sent = {"reply_text": "Я отвечу", "seen": seen}
    answer = await other.post(f"{at[0]}/reply", sent)
    assert answer.status == 409
    assert "Я отвечу" in await answer.text()
    clock.forward(timedelta(seconds=61))
    assert (await other.post(f"{at[0]}/reply", sent)).status == 303
    rows = await database.fetch(
        "SELECT sealed_text FROM reply_drafts WHERE sealed_text IS NOT NULL"
    )
    assert all("Первому".encode() not in row["sealed_text"] for row in rows)


async def test_a_save_that_comes_after_its_answer_was_sent_brings_nothing_back(rt, two):
    receipt = (await wrote(rt, 1, "Помогите", number=0)).receipt
    one, at = two[0], f"/contacts/{receipt}"
    await one.get(at)
    page, seen = one.hidden("page"), one.hidden("seen")
    words = {"reply_text": "Мы рядом.", "page": page, "seen": seen}
    await one.post(f"{at}/draft", words)
    assert (await one.post(f"{at}/reply", words)).status == 303
    late = {"reply_text": "Мы рядо", "page": page}
    assert (await one.post(f"{at}/draft", late)).status == 303
    await one.get(at)
    assert "Мы рядо</textarea>" not in one.html
    later = {"reply_text": "И ещё", "page": one.hidden("page")}
    await one.post(f"{at}/draft", later)
    await one.get(at)
    assert "И ещё</textarea>" in one.html


async def test_two_pages_of_one_person_overwrite_nothing_of_one_another_unseen(rt, two):
    receipt = (await wrote(rt, 1, "Помогите", number=0)).receipt
    one, at = two[0], f"/contacts/{receipt}"
    pages = []
    for _ in range(2):
        await one.get(at)
        pages.append(
            {"page": one.hidden("page"), "draft_version": one.hidden("draft_version")}
        )
    first, second = pages
    json = {"Accept": "application/json"}

    async def save(page, text, **more):
        answer = await one.post(f"{at}/draft", {**page, "reply_text": text, **more}, **json)
        return answer.status, await answer.text()

    async def stands():
        await one.get(at)
        return (
            one.html.split('id="reply_text"', 1)[1].split(">", 1)[1].split("</textarea>")[0]
        )

    for words in ("Мы", "Мы рядом"):  # one page never contradicts itself
        assert (await save(first, words))[0] == 200
    await one.get(at)
    third = {"page": "third", "draft_version": one.hidden("draft_version")}
    assert (await save(first, "Мы рядом"))[0] == 200  # said again: somebody still types
    assert (await save(third, "Мы рядом!"))[0] == 200
    assert (await save(third, "Мы рядом"))[0] == 200
    status, told = await save(second, "Позвоните нам")
    assert status == 409
    assert "Мы рядом" in told
    assert "Позвоните нам" in told
    assert await stands() == "Мы рядом"
    plain = await one.post(f"{at}/draft", {**second, "reply_text": "Позвоните нам"})
    assert plain.status == 409
    assert "Позвоните нам</textarea>" in await plain.text()
    version = re.search(r'data-version="(\d+)"', told)[1]
    assert (await save(second, "Позвоните нам", draft_version=version))[0] == 200
    # The first page's answer goes out: what the second typed was never read in it.
    sent = {**third, "reply_text": "Мы рядом", "seen": one.hidden("seen")}
    assert (await one.post(f"{at}/reply", sent)).status == 303
    assert await stands() == "Позвоните нам"
    # A page that closes can ask nobody: both are kept.
    assert (await save(first | {"page": "other"}, "Ждём", leaving="yes"))[0] == 200
    assert await stands() == "Позвоните нам\nЖдём"


async def test_one_conversation_has_one_lock_from_whichever_of_its_messages(rt):
    """Written from one account, gone on from another by its receipt, then from that alone."""
    root = await wrote(rt, 1, "Помогите", number=0)
    middle = await wrote(rt, 2, "Это снова я", number=0, follows_id=root.id)
    last = await wrote(rt, 2, "Вы здесь?", number=1)
    somebody = await a_person(rt, "operator")
    async with rt.transaction(somebody.viewer) as tx:
        found = [
            await reply_drafts.thread_of(
                tx, await contacts.by_receipt(tx, one.receipt, rt.number_key)
            )
            for one in (root, middle, last)
        ]
    assert found == [root.id] * 3


async def test_an_old_draft_does_not_take_the_thread_from_who_types_now(rt, two, clock):
    receipt = (await wrote(rt, 1, "Помогите", number=0)).receipt
    one, other = two
    tabs = [await opened(browser, 1, receipt) for browser in two]
    await one.post(f"/contacts/{receipt}/draft", {"reply_text": "Вчера"})
    clock.forward(timedelta(hours=1))
    for browser in (other, one):  # the other was first of those who type now
        await browser.get(f"/contacts/{receipt}")
        words = {"reply_text": "Сейчас пишу"}
        await browser.post(f"/contacts/{receipt}/draft", words)
        clock.forward(timedelta(seconds=5))
    sent = {"reply_text": "Мы рядом.", "seen": tabs[1].seen}
    assert (await one.post(tabs[0].action, sent)).status == 409
    assert (await other.post(tabs[1].action, sent)).status == 303


async def test_hard_words_are_covered_edits_stand_under_and_latin_reads_in_cyrillic(
    rt, two
):
    kept = await wrote(rt, 1, "Meni qyinap jatyr, komektesinizshi otinem", number=0)
    await wrote(
        rt, 1, "Хочу умереть, не могу больше жить", number=1,
        kind=InboundKind.EDIT, follows="1-0",
    )  # fmt: skip
    await triage_all(rt)
    one = two[0]
    await one.get(f"/contacts/{kept.receipt}")
    assert 'data-testid="edit"' in one.html
    assert "комектес" in one.html
    cover = re.search(r'<details class="hard-words"[^>]*>', one.html)[0]
    assert " open" not in cover
    await one.post(f"/contacts/{kept.receipt}/hard-words", {"open": "yes"})
    await one.get(f"/contacts/{kept.receipt}")
    assert " open" in re.search(r'<details class="hard-words"[^>]*>', one.html)[0]
