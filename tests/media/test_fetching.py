"""What people send is fetched from each provider, looked at, sealed; what cannot be is told."""

import base64
import hashlib
import json
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from hotline.actions.fetch_media import fetch_media
from hotline.actions.forget_person import forget_person
from hotline.actions.parse_again import parse_again
from hotline.actions.receive_contact import receive_contact
from hotline.cases.inbound import Inbound, InboundKind, Media
from hotline.cases.media import MOST_MEDIA
from hotline.cases.terms import Channel, JobName
from hotline.intake.partner_report import attached, read_report
from tests.builders import owed
from tests.conftest import START
from tests.media.foreign_host import (
    BEARER,
    OGG,
    TOKEN,
    drips,
    endless,
    hangs,
    packed,
    png,
    redirects,
    says,
)
from tests.media.test_verdict import zipped
from tests.story import everybody

GET_FILE = f"/bot{TOKEN}/getFile"


async def test_a_picture_of_the_bot_is_fetched_by_its_id_and_sealed(sender, host):
    host.telegram("F1", png())
    await sender.picture()
    assert await sender.states() == [("promised", None)]
    assert await sender.fetch() == 1
    [row] = await sender.media()
    assert (row["state"], row["mime"], row["size"]) == ("kept", "image/png", len(png()))
    assert png() not in row["sealed_content"]
    assert await sender.content(row) == png()
    assert await sender.fetch() == 0


async def test_a_voice_message_of_whatsapp_is_fetched_with_the_token(sender, host):
    told = hashlib.sha256(OGG)
    host.whatsapp("301", OGG, sha256=told.hexdigest(), file_size=len(OGG))
    host.whatsapp("302", OGG, sha256=base64.b64encode(told.digest()).decode())
    voice = Media("voice", ref="301", mime="audio/ogg; codecs=opus")
    await sender.sends(voice, replace(voice, ref="302"), channel=Channel.WHATSAPP)
    await sender.fetch()
    assert await sender.states() == [("kept", None)] * 2
    assert {headers["Authorization"] for _, headers in host.seen} == {f"Bearer {BEARER}"}


async def test_a_picture_of_viber_is_fetched_from_its_address_without_a_token(sender, host):
    host.files["/dl/a"] = png()
    await sender.sends(Media("image", ref=f"{host.url}/dl/a"), channel=Channel.VIBER)
    await sender.fetch()
    assert await sender.states() == [("kept", None)]
    assert "Authorization" not in host.seen[0][1]


async def test_what_came_along_is_looked_at_and_no_provider_is_asked(sender, host):
    await sender.sends(
        Media("file", name="a.png", content=png()),
        Media("file", name="a.zip", content=zipped()),
        Media("file", name="empty", content=b""),
        channel=Channel.EMAIL,
    )
    await sender.fetch()
    expected = [("kept", None), ("quarantined", "archive"), ("quarantined", "empty")]
    assert await sender.states() == expected
    assert host.seen == []
    [_, bomb, _] = await sender.media()
    assert await sender.content(bomb) == zipped()  # kept as it came: nobody unpacked it


