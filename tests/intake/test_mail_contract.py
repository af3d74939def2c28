"""The contract over letters: the same list of cases as for channels that post."""

import asyncio
import smtplib
import socket
from email import policy
from email.message import EmailMessage

import pytest
from structlog.testing import capture_logs

from hotline.cases.letter_token import key_of, token_of
from hotline.intake.mail_door import house_of, take_letter
from hotline.intake.replay import replay
from tests.conftest import SECRET_KEY, START
from tests.intake.doors import opened, rows
from tests.intake.post_office import OURS, WRITER, example, letter, mail_rules, post_office

SCHEMES = ["smtp", "lmtp"]


@pytest.fixture(params=SCHEMES)
async def send(rt, request):
    async with post_office(rt, request.param) as found:
        yield found


async def events(database):
    return await database.fetchval("SELECT string_agg(data::text, ' ') FROM case_events")


async def test_a_genuine_letter_is_one_sealed_contact(send, rt, database):
    assert await send(letter("Баламды әкесі ұрады", subject="Көмек")) == 250
    [contact] = await rows(database)
    assert (contact["channel"], contact["account"], contact["state"]) == (
        "email",
        "111",
        "received",
    )
    assert contact["may_write"]
    inside = await opened(rt, database, contact)
    assert inside["text"] == "Көмек\nБаламды әкесі ұрады"
    assert inside["who"]["sender"] == WRITER
    assert inside["who"]["identity"]["name"] == "Айгүл"
    assert inside["who"]["identity"]["extra"]["message_id"] == "<a@b.kz>"
    assert inside["raw"].endswith(letter("Баламды әкесі ұрады", subject="Көмек"))
    signs = await database.fetchval("SELECT heard_at IS NOT NULL FROM channel_signs")
    assert signs


async def test_the_same_letter_again_and_fifty_at_once_are_one(send, database):
    answers = await asyncio.gather(*(send(letter()) for _ in range(50)))
    assert set(answers) == {250}
    assert len(await rows(database)) == 1
    assert (
        await database.fetchval("SELECT count(*) FROM outbox WHERE job = 'triage_contact'")
        == 1
    )


async def test_one_message_id_with_other_words_is_another_contact(send, database):
    assert await send(letter("бірінші")) == 250
    assert await send(letter("екінші")) == 250
    assert len(await rows(database)) == 2


async def test_what_a_letter_met_on_its_way_makes_no_second_one(send, database):
    again = (
        b"Received: from a by b; now\r\nDelivered-To: 111@hotline.example\r\n" + letter()
    )
    assert await send(letter()) == 250
    assert await send(again) == 250
    assert await send(letter(), to=(OURS, "hotline@localhost")) == 250
    assert len(await rows(database)) == 1


async def test_a_later_letter_that_comes_first_is_kept_by_itself(send, database):
    await send(letter("екінші", message_id="<2@b.kz>", References="<1@b.kz>"))
    await send(letter("бірінші", message_id="<1@b.kz>"))
    assert len(await rows(database)) == 2


FOREIGN = [
    # who the letter is for          answer
    ("another mailbox here", "director@hotline.example", 550),
    ("another house", "111@other.example", 550),
    ("the same name elsewhere", "111@hotline.example.evil.example", 550),
    ("a token that is not ours", "case-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@hotline.example", 550),
    ("our address in capitals", "111@HOTLINE.EXAMPLE", 250),
    ("the postmaster", "postmaster@hotline.example", 250),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "to", "code"), FOREIGN, ids=[text for text, *_ in FOREIGN]
)
async def test_only_addresses_of_ours_are_taken(send, database, text, to, code):
    assert await send(letter(), to=(to,)) == code
    assert len(await rows(database)) == (1 if code == 250 else 0)


async def test_by_lmtp_every_recipient_has_an_answer_of_its_own(rt, database):
    async with post_office(rt, "lmtp") as send:

        def talk():
            with smtplib.LMTP("127.0.0.1", send.port, timeout=10) as server:
                server.ehlo_or_helo_if_needed()
                server.mail(WRITER)
                to = [OURS, "nobody@hotline.example", "hotline@localhost"]
                first = [server.rcpt(address)[0] for address in to]
                return first, [server.data(letter())[0], server.getreply()[0]]

        assert await asyncio.to_thread(talk) == ([250, 550, 250], [250, 250])
    assert len(await rows(database)) == 1


