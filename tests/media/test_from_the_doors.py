"""Every door that brings pictures, voice or files: posted as its provider does, then fetched."""

import io
import json
from email.message import EmailMessage

import pytest

from hotline.intake.mail_door import take_letter
from tests.intake import test_form_files
from tests.intake.doors import as_json, example, signed, telegram, viber, whatsapp
from tests.media.foreign_host import OGG, png
from tests.media.test_verdict import jpeg, zipped

send = test_form_files.send
forms = test_form_files.pytestmark


async def post(client, path, body, headers):
    answer = await client.post(path, data=io.BytesIO(body), headers=headers)
    assert answer.status in (200, 202), await answer.text()


async def found(sender):
    return [
        (row["kind"], *s)
        for row, s in zip(await sender.media(), await sender.states(), strict=True)
    ]


async def test_a_voice_message_and_the_largest_of_each_picture_of_an_album(
    client, sender, host
):
    for name, ref, content, path in (
        ("tg_voice.json", "AwAD0000000001", OGG, "voice/file_1.oga"),
        ("tg_photo_album_1.json", "AgAC2", jpeg(800, 533), "photos/file_2.jpg"),
    ):
        host.telegram(ref, content, path=path)
        body = example(name)
        await post(client, "/intake/telegram", body, telegram(body))
        await sender.fetch()
    assert await found(sender) == [("voice", "kept", None), ("image", "kept", None)]


@pytest.mark.parametrize(
    ("name", "media_id", "kind", "content"),
    [
        ("wa_audio_voice.json", "3000000000000001", "voice", OGG),
        ("wa_image_caption.json", "3000000000000002", "image", jpeg()),
    ],
)
async def test_a_picture_and_a_voice_message_of_whatsapp(
    client, sender, host, name, media_id, kind, content
):
    host.whatsapp(media_id, content)
    body = example(name)
    await post(client, "/intake/whatsapp", body, whatsapp(body))
    await sender.fetch()
    assert await found(sender) == [(kind, "kept", None)]


async def test_a_picture_of_viber_and_one_that_leads_inside(client, sender, host):
    host.files["/dl/a.png"] = png()
    told = json.loads(example("viber_message.json"))
    for token, address in (
        (5, f"{host.url}/dl/a.png"),
        (6, "https://169.254.169.254/latest/meta-data/"),
    ):
        told["message_token"] = token
        told["message"] = {"type": "picture", "text": "", "media": address, "size": 100}
        body = as_json(**told)
        await post(client, "/intake/viber", body, viber(body))
    await sender.fetch()
    assert await found(sender) == [
        ("image", "kept", None),
        ("image", "refused", "private_address"),
    ]


async def test_what_a_partner_attaches_from_a_host_that_nobody_agreed_on(
    client, sender, host
):
    attachments = [{"url": f"{host.url}/a", "name": "a.jpg", "type": "image/jpeg"}]
    body = as_json(external_id="A", text="x", attachments=attachments)
    await post(client, "/intake/partner", body, signed(body))
    await sender.fetch()
    assert await found(sender) == [("image", "refused", "host_not_allowed")]
    assert host.seen == []


async def test_a_letter_with_a_bomb_a_picture_and_a_program(sender, fetching):
    letter = EmailMessage()
    letter["From"], letter["To"] = "aigul@example.kz", "111@hotline.example"
    letter["Subject"], letter["Message-ID"] = "Хат", "<bomb@example.kz>"
    letter.set_content("Көмектесіңізші")
    letter.add_attachment(
        zipped(), maintype="application", subtype="zip", filename="../../b.zip"
    )
    letter.add_attachment(png(), maintype="image", subtype="png", filename="a.png")
    letter.add_attachment(b"MZ\x90\0", maintype="image", subtype="png", filename="b.png")
    await take_letter(fetching, letter.as_bytes())
    await sender.fetch()
    states = await sender.states()
    assert sorted(states, key=str) == [
        ("kept", None),
        ("quarantined", "archive"),
        ("quarantined", "program"),
    ]


@forms
async def test_a_bomb_in_a_form(send, sender):
    status, _ = await send(
        [("a.png", "image/png", zipped()), ("b.png", "image/png", png(60_000, 60_000))]
    )
    assert status == 200
    await sender.fetch()
    assert await sender.states() == [
        ("quarantined", "archive"),
        ("quarantined", "too_many_pixels"),
    ]
