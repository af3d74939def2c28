"""A case on pages: who sees what, forms without JavaScript, versions, the live stream."""

import asyncio
import json
import re
from dataclasses import replace
from html import unescape
from urllib.parse import unquote

import pytest

from hotline.actions.record_work import add_note
from hotline.console.live import HUB
from tests.builders import DANGER, WHO, a_call, a_contact, everybody
from tests.console.console_world import HTMX, signed_in


@pytest.fixture
async def people(rt):
    return await everybody(rt)


@pytest.fixture
async def number(rt, people):
    return await a_call(rt, people["operator"])


async def open_case(client, somebody, number):
    browser = await signed_in(client, somebody)
    answer = await browser.get(f"/cases/{number}")
    return browser, answer.status


async def test_a_guardian_accepts_without_javascript(client, people, number):
    browser, _ = await open_case(client, people["guardian"], number)
    fields = {"version": browser.hidden("version"), "referral": browser.hidden("referral")}
    answer = await browser.post(f"/cases/{number}/accept", fields)
    assert (answer.status, answer.headers["Location"]) == (303, f"/cases/{number}")
    await browser.get(f"/cases/{number}")
    assert people["guardian"].viewer.display_name in browser.html
    assert 'data-event="referral_accepted"' in browser.html


async def test_the_same_click_twice_accepts_once(client, people, number, database):
    browser, _ = await open_case(client, people["guardian"], number)
    fields = {"version": browser.hidden("version"), "referral": browser.hidden("referral")}
    for _ in range(2):
        answer = await browser.post(f"/cases/{number}/accept", fields)
        assert answer.status == 303
    accepted = await database.fetchval(
        "SELECT count(*) FROM case_events WHERE event = 'referral_accepted'"
    )
    assert accepted == 1


async def test_what_is_typed_on_a_case_and_not_sent_waits_for_its_writer_alone(
    client, people, number, database
):
    words = "Тётя Сауле сказала, что заберёт девочку в пятницу"
    asks = {"Accept": "application/json"}

    async def saves(form, turn, field="text", said=words):
        told = {"form": form, field: said, "draft_page": "p1", "draft_turn": str(turn)}
        return await browser.post(f"/cases/{number}/draft", told, **asks)

    browser, _ = await open_case(client, people["guardian"], number)
    assert set(await (await saves("note", 2)).json()) == {"at"}
    assert (await saves("note", 1, said="раньше")).status == 200  # came late: nothing
    assert (await saves("decline", 3, said="Семья живёт в Косшы")).status == 200
    assert (await saves("accept", 4)).status == 404
    await browser.get(f"/cases/{number}")  # another machine, another day
    assert f">{words}</textarea>" in browser.html
    assert ">Семья живёт в Косшы</textarea>" in browser.html
    assert browser.html.count("Черновик сохранён ") >= 2
    sealed = await database.fetch("SELECT sealed_fields FROM case_drafts")
    assert not any("пятницу".encode() in row["sealed_fields"] for row in sealed)
    for role in ("operator", "commissioner"):
        other, _ = await open_case(client, people[role], number)
        assert words not in other.html
    stranger, status = await open_case(client, people["family"], number)
    assert status == 404
    told = {"form": "note", "text": words}
    assert (await stranger.post(f"/cases/{number}/draft", told)).status == 404
    browser, _ = await open_case(client, people["guardian"], number)
    sent = {"version": browser.hidden("version"), "text": words}
    sent |= {"draft_page": "p1", "draft_turn": "7"}
    assert (await browser.post(f"/cases/{number}/note", sent)).status == 303
    await saves("note", 6)  # on its way when the note was sent
    await browser.get(f"/cases/{number}")
    assert words in browser.html
    assert f">{words}</textarea>" not in browser.html
    assert ">Семья живёт в Косшы</textarea>" in browser.html


