"""Letters go out by a real SMTP server; what it says, or fails to say, decides what is done."""

import asyncio
import re
import socket
import ssl
from contextlib import asynccontextmanager
from dataclasses import replace
from email import message_from_bytes, policy

import pytest
from aiosmtpd.smtp import SMTP

from hotline.cases.letter_token import answered, key_of
from hotline.cases.terms import Channel
from hotline.notify.mail import MailTransport
from hotline.notify.smtp import MailServer
from hotline.notify.transport import Failed, Letter, Retry, Sent, Uncertain
from hotline.notify.transports import open_transports
from hotline.settings import Settings
from tests.notify.stand_ins import MailServer as SmallServer

KEY = key_of("k" * 32)
OURS = "111@hotline.example"
WRITER = "aigul@example.kz"
LETTER = Letter(4711, WRITER, "Өтінішіңіз қабылданды. №26-004821-7", "kk", facts={
    "message_id": "<hers@example.kz>", "references": "<older@example.kz>",
    "subject": "Муж избивает меня", "contact_id": "26000000001"})  # fmt: skip


class Peer:
    """Keeps what aiosmtpd takes; `says` maps a step to another answer."""

    def __init__(self, **says):
        self.says, self.letters, self.to, self.options = says, [], [], []

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        envelope.mail_from = address
        self.options = options
        return self.says.get("mail", "250 ok")

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        envelope.rcpt_tos.append(address)
        self.to.append(address)
        return self.says.get("rcpt", "250 ok")

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        said = self.says.get("data", "250 kept")
        if said == "hang":
            await asyncio.sleep(30)
        if said == "drop":
            server.transport.abort()
            return "250 never heard"
        self.letters.append(
            message_from_bytes(envelope.original_content, policy=policy.default)
        )
        return said


@asynccontextmanager
async def peer(**says):
    found, loop = Peer(**says), asyncio.get_running_loop()
    utf8 = not says.pop("ascii_only", False)
    server = await loop.create_server(
        lambda: SMTP(found, enable_SMTPUTF8=utf8, hostname="peer.example", loop=loop),
        "127.0.0.1", 0,
    )  # fmt: skip
    found.port = server.sockets[0].getsockname()[1]
    yield found
    server.close()


async def sent(port, letter=LETTER, **patience):
    server = MailServer(f"smtp://127.0.0.1:{port}", OURS, **patience)
    return await MailTransport(server, KEY).send(None, letter)


async def test_an_answer_is_plain_text_in_the_persons_own_thread():
    async with peer() as server:
        result = await sent(server.port)
    [letter] = server.letters
    assert isinstance(result, Sent)
    assert result.provider_id == letter["Message-ID"]
    assert (letter["From"], letter["To"], server.to) == (OURS, WRITER, [WRITER])
    assert letter["In-Reply-To"] == "<hers@example.kz>"
    assert letter["References"] == "<older@example.kz> <hers@example.kz>"
    assert (letter["Auto-Submitted"], letter["X-Hotline-Loop"]) == ("auto-replied", "111")
    assert letter.get_content_type() == "text/plain"
    assert letter.get_content().strip() == LETTER.text
    known = answered(KEY, letter["Message-ID"], WRITER)
    assert (known.letter_id, known.own) == (4711, True)


@pytest.mark.parametrize(
    ("locale", "subject"),
    [
        ("kk", "Жауап"),
        ("ru", "Ответ"),
        ("kk+ru", "Жауап / Ответ"),
    ],
)
async def test_the_subject_tells_nothing_and_repeats_nothing(locale, subject):
    async with peer() as server:
        await sent(server.port, replace(LETTER, locale=locale))
    [letter] = server.letters
    assert letter["Subject"] == subject
    headers = str(letter).partition("\n\n")[0]
    assert "избивает" not in headers
    for word in ("зорлық", "насили", "опек", "111"):
        assert word not in subject.lower()


async def test_every_attempt_bears_one_message_id():
    async with peer() as server:
        first, second = await sent(server.port), await sent(server.port)
    assert first == second
    assert len({letter["Message-ID"] for letter in server.letters}) == 1