BAD = [
    # what the host does                    how it is set up                                       state, why
    ("a picture that is a program", lambda h: h.telegram("F1", b"MZ\x90\0"), "quarantined", "program"),
    ("a picture that is a page", lambda h: h.telegram("F1", b"<html><script>"), "quarantined", "markup"),
    ("a picture of 4 gigapixels", lambda h: h.telegram("F1", png(65_535, 65_535)), "quarantined", "too_many_pixels"),
    ("4 GB, as it says", lambda h: h.telegram("F1", png(), size=2**32), "refused", "too_large"),
    ("more than it says", lambda h: h.telegram("F1", png() + b"\0" * 200_000, size=9), "refused", "too_large"),
    ("a file that expired", lambda h: h.telegram("F2", png()), "failed", "expired"),
    ("a path that climbs", lambda h: h.telegram("F1", png(), path="../bot/getMe"), "refused", "bad_address"),
    ("a path that climbs in disguise", lambda h: h.telegram("F1", png(), path="%2e%2e/bot/getMe"), "refused", "bad_address"),
    ("a path on another host", lambda h: h.telegram("F1", png(), path="//169.254.169.254/x"), "refused", "bad_address"),
    ("a body without end", lambda h: broken(h, endless(h)), "refused", "too_large"),
    ("a packed body", lambda h: broken(h, packed), "refused", "compressed"),
    ("a redirect to a cloud's own data", lambda h: broken(h, redirects("http://169.254.169.254/")), "refused", "host_not_allowed"),
    ("a redirect to this machine", lambda h: broken(h, redirects("https://localhost/")), "refused", "host_not_allowed"),
]  # fmt: skip


def broken(host, behave):
    host.telegram("F1", png())
    host.answers[f"/file/bot{TOKEN}/photos/file_1.jpg"] = behave


@pytest.mark.parametrize(
    ("set_up", "state", "why"), [b[1:] for b in BAD], ids=[b[0] for b in BAD]
)
async def test_what_will_never_be_good_is_told_and_not_tried_again(
    sender, host, database, set_up, state, why
):
    set_up(host)
    await sender.picture()
    await sender.fetch()
    assert await sender.states() == [(state, why)]
    assert await owed(sender.rt, JobName.FETCH_MEDIA) == []
    told = {"quarantined": "media_quarantined"}.get(state, "media_not_kept")
    assert (
        await database.fetchval("SELECT count(*) FROM case_events WHERE event = $1", told)
        == 1
    )


LATER = [
    ("hangs", lambda h: broken(h, hangs), "timeout"),
    ("drips", lambda h: broken(h, drips(h)), "timeout"),
    ("hangs before it says where", lambda h: h.answers.update({GET_FILE: hangs}), "timeout"),
    ("says 200 and an error", lambda h: h.answers.update({GET_FILE: answers(200, ok=False)}), "error_body"),
    ("says 200 and nothing of use", lambda h: h.answers.update({GET_FILE: answers(200, ok=True)}), "error_body"),
    ("does not take the token", lambda h: h.answers.update({GET_FILE: answers(401, ok=False, error_code=401)}), "token_refused"),
    ("has too much to do", lambda h: h.answers.update({GET_FILE: answers(429, ok=False, error_code=429)}), "error_body"),
    ("is ill", lambda h: broken(h, answers(503)), "http_503"),
    ("forgot its own path", lambda h: broken(h, answers(404)), "expired"),
]  # fmt: skip


def answers(status, **fields):
    async def behave(_):
        return says(status, **fields)

    return behave


@pytest.mark.parametrize(
    ("set_up", "why"), [x[1:] for x in LATER], ids=[x[0] for x in LATER]
)
async def test_what_may_be_good_later_is_tried_again_with_growing_pauses(
    sender, host, database, clock, set_up, why
):
    set_up(host)
    await sender.picture()
    await sender.fetch()
    assert await sender.states() == [("promised", None)]
    row = await database.fetchrow("SELECT * FROM outbox WHERE job = 'fetch_media'")
    assert (row["failures"], row["last_error"], row["dead_at"]) == (1, why, None)
    assert row["leased_until"] - clock.now() == timedelta(seconds=15)
    host.answers.clear()
    host.telegram("F1", png())
    await sender.fetch()
    assert await sender.states() == [("kept", None)]


async def test_after_the_last_try_people_are_told_what_is_missing(sender, host, database):
    host.answers[GET_FILE] = answers(503)
    rules = sender.rt.config.channels
    few = msgspec.structs.replace(rules.media, tries=2)
    sender.rt.config = replace(
        sender.rt.config, channels=msgspec.structs.replace(rules, media=few)
    )
    await sender.picture()
    await sender.fetch()
    assert await sender.states() == [("promised", None)]
    await sender.fetch()
    assert await sender.states() == [("failed", "error_body")]
    assert await database.fetchval("SELECT dead_at FROM outbox WHERE job = 'fetch_media'")


