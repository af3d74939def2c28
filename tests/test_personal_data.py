"""Poisoned names go through every door and the whole journey; then everything is searched.

A dump of the database, Redis with its file, logs, metrics, jobs and addresses.
"""

import json
import logging
import re
import subprocess
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import hypothesis  # noqa: F401  Python 3.11 fails to parse it late, among greenlets
import pytest
import redis
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import Table

from hotline import settings as module
from hotline.actions.change_urgency import change_urgency
from hotline.actions.close_case import close_by_exception, reopen_case
from hotline.actions.close_contact import close_contact
from hotline.actions.compare_contacts import compare_contacts
from hotline.actions.confirm_contact import Confirmation, confirm_contact
from hotline.actions.decline_referral import decline_referral
from hotline.actions.forget_person import forget_person
from hotline.actions.keep_draft import my_drafts, save_draft
from hotline.actions.record_call import LoggedCall, record_call
from hotline.actions.record_handoff import handoff_accepted, handoff_called
from hotline.actions.record_outcome import Outcome
from hotline.actions.record_work import (
    add_note,
    record_check,
    record_first_contact,
    record_safety,
)
from hotline.actions.relay_outbox import relay_outbox
from hotline.actions.transfer_referral import transfer_referral
from hotline.actions.triage_contacts import triage_contacts
from hotline.actions.view_case import reveal_identity
from hotline.cases.inbound import ContactPolicy, Identity
from hotline.cases.terms import JobName
from hotline.engines.postgres import PROGRAMS, installed_package
from hotline.errors import HotlineError
from hotline.queue import Jobs
from hotline.settings import from_environment
from hotline.store import tables_channels
from hotline.store.sealing import Forgotten, Sealer
from hotline.workers.batch import run_batch
from hotline.workers.job import read_order
from tests import poison
from tests.conftest import SECRET_KEY
from tests.intake.doors import as_json, signed, telegram
from tests.poison_doors import more_doors
from tests.story import Story, everybody

SERVER = installed_package() / PROGRAMS
SETTINGS = sorted(set(re.findall(r"HOTLINE_[A-Z_]+", Path(module.__file__).read_text())))
WHO = Identity(
    name=poison.NAME, phone=poison.PHONE, relation="бурмыльцев", address=poison.PLACE
)


def database_dump(url, *options):
    """The database as pg_dump writes it."""
    sockets, name = url.partition("host=")[2], re.search(r"@/(\w+)\?", url)[1]
    command = [SERVER / "pg_dump", "-h", sockets, "-U", "hotline", *options, name]
    return subprocess.run(command, check=True, capture_output=True).stdout


async def untouched(database):
    """Which tables for channels hold nothing: what is not there cannot be searched."""
    nobodys = {"leases", "mailboxes", "channel_decisions"}
    wanted = {
        table.name for table in vars(tables_channels).values() if isinstance(table, Table)
    }
    return sorted(
        [
            name
            for name in wanted - nobodys
            if not await database.fetchval(f"SELECT EXISTS (SELECT FROM {name})")
        ]
    )


@pytest.fixture
def log_file(tmp_path):
    """Everything that is logged, from the libraries' debug lines on."""
    from hotline.log import set_up_logging

    path = tmp_path / "log"
    root = logging.getLogger()
    before = root.handlers[:], root.level
    with path.open("w") as stream:
        set_up_logging(level="DEBUG", readable=False, stream=stream)
        root.setLevel(logging.DEBUG)
        yield path
    root.handlers[:] = before[0]
    root.setLevel(before[1])  # and nobody remembers that debug lines were wanted


@pytest.fixture
async def story(rt, clock, database):
    return Story(rt, clock, database, await everybody(rt))


@pytest.fixture
async def client(rt, log_file):
    from hotline.app import make_app

    async with TestClient(TestServer(make_app(rt))) as found:
        yield found