async def test_who_accepts_second_is_told_who_was_quicker(client, rt, people, number):
    from tests.builders import a_person

    second = await a_person(rt, "guardian", bodies=("guard-71", "uzpd-71"))
    slow, _ = await open_case(client, second, number)
    fields = {"version": slow.hidden("version"), "referral": slow.hidden("referral")}
    quick, _ = await open_case(client, people["guardian"], number)
    await quick.post(f"/cases/{number}/accept", fields)
    answer = await slow.post(f"/cases/{number}/accept", fields, **HTMX)
    text = await answer.text()
    assert answer.status == 409
    assert 'data-testid="conflict-dialog"' in text
    assert people["guardian"].viewer.display_name in text


async def test_a_stale_form_gets_both_versions_and_keeps_what_was_typed(
    client, rt, people, number
):
    browser, _ = await open_case(client, people["supervisor"], number)
    fields = {
        "version": browser.hidden("version"),
        "urgency": "1",
        "reason": "мой <b>ответ",
    }
    await add_note(rt, people["operator"].viewer, number, "Позвонили ещё раз")
    answer = await browser.post(f"/cases/{number}/urgency", fields)
    browser.html = await answer.text()
    assert answer.status == 409
    assert "Срочно" in browser.html  # what was sent
    assert "Важно" in browser.html  # what stands
    assert "мой &lt;b&gt;ответ" in browser.html
    dialog = browser.html[browser.html.index('data-testid="conflict-dialog"') :]
    title = dialog[dialog.index("<h2") : dialog.index("</h2>")]
    assert people["operator"].viewer.display_name in title
    browser.html = dialog
    again = {**fields, "version": browser.hidden("version")}
    assert (await browser.post(f"/cases/{number}/urgency", again)).status == 303
    await browser.get(f"/cases/{number}")
    assert 'data-event="urgency_changed"' in browser.html


async def test_declining_without_a_reason_names_the_field_and_changes_nothing(
    client, people, number, database
):
    browser, _ = await open_case(client, people["guardian"], number)
    fields = {
        "version": browser.hidden("version"),
        "referral": browser.hidden("referral"),
        "code": "not_our_matter",
        "text": "мало",
    }
    answer = await browser.post(f"/cases/{number}/decline", fields)
    text = await answer.text()
    assert answer.status == 422
    assert 'data-testid="decline-dialog"' in text
    assert 'aria-describedby="error-text"' in text
    assert "мало</textarea>" in text
    assert (
        await database.fetchval("SELECT count(*) FROM referrals WHERE declined_code <> ''")
        == 0
    )
    good = {**fields, "text": "Это другой орган, не мы"}
    answer = await browser.post(f"/cases/{number}/decline", good)
    assert (answer.status, answer.headers["Location"]) == (303, "/inbox")
    assert answer.cookies["hotline_said"].value  # the list says what was done
    desk, _ = await open_case(client, people["operator"], number)
    line = desk.html.partition('data-event="referral_declined"')[2].partition("</li>")[0]
    assert "Это другой орган, не мы" in line


async def test_who_may_not_lower_is_told_who_may(client, people, number):
    browser, _ = await open_case(client, people["operator"], number)
    fields = {"version": browser.hidden("version"), "urgency": "4", "reason": "все дома"}
    answer = await browser.post(f"/cases/{number}/urgency", fields, **HTMX)
    assert answer.status == 422
    text = await answer.text()
    assert "может только супервайзер" in text
    assert "все дома</textarea>" in text


SIGHT = [
    ("operator", 200, True, True),
    ("supervisor", 200, True, False),
    ("commissioner", 200, True, False),
    ("guardian", 200, False, False),
    ("other guardian", 404, False, False),
    ("other commissioner", 404, False, False),
    ("nobody's", 404, False, False),
    ("admin", 404, False, False),
]


@pytest.mark.parametrize(("who", "status", "words", "phone"), SIGHT)
async def test_who_sees_which_part_of_a_case(
    client, people, number, who, status, words, phone
):
    browser, found = await open_case(client, people[who], number)
    assert found == status
    assert (DANGER in browser.html) is words
    assert (WHO.phone in browser.html) is phone
    assert (WHO.name in browser.html) is phone


