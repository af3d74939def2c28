"""Every page and every call, as everybody who may not know: no way in, and not a word.

The addresses are the service's own, each filled with ids of what the reader may not know of:
a new page or call is walked the day it is there.
"""

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from hotline.actions.fetch_media import fetch_media
from hotline.actions.open_media import open_media
from hotline.actions.open_recording import open_recording
from hotline.api.routes import PREFIX, calls
from hotline.cases.apart import person_key
from hotline.cases.inbound import ContactPolicy, Identity, Media
from hotline.cases.terms import Channel, JobName
from hotline.identity.viewer import TRIAGE
from hotline.store import call_figures, history, keys
from hotline.store.tables import contacts
from tests.builders import a_case, a_contact, everybody, owed
from tests.console.console_world import signed_in
from tests.console.phone_world import Exchange
from tests.media.foreign_host import png

WORDS = "Слово-метка тюльпанобус, мне страшно дома"
ANSWER = "Ответ-метка лапшедром"
NAME, PHONE, WORD = "Ядвига Тайнова", "+77059998811", "кодослово"
SITE = "lyceum-91"
PLANTED = (
    "тюльпанобус",
    "лапшедром",
    "Ядвига",
    "Тайнова",
    "9998811",
    WORD,
    "Скрытый лицей",
)
SOUND = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(range(64))
FORMS = (  # every field of every form at once: nothing is refused for what it says alone
    {
        "reason": "review", "sure": "yes", "reply_text": ANSWER, "arrived": "yes",
        "may_write": "yes", "result": "done", "wrap_up": "information_given", "state": "ready",
        "subcategory": "VIO.PHY", "urgency": "2", "region": "71", "text": "x", "to": "201",
        "service": "112", "number": "112", "other": "26-000000-0", "code": "duplicate",
    },
    {"reason": "quality"},
    {},
)  # fmt: skip
CONFLICTED = ("operator", "supervisor", "commissioner", "guardian")
OUTSIDE = ("other commissioner", "other guardian", "family", "nobody's", "admin")
# What tells of nobody: the reader's own things, rules, the directory, numbers of services.
OF_NOBODY = re.compile(
    r"/static/|/admin/|/duty|/woken|/page/|/emergency-numbers|/what-if|/quality/|/incidents/"
    r"|/settings|/log(in|out)|/notices|/presence|/desk/|/search|/bodies|/people|/q/|/intake/"
    r"|/report|/status|/board/walls"
)


@pytest.fixture
async def people(rt):
    return await everybody(rt)