async def through_the_doors(client, clock):
    """Poison every field of every door, genuine and not."""
    update = {
        "update_id": 1,
        "message": {
            "message_id": 5, "date": 1_795_000_000, "text": poison.STORY,
            "chat": {"id": poison.CHAT, "type": "private"},
            "from": {"id": poison.CHAT, "first_name": poison.NAME, "last_name": "хрюндель",
                     "username": poison.HANDLE, "language_code": "ru"},
            "contact": {"phone_number": poison.PHONE, "first_name": poison.OTHER,
                        "user_id": 1},
        },
    }  # fmt: skip
    edited = {
        "update_id": 2,
        "edited_message": {**update["message"], "edit_date": 1_795_000_009},
    }
    strange = {"update_id": 3, "message": {"text": poison.STORY, "chat": poison.NAME}}
    report = {
        "external_id": "EO-1", "text": poison.STORY, "lang": "ru", "region": "71",
        "reporter": {"name": poison.NAME, "phone": poison.PHONE, "relation": "мявкотун"},
        "site": poison.SCHOOL, "complaint_about": [{"kind": "person", "name": poison.OTHER}],
        "contact_policy": {"may_write": True, "hours": "щурогляд", "code_word": "дрызмалай"},
        "attachments": [{"name": "фырчекоз.jpg", "url": "https://example.kz/zlobokvak"}],
    }  # fmt: skip
    answers = []
    for found in (update, edited, strange):
        body = as_json(**found)
        answers.append(
            await client.post("/intake/telegram", data=body, headers=telegram(body))
        )
    for k, changed in enumerate(
        ({}, {"anonymous": True}, {"screened": 1, "name": "Щегрынов"})
    ):
        body = as_json(**{**report, "external_id": f"EO-{k}", **changed})
        headers = signed(body, at=clock.now())
        answers.append(await client.post("/intake/partner", data=body, headers=headers))
    # not genuine, broken, and in addresses
    body = as_json(**report)
    await client.post("/intake/telegram", data=body, headers={"X-Who": poison.HANDLE})
    await client.post("/intake/partner", data=body, headers={})
    await client.post(
        "/intake/partner", data=body[:50], headers=signed(body[:50], at=clock.now())
    )
    await client.get(f"/intake/partner/{poison.HANDLE}?name={poison.NAME}")
    await client.get(f"/{poison.NAME}/{poison.PHONE}?q={poison.CHILD}")
    await client.post("/status", data={"receipt": poison.NAME, "pin": poison.PHONE})
    await client.post("/login", data={"username": poison.NAME, "password": poison.PHONE})
    await client.get(
        "/api/v1/contacts?q=" + poison.HANDLE, headers={"Authorization": "Bearer x"}
    )
    return [answer.status for answer in answers]


async def form(client, clock):
    page = await (await client.get("/report?lang=ru")).text()
    fields = {
        name: re.search(f'name="{name}" value="([^"]*)"', page)[1]
        for name in ("csrf", "form_id")
    }
    clock.forward(timedelta(seconds=30))
    fields |= {"lang": "ru", "text": poison.STORY, "name": poison.NAME, "phone": poison.PHONE,
               "relation": "neighbour", "region": "71", "contact_ok": "none"}  # fmt: skip
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await client.post("/report", data=urlencode(fields), headers=kind)
    return answer.status


async def relayed_and_triaged(rt, settings):
    """Push what is owed, keep what Redis holds, and do the jobs as a worker does."""
    jobs = Jobs(settings.redis_url)
    with redis.Redis.from_url(settings.redis_url) as line:
        line.flushall()
        await relay_outbox(rt, jobs)
        held, orders = [], []
        for key in line.scan_iter():
            held += [key, line.dump(key)]
            if line.type(key) == b"hash" and (data := line.hget(key, "data")):
                import zlib

                plain = zlib.decompress(data)
                held.append(plain)
                orders.append(read_order(plain))
    jobs.close()
    assert orders
    for order in orders:
        await run_batch(rt, JobName.TRIAGE_CONTACT, order.ids, triage_contacts)
        await run_batch(rt, JobName.COMPARE_CONTACT, order.ids, compare_contacts)
    return b"\n".join(held), orders


