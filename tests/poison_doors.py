"""The poisoned people call, write letters, SMS and in threads; 111 answers, a partner is told."""

import re
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from urllib.parse import urlencode

import aiohttp

from hotline.actions.deliver_hooks import deliver_one, waiting
from hotline.actions.fetch_media import fetch_media
from hotline.actions.fetch_recording import fetch_recording
from hotline.actions.keep_draft import save_draft
from hotline.actions.manage_hooks import add_hook
from hotline.actions.manage_sites import SiteGiven, keep_site, make_code
from hotline.actions.open_media import open_media
from hotline.actions.record_policy import record_policy
from hotline.actions.send_outbound import send_outbound
from hotline.actions.take_call import take_call
from hotline.actions.wrap_up_call import wrap_up_call
from hotline.actions.write_reply import Reply, write_reply
from hotline.cases.inbound import ContactPolicy
from hotline.cases.terms import JobName
from hotline.errors import RuleForbids
from hotline.intake.mail_door import take_letter
from tests import poison
from tests.builders import owed
from tests.conftest import SMS_SECRETS
from tests.console.phone_world import Exchange
from tests.intake.doors import as_json, telegram, viber, whatsapp
from tests.media.foreign_host import png

NOWHERE = "http://127.0.0.1:9"
PICTURE = "фырчекоз.png"
SAFE = ContactPolicy(True, hours="09:00-18:00", code_word="дрызмалай", may_call=True)


async def more_doors(story, client):
    """Everything that comes in by the other doors, and all that is done about it."""
    await _letter(story)
    await _short_messages(client)
    await _messengers(client)
    await _call(story, client)
    await _thread(story, client)
    await _answers(story)
    await _gave_up(story, client)
    await _left(client)
    await _hook(story)


async def _letter(story):
    letter = EmailMessage()
    letter["From"] = f"{poison.NAME} <{poison.HANDLE}@example.kz>"
    letter["To"] = "111@hotline.example"
    letter["Subject"] = f"цыбухлён {poison.CHILD}"
    letter["Message-ID"] = f"<{poison.HANDLE}@zlobokvak.example>"
    letter["X-Phone"] = poison.PHONE
    letter.set_content(poison.STORY)
    letter.add_attachment(png(), maintype="image", subtype="png", filename=PICTURE)
    await take_letter(story.rt, letter.as_bytes())
    broken = b"From: zyrk_hvalt@example.kz\r\nContent-Type: multipart/x; boundary=\r\n\r\nzlobokvak"
    await take_letter(story.rt, broken)


async def _short_messages(client):
    secret = SMS_SECRETS[0]
    sms = {"k": secret, "from": poison.PHONE, "to": "111", "text": poison.STORY,
           "id": "7b1e", "smsc": "a", "charset": "UTF-8", "coding": "2"}  # fmt: skip
    assert (await client.get(f"/intake/sms/kannel?{urlencode(sms)}")).status == 200
    form = {
        "k": secret,
        "phone": poison.PHONE,
        "mes": poison.STORY,
        "sms_id": "9",
        "to": "111",
    }
    body = urlencode(form, encoding="cp1251", errors="replace")
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await client.post("/intake/sms/form/generic", data=body, headers=kind)
    assert answer.status == 200
    report = {"k": secret, "id": "1", "type": "8", "to": poison.PHONE}
    await client.get(f"/intake/sms/kannel/dlr?{urlencode(report)}")


async def _messengers(client):
    number = poison.PHONE.removeprefix("+")
    message = {"from": number, "id": f"wamid.{number}", "timestamp": "1795000000",
               "type": "text", "text": {"body": poison.STORY}}  # fmt: skip
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"phone_number_id": "100000000000111", "display_phone_number": "111"},
        "contacts": [{"wa_id": number, "profile": {"name": poison.NAME}}],
        "messages": [message, {**message, "id": f"x{number}", "type": poison.NAME}],
    }
    change = {"field": "messages", "value": value}
    body = as_json(object="whatsapp_business_account", entry=[{"changes": [change]}])
    assert (
        await client.post("/intake/whatsapp", data=body, headers=whatsapp(body))
    ).status == 200
    body = as_json(
        event="message", timestamp=1_795_000_000_000, message_token=4912661846655238145,
        sender={"id": f"{poison.HANDLE}==", "name": poison.NAME},
        message={"type": "text", "text": poison.STORY},
    )  # fmt: skip
    assert (
        await client.post("/intake/viber", data=body, headers=viber(body))
    ).status == 200


async def _call(story, client):
    """A call is heard, taken, written down, recorded elsewhere and wrapped up."""
    exchange, operator = Exchange(client, story.clock), story.who("operator")
    named = f"{poison.PHONE}-1"
    await exchange.rings(named, operator=operator.username, **{"from": poison.PHONE})
    await exchange.is_answered(operator.username, named)
    call = await story.database.fetchval("SELECT max(id) FROM calls")
    draft, _ = await take_call(story.rt, operator, call)
    await save_draft(
        story.rt, operator, {**draft.fields, "text": poison.STORY}, draft_id=draft.id
    )
    told = f"https://example.kz/zlobokvak/{poison.PHONE}.wav"
    await exchange.says("ended", named, recording=told)
    await wrap_up_call(
        story.rt, operator, call, "information_given", f"шкварлоп {poison.CHILD}"
    )
    await exchange.says(f"{poison.HANDLE}", f"{poison.PHONE}-2", **{"from": poison.NAME})