FORGED = [
    # what the letter claims                          headers
    ("nothing", {}),
    ("a result of a foreign server", {"Authentication-Results": "mx.evil.example; dmarc=pass header.from=example.kz"}),
    ("our server's name, below a foreign one", {"Authentication-Results": "mx.evil.example; none\r\nAuthentication-Results: mx.hotline.example; dmarc=pass header.from=example.kz"}),
    ("a pass for another domain", {"Authentication-Results": "mx.hotline.example; dkim=pass header.d=evil.example"}),
    ("a pass inside a comment", {"Authentication-Results": "mx.hotline.example; spf=fail (dmarc=pass header.from=example.kz)"}),
    ("a failure", {"Authentication-Results": "mx.hotline.example; dmarc=fail header.from=example.kz"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "headers"), FORGED, ids=[text for text, _ in FORGED])
async def test_a_sender_that_nothing_proves_is_marked(send, rt, database, text, headers):
    mail_rules(rt, authserv_ids=["mx.hotline.example"])
    await send(letter(**headers))
    assert "sender_unproven" in await events(database)


async def test_a_sender_that_our_own_server_proved_is_not_marked(send, rt, database):
    mail_rules(rt, authserv_ids=["mx.hotline.example"])
    said = "mx.hotline.example; spf=none; dkim=pass header.d=example.kz header.s=a"
    await send(letter(Authentication_Results=said))
    assert "sender_unproven" not in await events(database)


@pytest.fixture
async def our_letter(rt, database):
    """A contact of the writer's, and a letter of ours to it; give contact id and Message-ID."""
    first = await take_letter(rt, letter("бірінші", message_id="<first@example.kz>"))
    contact = (await rows(database))[0]
    letter_id = await database.fetchval(
        "INSERT INTO outbound (contact_id, channel, account, kind, locale, state, made_at)"
        " VALUES ($1, 'email', '111', 'reply', 'kk', 'sent', now()) RETURNING id", contact["id"],
    )  # fmt: skip
    assert first.outcome.fresh
    return contact[
        "id"
    ], f"<{token_of(key_of(SECRET_KEY), letter_id, WRITER)}@hotline.example>"


async def test_an_answer_by_whom_we_wrote_to_goes_on_in_the_thread(
    send, rt, database, our_letter
):
    contact_id, number = our_letter
    await send(letter("жауап", message_id="<2@b.kz>", In_Reply_To=number))
    assert (await rows(database))[-1]["follows_id"] == contact_id
    await send(
        letter("тағы", message_id="<3@b.kz>", References=f"<x@y.kz>\r\n {number.upper()}")
    )
    assert (await rows(database))[-1]["follows_id"] == contact_id


async def test_a_token_in_another_hand_opens_no_thread_and_is_told(
    send, database, our_letter
):
    _, number = our_letter
    await send(letter("бөтен", sender="other@example.kz", In_Reply_To=number))
    assert (await rows(database))[-1]["follows_id"] is None
    assert "token_of_another" in await events(database)


@pytest.mark.parametrize("subject", ["Re: №{receipt}", "Re: [111-{receipt}]", "{receipt}"])
async def test_a_number_alone_opens_no_thread(send, database, our_letter, subject):
    receipt = (await rows(database))[0]["receipt"]
    number = f"<case-{receipt}@hotline.example>"
    await send(letter("бөтен", subject=subject.format(receipt=receipt), In_Reply_To=number))
    assert (await rows(database))[-1]["follows_id"] is None


def bounce(number, action="failed", status="5.1.1"):
    return example("dsn_bounce").replace(
        b"<case-111-26-004821-7@hotline.example>", number.encode()
    ).replace(b"Action: failed", f"Action: {action}".encode()).replace(
        b"5.1.1", status.encode())  # fmt: skip


async def test_a_bounce_of_a_letter_of_ours_ends_it_and_makes_no_contact(
    send, database, our_letter
):
    _, number = our_letter
    await send(bounce(number, "delayed", "4.4.1"), sender="")
    assert await database.fetchval("SELECT state FROM outbound") == "sent"
    for _ in range(2):
        assert await send(bounce(number), sender="") == 250
    row = await database.fetchrow("SELECT state, reason FROM outbound")
    assert tuple(row) == ("failed", "dsn_5.1.1")
    assert len(await rows(database)) == 1


async def test_a_forged_bounce_ends_nothing(send, database, our_letter):
    _, number = our_letter
    wrong = number.replace(number[10:14], "aaaa")
    assert await send(bounce(wrong), sender="") == 250
    assert await database.fetchval("SELECT state FROM outbound") == "sent"


async def test_a_report_without_its_machine_part_is_somebodys_words(send, database):
    broken = example("dsn_bounce").replace(b"message/delivery-status", b"text/plain")
    assert await send(broken, sender="") == 250
    assert len(await rows(database)) == 1


AUTOMATIC = [
    # what says so
    {"Auto-Submitted": "auto-generated"},
    {"Auto-Submitted": "AUTO-REPLIED; owner-email=x"},
    {"Precedence": "bulk"},
    {"X-Auto-Response-Suppress": "All"},
    {"List-Id": "<parents.example.kz>"},
]


@pytest.mark.parametrize("headers", AUTOMATIC, ids=str)
async def test_an_automatic_letter_is_kept_and_never_to_be_answered(
    send, database, headers
):
    await send(letter(**headers))
    [contact] = await rows(database)
    assert not contact["may_write"]
    assert "auto_reply" in await events(database)


async def test_a_null_return_path_is_automatic_and_no_is_not(send, database):
    await send(letter(), sender="")
    await send(letter("өз қолыммен", Auto_Submitted="no"))
    assert [contact["may_write"] for contact in await rows(database)] == [False, True]


async def test_our_own_letters_are_dropped_and_others_beside_us_are_not(send, database):
    await send(letter(X_Hotline_Loop="111"))
    await send(letter(sender="111@hotline.example"))
    await send(letter(sender="hotline@localhost"))
    assert await rows(database) == []
    await send(letter(From=f"{OURS}, {WRITER}"))
    assert len(await rows(database)) == 1


CUT = [0.05, 0.3, 0.5, 0.7, 0.9, 0.99]


@pytest.mark.parametrize("part", CUT)
async def test_a_truncated_letter_is_kept(send, database, part):
    whole = example("html_attachment")
    assert await send(whole[: int(len(whole) * part)]) == 250
    assert len(await rows(database)) == 1


HOSTILE = [
    # what comes                      bytes
    ("nothing", b""),
    ("a lone dot", b"."),
    ("only headers", b"From: a@b.kz\r\nSubject: x"),
    ("no header at all", "көмектесіңізші".encode()),
    ("NUL and all bytes", bytes(range(256)) * 20),
    ("a line of a megabyte", letter("ұ" * 500_000)),
    ("2,000 multiparts in each other", b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(2_000)) + b"\r\nhelp"),
    ("20,000 parts", b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 20_000 + b"--b--"),
    ("1,000 letters in each other", b"Content-Type: message/rfc822\r\n\r\n" * 1_000 + b"\r\nhelp"),
    ("20,000 headers", b"X-A: b\r\n" * 20_000 + b"\r\nhelp"),
    ("a comment of brackets", b"From: " + b"(" * 50_000 + b"\r\n\r\nhelp"),
    ("an encoded word without end", b"Subject: =?utf-8?b?" + b"A" * 50_000 + b"\r\n\r\nhelp"),
    ("a parameter of quotes", b'Content-Type: text/plain; a="' + b'";"' * 20_000 + b"\r\n\r\nhelp"),
    ("HTML of open tags", b"Content-Type: text/html\r\n\r\n" + b"<" * 200_000),
    ("HTML of comments", b"Content-Type: text/html\r\n\r\n" + b"<!--" * 100_000),
    ("HTML of scripts", b"Content-Type: text/html\r\n\r\n" + b"<script>" * 50_000),
    ("an unknown charset", letter(Content_Type='text/plain; charset="x-\x00nope"')),
    ("a charset that is none of letters", letter(Content_Type="text/plain; charset=zlib")),
    ("broken base64", letter("!!!", Content_Transfer_Encoding="base64")),
    ("broken quoted-printable", letter("=ZZ=4", Content_Transfer_Encoding="quoted-printable")),
    ("an empty boundary", letter(Content_Type='multipart/mixed; boundary=""')),
    ("a date of the year 99999", letter(Date="Sat, 21 Nov 99999 15:20:00 +9999")),
]  # fmt: skip


