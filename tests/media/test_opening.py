"""Nobody sees what was sent before a person opens it, with a reason, by an entry kept for good."""

import re
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from hotline.actions.forget_person import forget_person
from hotline.cases.inbound import Media
from hotline.cases.terms import Channel
from tests.console.console_world import signed_in
from tests.media.foreign_host import OGG, png
from tests.media.test_verdict import PDF, heic, mp4
from tests.story import everybody


@pytest.fixture
async def people(fetching):
    return await everybody(fetching)


@pytest.fixture
async def receipt(sender, host):
    """A picture that was fetched and that nobody has opened yet."""
    host.telegram("F1", png())
    found = await sender.picture()
    await sender.fetch()
    return found


def place(browser, name):
    """The address of the first form whose button has this test id."""
    form = re.search(
        rf'action="([^"]*)"[^>]*>(?:(?!</form>).)*data-testid="{name}"',
        browser.html,
        re.DOTALL,
    )
    return form[1] if form else None


async def test_a_picture_is_shown_only_after_a_reason_and_leaves_an_entry(
    client, people, receipt, database
):
    browser = await signed_in(client, people["operator"])
    await browser.get(f"/contacts/{receipt}")
    assert "<img" not in browser.html
    answer = await browser.post(place(browser, "media-open"), {"reason": "danger"})
    assert answer.status == 303
    page = answer.headers["Location"]
    opening = await database.fetchrow("SELECT * FROM openings")
    assert (opening["reason"], page) == ("danger", f"/media/{opening['id']}")
    shown = await browser.get(page)
    assert "media-src 'self'" in shown.headers["Content-Security-Policy"]
    assert f'src="{page}/content"' in browser.html
    content = await client.get(f"{page}/content", headers={"Cookie": browser.cookie})
    assert await content.read() == png()
    assert content.headers["Content-Type"] == "image/png"
    assert content.headers["X-Content-Type-Options"] == "nosniff"
    assert content.headers["Cache-Control"] == "no-store"
    assert "sandbox" in content.headers["Content-Security-Policy"]
    assert content.headers["Content-Disposition"].startswith("inline; ")


async def opening_of(browser, receipt, reason="danger"):
    """Open the picture of a contact; return the address of its page."""
    await browser.get(f"/contacts/{receipt}")
    answer = await browser.post(place(browser, "media-open"), {"reason": reason})
    return answer.headers["Location"]


async def status_of(browser, path):
    answer = await browser.client.get(path, headers={"Cookie": browser.cookie})
    return answer.status


async def test_without_a_reason_nothing_is_opened(client, people, receipt, database):
    browser = await signed_in(client, people["operator"])
    await browser.get(f"/contacts/{receipt}")
    for reason in ("", "because"):
        answer = await browser.post(place(browser, "media-open"), {"reason": reason})
        assert answer.status == 422
        assert "Укажите, зачем вы это открываете." in await answer.text()
    assert await database.fetchval("SELECT count(*) FROM openings") == 0


MAY = [
    ("the operator who has it in hand", "operator", True),
    ("a supervisor", "supervisor", True),
    ("an administrator", "admin", False),
    ("a commissioner", "commissioner", False),
    ("a guardian", "guardian", False),
    ("the police", "police", False),
]


@pytest.mark.parametrize(("who", "may"), [m[1:] for m in MAY], ids=[m[0] for m in MAY])
async def test_only_111_opens_what_was_sent(client, people, receipt, database, who, may):
    browser = await signed_in(client, people[who])
    medium = await database.fetchval("SELECT id FROM media")
    address = f"/contacts/{receipt}/media/{medium}"
    answer = await browser.post(f"{address}/open", {"reason": "danger"})
    assert answer.status == (303 if may else 404)
    assert await database.fetchval("SELECT count(*) FROM openings") == may
    hidden = await browser.post(f"{address}/intimate", {"sure": "yes"})
    assert hidden.status == (303 if may else 404)


async def test_an_operator_who_does_not_work_on_it_sees_that_it_is_there_and_no_more(
    client, people, receipt, database
):
    await database.execute(
        "UPDATE contacts SET seen_by = $1", people["second operator"].viewer.person_id
    )
    browser = await signed_in(client, people["operator"])
    await browser.get(f"/contacts/{receipt}")
    assert 'data-testid="medium"' in browser.html
    assert place(browser, "media-open") is None
    medium = await database.fetchval("SELECT id FROM media")
    answer = await browser.post(
        f"/contacts/{receipt}/media/{medium}/open", {"reason": "danger"}
    )
    assert answer.status == 404


