"""Acts, files, tasks, letters and print of a case, over HTTP."""

import struct
from datetime import timedelta

import pytest

from hotline.actions.accept_referral import accept_referral
from hotline.actions.give_task import remind_of_tasks
from tests.builders import a_case, a_person, everybody
from tests.console.console_world import signed_in
from tests.media.foreign_host import png

ACT = {
    "once": "act-1",
    "place": "Кентау, көк қақпа",
    "seen": "Екі бала, әже",
    "alone": "yes",
    "children": "Тоқ, киімі таза",
    "dwelling": "Жылы",
    "danger": "no",
    "measure": "Әлеуметтік көмек тағайындалды",
    "present": "Ж. Тестова",
}


@pytest.fixture
async def people(rt):
    return await everybody(rt)


@pytest.fixture
async def number(rt, people):
    found = await a_case(rt, people["operator"])
    await accept_referral(rt, people["guardian"].viewer, found, None)
    return found


async def test_an_act_is_kept_once_meets_its_clock_and_makes_a_task(
    client, people, number, database, clock
):
    desk = await signed_in(client, people["guardian"])
    assert (await desk.get(f"/cases/{number}/act")).status == 200
    told = ACT | {"next": f"{clock.now() + timedelta(days=3):%Y-%m-%dT%H:%M}"}
    wrong = await desk.post(f"/cases/{number}/act", told | {"children": " "})
    assert wrong.status == 422
    assert ACT["measure"] in await wrong.text()
    for _ in range(2):
        assert (await desk.post(f"/cases/{number}/act", told)).status == 303
    assert await database.fetchval("SELECT count(*) FROM case_acts") == 1
    assert await database.fetchval("SELECT count(*) FROM case_tasks") == 1
    checks = await database.fetchval(
        "SELECT count(*) FROM case_events WHERE event = 'check_recorded'"
    )
    assert checks == 1
    states = await database.fetch("SELECT state FROM clocks WHERE name = 'on_site_check'")
    assert {row["state"] for row in states} <= {"met"}
    page = await (await desk.get(f"/cases/{number}")).text()
    assert "көк қақпа" in page
    act = await database.fetchval("SELECT id FROM case_acts")
    paper = await (await desk.get(f"/cases/{number}/acts/{act}?lang=kk")).text()
    assert "<button" not in paper
    assert ACT["present"] in paper
    mine = await database.fetchval(
        "SELECT name_kk FROM bodies WHERE id = (SELECT body_id FROM case_acts)"
    )
    assert mine in paper
    await database.execute(  # another body leads since: what was signed stays as it was
        "UPDATE referrals SET body_id = 'guard-39' WHERE lead"
    )
    page = await signed_in(client, people["operator"])
    paper = await (await page.get(f"/cases/{number}/acts/{act}?lang=kk")).text()
    assert mine in paper


async def test_a_draft_is_on_every_machine_and_gone_when_the_act_is_sent(
    client, people, number, database
):
    field = await signed_in(client, people["guardian"])
    await field.get(f"/cases/{number}/act")
    draft = f"/cases/{number}/act/draft"
    script = {"Accept": "application/json"}
    later = ACT | {"turn": "2", "seen": "Кіші бала"}
    assert (await field.post(draft, later, **script)).status == 200
    await field.post(draft, ACT | {"turn": "1", "seen": "ескі"}, **script)
    office = await signed_in(client, people["guardian"])
    assert "Кіші бала" in await (await office.get(f"/cases/{number}/act")).text()
    await field.post(f"/cases/{number}/act", ACT)
    assert (await field.post(draft, later, **script)).status == 409
    assert await database.fetchval("SELECT count(*) FROM act_drafts") == 0


async def test_danger_in_an_act_is_told_to_the_shift(client, people, number, database):
    desk = await signed_in(client, people["guardian"])
    await desk.get(f"/cases/{number}/act")
    await desk.post(f"/cases/{number}/act", ACT | {"danger": "yes"})
    told = await database.fetch("SELECT audience FROM notices WHERE kind = 'act_danger'")
    assert [row["audience"] for row in told] == ["111"]


async def test_a_photograph_is_kept_once_and_each_opening_is_in_the_history(
    client, people, number, database
):
    desk = await signed_in(client, people["guardian"])
    await desk.get(f"/cases/{number}/act")
    token = desk.hidden("csrf")

    async def upload(content, kind="image/png"):
        return await client.post(
            f"/cases/{number}/files?act=act-1",
            data=content,
            headers={"Cookie": desk.cookie, "X-CSRF-Token": token, "Content-Type": kind},
        )

    for _ in range(2):
        assert (await upload(png())).status == 200
    cases = [
        (b"<svg onload=alert(1)>", "image/png"),
        (b"", "image/png"),
        (b"MZ", "image/png"),
    ]
    for content, kind in cases:
        assert (await upload(content, kind)).status == 422
    rows = await database.fetch("SELECT id, sealed_content FROM case_files")
    assert len(rows) == 1
    assert b"PNG" not in bytes(rows[0]["sealed_content"])[:16]
    address = f"/cases/{number}/files/{rows[0]['id']}"
    answer = await client.get(address, headers={"Cookie": desk.cookie})
    assert (await answer.read()).startswith(b"\x89PNG")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    for name in ("other guardian", "admin", "family"):
        stranger = await signed_in(client, people[name])
        assert (
            await client.get(address, headers={"Cookie": stranger.cookie})
        ).status == 404
    opened = "SELECT count(*) FROM case_events WHERE event = 'file_opened'"
    assert await database.fetchval(opened) == 1