@pytest.fixture
async def world(rt, client, clock, database, people):
    """One of each thing that came in or went out; everything handled by those of CONFLICTED."""
    operator = people["operator"].viewer
    who = Identity(name=NAME, phone=PHONE)
    policy = ContactPolicy(
        may_write=True, may_call=True, hours="09:00-18:00", code_word=WORD
    )
    picture = Media("image", mime="image/png", name="тюльпанобус.png", content=png())
    await database.execute(
        "INSERT INTO sites (id, kind, name_kk, name_ru, region, made_at) VALUES"
        " ($1, 'school', 'Скрытый лицей', 'Скрытый лицей', '71', now())",
        SITE,
    )
    receipt = await a_contact(
        rt, WORDS, channel=Channel.WEB, identity=who, policy=policy, media=(picture,),
        site=SITE,
    )  # fmt: skip
    number = await a_case(rt, people["operator"], receipt)
    waits = await a_contact(
        rt, WORDS, channel=Channel.TELEGRAM, identity=who, policy=policy
    )
    exchange = Exchange(client, clock)
    await exchange.rings(operator=operator.username, **{"from": PHONE})
    await exchange.is_answered(operator.username)
    call = await database.fetchrow("SELECT * FROM calls")
    async with rt.transaction(TRIAGE) as tx:
        call_key = await keys.load_one(tx, call["contact_id"])
        key = await keys.load_one(tx, await contact_id(database, waits))
    recording = await database.fetchval(
        "INSERT INTO recordings (call_id, contact_id, name, state, started_at, seconds,"
        " keep_until, sealed_content) VALUES ($1, $2, 'r', 'stored', $3, 61, $4, $5) RETURNING id",
        call["id"], call["contact_id"], clock.now(), clock.now() + timedelta(days=9),
        call_key.seal("recording", SOUND),
    )  # fmt: skip
    callback = await database.fetchval(
        "INSERT INTO callbacks (contact_id, call_id, state, made_at, next_at, tries) VALUES"
        " ($1, $2, 'open', $3, $3, 0) RETURNING id",
        call["contact_id"], call["id"], clock.now(),
    )  # fmt: skip
    message = await database.fetchval(
        "INSERT INTO outbound (contact_id, channel, account, kind, state, made_at, locale,"
        " sealed_text) VALUES ($1, 'telegram', 'bot', 'reply', 'uncertain', $2, 'ru', $3)"
        " RETURNING id",
        await contact_id(database, waits), clock.now(), key.seal_text("outbound", ANSWER),
    )  # fmt: skip
    await fetch_media(rt, await owed(rt, JobName.FETCH_MEDIA))
    medium = await database.fetchval("SELECT id FROM media")
    of_call = await database.fetchval(
        "SELECT receipt FROM contacts WHERE id = $1", call["contact_id"]
    )
    found = {
        "receipts": (receipt, waits, of_call), "number": number, "medium": medium,
        "call": call["id"], "recording": recording, "callback": callback,
        "message": message, "clock": await database.fetchval("SELECT min(id) FROM clocks"),
        "of_media": [], "of_sound": [],
    }  # fmt: skip
    found["of_media"] = await open_media(rt, operator, receipt, medium, "review")
    found["of_sound"] = await open_recording(rt, operator, recording)
    return found


async def contact_id(database, receipt):
    return await database.fetchval("SELECT id FROM contacts WHERE receipt = $1", receipt)


@pytest.fixture
async def in_conflict(database, people, world):
    """All of it complains of those who had it in hand."""
    keyed = [person_key(people[name].viewer.person_id) for name in CONFLICTED]
    for table in ("contacts", "cases"):
        await database.execute(f"UPDATE {table} SET apart = $1", keyed)


def addresses(templates, world):
    """Return (method, path) of each route that tells of somebody, with the world's ids."""
    found = []
    for method, template in sorted(templates):
        if OF_NOBODY.search(template):
            continue
        for receipt in world["receipts"]:
            ids = {
                "receipt": receipt, "move": "MOVE", "name": "acceptance", "service": "112",
                "step": "called", "part": "1", "referral": "1", "to": "1", **world,
            }  # fmt: skip
            opening = "of_sound" if "/recordings" in template else "of_media"
            ids["opening"] = world[opening]
            path = re.sub(
                r"{(\w+)}", lambda part, ids=ids: str(ids.get(part[1], 1)), template
            )
            found.append((method, path))
    return sorted(set(found))


def pages(client, world):
    """Return every page of the console."""
    found = set()
    for resource in client.server.app.router.resources():
        template = resource.canonical
        for route in resource:
            if template.startswith(("/api/", "/static")) or route.method == "HEAD":
                continue
            found |= {(route.method, one) for one in moves_of(resource, template)}
    return addresses(found, world)


def moves_of(resource, template):
    """Return `template` with each move that its route names."""
    pattern = str(resource.get_info().get("pattern", ""))
    named = re.search(r"\?P<move>([\w|-]+)\)", pattern)
    if "{move}" not in template:
        return [template]
    moves = named[1].split("|") if named else ["note", "accept", "close", "offer"]
    return [template.replace("{move}", move) for move in moves]


def tells_of_one(path):
    """Return whether an address names something: such a thing does not exist for who asks."""
    return bool(re.search(r"\d", path))