async def test_who_is_complained_of_finds_nothing_even_while_it_stands_open(
    client, people, receipt, database
):
    browser = await signed_in(client, people["supervisor"])
    page = await opening_of(browser, receipt)
    key = f"person:{people['supervisor'].viewer.person_id}"
    await database.execute("UPDATE contacts SET apart = ARRAY[$1]", key)
    for path in (page, f"{page}/content", f"/contacts/{receipt}"):
        assert await status_of(browser, path) == 404


async def test_an_opening_is_of_one_person_and_ends(client, people, receipt, clock):
    browser = await signed_in(client, people["operator"])
    page = await opening_of(browser, receipt)
    other = await signed_in(client, people["supervisor"])
    assert await status_of(other, page) == 404
    assert await status_of(other, f"{page}/content") == 404
    assert await status_of(browser, f"{page}/content") == 200
    clock.forward(timedelta(minutes=15))
    assert await status_of(browser, page) == 404
    assert await status_of(browser, f"{page}/content") == 404


async def test_a_medium_of_another_contact_is_not_opened_through_ones_own(
    client, people, receipt, sender, host, database
):
    other = await sender.picture()
    await sender.fetch()
    browser = await signed_in(client, people["operator"])
    await database.execute(
        "UPDATE contacts SET seen_by = $1 WHERE receipt = $2",
        people["second operator"].viewer.person_id,
        other,
    )
    foreign = await database.fetchval("SELECT max(id) FROM media")
    await browser.get(f"/contacts/{receipt}")
    answer = await browser.post(
        f"/contacts/{receipt}/media/{foreign}/open", {"reason": "danger"}
    )
    assert answer.status == 404


async def test_the_ledger_of_openings_is_never_changed(client, people, receipt, database):
    browser = await signed_in(client, people["operator"])
    await opening_of(browser, receipt)
    for attempt in ("DELETE FROM openings", "UPDATE openings SET reason = 'x'"):
        with pytest.raises(asyncpg.PostgresError):
            await database.execute(attempt)
    await browser.get(f"/contacts/{receipt}")
    assert "Operator, 20.11.2026, 10:00" in browser.html
    assert (
        await database.fetchval(
            "SELECT data ->> 'reason' FROM case_events WHERE event = 'media_opened'"
        )
        == "danger"
    )


async def test_a_form_without_the_sessions_token_opens_nothing(
    client, people, receipt, database
):
    browser = await signed_in(client, people["operator"])
    await browser.get(f"/contacts/{receipt}")
    answer = await browser.post(
        place(browser, "media-open"), {"reason": "danger"}, csrf="x"
    )
    assert answer.status == 403
    assert await database.fetchval("SELECT count(*) FROM openings") == 0


# -- intimate ----------------------------------------------------------------------------
async def test_what_is_intimate_is_never_shown_again_in_no_place(
    client, people, receipt, sender, database
):
    again = await sender.picture()
    await sender.fetch()
    browser = await signed_in(client, people["operator"])
    page = await opening_of(browser, receipt)
    await browser.get(page)
    answer = await browser.post(place(browser, "media-intimate"), {"sure": "yes"})
    assert (answer.status, answer.headers["Location"]) == (303, f"/contacts/{receipt}")
    assert await database.fetchval("SELECT count(*) FROM media_contents") == 0
    third = await sender.picture()
    await sender.fetch()
    for person in ("operator", "supervisor"):
        browser = await signed_in(client, people[person])
        for path in (page, f"{page}/content"):
            assert await status_of(browser, path) == 404
        for one in (receipt, again, third):
            await browser.get(f"/contacts/{one}")
            assert "data-intimate" in browser.html
            assert place(browser, "media-open") is None
            assert place(browser, "media-intimate") is None
    for row in await sender.media():
        known = (row["intimate_at"] is not None, row["sealed_content"], row["state"])
        assert known == (True, None, "kept")
        assert row["fingerprint"] is not None
        path = f"/contacts/{receipt}/media/{row['id']}/open"
        assert (await browser.post(path, {"reason": "danger"})).status == 404