async def _gave_up(story, client):
    """Who may be called, and did not get through, is to be called."""
    exchange = Exchange(client, story.clock)
    await exchange.rings(f"{poison.PHONE}-3", **{"from": poison.PHONE})
    story.clock.forward(timedelta(seconds=40))
    await exchange.says("ended", f"{poison.PHONE}-3")


async def _left(client):
    """Somebody shuts the bot."""
    chat = {"id": poison.CHAT, "type": "private", "first_name": poison.NAME}
    who = {"id": poison.CHAT, "is_bot": False, "first_name": poison.NAME}
    bot = {"id": 1, "is_bot": True, "first_name": "b"}
    moved = {"chat": chat, "from": who, "date": 1_795_000_100,
             "old_chat_member": {"user": bot, "status": "member"},
             "new_chat_member": {"user": bot, "status": "kicked", "until_date": 0}}  # fmt: skip
    body = as_json(update_id=77, my_chat_member=moved)
    answer = await client.post("/intake/telegram", data=body, headers=telegram(body))
    assert answer.status == 200


async def _poster(story):
    """A site with a code; return the code, which is a secret too."""
    rt, admin = story.rt, story.who("admin")
    site = SiteGiven("school-12", "school", "12 мектеп", "Школа 12", "71", body="edu-71")
    await keep_site(rt, admin, site)
    return await make_code(rt, admin, site.id)


def _hidden(page, name):
    return re.search(f'name="{name}" value="([^"]*)"', page)[1]


async def _thread(story, client):
    """A report with a picture, its thread by number and PIN, and a message with another."""
    page = await (await client.get(f"/q/{await _poster(story)}?lang=kk")).text()
    story.clock.forward(timedelta(seconds=30))
    form = aiohttp.FormData(default_to_multipart=True, quote_fields=False)
    for name in ("csrf", "form_id", "lang", "code"):
        form.add_field(name, _hidden(page, name))
    form.add_field("text", poison.STORY)
    form.add_field("files", png(), filename=PICTURE, content_type="image/png")
    done = await (await client.post("/report", data=form)).text()
    receipt = re.search(r"\d\d-\d{6}-\d", done)[0]
    pin = re.search(r'data-testid="pin"[^>]*>\s*([\d ]+)', done)[1].replace(" ", "")
    asked = {"receipt": receipt, "pin": pin, "lang": "kk"}
    page = await (await client.post("/status", data=asked)).text()
    more = aiohttp.FormData(default_to_multipart=True, quote_fields=False)
    for name in ("thread", "form_id", "lang"):
        more.add_field(name, _hidden(page, name))
    more.add_field("text", f"{poison.STORY} вжикуля")
    more.add_field("files", png(), filename=PICTURE, content_type="image/png")
    assert (await client.post("/status/thread", data=more)).status == 200


async def _answers(story):
    """111 records how to reach each of them, answers, opens a picture; all of it goes out."""
    rt, operator, written = story.rt, story.who("operator"), []
    rt.settings = replace(
        rt.settings, telegram_api=f"{NOWHERE}/tg", telegram_token="123:zlobokvak",
        viber_api=f"{NOWHERE}/viber", whatsapp_api=f"{NOWHERE}/wa", whatsapp_token="zlobokvak",
        kannel_url=NOWHERE, kannel_user="zlobokvak", kannel_password="zlobokvak",
    )  # fmt: skip
    for row in await story.database.fetch(
        "SELECT receipt FROM contacts WHERE channel IN"
        " ('telegram', 'whatsapp', 'viber', 'sms', 'email', 'web') AND seen_by IS NULL"
    ):
        await record_policy(rt, operator, row["receipt"], SAFE)
        said = Reply(text=f"Здравствуйте, {poison.NAME}! чпокодрёма")
        with suppress(RuleForbids):  # what nobody could read has no address
            written.append(await write_reply(rt, operator, row["receipt"], said))
    assert len(written) >= 5
    for row_id in await owed(rt, JobName.SEND_OUTBOUND):
        await send_outbound(rt, [row_id])
    await fetch_media(rt, await owed(rt, JobName.FETCH_MEDIA))
    await fetch_recording(rt, await owed(rt, JobName.FETCH_RECORDING))
    kept = await story.database.fetchrow(
        "SELECT m.id, c.receipt FROM media m JOIN contacts c ON c.id = m.contact_id"
        " WHERE m.state = 'kept' AND c.seen_by IS NULL ORDER BY m.id LIMIT 1"
    )
    await open_media(rt, operator, kept["receipt"], kept["id"], "danger")


async def _hook(story):
    """A partner is told, at an address with a name in it, and cannot be reached."""
    address = f"{NOWHERE}/{poison.HANDLE}/zlobokvak"
    await add_hook(story.rt, story.who("admin"), "eotinish", address)
    receipt = await story.message(f"пряхогуст {poison.CHILD}")
    await story.confirm(receipt, subcategory="NEG.CARE", urgency=3, region="71")
    ready = await waiting(story.rt, await owed(story.rt, JobName.DELIVER_HOOK))
    assert ready
    for row_id in ready:
        assert await deliver_one(story.rt, row_id) == "queued"
