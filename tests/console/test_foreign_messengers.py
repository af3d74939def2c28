"""/admin/channels: an administrator decides on a foreign messenger, a supervisor reads it."""

import re
from dataclasses import replace
from datetime import timedelta

import asyncpg
import pytest

from hotline.actions.decide_channel import AGE_S, decide_channel, enabled
from hotline.errors import NotAllowed, RuleForbids
from tests.builders import everybody
from tests.console.console_world import signed_in
from tests.intake.doors import example, whatsapp

GROUND = "Приказ № 7 от 20 ноября, подписан руководителем"


@pytest.fixture
async def people(rt):
    return await everybody(rt)


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
async def test_the_page_tells_how_each_messenger_stands(client, people, lang):
    browser = await signed_in(client, people["admin"], lang)
    assert (await browser.get("/admin/channels")).status == 200
    for name in ("whatsapp", "telegram", "viber"):
        assert f'data-testid="messenger-{name}"' in browser.html
    assert 'data-testid="messenger-sms"' not in browser.html


@pytest.mark.parametrize("who", ["operator", "commissioner", "guardian"])
async def test_who_neither_decides_nor_supervises_knows_of_no_such_page(
    client, people, who
):
    browser = await signed_in(client, people[who])
    assert (await browser.get("/admin/channels")).status == 404


async def test_a_decision_shows_who_when_and_why_and_the_supervisor_only_reads(
    client, people, database
):
    browser = await signed_in(client, people["admin"])
    await browser.get("/admin/channels")
    sent = {"use": "no", "reason": GROUND}
    assert (await browser.post("/admin/channels/viber", sent)).status == 303
    await browser.get("/admin/channels")
    for shown in (GROUND, people["admin"].viewer.display_name, "20.11.2026, 10:00"):
        assert shown in browser.html
    reader = await signed_in(client, people["supervisor"])
    await reader.get("/admin/channels")
    assert GROUND in reader.html
    assert 'name="reason"' not in reader.html
    sent = {"use": "yes", "reason": GROUND}
    assert (await reader.post("/admin/channels/viber", sent)).status == 404
    assert await database.fetchval("SELECT count(*) FROM channel_decisions") == 1
    with pytest.raises(asyncpg.PostgresError, match="append-only"):
        await database.execute("DELETE FROM channel_decisions")


WRONG = [
    # what            channel    use     reason
    ("no reason", "viber", "no", ""),
    ("a short one", "viber", "no", "надо"),
    ("blanks", "viber", "no", " " * 40),
    ("too long", "viber", "no", "я" * 2001),
    ("no messenger", "sms", "no", GROUND),
    ("an unknown one", "pager", "no", GROUND),
]


@pytest.mark.parametrize(
    ("channel", "use", "reason"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG]
)
async def test_what_cannot_be_decided_changes_nothing(
    client, people, database, channel, use, reason
):
    browser = await signed_in(client, people["admin"])
    await browser.get("/admin/channels")
    answer = await browser.post(
        f"/admin/channels/{channel}", {"use": use, "reason": reason}
    )
    assert answer.status == 422
    assert await database.fetchval("SELECT count(*) FROM channel_decisions") == 0


async def test_words_go_abroad_only_when_a_second_person_agrees(
    client, rt, people, database
):
    rt.settings = replace(rt.settings, demo=False)
    admin = await signed_in(client, people["admin"])
    await admin.get("/admin/channels")
    sent = {"use": "yes", "reason": GROUND}
    assert (await admin.post("/admin/channels/viber", sent)).status == 303
    assert not await enabled(rt, "viber")
    await admin.get("/admin/changes?state=waiting")
    assert GROUND in admin.html
    change = re.search(r"/admin/changes/\d+", admin.html)[0]
    assert (await admin.post(f"{change}/agree")).status == 422
    assert (await admin.post("/admin/channels/viber", sent)).status == 422, "asked twice"
    chief = await signed_in(client, people["supervisor"])
    await chief.get("/admin/changes?state=waiting")
    assert (await chief.post(f"{change}/agree")).status == 303
    assert await enabled(rt, "viber")
    await chief.get("/admin/channels")
    both = [people[who].viewer.display_name for who in ("admin", "supervisor")]
    assert ", ".join(both) in chief.html
    await decide_channel(rt, people["admin"].viewer, "viber", enable=False, reason=GROUND)
    assert not await enabled(rt, "viber"), "to stop takes one"


async def test_the_same_decision_twice_is_one(rt, people, database):
    admin = people["admin"].viewer
    await decide_channel(rt, admin, "viber", enable=False, reason=GROUND)
    with pytest.raises(RuleForbids, match="so already"):
        await decide_channel(rt, admin, "viber", enable=False, reason=GROUND)
    with pytest.raises(NotAllowed):
        await decide_channel(
            rt, people["supervisor"].viewer, "viber", enable=True, reason=GROUND
        )
    assert await database.fetchval("SELECT count(*) FROM channel_decisions") == 1


async def test_a_decision_holds_over_the_demonstration_and_for_its_messenger_alone(
    rt, people
):
    await decide_channel(rt, people["admin"].viewer, "viber", enable=False, reason=GROUND)
    assert not await enabled(rt, "viber")
    assert await enabled(rt, "whatsapp")
    rt.settings = replace(rt.settings, demo=False)
    assert not await enabled(rt, "whatsapp")
    assert await enabled(rt, "sms")


async def test_another_process_goes_by_a_decision_within_five_seconds(
    client, rt, people, database, clock
):
    body = example("wa_text_kk.json")

    async def post():
        return await client.post("/intake/whatsapp", data=body, headers=whatsapp(body))

    assert (await post()).status == 200
    await database.execute(
        "INSERT INTO channel_decisions (at, channel, enabled, person_id, reason)"
        " VALUES (now(), 'whatsapp', false, $1, 'Приказ')",
        people["admin"].viewer.person_id,
    )
    clock.forward(timedelta(seconds=AGE_S))
    assert (await post()).status == 503
