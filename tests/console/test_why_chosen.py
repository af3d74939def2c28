"""Why this body and this person: in both languages, for who may know, and not for a body."""

import pytest

from tests.builders import a_case, everybody
from tests.console.console_world import HTMX, signed_in


@pytest.fixture
async def people(rt):
    return await everybody(rt)


@pytest.fixture
async def number(rt, people):
    return await a_case(rt, people["operator"])


SEEN = [
    # who, the answer, whether people are named
    ("operator", 200, True),
    ("commissioner", 200, False),  # which bodies; the choice of a person is the body's own
    ("guardian", 403, False),
    ("other commissioner", 404, False),
]


@pytest.mark.parametrize(("who", "status", "named"), SEEN)
async def test_who_reads_why(client, people, number, who, status, named):
    browser = await signed_in(client, people[who])
    answer = await browser.get(f"/cases/{number}/why")
    assert answer.status == status
    assert ('data-kind="route"' in browser.html) == (status == 200)
    assert ('data-kind="person"' in browser.html) == named
    assert (people["guardian"].viewer.display_name in browser.html) == named


WORDS = [
    # language, why this body, why this person
    ("ru", "первый по порядку для этого вопроса и места", "меньше всего работы на ставку"),
    (
        "kk",
        "осы мәселе мен жер бойынша кезекте бірінші",
        "лауазымына шаққанда жұмысы ең аз",
    ),
]


@pytest.mark.parametrize(("lang", "body", "person"), WORDS)
async def test_the_reasons_are_sentences(client, people, number, lang, body, person):
    browser = await signed_in(client, people["operator"], lang=lang)
    await browser.get(f"/cases/{number}/why", **HTMX)
    assert body in browser.html
    assert person in browser.html
    assert "<html" not in browser.html


async def test_the_case_page_leads_there(client, people, number):
    browser = await signed_in(client, people["operator"])
    await browser.get(f"/cases/{number}")
    assert f'href="/cases/{number}/why"' in browser.html
    guardian = await signed_in(client, people["guardian"])
    await guardian.get(f"/cases/{number}")
    assert f"/cases/{number}/why" not in guardian.html