WHATSAPP = [
    # what it answers                                                               state, why
    ("the id is gone", answers(400, error={"code": 100, "error_subcode": 33}), "failed", "expired"),
    ("the same with 200", answers(200, error={"code": 100, "error_subcode": 33}), "failed", "expired"),
    ("the token is gone", answers(401, error={"code": 190}), "promised", None),
    ("the same with 200", answers(200, error={"code": 190}), "promised", None),
    ("too many calls", answers(400, error={"code": 130429}), "promised", None),
    ("no address", answers(200, id="301"), "promised", None),
    ("another's address", answers(200, url="https://evil.example.kz/x"), "refused", "host_not_allowed"),
    ("an address within", answers(200, url="http://169.254.169.254/x"), "refused", "host_not_allowed"),
    ("4 GB", answers(200, url="https://lookaside.fbsbx.com/x", file_size=2**32), "refused", "too_large"),
    ("no JSON", answers(404), "failed", "expired"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("says", "state", "why"), [w[1:] for w in WHATSAPP], ids=[w[0] for w in WHATSAPP]
)
async def test_whatsapp_says_no_in_many_ways(sender, host, says, state, why):
    host.answers["/v23.0/301"] = says
    await sender.sends(Media("image", ref="301"), channel=Channel.WHATSAPP)
    await sender.fetch()
    assert await sender.states() == [(state, why)]
    assert all("evil" not in path for path, _ in host.seen)


async def test_a_wrong_sum_is_an_error_and_not_a_picture(sender, host, database):
    host.whatsapp(
        "301", b'{"error": {"code": 1}}', sha256=hashlib.sha256(png()).hexdigest()
    )
    await sender.sends(Media("image", ref="301"), channel=Channel.WHATSAPP)
    await sender.fetch()
    assert await sender.states() == [("promised", None)]
    error = "SELECT last_error FROM outbox WHERE job = 'fetch_media'"
    assert await database.fetchval(error) == "checksum"


async def test_a_media_id_that_is_a_path_is_not_asked_for(sender, host):
    await sender.sends(Media("image", ref="../me?access_token=x"), channel=Channel.WHATSAPP)
    await sender.fetch()
    assert await sender.states() == [("refused", "bad_address")]
    assert host.seen == []


async def test_a_second_run_fetches_only_what_is_missing(sender, host):
    host.telegram("F1", png())
    await sender.sends(Media("image", ref="F1"), Media("image", ref="F9"))
    host.answers[GET_FILE] = first_only(host.answers[GET_FILE])
    await sender.fetch()
    assert await sender.states() == [("kept", None), ("promised", None)]
    asked = len(host.asked(f"/file/bot{TOKEN}/photos/file_1.jpg"))
    await sender.fetch()
    assert len(host.asked(f"/file/bot{TOKEN}/photos/file_1.jpg")) == asked == 1


def first_only(behave):
    async def chosen(request):
        if request.query["file_id"] == "F1":
            return await behave(request)
        return says(500)

    return chosen


async def test_two_workers_at_once_store_it_once(sender, host, database):
    import asyncio

    host.telegram("F1", png())
    await sender.picture()
    ids = await owed(sender.rt, JobName.FETCH_MEDIA)
    await asyncio.gather(*(fetch_media(sender.rt, ids) for _ in range(2)))
    assert await sender.states() == [("kept", None)]
    kept = "SELECT count(*) FROM case_events WHERE event = 'media_kept'"
    assert await database.fetchval(kept) == 1


async def test_without_a_token_nothing_is_asked_and_nothing_is_lost(sender, host, database):
    sender.rt.settings = replace(sender.rt.settings, telegram_token="")
    await sender.picture()
    await sender.fetch()
    assert await sender.states() == [("promised", None)]
    assert host.seen == []


CLAIMS = [
    ("4 GB", Media("image", ref="F1", size=2**32), "too_large"),
    ("more than any number holds", Media("image", ref="F1", size=10**40), None),
    ("less than nothing", Media("image", ref="F1", size=-1), None),
    ("a type with NUL", Media("image", ref="F1", mime="image/\0png"), None),
    ("a type of half a pair", Media("image", ref="F1", mime="\ud800" * 500), None),
    ("a kind that nobody knows", Media("hologram", ref="F1"), None),
    ("a name of half a pair", Media("image", ref="F1", name="\ud800\0" * 500), None),
]


@pytest.mark.parametrize(
    ("claimed", "refused"), [c[1:] for c in CLAIMS], ids=[c[0] for c in CLAIMS]
)
async def test_no_claim_costs_the_message(sender, host, claimed, refused):
    host.telegram("F1", png())
    await sender.sends(claimed)
    await sender.fetch()
    expected = ("refused", refused) if refused else ("kept", None)
    assert await sender.states() == [expected]
    assert (host.seen == []) is bool(refused)


async def test_an_album_of_a_thousand_keeps_the_message_and_says_how_many_more(
    sender, host
):
    host.telegram("F1", png())
    await sender.sends(*[Media("image", ref="F1")] * 1000)
    await sender.fetch()
    states = await sender.states()
    assert states == [*[("kept", None)] * MOST_MEDIA, ("refused", "too_many")]


async def test_of_an_album_whose_host_is_away_only_a_few_are_asked_for(sender, host, clock):
    host.answers[GET_FILE] = answers(503)
    await sender.sends(*[Media("image", ref=f"F{n}") for n in range(10)])
    await sender.fetch()
    assert len(host.seen) == 3
    assert await sender.states() == [("promised", None)] * 10


async def test_one_that_always_fails_keeps_back_none_of_the_rest(sender, host, clock):
    host.telegram("F9", png())
    works = host.answers[GET_FILE]

    async def mostly_ill(request):
        return await works(request) if request.query["file_id"] == "F9" else says(503)

    host.answers[GET_FILE] = mostly_ill
    await sender.sends(*[Media("image", ref=f"F{n}") for n in range(10)])
    for _ in range(5):
        await sender.fetch()
        clock.forward(timedelta(seconds=3))
    assert (await sender.states())[-1] == ("kept", None)


# -- partners ----------------------------------------------------------------------------
def partner_media(*attachments):
    body = {"external_id": "E", "text": "", "attachments": attachments}
    return attached(read_report(json.dumps(body).encode(), regions=(), now=START, depth=20))


ATTACHMENTS = [
    ("all of it", {"url": "https://a.kz/1", "name": "a.jpg", "type": "image/jpeg", "size": 5}, Media("image", "https://a.kz/1", "image/jpeg", "a.jpg", 5)),
    ("other names", {"href": "https://a.kz/1", "filename": "a", "mime": "audio/ogg"}, Media("audio", "https://a.kz/1", "audio/ogg", "a")),
    ("a name alone", {"name": "a.jpg"}, Media("file", name="a.jpg")),
    ("nothing", {}, Media("file")),
    ("nonsense", {"url": 5, "name": [1], "type": {}, "size": "x"}, Media("file")),
    ("a size that is a yes", {"url": "https://a.kz/1", "size": True}, Media("file", "https://a.kz/1")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "expected"), [a[1:] for a in ATTACHMENTS], ids=[a[0] for a in ATTACHMENTS]
)
def test_any_attachment_is_a_medium(told, expected):
    assert partner_media(told) == (expected,)


async def test_a_partner_s_files_are_fetched_from_agreed_hosts_only(sender, host):
    host.files["/files/1"] = png()
    rules = sender.rt.config.channels
    agreed = msgspec.structs.replace(rules.partners["default"], media_hosts=[host.url])
    partners = {**rules.partners, "ngo": agreed}
    sender.rt.config = replace(
        sender.rt.config, channels=msgspec.structs.replace(rules, partners=partners)
    )
    found = partner_media(
        {"url": f"{host.url}/files/1", "type": "image/png"}, {"name": "a"}
    )
    await sender.sends(*found, channel=Channel.PARTNER, account="ngo")
    await sender.sends(*found, channel=Channel.PARTNER, account="eotinish")
    await sender.fetch()
    assert await sender.states() == [
        ("kept", None),
        ("refused", "no_address"),
        ("refused", "host_not_allowed"),
        ("refused", "no_address"),
    ]
    assert len(host.seen) == 1


# -- parsed again ------------------------------------------------------------------------
async def test_media_that_a_mended_parser_finds_are_fetched_and_looked_at_too(
    sender, host, database
):
    host.telegram("F1", png())
    await sender.sends(kind=InboundKind.UNPARSED)
    contact = await database.fetchval("SELECT id FROM contacts")
    found = Inbound(
        channel=Channel.TELEGRAM, account="bot", external_id="m1", text="", raw=b"{}",
        media=(Media("image", ref="F1"), Media("file", content=b"MZ")),
    )  # fmt: skip
    for _ in range(2):
        await parse_again(sender.rt, contact, [found])
        await sender.fetch()
        assert await sender.states() == [("kept", None), ("quarantined", "program")]


# -- forgetting --------------------------------------------------------------------------
async def test_what_a_forgotten_person_sent_is_gone_and_no_longer_fetched(sender, host):
    people = await everybody(sender.rt)
    host.telegram("F1", png())
    kept = await sender.picture()
    await sender.fetch()
    waiting = await sender.picture()
    await forget_person(sender.rt, people["supervisor"].viewer, [kept, waiting])
    host.seen.clear()
    await sender.fetch()
    assert await sender.states() == [("kept", None), ("refused", "forgotten")]
    for row in await sender.media():
        gone = ("sealed_content", "sealed_ref", "sealed_name", "fingerprint")
        assert all(row[name] is None for name in gone)
    assert host.seen == []


async def test_who_is_forgotten_while_it_is_fetched_is_not_stored(sender, host):
    people = await everybody(sender.rt)
    receipt = await sender.picture()

    async def forgets(request):
        await forget_person(sender.rt, people["supervisor"].viewer, [receipt])
        return await found(request)

    host.telegram("F1", png())
    found = host.answers[GET_FILE]
    host.answers[GET_FILE] = forgets
    await sender.fetch()
    [row] = await sender.media()
    assert (row["state"], row["sealed_content"]) == ("refused", None)


# -- nothing of a person is logged -------------------------------------------------------
async def test_neither_a_token_nor_an_address_is_logged(
    sender, host, database, capsys, caplog
):
    host.answers[GET_FILE] = redirects("https://zlobokvak.example.kz/")
    await sender.sends(
        Media("image", ref="fyrchekoz"), Media("image", ref="https://a b/fyrchekoz")
    )
    await sender.fetch()
    said = capsys.readouterr()
    rows = await database.fetch("SELECT * FROM outbox")
    events = await database.fetch("SELECT * FROM case_events")
    written = said.out + said.err + caplog.text + str(rows) + str(events)
    for secret in (TOKEN, "zlobokvak", "fyrchekoz", "/getFile"):
        assert secret not in written


async def test_a_contact_without_media_promises_no_fetching(sender, database):
    await receive_contact(
        sender.rt,
        Inbound(
            channel=Channel.TELEGRAM, account="bot", external_id="1", text="x", raw=b"{}"
        ),
    )
    assert await owed(sender.rt, JobName.FETCH_MEDIA) == []
