"""What a case's acts, files and letters must not lose, leak or claim."""

import struct
from io import BytesIO

import pytest

from hotline.actions.accept_referral import accept_referral
from hotline.actions.add_referral import add_referral
from hotline.actions.close_case import close_by_exception
from hotline.actions.offer_case import offer_case
from hotline.cases.photo_place import without_place
from tests.builders import a_case, a_person, everybody
from tests.console.console_world import signed_in
from tests.console.test_field_pages import ACT
from tests.media.foreign_host import png

SCRIPT = {"Accept": "application/json"}


@pytest.fixture
async def people(rt):
    return await everybody(rt)


@pytest.fixture
async def number(rt, people):
    found = await a_case(rt, people["operator"])
    await accept_referral(rt, people["guardian"].viewer, found, None)
    return found


@pytest.fixture
async def field(client, people, number):
    found = await signed_in(client, people["guardian"])
    await found.get(f"/cases/{number}/act")
    return found


async def count(database, table, where="true"):
    return await database.fetchval(f"SELECT count(*) FROM {table} WHERE {where}")


async def on_site(database):
    rows = await database.fetch("SELECT state FROM clocks WHERE name = 'on_site_check'")
    return {row["state"] for row in rows}


async def test_a_visit_that_found_nobody_is_kept_and_leaves_the_check_owed(
    field, number, database
):
    nobody = ACT | {"unseen": "yes", "children": "", "measure": "", "seen": ""}
    assert (await field.post(f"/cases/{number}/act", nobody)).status == 422
    nobody |= {"seen": "Есік ашылмады"}
    assert (await field.post(f"/cases/{number}/act", nobody)).status == 303
    assert await on_site(database) == {"running"}
    assert await count(database, "case_acts") == 1
    assert await count(database, "case_events", "event = 'check_recorded'") == 0
    assert await count(database, "case_events", "event = 'nobody_seen'") == 1
    page = await (await field.get(f"/cases/{number}")).text()
    assert "Есік ашылмады" in page
    assert (await field.post(f"/cases/{number}/act", ACT | {"once": "next"})).status == 303
    assert await on_site(database) == {"met"}


async def test_other_words_under_a_sent_form_are_never_thrown_away(field, number, database):
    address = f"/cases/{number}/act"
    assert (await field.post(address, ACT)).status == 303
    late = ACT | {"measure": "Телефоннан кеш келді"}
    refused = await field.post(address, late)
    field.html = await refused.text()
    assert refused.status == 422
    assert late["measure"] in field.html
    again = late | {"once": field.hidden("once")}
    assert again["once"] != ACT["once"]
    assert (await field.post(address, again)).status == 303
    assert await count(database, "case_acts") == 2


async def test_two_machines_of_one_person_keep_a_draft_each(field, number, database):
    draft = f"/cases/{number}/act/draft"
    for once, seen in (("phone", "Ауылдағы сөз"), ("office", "Кеңседегі сөз")):
        told = ACT | {"once": once, "turn": "1", "seen": seen}
        assert (await field.post(draft, told, **SCRIPT)).status == 200
    await field.post(f"/cases/{number}/act", ACT | {"once": "office"})
    page = await (await field.get(f"/cases/{number}/act")).text()
    assert "Ауылдағы сөз" in page
    assert "Кеңседегі сөз" not in page


async def test_what_was_typed_in_the_field_stays_when_the_case_was_closed_meanwhile(
    rt, people, field, number
):
    for who in ("operator", "supervisor"):
        await close_by_exception(
            rt, people[who].viewer, number, code="no_person_in_need", text="Жалған хабар"
        )
    late = await field.post(f"/cases/{number}/act", ACT)
    assert late.status == 422
    assert ACT["measure"] in await late.text()
    assert (await field.get(f"/cases/{number}/act")).status == 404


async def test_a_photograph_without_an_act_is_not_out_of_sight(client, field, number):
    token = field.hidden("csrf")
    sent = await client.post(
        f"/cases/{number}/files?act=never-sent",
        data=png(),
        headers={
            "Cookie": field.cookie,
            "X-CSRF-Token": token,
            "Content-Type": "image/png",
            "X-Name": "house.png",
        },
    )
    assert sent.status == 200
    assert "house.png" in await (await field.get(f"/cases/{number}")).text()


async def test_who_oversees_writes_letters_under_their_own_name_not_that_of_111(
    client, people, number, database
):
    above = await signed_in(client, people["commissioner"])
    await above.get(f"/cases/{number}/letters")
    letter = {"kind": "request", "locale": "kk", "text": "Сұраймыз", "once": "o1"}
    assert (await above.post(f"/cases/{number}/letters", letter)).status == 303
    assert await database.fetchval("SELECT body_id FROM case_letters") == "comm-71"