@pytest.mark.parametrize(
    "raw", [raw for _, raw in HOSTILE], ids=[text for text, _ in HOSTILE]
)
async def test_a_hostile_letter_is_one_contact_soon(rt, database, raw):
    async with asyncio.timeout(10), post_office(rt) as send:
        assert await send(raw) == 250
    [contact] = await rows(database)
    wrapped = await database.fetchval("SELECT wrapped FROM keyring.keys")
    key = rt.sealer.open_key(contact["id"], wrapped)
    assert raw.rstrip(b"\r\n") in key.open("raw", contact["sealed_raw"]).replace(
        b"\r\n..", b"\r\n."
    )


async def test_a_letter_that_nobody_can_read_is_one_unparsed(
    send, rt, database, monkeypatch
):
    def broken(*_):
        raise KeyError("a bug")

    monkeypatch.setattr("hotline.intake.mail.gather", broken)
    for _ in range(2):
        assert await send(letter("пышақпен қорқытып жатыр")) == 250
    [contact] = await rows(database)
    assert contact["state"] == "unparsed"
    monkeypatch.undo()
    done = await replay(rt, "email", START)
    assert done["changed"] == 1
    [contact] = await rows(database)
    assert (contact["state"], contact["kind"]) == ("received", "message")
    assert (await opened(rt, database, contact))["text"] == "Хат\nпышақпен қорқытып жатыр"
    assert (await replay(rt, "email", START))["same"] == 1