async def test_revealing_needs_a_reason_and_stands_in_the_history(
    client, people, number, database
):
    browser, _ = await open_case(client, people["supervisor"], number)
    assert WHO.phone not in browser.html
    empty = await browser.post(f"/cases/{number}/reveal", {"reason": " "})
    assert empty.status == 422
    shown = await browser.post(f"/cases/{number}/reveal", {"reason": "перезвонить"})
    assert WHO.phone in await shown.text()
    assert (
        await database.fetchval("SELECT count(*) FROM case_events WHERE event='revealed'")
        == 1
    )


async def test_opening_is_written_down_and_refreshing_is_not(
    client, people, number, database
):
    browser, _ = await open_case(client, people["guardian"], number)
    await browser.get(f"/cases/{number}", **HTMX)
    looked = (
        "SELECT count(*) FROM case_events WHERE event = 'viewed' AND actor LIKE 'guardian%'"
    )
    assert await database.fetchval(looked) == 1
    # Who asks for a part alone has read the case as well.
    await database.execute(
        "SET session_replication_role = replica;"
        " UPDATE case_events SET at = at - interval '2 hours' WHERE event = 'viewed';"
        " SET session_replication_role = origin"
    )
    for _ in range(2):
        await browser.get(f"/cases/{number}", **HTMX)
    assert await database.fetchval(looked) == 2


async def test_what_strangers_write_is_shown_as_text(client, rt, people):
    evil = "<img src=x onerror=alert(1)> <script>alert(2)</script>"
    receipt = await a_contact(rt, evil)
    browser = await signed_in(client, people["operator"])
    await browser.get(f"/contacts/{receipt}")
    assert "<img src=x" not in browser.html
    assert "&lt;img src=x" in browser.html
    assert "<script>alert" not in browser.html


async def test_the_whole_way_to_closing_works_with_plain_forms(client, people, number):
    helper, _ = await open_case(client, people["police"], number)
    for move, fields in (("accept", {}), ("part_done", {"text": "Опросили семью"})):
        sent = {"version": helper.hidden("version"), **fields}
        answer = await helper.post(f"/cases/{number}/{move}", sent)
        assert answer.status == 303, (move, await answer.text())
        await helper.get(f"/cases/{number}")
    browser, _ = await open_case(client, people["guardian"], number)
    steps = [
        ("accept", {"referral": browser.hidden("referral")}),
        ("first_contact", {"at": "2026-11-20T09:30", "how": "Позвонили соседке"}),
        ("check", {"kind": "visit", "at": "2026-11-20T09:40", "text": "Видели ребёнка"}),
        ("safety", {"safe": "yes", "plan": ""}),
        ("note", {"text": "Заметка"}),
        (
            "outcome",
            {
                "assistance_code": "protection",
                "assistance_text": "Ребёнок у бабушки",
                "check_kind": "visit",
                "check_text": "Безопасно",
            },
        ),
        ("close", {}),
    ]
    for move, fields in steps:
        sent = {"version": browser.hidden("version"), **fields}
        answer = await browser.post(f"/cases/{number}/{move}", sent)
        assert answer.status == 303, (move, await answer.text())
        await browser.get(f"/cases/{number}")
    assert "Закрыто" in browser.html


async def test_a_case_does_not_close_before_help_and_check(client, people, number):
    browser, _ = await open_case(client, people["guardian"], number)
    fields = {"version": browser.hidden("version"), "referral": browser.hidden("referral")}
    await browser.post(f"/cases/{number}/accept", fields)
    await browser.get(f"/cases/{number}")
    answer = await browser.post(
        f"/cases/{number}/close", {"version": browser.hidden("version")}
    )
    assert answer.status == 422
    assert "помощь и проверку" in await answer.text()


BAD_PATHS = [
    "/cases/26-000000-0",
    "/cases/none",
    "/contacts/26-000000-0",
    "/static/console/../session.py",
    "/static/console/%2e%2e/session.py",
    "/inbox?cursor=nonsense&tab=new",
    "/cases/26-000000-0/clocks/1",
]


