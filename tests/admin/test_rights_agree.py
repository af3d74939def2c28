"""A right that was taken away: no page offers it, and page and API refuse it alike."""

import re

import pytest

from hotline.actions.accept_referral import accept_referral
from hotline.cases.lifecycle import Move
from hotline.cases.terms import Role
from hotline.console.case_forms import FORMS
from hotline.identity.changes import may_take
from hotline.identity.roles import relations
from hotline.identity.viewer import TRIAGE
from hotline.store import rights
from tests.builders import a_case, everybody
from tests.console.console_world import signed_in


def takeable(role):
    able = {move for moves in relations(Role(role)).values() for move in moves}
    return sorted(move for move in Move if move in able and may_take(role, move))


@pytest.fixture
async def people(rt):
    return await everybody(rt)


@pytest.fixture
async def number(rt, people, database):
    """A case that police have accepted, and the guardianship office has not yet."""
    found = await a_case(rt, people["operator"])
    who = people["police"].viewer
    referral = await database.fetchval(
        "SELECT id FROM referrals WHERE status = 'offered' AND body_id = ANY($1)",
        sorted(who.bodies),
    )
    await accept_referral(rt, who, found, referral)
    return found


async def without(rt, role):
    async with rt.transaction(TRIAGE) as tx:
        await rights.put_taken(tx, role, takeable(role))


def forms(html):
    """Return where the forms of a page lead, and the presses for many cases."""
    found = re.findall(r'<form[^>]*method="post"[^>]*action="([^"]+)"', html)
    found += re.findall(r'formaction="([^"]+)"', html)
    return {one for one in found if "/cases/" in one and not one.endswith("-self")}


def presses(html):
    return set(re.findall(r'<button[^>]*name="(?:kind|move)" value="(\w+)"', html))


OF_MANY = {"take", "assign", "escalate", "colleague", "person", "pass_on"}


@pytest.mark.parametrize("role", ["operator", "supervisor", "guardian", "commissioner"])
async def test_what_is_taken_is_offered_nowhere_and_done_nowhere(
    client, rt, people, number, role, database
):
    browser = await signed_in(client, people[role], "en")
    await browser.get(f"/cases/{number}")
    before = forms(browser.html)
    lists = "/board" if role == "supervisor" else "/inbox?tab=new"
    await browser.get(lists)
    assert bool(presses(browser.html) & OF_MANY) is (role in ("supervisor", "guardian"))
    await without(rt, role)
    await browser.get(lists)
    assert not presses(browser.html) & OF_MANY
    await browser.get(f"/cases/{number}")
    shown = forms(browser.html)
    assert shown < before or role == "commissioner", "nothing was taken"
    token = browser.hidden("csrf")

    async def done():
        asked = "SELECT count(*) FROM case_events WHERE event <> 'viewed'"
        return await database.fetchval(asked)

    events = await done()
    hidden = {f"/cases/{number}/{name.replace('_', '-')}" for name in FORMS} - shown
    for address in sorted((before | hidden) - shown):
        if not address.endswith(("conflict", "conflict-self", "conflict-lift")):
            fields = {"text": "Слова", "reason": "Причина долгая", "version": "1"}
            answer = await browser.post(address, fields, csrf=token)
            assert answer.status in (403, 404, 409, 422), address
    headers = people[role].headers
    for name in sorted(before - shown):
        path = f"/api/v1{name}"
        answer = await client.post(path, json={}, headers=headers)
        assert answer.status >= 400, path
    assert await done() == events
    for address in sorted(shown):
        assert (await browser.post(address, csrf=token)).status != 403, address