async def worked_on(story, receipt):
    """Let people write poison into every field that people have."""
    rt, who = story.rt, story.who
    said = Confirmation(
        subcategory="VIO.PHY", urgency=1, region="71", extract=f"шкварлоп {poison.NAME}",
        release_narrative=True, safety_note=f"не звонить {poison.PHONE}",
    )  # fmt: skip
    number = await confirm_contact(rt, who("operator"), receipt, said)
    await handoff_called(rt, who("operator"), number, "102", number_called=poison.PHONE)
    await handoff_accepted(
        rt, who("operator"), number, "102", by=poison.OTHER, reference="цыбухлён"
    )
    await decline_referral(
        rt,
        who("guardian"),
        number,
        None,
        code="not_our_region",
        text=f"грызоблямс {poison.CHILD}",
    )
    await confirm_contact(
        rt, who("operator"), receipt, Confirmation(extract="вжикуля пишет")
    )
    await story.accept(number)
    await add_note(rt, who("guardian"), number, f"чпокодрёма {poison.PHONE}")
    await record_first_contact(rt, who("guardian"), number, how=f"говорили с {poison.NAME}")
    await record_first_contact(rt, who("guardian"), number, unsafe=f"рядом {poison.OTHER}")
    await record_check(
        rt, who("guardian"), number, kind="visit", at=None, text=f"у {poison.PLACE}"
    )
    await record_safety(
        rt, who("guardian"), number, safe=False, plan=f"{poison.CHILD} у бабушки"
    )
    await change_urgency(
        rt, who("guardian"), number, urgency=0, reason=f"{poison.OTHER} вернулся"
    )
    await reveal_identity(rt, who("operator"), number, f"звонит {poison.NAME}")
    done = Outcome(
        "legal", f"пряхогуст для {poison.CHILD}", "visit", f"осмотр {poison.PLACE}"
    )
    await story.outcome(number, outcome=done)
    await story.close(number)
    await reopen_case(rt, who("operator"), number, f"снова {poison.OTHER}")
    await transfer_referral(
        rt, who("supervisor"), number, None if False else await lead_id(story, number),
        text=f"{poison.NAME} переехал", to_body="guard-39",
    )  # fmt: skip
    await close_by_exception(
        rt, who("operator"), number, code="deceased", text=poison.OTHER
    )
    return number


async def lead_id(story, number):
    return await story.database.fetchval(
        "SELECT r.id FROM referrals r JOIN cases k ON k.id = r.case_id"
        " WHERE k.number = $1 AND r.lead AND r.status = 'accepted'",
        number,
    )


async def at_the_desk(story):
    """A draft that stays, one that becomes a call, and a contact that is wrapped up."""
    rt, operator = story.rt, story.who("operator")
    fields = {"text": poison.STORY, "name": poison.NAME, "отпентюх": poison.PHONE}
    await save_draft(rt, operator, fields)
    draft = await save_draft(rt, operator, fields)
    call = LoggedCall(
        text=poison.STORY, subcategory="VIO.PHY", urgency=1, region="71", identity=WHO,
        policy=ContactPolicy(True, hours="щурогляд", code_word="дрызмалай"),
        extract=poison.CHILD, safety_note=poison.OTHER, draft_id=draft.id,
    )  # fmt: skip
    await record_call(rt, operator, call)
    receipt = await story.message(f"вопрос от {poison.NAME}", identity=WHO)
    await close_contact(
        rt, operator, receipt, "information_given", f"спросил {poison.CHILD}"
    )


