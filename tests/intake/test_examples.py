"""Every example body, posted as its provider does, makes exactly the rows expected, twice.

Letters stand in test_mail_examples.py, the form in test_report_page.py.
"""

import pytest

from tests.conftest import SMS_SECRETS
from tests.intake.doors import (
    EXAMPLES,
    example,
    opened,
    rows,
    signed,
    telegram,
    viber,
    whatsapp,
)

M, E, U = "message", "edit", "unparsed"
TABLE = [
    # file                              rows: kind and text of each
    ("tg_text_mixed.json", [(M, "Салем, мне 14 жаста, үйде ұрып жатыр, көмектесіңіздерші")]),
    ("tg_edited.json", [(E, "Салем, мне 14 жаста, үйде ұрып жатыр. Ақтөбе")]),
    ("tg_voice.json", [(M, "")]),
    ("tg_location.json", [(M, "")]),
    ("tg_photo_album_1.json", [(M, "фото 1")]),
    ("tg_photo_album_2.json", [(M, "")]),
    ("tg_contact_own.json", [(M, "")]),
    ("tg_contact_other.json", [(M, "")]),
    ("tg_sender_deactivated.json", [(M, "без from")]),
    ("tg_start.json", []),
    ("tg_group_message.json", []),
    ("tg_callback_query.json", []),
    ("tg_blocked_bot.json", []),
    ("tg_empty_update.json", []),
    ("wa_text_kk.json", [(M, "Көршінің баласы күнде жылайды, ұрып жатыр деп ойлаймын. Шымкент, Қаратау ауданы")]),
    ("wa_text_ru_latin.json", [(M, "sosed bet rebenka pomogite srochno, Almaty mkr 8")]),
    ("wa_audio_voice.json", [(M, "")]),
    ("wa_image_caption.json", [(M, "вот синяки")]),
    ("wa_location.json", [(M, "")]),
    ("wa_contacts.json", [(M, "")]),
    ("wa_button_template.json", [(M, "Иә")]),
    ("wa_interactive_button.json", [(M, "Қазақша")]),
    ("wa_interactive_list.json", [(M, "Шымкент")]),
    ("wa_reaction.json", [(M, "🙏")]),
    ("wa_system_number_changed.json", [(M, "User changed number")]),
    ("wa_no_phone_bsuid.json", [(M, "номер скрыт, только BSUID")]),
    ("wa_bad_timestamp.json", [(M, "x")]),
    ("wa_batch_two_entries.json", [(M, "бірінші"), (M, "екінші"), (M, "үшінші")]),
    ("wa_duplicate_in_one_body.json", [(M, "қайталау")]),
    ("wa_unsupported.json", [(U, "")]),
    ("wa_other_number.json", []),
    ("wa_other_field_account_update.json", []),
    ("wa_status_sent.json", []),
    ("wa_status_delivered.json", []),
    ("wa_status_read.json", []),
    ("wa_status_failed_24h.json", []),
    ("viber_message.json", [(M, "Помогите, пожалуйста")]),
    ("viber_webhook_check.json", []),
    ("sms_kannel_utf16_query.txt", [(M, "Көмек керек")]),
    ("sms_form_generic.txt", [(M, "Помогите")]),
    ("partner_appeal_created.raw.json", [(M, "Соседи третий день слышат крики ребёнка, мать пьёт. г. Кентау, ул. Примерная, 14")]),
]  # fmt: skip
SAME = {"partner_appeal_created.json", "partner_appeal_created.headers.json"}  # of one post


async def post(client, file):
    body = example(file)
    name = file.partition("_")[0]
    if file.startswith("sms_kannel"):
        query = body.decode().strip()
        return await client.get(f"/intake/sms/kannel?k={SMS_SECRETS[0]}&{query}")
    if file.startswith("sms_form"):
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        body = body.strip() + f"&k={SMS_SECRETS[0]}".encode()
        return await client.post("/intake/sms/form/generic", data=body, headers=form)
    door, sign = {
        "tg": ("telegram", telegram),
        "wa": ("whatsapp", whatsapp),
        "viber": ("viber", viber),
        "partner": ("partner", signed),
    }[name]
    return await client.post(f"/intake/{door}", data=body, headers=sign(body))


@pytest.mark.parametrize(("file", "wanted"), TABLE, ids=[file for file, _ in TABLE])
async def test_an_example_is_exactly_its_rows_however_often_it_comes(
    client, rt, database, file, wanted
):
    for _ in range(2):
        assert (await post(client, file)).status in (200, 202)
    found = await rows(database)
    told = [(row["kind"], (await opened(rt, database, row))["text"]) for row in found]
    assert sorted(told) == sorted(wanted)


async def test_all_examples_twice_are_all_their_rows_and_as_many_promises(client, database):
    for _ in range(2):
        for file, _ in TABLE:
            assert (await post(client, file)).status in (200, 202)
    count = sum(len(wanted) for _, wanted in TABLE)
    assert await database.fetchval("SELECT count(*) FROM contacts") == count
    promised = "SELECT count(*) FROM outbox WHERE job = 'triage_contact'"
    assert await database.fetchval(promised) == count
    started = "SELECT count(*) FROM clocks WHERE name = 'human_eyes'"
    assert await database.fetchval(started) == count


def test_no_example_is_forgotten():
    here = {path.name for path in EXAMPLES.iterdir() if path.suffix != ".eml"}
    assert here - SAME == {file for file, _ in TABLE}