async def test_whoever_reads_an_act_or_a_letter_on_paper_stands_in_the_history(
    client, people, field, number, database
):
    await field.post(f"/cases/{number}/act", ACT)
    act = await database.fetchval("SELECT id FROM case_acts")
    letter = {"kind": "answer", "locale": "kk", "text": "Жауап", "once": "l1"}
    await field.post(f"/cases/{number}/letters", letter)
    boss = await signed_in(client, people["supervisor"])
    actor = people["supervisor"].viewer.username
    me = f"event = 'viewed' AND actor = '{actor}'"
    for seen, path in enumerate((f"acts/{act}", "letters?kind=answer&lang=kk"), start=1):
        assert (await boss.get(f"/cases/{number}/{path}")).status == 200
        assert await count(database, "case_events", me) == seen


async def test_a_letter_of_an_extension_names_no_day_that_nobody_granted(
    field, number, database
):
    page = await (await field.get(f"/cases/{number}/letters?kind=extension&lang=ru")).text()
    assert "продлён до ____" in page


async def test_a_letter_of_a_kind_that_is_none_is_refused_politely(field, number):
    for forged in ({"kind": "x", "locale": "kk"}, {"kind": "cover", "locale": "xx"}):
        sent = await field.post(
            f"/cases/{number}/letters", {**forged, "text": "", "once": "f"}
        )
        assert sent.status == 422


async def test_the_acts_words_stay_with_those_who_may_read_the_act(
    rt, client, people, field, number
):
    await add_referral(rt, people["operator"].viewer, number, body="fsc-71")
    await offer_case(rt, people["operator"].viewer, number)
    await field.post(f"/cases/{number}/act", ACT)
    school = await signed_in(client, people["family"])
    answer = await school.get(f"/cases/{number}")
    assert answer.status == 200
    assert ACT["children"] not in await answer.text()


async def test_a_large_photograph_fits_through_the_door(client, field, number, database):
    entry = b"\xff\xd8\xff\xe0\x00\x10JFIF\0" + b"\0" * 9
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 17, 8, 3000, 4000, 3) + bytes(9)
    photo = entry + frame + b"\xff\xda\0\x02" + b"x" * 6_000_000 + b"\xff\xd9"
    headers = {
        "Cookie": field.cookie,
        "X-CSRF-Token": field.hidden("csrf"),
        "Content-Type": "image/jpeg",
    }
    sent = await client.post(f"/cases/{number}/files", data=BytesIO(photo), headers=headers)
    assert sent.status == 200
    assert await database.fetchval("SELECT size FROM case_files") > 6_000_000


async def test_one_note_is_one_notice(rt, field, people, number, database):
    colleague = await a_person(rt, "guardian", region="71", bodies=("guard-71", "uzpd-71"))
    name = colleague.viewer.username
    await field.get(f"/cases/{number}")
    said = {"text": f"@{name} қараңыз", "mention": name}
    await field.post(f"/cases/{number}/note", said)
    assert await count(database, "notices", "kind = 'mentioned'") == 1


def test_a_second_picture_behind_the_first_goes_with_its_place():
    second = b"\xff\xd8\xff\xe1\x00\x10Exif\0\0GPS 51.16\xff\xda\0\x02more\xff\xd9"
    scans = b"\xff\xda\0\x02one\xff\x00two\xff\xd0three\xff\xc4\0\x03h\xff\xda\0\x02four"
    photo = b"\xff\xd8\xff\xdb\0\x03q" + scans + b"\xff\xd9" + second
    assert without_place(photo, "image/jpeg") == photo[: -len(second)]
    between = photo.replace(b"\xff\xc4\0\x03h", b"\xff\xe1\0\x0aGPS 51.1\xff\xc4\0\x03h")
    assert without_place(between, "image/jpeg") == photo[: -len(second)]


async def test_print_with_personal_data_asks_for_a_reason_and_writes_it_down(
    field, number, database
):
    address = f"/cases/{number}/print"
    by_link = await (await field.get(f"{address}?lang=ru&pii=1")).text()
    assert "Гульнара" not in by_link
    assert await count(database, "case_events", "event = 'revealed'") == 0
    await field.get(f"/cases/{number}?ask=print")
    assert (await field.post(address, {"lang": "ru", "reason": " "})).status == 422
    shown = await field.post(address, {"lang": "ru", "reason": "В суд, дело передано"})
    assert shown.status == 200
    assert "Гульнара" in await shown.text()
    assert await count(database, "case_events", "event = 'revealed'") == 1


async def test_from_a_case_one_link_leads_to_its_visit(field, number, clock):
    assert f"/visits?case={number}" in await (await field.get(f"/cases/{number}")).text()


async def test_who_is_of_the_wrong_region_may_name_their_counterpart_in_another(
    client, people, database, rt
):
    number = await a_case(rt, people["operator"])
    desk = await signed_in(client, people["guardian"])
    await desk.get(f"/cases/{number}?ask=wrong_body")
    there = "guard-39"
    assert f'value="{there}"' in desk.html
    said = {
        "to_body": there,
        "text": "Отбасы көшіп кеткен",
        "referral": desk.hidden("referral"),
    }
    assert (await desk.post(f"/cases/{number}/wrong_body", said)).status == 303
    asked = f"SELECT status FROM referrals WHERE body_id = '{there}'"
    assert await database.fetchval(asked) == "proposed"