async def test_of_a_letter_with_an_intimate_picture_the_raw_bytes_go_too_and_the_words_stay(
    client, people, sender, database
):
    both = (Media("image", content=png()), Media("file", content=PDF))
    letter = await sender.sends(*both, channel=Channel.EMAIL, text="слова")
    message = await sender.sends(both[0], channel=Channel.WEB, text="слова")
    await sender.fetch()
    browser = await signed_in(client, people["operator"])
    await browser.get(f"/contacts/{message}")
    await browser.post(place(browser, "media-intimate"), {"sure": "yes"})
    kept = {}
    for row in await database.fetch("SELECT * FROM contacts"):
        wrapped = await database.fetchval(
            "SELECT wrapped FROM keyring.keys WHERE owner_id = $1", row["id"]
        )
        key = sender.rt.sealer.open_key(row["id"], wrapped)
        words = key.open_text("narrative", row["sealed_narrative"])
        kept[row["receipt"]] = (key.open("raw", row["sealed_raw"]), words)
    assert kept == {letter: (b"", "слова"), message: (b"{}", "слова")}
    assert (
        await database.fetchval("SELECT count(*) FROM media_contents") == 1
    )  # the document


async def test_it_cannot_be_taken_back_not_even_in_the_database(
    client, people, receipt, database
):
    browser = await signed_in(client, people["operator"])
    await browser.get(f"/contacts/{receipt}")
    address = place(browser, "media-intimate")
    assert (await browser.post(address)).status == 422
    assert await database.fetchval("SELECT count(*) FROM media_contents") == 1
    assert (await browser.post(address, {"sure": "yes"})).status == 303
    medium = await database.fetchval("SELECT id FROM media WHERE intimate_at IS NOT NULL")
    for attempt in (
        "UPDATE media SET intimate_at = NULL WHERE id = $1",
        "INSERT INTO media_contents VALUES ($1, 'x')",
    ):
        with pytest.raises(asyncpg.PostgresError):
            await database.execute(attempt, medium)


async def test_it_may_be_marked_before_it_has_come_and_is_then_not_fetched(
    client, people, sender, host
):
    receipt = await sender.picture()
    browser = await signed_in(client, people["operator"])
    await browser.get(f"/contacts/{receipt}")
    await browser.post(place(browser, "media-intimate"), {"sure": "yes"})
    await sender.fetch()
    assert await sender.states() == [("refused", "intimate")]
    assert host.seen == []


async def test_a_forgotten_person_s_intimate_picture_is_still_known_when_it_comes_again(
    client, people, receipt, sender
):
    browser = await signed_in(client, people["supervisor"])
    await browser.get(f"/contacts/{receipt}")
    await browser.post(place(browser, "media-intimate"), {"sure": "yes"})
    await forget_person(sender.rt, people["supervisor"].viewer, [receipt])
    await browser.get(f"/contacts/{receipt}")
    assert 'data-testid="media"' not in browser.html
    await sender.picture()
    await sender.fetch()
    [_, again] = await sender.media()
    assert again["intimate_at"] is not None
    assert again["sealed_content"] is None


async def test_what_is_missing_is_asked_for_again_by_whom_has_it_in_hand(
    client, people, sender, host
):
    receipt = await sender.picture()
    host.telegram("F2", png())  # the bot does not know F1
    await sender.fetch()
    assert await sender.states() == [("failed", "expired")]
    browser = await signed_in(client, people["operator"])
    await browser.get(f"/contacts/{receipt}")
    address = place(browser, "media-again")
    host.telegram("F1", png())
    assert (await browser.post(address)).status == 303
    await sender.fetch()
    assert await sender.states() == [("kept", None)]
    assert (await browser.post(address)).status == 422
    other = await signed_in(client, people["guardian"])
    assert (await other.post(address)).status == 404


async def test_what_is_intimate_is_not_asked_for_again(client, people, sender, host):
    receipt = await sender.picture()
    host.telegram("F2", png())
    await sender.fetch()
    browser = await signed_in(client, people["operator"])
    await browser.get(f"/contacts/{receipt}")
    address = place(browser, "media-again")
    await browser.post(place(browser, "media-intimate"), {"sure": "yes"})
    assert (await browser.post(address)).status == 422
    assert await sender.states() == [("failed", "expired")]