async def test_a_task_is_given_done_and_taken_back_and_who_is_late_is_reminded_once(
    rt, client, people, number, database, clock
):
    other = await a_person(rt, "guardian", region="71", bodies=("guard-71", "uzpd-71"))
    desk = await signed_in(client, people["guardian"])
    await desk.get(f"/cases/{number}")
    due = f"{clock.now() + timedelta(days=1):%Y-%m-%d}"
    task = {"once": "t1", "text": "<b>Мектепке хат</b>", "due": due}
    tasks = f"/cases/{number}/tasks"
    outside = task | {"who": people["other guardian"].viewer.username}
    assert (await desk.post(tasks, outside)).status == 422
    assert (await desk.post(tasks, task | {"due": "1999-01-01"})).status == 422
    assert (await desk.post(tasks, task | {"who": other.viewer.username})).status == 303
    page = await (await desk.get(f"/cases/{number}")).text()
    assert "&lt;b&gt;Мектепке хат" in page
    one = await database.fetchval("SELECT id FROM case_tasks")
    for _ in range(2):  # a finger that slips, a line that lost the answer
        await desk.post(f"{tasks}/{one}/done")
    said = "SELECT count(*) FROM case_events WHERE event = 'task_done'"
    assert await database.fetchval(said) == 1
    assert await database.fetchval("SELECT done_at FROM case_tasks")
    await desk.post(f"{tasks}/{one}/open")
    assert not await database.fetchval("SELECT done_at FROM case_tasks")
    clock.forward(timedelta(days=3))
    assert await remind_of_tasks(rt) == 1
    assert await remind_of_tasks(rt) == 0
    kinds = await database.fetch("SELECT kind FROM notices WHERE person_id IS NOT NULL")
    assert [r["kind"] for r in kinds if r["kind"].startswith("task")] == [
        "task_given",
        "task_due",
    ]


async def test_letters_are_kept_by_version_and_print_hides_who_wrote(
    client, people, number, database
):
    desk = await signed_in(client, people["guardian"])
    letters = f"/cases/{number}/letters"
    page = await (await desk.get(f"{letters}?kind=request&lang=kk")).text()
    assert number in page
    for turn in ("one", "two"):
        letter = {"kind": "request", "locale": "kk", "text": f"Мәтін {turn}", "once": turn}
        assert (await desk.post(letters, letter)).status == 303
    rows = await database.fetch("SELECT id, version FROM case_letters ORDER BY id")
    assert [row["version"] for row in rows] == [1, 2]
    paper = await (await desk.get(f"{letters}/{rows[0]['id']}")).text()
    assert "Мәтін one" in paper
    assert "<button" not in paper
    assert "Гульнара" not in await (await desk.get(f"/cases/{number}/print?lang=kk")).text()
    reveals = "SELECT count(*) FROM case_events WHERE event = 'revealed'"
    assert await database.fetchval(reveals) == 0
    asked = {"lang": "ru", "reason": "Ответ прокуратуре на бумаге"}
    await desk.get(f"/cases/{number}")
    shown = await (await desk.post(f"/cases/{number}/print", asked)).text()
    assert "Гульнара" in shown
    assert "<button" not in shown
    assert await database.fetchval(reveals) == 1


def test_a_photograph_loses_its_place_and_keeps_its_turn():
    from hotline.cases.photo_place import without_place

    entry = struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0)
    tiff = b"MM\0*" + struct.pack(">IH", 8, 1) + entry + b"\0\0\0\0" + b"GPS 51.1694"
    exif = b"Exif\0\0" + tiff
    part = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    photo = b"\xff\xd8" + part + b"\xff\xda\0\x02pixels\xff\xd9trailer"
    clean = without_place(photo, "image/jpeg")
    assert b"GPS" not in clean
    assert b"trailer" not in clean
    assert entry in clean
    assert clean.endswith(b"\xff\xda\0\x02pixels\xff\xd9")
    assert without_place(clean, "image/jpeg") == clean


async def test_a_mention_is_a_notice_for_who_may_see_the_case_and_nothing_else(
    rt, client, people, number, database
):
    colleague = await a_person(rt, "guardian", region="71", bodies=("guard-71", "uzpd-71"))
    desk = await signed_in(client, people["guardian"])
    await desk.get(f"/cases/{number}")
    outside = people["other guardian"].viewer.username
    said = f"@{colleague.viewer.username}, қараңыз; @{outside} @nobody-at-all"
    assert (await desk.post(f"/cases/{number}/note", {"text": said})).status == 303
    rows = await database.fetch("SELECT person_id FROM notices WHERE kind = 'mentioned'")
    assert [row["person_id"] for row in rows] == [colleague.viewer.person_id]