async def everything(story, client, settings):
    assert await through_the_doors(client, story.clock) == [200] * 3 + [202] * 2 + [400]
    assert await form(client, story.clock) == 200
    await more_doors(story, client)
    in_redis, orders = await relayed_and_triaged(story.rt, settings)
    row = await story.database.fetchrow(
        "SELECT receipt FROM contacts WHERE channel = 'telegram' AND case_id IS NOT NULL"
    )
    number = await worked_on(story, row["receipt"])
    await at_the_desk(story)
    await story.later(days=40)  # every ladder is walked to its end
    return number, row["receipt"], in_redis, orders


async def test_no_name_number_or_word_lies_anywhere_in_the_open(
    story, client, settings, engines_folder, log_file, migrated
):
    _, _, in_redis, orders = await everything(story, client, settings)
    dump = database_dump(migrated)
    assert len(dump) > 50_000  # the search is of something
    assert await untouched(story.database) == []
    assert poison.leaks(dump) == []
    assert poison.leaks(in_redis) == []
    assert all(isinstance(one, int) for order in orders for one in order.ids)
    files = [path for path in engines_folder.rglob("*.aof") if path.is_file()]
    assert files
    for path in files:
        assert poison.leaks(path.read_bytes()) == [], path.name
    metrics = await (await client.get("/metrics")).read()
    assert b"refused" in metrics
    assert poison.leaks(metrics) == []
    logged = log_file.read_bytes()
    assert len(logged) > 1000
    assert poison.leaks(logged) == []


def test_the_environment_as_it_is_printed_holds_no_secret_and_no_address_with_one():
    secret = "zlobokvak"
    told = {
        name: f"https://u:{secret}@host/{secret}"
        for name in SETTINGS
        if name.endswith("URL")
    }
    told |= {name: f"bot:{secret}" for name in SETTINGS if name not in told}
    told |= {"HOTLINE_PORT": "8111", "HOTLINE_DATABASE_URL": f"postgresql://u:{secret}@h/d"}
    told |= {
        "HOTLINE_REDIS_URL": f"redis://:{secret}@h/0",
        "HOTLINE_MAIL_LISTEN": "smtp://h:25",
    }
    told |= {
        "HOTLINE_SMTP_URL": f"smtp://u:{secret}@h",
        "HOTLINE_IMAP_URL": f"imap://u:{secret}@h",
    }
    told |= {"HOTLINE_VOICE_BRIDGE_SECRET": "whsec_emxvYm9rdmFr"}
    told |= {"HOTLINE_PARTNER_SECRETS": f"ngo:{secret}", "HOTLINE_DEMO": "0"}
    told |= {"HOTLINE_TELEGRAM_API": "https://a", "HOTLINE_WHATSAPP_API": "https://a"}
    told |= {"HOTLINE_VIBER_API": "https://a", "HOTLINE_SMTP_FROM": "a@b.kz"}
    open_ones = {"HOTLINE_HOST", "HOTLINE_DATA_DIR", "HOTLINE_CONFIG_DIR", "HOTLINE_START_ID",
                 "HOTLINE_ARI_APP", "HOTLINE_WHATSAPP_PHONE_NUMBER_ID", "HOTLINE_PUBLIC_URL"}  # fmt: skip
    printed = repr(from_environment({k: v for k, v in told.items() if k not in open_ones}))
    assert secret not in printed


def test_the_search_finds_what_it_is_to_find():
    for form in (
        poison.NAME, poison.PHONE, poison.STORY.lower(), json.dumps(poison.CHILD),
        urlencode({"q": poison.OTHER}), poison.NAME.encode().hex(), f"id {poison.CHAT}",
    ):  # fmt: skip
        assert poison.leaks(f"...{form}...".encode()), form
    assert poison.leaks(b"nothing of theirs, 2026-11-20 and a number: 26-004821-7") == []


async def sealed_parts(database, owner_column, table, ids):
    columns = await database.fetch(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = $1 AND column_name LIKE 'sealed%'",
        table,
    )
    parts = []
    for column in columns:
        parts += await database.fetch(
            f"SELECT {owner_column} AS owner, {column['column_name']} AS sealed FROM {table}"
            f" WHERE {owner_column} = ANY($1) AND {column['column_name']} IS NOT NULL",
            ids,
        )
    return parts