@pytest.mark.parametrize("path", BAD_PATHS)
async def test_what_does_not_exist_is_never_a_fault_of_ours(client, people, path):
    browser = await signed_in(client, people["operator"])
    assert (await browser.get(path)).status in (400, 404)
    assert '<html lang="ru"' in browser.html
    assert '<a href="/">' in browser.html  # back to work, not to the public form


async def test_an_operator_logs_a_call_and_a_second_send_makes_no_second_case(
    client, people, database
):
    browser = await signed_in(client, people["operator"])
    form = {
        "once": browser.hidden("once"),
        "draft_id": "",
        "text": "Мальчик один дома третий день",
        "subcategory": "NEG.LEF" if "NEG.LEF" in browser.html else "VIO.PHY",
        "urgency": "1",
        "region": "71",
        "relation": "neighbour",
        "safe": "messages",
    }
    first = await browser.post("/desk/route", form)
    second = await browser.post("/desk/route", form)
    assert first.status == second.status == 303
    assert first.headers["Location"] == second.headers["Location"]
    assert await database.fetchval("SELECT count(*) FROM cases") == 1


async def test_a_call_without_its_parts_is_kept_on_the_page(client, people):
    browser = await signed_in(client, people["operator"])
    answer = await browser.post("/desk/route", {"text": "Напечатанное"})
    text = await answer.text()
    assert answer.status == 422
    assert 'data-testid="error-summary"' in text
    assert "Напечатанное</textarea>" in text
    long = {"text": "ы" * 10_001, "urgency": "2", "subcategory": "NEG.CARE", "region": "71"}
    answer = await browser.post("/desk/route", long)
    assert "Сократите" in await answer.text()


async def test_a_draft_is_kept_and_comes_back(client, people):
    browser = await signed_in(client, people["operator"])
    saved = await browser.post(
        "/desk/draft", {"text": "Недописанное", "name": "Әлия"}, Accept="application/json"
    )
    kept = json.loads(await saved.text())
    await browser.get("/desk")
    assert "Недописанное</textarea>" in browser.html
    assert f'name="draft_id" value="{kept["id"]}"' in browser.html
    await browser.post("/desk/drop", {"draft_id": kept["id"]})
    await browser.get("/desk")
    assert "Недописанное" not in browser.html


async def test_a_contact_is_confirmed_or_closed_from_its_page(client, rt, people):
    first, second = await a_contact(rt), await a_contact(rt)
    browser = await signed_in(client, people["operator"])
    await browser.get(f"/contacts/{first}")
    confirm = {"subcategory": "EDU.PRE", "urgency": "3", "region": "55", "offer": "yes"}
    codes = rt.config.taxonomy.by_code
    confirm["subcategory"] = next(code for code in codes if code.startswith("EDU."))
    answer = await browser.post(f"/contacts/{first}/confirm", confirm)
    assert answer.status == 303, (await answer.text())[2000:]
    assert answer.headers["Location"].startswith("/desk?routed=26-")
    empty = await browser.post(f"/contacts/{second}/close", {"wrap_up": ""})
    assert empty.status == 422
    done = await browser.post(f"/contacts/{second}/close", {"wrap_up": "thanks"})
    assert done.status == 303


async def test_a_phone_that_is_searched_never_stands_in_an_address(client, people, number):
    browser = await signed_in(client, people["operator"])
    answer = await browser.post("/search", {"q": WHO.phone})
    assert answer.status == 200
    assert number in await answer.text()
    assert (
        await browser.client.get("/search", headers={"Cookie": browser.cookie})
    ).status == 405


async def heard(client, cookie, rt, act):
    """Return the kinds and data that a stream tells while `act` runs."""
    found = []
    async with client.get("/live", headers={"Cookie": cookie}) as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        await stream.content.readuntil(b"\n\n")
        await act()
        while True:
            try:
                block = await asyncio.wait_for(stream.content.readuntil(b"\n\n"), 0.7)
            except TimeoutError:
                return found
            lines = dict(line.split(": ", 1) for line in block.decode().strip().split("\n"))
            found.append((lines["event"], json.loads(lines["data"])))