def told(text, path, world):
    """Return what an answer tells of the world; it may repeat what its address says."""
    hidden = [one for one in (*world["receipts"], world["number"]) if one not in path]
    return [one for one in (*PLANTED, *hidden) if one in text]


async def walk(client, people, world, names):
    """Return every answer that says too much, of how many."""
    wrong, walked = [], 0
    for name in names:
        browser = await signed_in(client, people[name])
        csrf = browser.hidden("csrf")
        for method, path in pages(client, world):
            for form in FORMS if method == "POST" else (None,):
                if path == "/live":
                    continue
                if form is None:
                    answer = await browser.get(path)
                else:
                    answer = await browser.post(path, form, csrf=csrf)
                walked += 1
                text = (await answer.read()).decode("utf-8", "replace")
                opens = answer.status not in (403, 404) and tells_of_one(path)
                if opens or told(text, path, world):
                    wrong.append(
                        (name, method, path, form, answer.status, told(text, path, world))
                    )
    return wrong, walked


async def test_no_page_and_no_button_knows_of_what_complains_of_its_reader(
    client, people, world, in_conflict
):
    wrong, walked = await walk(client, people, world, CONFLICTED)
    assert wrong == [], "\n".join(map(str, wrong))
    assert walked > 400


async def test_no_page_and_no_button_of_111_exists_for_anybody_else(client, people, world):
    wrong, walked = await walk(client, people, world, OUTSIDE)
    assert wrong == [], "\n".join(map(str, wrong))
    assert walked > 400


async def test_no_call_of_the_api_knows_of_it_either(client, people, world, in_conflict):
    templates = {(call.method, PREFIX + call.path) for call in calls()}
    body = json.dumps({"text": ANSWER, "arrived": True, "may_write": True}).encode()
    wrong = []
    for name in (*CONFLICTED, *OUTSIDE):
        for method, path in addresses(templates, world):
            sent = body if method == "POST" else None
            kind = {"Content-Type": "application/json"} if sent else {}
            answer = await client.request(
                method, path, data=sent, headers={**people[name].headers, **kind}
            )
            text, named = await answer.text(), path.removeprefix(PREFIX)
            opens = answer.status < 400 and tells_of_one(named)
            if opens or told(text, path, world):
                wrong.append((name, method, path, answer.status, told(text, path, world)))
    assert wrong == [], "\n".join(map(str, wrong))


async def test_a_call_is_in_no_figure_of_whom_it_complains_of(rt, people, world, clock):
    begin, end = clock.now() - timedelta(days=1), clock.now() + timedelta(days=1)

    async def counted():
        viewer = people["operator"].viewer
        async with rt.transaction(viewer) as tx:
            return sum((await call_figures.by_half_hour(tx, viewer, begin, end)).values())

    assert await counted() == 1
    key = person_key(people["operator"].viewer.person_id)
    async with rt.transaction(TRIAGE) as tx:
        await tx.run(update(contacts).values(apart=[key]))
    assert await counted() == 0


async def test_pictures_and_recordings_stand_in_the_history_for_111_alone(
    rt, people, world, database
):
    case = await database.fetchval(
        "SELECT id FROM cases WHERE number = $1", world["number"]
    )
    await database.execute(
        "UPDATE contacts SET case_id = $1 WHERE receipt = ANY($2)",
        case,
        list(world["receipts"]),
    )
    inside = ("media_", "recording_", "call_", "callback_")

    async def told(name):
        viewer = people[name].viewer
        async with rt.transaction(viewer) as tx:
            found = await history.of_case(tx, viewer, world["number"], rt.number_key)
        return {one.event for one in found if one.event.startswith(inside)}

    assert {"media_kept", "media_opened", "recording_opened"} <= await told("operator")
    for name in ("guardian", "commissioner", "police"):
        assert await told(name) == set(), name
