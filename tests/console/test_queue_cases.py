"""Cases in the queue of 111: what came back, and what no body has accepted yet."""

import re
from datetime import timedelta

import pytest

from hotline.actions.accept_referral import accept_referral
from hotline.actions.decline_referral import decline_referral
from hotline.cases.apart import person_key
from hotline.store import queue_cases
from tests.builders import DANGER, a_call, a_contact, a_person, everybody
from tests.console.console_world import signed_in
from tests.console.test_queue_watched import alike, counted, listening

REASON = "Семья живёт в другом районе, это не наша территория"


@pytest.fixture
async def people(rt):
    return await everybody(rt) | {"second": await a_person(rt, "operator")}


def numbers(html, kind):
    """The cases of one list; None where it is not there."""
    part = re.search(rf'<section id="queue-{kind}".*?</section>', html, re.DOTALL)
    return part and re.findall(r'<li [^>]*queue-case[^>]*data-case="([^"]+)"', part[0])


async def lists(browser):
    """What stands above and below the contacts; the whole of it stays the browser's page."""
    browser.html = await alike(browser)
    return numbers(browser.html, "back"), numbers(browser.html, "offered")


async def decline(rt, people, number):
    await decline_referral(
        rt, people["guardian"].viewer, number, None, code="not_our_matter", text=REASON
    )


async def test_a_case_is_watched_until_it_is_accepted_and_comes_back_when_it_is_declined(
    rt, client, people, clock
):
    grave = await a_contact(rt, DANGER)
    operator = people["operator"]
    calm = await a_call(rt, operator, "Соседи пьют", urgency=3)
    clock.forward(timedelta(minutes=1))
    later = await a_call(rt, operator, urgency=1)
    soon = await a_call(rt, operator, urgency=1)
    clock.forward(timedelta(minutes=1))
    await listening(client)
    one = await signed_in(client, operator)
    # No heading over nothing; danger first, then the nearest term.
    assert await lists(one) == (None, [later, soon, calm])
    await accept_referral(rt, people["guardian"].viewer, soon, None)
    assert (await lists(one))[1] == [later, calm]
    await decline(rt, people, calm)
    await decline(rt, people, later)
    assert await lists(one) == ([later, calm], None)
    html = one.html
    assert html.index("queue-back") < html.index(grave)
    row = re.search(rf'<li id="queue-{calm}".*?</li>', html, re.DOTALL)[0]
    for shown in (f'href="/cases/{calm}"', 'data-testid="sla-chip" data-due="', "u3",
                  ": отклонено", "Астана"):  # fmt: skip
        assert shown in row, shown
    two = await signed_in(client, people["second"], "kk")
    assert await lists(two) == ([later, calm], None)
    assert "бас тарт" in two.html


async def test_long_lists_end_after_ten_rows_and_name_how_many_there_are(
    rt, client, people
):
    for _ in range(queue_cases.SHOWN + 2):
        await a_call(rt, people["operator"])
    one = await signed_in(client, people["operator"])
    assert len(numbers(one.html, "offered")) == queue_cases.SHOWN
    part = re.search(r'<section id="queue-offered".*?</section>', one.html, re.DOTALL)[0]
    assert f'<span class="count">{queue_cases.SHOWN + 2}</span>' in part
    assert 'href="/inbox?tab=new&amp;status=offered"' in part


async def test_who_may_not_know_of_a_case_sees_nothing_of_it_in_the_queue(
    rt, client, people, database
):
    back, offered = [await a_call(rt, people["operator"]) for _ in range(2)]
    other = await a_call(rt, people["operator"])
    await decline(rt, people, back)
    await listening(client)
    one = await signed_in(client, people["operator"])
    two = await signed_in(client, people["second"])
    for browser in (one, two):
        assert await lists(browser) == ([back], [offered, other])
    await database.execute(
        "UPDATE cases SET apart = $1 WHERE number = ANY($2)",
        [person_key(people["operator"].viewer.person_id)], [back, offered],
    )  # fmt: skip
    assert await lists(one) == (None, [other])
    assert back not in one.html
    assert offered not in one.html
    assert await lists(two) == ([back], [offered, other])


async def test_a_case_behind_a_waiting_contact_is_one_row_and_the_lists_cost_one_statement(
    rt, client, people, database
):
    contact = await a_contact(rt, DANGER)
    assert await database.fetchval(
        "SELECT case_id FROM contacts WHERE receipt = $1", contact
    )
    number = await a_call(rt, people["operator"])
    one = await signed_in(client, people["operator"])
    assert one.html.count('data-testid="queue-item"') == 2
    assert numbers(one.html, "back") is None
    await database.execute(
        "UPDATE contacts SET seen_at = now() WHERE receipt = $1", contact
    )
    html = await alike(one)  # read, and yet nobody was asked
    assert len(numbers(html, "back")) == 1
    assert "Пока никому не направлено" in html
    assert numbers(html, "offered") == [number]
    async with rt.transaction(people["operator"].viewer) as tx, counted(rt) as told:
        await queue_cases.queue_cases(tx)
    assert sum(told.values()) == 1