LISTENERS = [
    ("operator", True),
    ("supervisor", True),
    ("commissioner", True),
    ("guardian", True),
    ("other guardian", False),
    ("other commissioner", False),
]


@pytest.mark.parametrize(("who", "hears"), LISTENERS)
async def test_a_stream_tells_only_what_its_viewer_may_know(
    client, rt, people, number, who, hears
):
    browser = await signed_in(client, people[who])

    async def act():
        await add_note(rt, people["operator"].viewer, number, "Тайные слова")

    told = await heard(client, browser.cookie, rt, act)
    numbers = {data.get("case") for kind, data in told if kind == "case"}
    assert (number in numbers) is hears
    assert "Тайные" not in json.dumps(told, ensure_ascii=False)


async def test_a_closed_page_leaves_no_stream_behind(client, rt, people):
    browser = await signed_in(client, people["operator"])
    hub = client.app[HUB]
    stream = await client.get("/live", headers={"Cookie": browser.cookie})
    await stream.content.readuntil(b"\n\n")
    assert len(hub) == 1
    stream.close()
    async with asyncio.timeout(15):
        while len(hub):
            hub.heard(json.dumps({"k": "board", "c": None, "r": None, "b": []}))
            await asyncio.sleep(0.05)


RIGHTS_THAT_END = [
    (
        "sent to another body",
        "UPDATE memberships SET ended_at = '2026-11-19Z' WHERE person_id = $1",
        "pulse",
    ),
    ("shut out", "UPDATE people SET active = false WHERE id = $1", "end"),
    ("signed out", "DELETE FROM sessions WHERE person_id = $1", "end"),
]


@pytest.mark.parametrize(
    ("who", "change", "then"), RIGHTS_THAT_END, ids=[row[0] for row in RIGHTS_THAT_END]
)
async def test_an_open_stream_loses_its_rights_however_busy_it_is(
    client, people, database, monkeypatch, who, change, then
):
    monkeypatch.setattr("hotline.console.live.PULSE_S", 0.2)
    guardian = people["guardian"]
    browser = await signed_in(client, guardian)
    nudge = {"k": "case", "c": 1, "r": "71", "b": sorted(guardian.viewer.bodies)}
    hub = client.app[HUB]

    async def never_quiet():
        while True:
            hub.heard(json.dumps(nudge))
            await asyncio.sleep(0.01)

    async with client.get("/live", headers={"Cookie": browser.cookie}) as stream:

        async def told():
            """Return what comes before the next pulse, and whether it came."""
            kinds = []
            while True:
                block = await stream.content.readuntil(b"\n\n")
                if not block:
                    return kinds, "end"
                kinds += re.findall(r"^event: (\w+)", block.decode(), re.MULTILINE)
                if kinds[-1] == "pulse":
                    return kinds[:-1], "pulse"

        busy = asyncio.create_task(never_quiet())
        try:
            async with asyncio.timeout(20):
                await told()
                assert "case" in (await told())[0]  # rights that stand, stand
                await database.execute(change, guardian.viewer.person_id)
                await told()  # this look may have begun before the change
                assert (await told())[1] == then, who
                if then == "pulse":
                    assert await told() == ([], "pulse"), who
        finally:
            busy.cancel()


async def test_an_address_that_is_shown_opens_in_the_maps_of_the_device(client, rt, people):
    at = replace(WHO, address="Абай көшесі, 5")
    number = await a_call(rt, people["operator"], identity=at)
    browser, _ = await open_case(client, people["operator"], number)
    link = unescape(re.search(r'href="(geo:[^"]+)"', browser.html)[1])
    assert unquote(link).startswith("geo:0,0?q=Абай көшесі, 5, ")
    browser, _ = await open_case(client, people["guardian"], number)
    assert ("geo:" in browser.html) == ("Абай көшесі" in browser.html)