ANSWERS = [
    # what the server does               step, answer              what it means
    ("greylists the recipient", {"rcpt": "450 4.2.0 later"}, Retry(300.0, "smtp_450")),
    ("is closing", {"mail": "421 4.3.2 closing"}, Retry(300.0, "smtp_421")),
    ("has no room for the letter", {"data": "452 4.3.1 full"}, Retry(300.0, "smtp_452")),
    ("knows no such person", {"rcpt": "550 5.1.1 no such user"}, Failed("smtp_550")),
    ("refuses our address", {"mail": "553 5.1.8 no"}, Failed("smtp_553")),
    ("refuses the words", {"data": "554 5.7.1 spam"}, Failed("smtp_554")),
    ("drops the line after the letter", {"data": "drop"}, Uncertain("line_broke")),
    ("never says what became of the letter", {"data": "hang"}, Uncertain("timeout")),
]  # fmt: skip


@pytest.mark.parametrize(("text", "says", "wanted"), ANSWERS, ids=[t for t, *_ in ANSWERS])
async def test_what_the_server_says_decides_whether_it_is_tried_again(text, says, wanted):
    async with peer(**says) as server:
        assert await sent(server.port, letter_s=0.5) == wanted


async def test_what_breaks_before_the_letter_surely_was_not_taken():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert await sent(port) == Retry(30.0, "ConnectionRefusedError")

    async def mute(reader, writer):
        await reader.read()
        writer.close()

    server = await asyncio.start_server(mute, "127.0.0.1", 0)
    assert await sent(server.sockets[0].getsockname()[1], before_s=0.3) == Retry(
        30.0, "timeout"
    )
    server.close()


@pytest.mark.parametrize("banner", [b"554 5.3.2 no mail today\r\n", b"garbage\r\n", b""])
async def test_a_strange_greeting_says_nothing_of_the_letter(banner):
    async def strange(_, writer):
        writer.write(banner)
        writer.close()

    server = await asyncio.start_server(strange, "127.0.0.1", 0)
    found = await sent(server.sockets[0].getsockname()[1], before_s=1)
    assert isinstance(found, Retry)
    server.close()


HOSTILE = [
    # what an address or a header of theirs holds
    ("a second line in the address", replace(LETTER, to="a@b.kz\r\nBcc: c@d.kz"), Failed),
    ("no address at all", replace(LETTER, to="77010000011"), Failed),
    ("two addresses", replace(LETTER, to="a@b.kz, c@d.kz"), Failed),
    ("a second line in their Message-ID", replace(LETTER, facts={"message_id": "<a@b>\r\nBcc: <c@d>"}), Sent),
    ("a Message-ID that is none", replace(LETTER, facts={"message_id": "ә" * 5_000}), Sent),
    ("NUL and a lone dot", replace(LETTER, text="a\x00b\r\n.\r\nc"), Sent),
]  # fmt: skip


@pytest.mark.parametrize(("text", "letter", "kind"), HOSTILE, ids=[t for t, *_ in HOSTILE])
async def test_nothing_of_theirs_becomes_a_header_of_ours(text, letter, kind):
    async with peer() as server:
        assert isinstance(await sent(server.port, letter), kind)
    for came in server.letters:
        assert came["Bcc"] is None
    assert all(re.fullmatch(r"\S+@\S+", address) for address in server.to)


async def test_a_cyrillic_address_goes_only_where_the_server_can_carry_it():
    to = replace(LETTER, to="айгүл@пошта.қаз")
    async with peer() as server:
        assert isinstance(await sent(server.port, to), Sent)
    assert "SMTPUTF8" in server.options
    async with peer(ascii_only=True) as server:
        assert await sent(server.port, to) == Failed("no_smtputf8")
    assert server.letters == []


async def test_a_certificate_that_nobody_signed_is_not_believed(tmp_path):
    context = _self_signed(tmp_path)

    async def never(reader, writer):
        writer.close()

    server = await asyncio.start_server(never, "127.0.0.1", 0, ssl=context)
    url = f"smtps://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    found = await MailTransport(MailServer(url, OURS, before_s=3), KEY).send(None, LETTER)
    assert found == Retry(30.0, "SSLCertVerificationError")
    server.close()


async def test_the_environment_opens_the_transport_and_a_small_server_takes_a_letter():
    async with SmallServer() as server:
        url = f"smtp://127.0.0.1:{server.port}"
        settings = Settings(
            "postgresql://x", "redis://x", "k" * 32, smtp_url=url, smtp_from=OURS
        )
        transport = open_transports(settings)[Channel.EMAIL]
        assert isinstance(await transport.send(None, LETTER), Sent)
    assert server.to == [WRITER]
    assert "hidden" not in repr(replace(transport.server, url="smtp://u:hidden@h"))


def _self_signed(folder):
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name)
        .public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = folder / "peer.pem"
    pem.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context
