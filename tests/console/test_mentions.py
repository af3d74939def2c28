"""Whom "@" in a note can name: those who may know of the case, as far as its writer may know."""

import re
from urllib.parse import quote

import pytest

from hotline.actions.keep_people import rename
from hotline.cases.apart import person_key
from hotline.identity.roles import sees
from hotline.store import cases
from tests.builders import DANGER, a_call, a_person, everybody
from tests.console.console_world import HTMX, signed_in


@pytest.fixture
async def people(rt):
    found = await everybody(rt)
    of_body = {"region": "71", "bodies": ("guard-71", "uzpd-71")}
    for name in ("second guardian", "conflicted"):
        found[name] = await a_person(rt, "guardian", username=f"{name[:6]}-71", **of_body)
    return found


@pytest.fixture
async def number(rt, people, database):
    """A case that the guardians lead and the police help with; it complains of one person."""
    found = await a_call(rt, people["operator"], DANGER, urgency=1)
    apart = [person_key(people["conflicted"].viewer.person_id)]
    await database.execute("UPDATE cases SET apart = $1", apart)
    return found


async def named(client, somebody, number, typed="", lang="ru"):
    browser = await signed_in(client, somebody, lang)
    answer = await browser.get(f"/cases/{number}/colleagues?q={quote(typed)}", **HTMX)
    return answer.status, re.findall(r'data-name="([^"]+)"', browser.html)


KNOWN = [
    ("operator", ["supervisor", "commissioner", "guardian", "second guardian", "police"]),
    ("guardian", ["operator", "supervisor", "commissioner", "second guardian", "police"]),
    ("commissioner", ["operator", "supervisor", "guardian", "second guardian", "police"]),
    ("police", ["guardian", "second guardian"]),  # a co-executor knows the lead alone
]


async def test_a_writer_is_told_of_who_may_see_the_case_and_of_nobody_else(
    rt, client, people, number
):
    for writer, known in KNOWN:
        status, listed = await named(client, people[writer], number)
        assert status == 200
        assert set(listed) == {people[one].viewer.username for one in known}, writer
        async with rt.transaction(people[writer].viewer) as tx:
            case = await cases.read(tx, people[writer].viewer, number, rt.number_key)
        by_name = {one.viewer.username: one.viewer for one in people.values()}
        assert all(sees(by_name[one], case.access) for one in listed)
    for outside in ("conflicted", "other guardian", "family", "nobody's", "admin"):
        assert (await named(client, people[outside], number))[0] == 404, outside


TYPED = [
    ("ғалым", True),
    ("ГАЛЫМ", True),
    ("galym", True),
    ("second", True),
    ("сапар", True),
    ("Жұмабай", False),
    ("", True),
    ("<", False),
]


async def test_a_colleague_is_found_in_any_alphabet_and_no_more_than_eight_are_shown(
    rt, client, people, number
):
    wanted = people["second guardian"].viewer
    await rename(rt, people["admin"].viewer, wanted.person_id, "Ғалымжан Сапар")
    for typed, there in TYPED:
        _, listed = await named(client, people["guardian"], number, typed)
        assert (wanted.username in listed) is there, typed
    for _ in range(9):
        await a_person(rt, "operator")
    _, listed = await named(client, people["guardian"], number)
    assert len(listed) == 8
    assert listed[0] == wanted.username  # one's own office first