# -- other kinds -------------------------------------------------------------------------
OTHERS = [
    # what                     medium                                         shown as       how
    ("a voice message", Media("voice", content=OGG), "<audio controls", "inline", "audio/ogg"),
    ("a film", Media("video", content=mp4()), "<video ", "inline", "video/mp4"),
    ("a document", Media("file", content=PDF), "download", "attachment", "application/pdf"),
    ("words", Media("file", content=b"words"), "download", "attachment", "text/plain"),
    ("a telephone's picture", Media("image", content=heic()), "download", "attachment", "image/heic"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("medium", "shown", "how", "mime"), [o[1:] for o in OTHERS], ids=[o[0] for o in OTHERS]
)
async def test_each_kind_is_opened_the_same_way(
    client, people, sender, medium, shown, how, mime
):
    receipt = await sender.sends(medium, channel=Channel.EMAIL)
    await sender.fetch()
    browser = await signed_in(client, people["operator"])
    page = await opening_of(browser, receipt)
    await browser.get(page)
    assert shown in browser.html
    whole = await client.get(f"{page}/content", headers={"Cookie": browser.cookie})
    assert await whole.read() == medium.content
    assert whole.headers["Content-Disposition"].startswith(how)
    assert whole.headers["Content-Type"] == mime


RANGES = [
    ("the beginning", "bytes=0-3", 206, slice(0, 4)),
    ("from the middle", "bytes=10-", 206, slice(10, None)),
    ("the end", "bytes=-5", 206, slice(-5, None)),
    ("beyond the end", "bytes=10-99999", 206, slice(10, None)),
    ("outside", "bytes=99999-", 416, slice(0, 0)),
    (
        "in a unit that nobody knows, which is no request for a part",
        "pages=1",
        200,
        slice(None),
    ),
]


@pytest.mark.parametrize(
    ("asked", "status", "part"), [r[1:] for r in RANGES], ids=[r[0] for r in RANGES]
)
async def test_a_player_may_move_within_a_recording(
    client, people, sender, asked, status, part
):
    receipt = await sender.sends(Media("voice", content=OGG), channel=Channel.EMAIL)
    await sender.fetch()
    browser = await signed_in(client, people["operator"])
    page = await opening_of(browser, receipt)
    answer = await client.get(
        f"{page}/content", headers={"Cookie": browser.cookie, "Range": asked}
    )
    assert answer.status == status
    assert await answer.read() == OGG[part]
    if status == 206:
        begin, end, _ = part.indices(len(OGG))
        assert answer.headers["Content-Range"] == f"bytes {begin}-{end - 1}/{len(OGG)}"


async def test_what_is_kept_apart_is_named_with_its_reason_and_not_opened(
    client, people, sender
):
    turned = "photo\u202egpj.exe"
    receipt = await sender.sends(
        Media("image", name=turned, content=b"MZ\x90\0"), channel=Channel.EMAIL
    )
    await sender.fetch()
    for lang, words in (
        ("ru", "хранится отдельно, открыть нельзя: это программа"),
        ("kk", "бөлек сақталды, ашуға болмайды: бұл бағдарлама"),
        ("en", "kept apart, cannot be opened: it is a program"),
    ):
        browser = await signed_in(client, people["supervisor"], lang)
        await browser.get(f"/contacts/{receipt}")
        assert words in browser.html
        assert "<bdi>photogpj.exe</bdi>" in browser.html
        assert place(browser, "media-open") is None


def test_every_code_has_words():
    from hotline.actions import fetch_media
    from hotline.cases import media, terms
    from hotline.console.media_words import TABLES
    from hotline.notify import fetch, media_sources

    assert set(TABLES["medium_kind"]) == media.KINDS
    assert set(TABLES["medium_state"]) == {str(state) for state in terms.MediaState}
    assert set(TABLES["opening_reason"]) == set(media.OPENING_REASONS)
    codes = set()
    for module in (fetch, media_sources, fetch_media):
        text = Path(module.__file__).read_text(encoding="utf-8")
        codes |= set(re.findall(r'FetchFailed\(\s*"([a-z_]+)"', text))
    text = Path(media.__file__).read_text(encoding="utf-8")
    codes |= set(re.findall(r'\("([a-z_]+)", (?:not|len|mime|ends)', text))
    assert len(codes) > 15
    assert codes - set(TABLES["medium_reason"]) == set()