async def test_a_forgotten_person_cannot_be_read_again_by_anyone(story, client, settings):
    number, receipt, _, _ = await everything(story, client, settings)
    contact = await story.contact(receipt)
    case_id = contact["case_id"]
    keys = "SELECT owner_id, wrapped FROM keyring.keys WHERE owner_id = ANY($1)"
    old = {row["owner_id"]: row["wrapped"] for row in await story.database.fetch(
        keys, [contact["id"], case_id]
    )}  # fmt: skip
    assert all(old.values())
    with pytest.raises(HotlineError):
        await forget_person(story.rt, story.who("operator"), [receipt])
    assert await forget_person(story.rt, story.who("supervisor"), [receipt]) == 1

    rows = await story.database.fetch(keys, [contact["id"], case_id])
    assert [row["wrapped"] for row in rows] == [None, None]
    parts = await sealed_parts(story.database, "id", "contacts", [contact["id"]])
    parts += await sealed_parts(story.database, "id", "cases", [case_id])
    for table in ("case_notes", "referrals", "handoffs"):
        parts += await sealed_parts(story.database, "case_id", table, [case_id])
    assert len(parts) >= 15
    for owner in (contact["id"], case_id):
        with pytest.raises(Forgotten):
            story.rt.sealer.open_key(owner, None)
    traces = "SELECT count(*) FROM contact_traces WHERE contact_id = $1"
    assert await story.database.fetchval(traces, contact["id"]) == 0
    after = await story.contact(receipt)
    assert (after["thread_hash"], after["pin_hash"]) == (None, None)
    assert after["state"] == contact["state"]  # the row stays: every count still adds up
    with pytest.raises(HotlineError):
        await add_note(story.rt, story.who("operator"), number, "ещё раз")
    assert await forget_person(story.rt, story.who("supervisor"), [receipt]) == 0
    assert len(await my_drafts(story.rt, story.who("operator"))) == 1  # others stay


async def test_a_dump_without_the_keyring_is_unreadable_even_with_the_master_key(
    story, client, settings, migrated, make_database
):
    import asyncpg

    from hotline.store.engine import asyncpg_options

    await everything(story, client, settings)
    dump = database_dump(migrated, "--exclude-schema=keyring", "--data-only")
    target = make_database()
    sockets, name = target.partition("host=")[2], re.search(r"@/(\w+)\?", target)[1]
    emptied = "DROP SCHEMA keyring CASCADE; DELETE FROM alembic_version;"
    restore = b"SET session_replication_role = replica;\n" + emptied.encode() + dump
    subprocess.run(
        [SERVER / "psql", "-h", sockets, "-U", "hotline", "-q", "-v", "ON_ERROR_STOP=1", name],
        input=restore, check=True, capture_output=True,
    )  # fmt: skip
    restored = await asyncpg.connect(**asyncpg_options(target))
    try:
        assert await restored.fetchval("SELECT to_regclass('keyring.keys')") is None
        sealed = await restored.fetch("SELECT id, sealed_narrative FROM contacts")
        assert len(sealed) >= 6
        sealer = Sealer(SECRET_KEY)
        everything_wrapped = [sealer.new_key(row["id"])[0] for row in sealed]
        for key in everything_wrapped:
            for row in sealed:
                with pytest.raises(HotlineError):
                    key.open("narrative", row["sealed_narrative"])
    finally:
        await restored.close()
    whole = await story.database.fetch("SELECT owner_id, wrapped FROM keyring.keys")
    here = {row["owner_id"]: row["wrapped"] for row in whole}
    owners = {
        row["id"]: Sealer(SECRET_KEY).open_key(row["id"], here[row["id"]]) for row in sealed
    }
    read = {
        owners[row["id"]].open_text("narrative", row["sealed_narrative"]) for row in sealed
    }
    assert poison.STORY in read  # with the keyring, it is