async def test_more_than_size_is_refused_announced_or_not(send, rt, database):
    mail_rules(rt, largest_bytes=10_000)
    async with post_office(rt) as small:
        assert await small(letter("ұ" * 20_000)) == 552

        def announced():
            with smtplib.SMTP("127.0.0.1", small.port, timeout=10) as server:
                server.ehlo()
                return server.esmtp_features["size"], server.mail(WRITER, ["SIZE=20000"])[0]

        assert await asyncio.to_thread(announced) == ("10000", 552)
    assert await rows(database) == []


async def test_large_letters_at_once_are_all_kept_and_a_small_one_waits_for_none(
    rt, database
):
    def large(number):
        message = EmailMessage(policy=policy.SMTP)
        message["From"], message["Message-ID"] = WRITER, f"<{number}@b.kz>"
        message.set_content("суреттер")
        message.add_attachment(b"\xff\xd8\xff" * 700_000, maintype="image", subtype="jpeg")
        return message.as_bytes()

    async with post_office(rt) as send:
        sending = [asyncio.create_task(send(large(number))) for number in range(6)]
        assert await send(letter()) == 250
        assert await asyncio.gather(*sending) == [250] * 6
    assert len(await rows(database)) == 7
    assert await database.fetchval("SELECT count(*) FROM media_contents") == 6


async def test_while_the_store_is_away_the_sender_keeps_its_copy(
    send, rt, database, monkeypatch, tmp_path
):
    host = rt.intake._options["host"]
    monkeypatch.setitem(rt.intake._options, "host", str(tmp_path))
    assert await send(letter()) == 451
    monkeypatch.setitem(rt.intake._options, "host", host)
    assert await send(letter()) == 250
    assert len(await rows(database)) == 1


async def test_a_mistake_of_ours_is_451_and_not_the_end(send, database, monkeypatch):
    async def broken(*_, **__):
        raise RuntimeError("a bug")

    monkeypatch.setattr("hotline.intake.mail_listen.take_letter", broken)
    with capture_logs() as logged:
        assert await send(letter()) == 451
    assert [line["event"] for line in logged] == ["smtp_session_failed"]
    monkeypatch.undo()
    assert await send(letter()) == 250
    assert len(await rows(database)) == 1


async def test_clients_that_hang_keep_nobody_waiting(rt, database):
    mail_rules(rt, clients=40)
    async with post_office(rt) as send:
        hanging = []
        for _ in range(30):
            client = socket.create_connection(("127.0.0.1", send.port))
            client.sendall(
                b"EHLO a\r\nMAIL FROM:<a@b.kz>\r\nRCPT TO:<111@hotline.example>\r\nDATA\r\nSub"
            )
            hanging.append(client)
        async with asyncio.timeout(5):
            assert await send(letter()) == 250
        for client in hanging:
            client.close()
    assert len(await rows(database)) == 1


async def test_one_client_too_many_is_asked_to_come_later(rt):
    mail_rules(rt, clients=1)
    async with post_office(rt) as send:
        with socket.create_connection(("127.0.0.1", send.port)) as first:
            assert (await asyncio.to_thread(first.recv, 100)).startswith(b"220")
            with socket.create_connection(("127.0.0.1", send.port)) as second:
                assert (await asyncio.to_thread(second.recv, 100)).startswith(b"421")


async def test_no_plain_text_stands_in_the_database_or_a_log(send, database, capfd, caplog):
    mail = letter("Кентауда ұрады", subject="Құпия тақырып")
    await send(mail)
    await send(mail, to=("kisi@elsewhere.example",))
    dump = ""
    for name in (
        "contacts",
        "case_events",
        "outbox",
        "media",
        "contact_traces",
        "channel_signs",
    ):
        for row in await database.fetch(f"SELECT t::text AS line FROM {name} t"):
            dump += row["line"]
    said = capfd.readouterr()
    everything = dump + said.out + said.err + caplog.text
    for secret in ("Кентау", "Құпия", "Айгүл", "aigul@example.kz", "kisi@elsewhere"):
        assert secret not in everything
        assert secret.encode().hex() not in everything


def test_no_key_stands_in_what_is_printed(rt):
    assert "key" not in repr(house_of(rt))
