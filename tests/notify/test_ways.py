"""Every way of waking speaks its provider's own protocol; one that fails gives way to the next."""

import socket
from dataclasses import replace

import msgspec
import pytest
from aiohttp.test_utils import TestServer
from standardwebhooks import Webhook

from hotline.clock import SystemClock
from hotline.notify.message import Message
from hotline.notify.ways import open_ways, try_ways
from hotline.settings import Settings, from_environment
from tests.notify.stand_ins import MailServer, Providers

SECRET = "whsec_dm9pY2UtYnJpZGdlLXNlY3JldC12b2ljZS1icmlkZ2U="
TOLD = Message(
    7,
    "ru",
    "26-004821-7",
    0,
    "Управление по защите прав детей",
    "abcdefghij",
    "https://111.example",
)
NOBODY = Settings("postgresql://x", "redis://x", "k" * 32)


@pytest.fixture
async def providers():
    stand_in = Providers()
    async with TestServer(stand_in.app) as server:
        stand_in.url = str(server.make_url("")).rstrip("/")
        yield stand_in


def configured(url, **more):
    return replace(
        NOBODY, kannel_url=f"{url}/sms", kannel_user="hotline", kannel_password="p&w",
        telegram_api=f"{url}/tg", telegram_token="123:abc", voice_url=f"{url}/voice/calls",
        voice_secret=SECRET, **more,
    )  # fmt: skip


async def tried(settings, *addresses, timeout_s=2.0):
    ways = open_ways(settings, SystemClock())
    return await try_ways(ways, addresses, replace(TOLD), timeout_s=timeout_s)


async def test_an_sms_goes_out_by_kannel(providers):
    found = await tried(configured(providers.url), ("sms", "+77010000011"))
    assert (found.reached, found.ways) == (True, ("sms:sent",))
    path, query, _, _ = providers.seen[0]
    assert path == "/sms/cgi-bin/sendsms"
    assert query["to"] == "+77010000011"
    assert (query["username"], query["password"], query["coding"]) == (
        "hotline",
        "p&w",
        "2",
    )
    assert query["text"] == TOLD.text


async def test_a_message_goes_out_by_telegram_without_a_preview(providers):
    assert (await tried(configured(providers.url), ("telegram", "4711"))).reached
    path, _, _, body = providers.seen[0]
    assert path == "/tg/bot123:abc/sendMessage"
    said = msgspec.json.decode(body)
    assert (said["chat_id"], said["text"]) == ("4711", TOLD.text)
    assert said["link_preview_options"] == {"is_disabled": True}


async def test_a_voice_bridge_is_asked_by_a_signed_webhook(providers):
    assert (await tried(configured(providers.url), ("voice", "+77010000011"))).reached
    _, _, headers, body = providers.seen[0]
    said = Webhook(SECRET).verify(body, {k.lower(): v for k, v in headers.items()})
    assert (said["to"], said["code"], said["lang"]) == ("+77010000011", "abcdefghij", "ru")
    assert headers["webhook-id"] == "page-7"


async def test_a_letter_goes_out_by_smtp_under_one_message_id():
    async with MailServer() as server:
        url = f"smtp://127.0.0.1:{server.port}"
        settings = replace(NOBODY, smtp_url=url, smtp_from="duty@111.example")
        for _ in range(2):
            assert (await tried(settings, ("email", "duty@akimat.example"))).reached
    assert server.to == ["duty@akimat.example"] * 2
    first, second = server.letters
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Auto-Submitted"] == "auto-generated"
    assert first.get_content().strip() == TOLD.text


FAILING = [
    ("the provider is broken", (500, "oops"), "http_500"),
    ("the password is wrong", (403, "no"), "http_403"),
    ("Kannel takes it not", (202, "5: Rejected"), "refused"),
    ("a redirect is not followed", (302, ""), "refused"),
    ("the provider is silent", 5.0, "timeout"),
]


@pytest.mark.parametrize(("text", "answer", "code"), FAILING)
async def test_what_fails_gives_way_to_the_next_at_once(providers, text, answer, code):
    providers.answers["sms"] = answer
    found = await tried(
        configured(providers.url),
        ("sms", "+77010000011"),
        ("telegram", "4711"),
        timeout_s=0.3,
    )
    assert (found.reached, found.ways) == (True, (f"sms:{code}", "telegram:sent"))
    assert all(path != "/elsewhere" for path, *_ in providers.seen)


async def test_a_refused_mailbox_and_a_dead_server_are_told_by_code_alone():
    async with MailServer(refuse="550") as server:
        settings = replace(NOBODY, smtp_url=f"smtp://127.0.0.1:{server.port}")
        found = await tried(settings, ("email", "nobody@akimat.example"))
    assert not found.reached
    assert "akimat" not in str(found.ways)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings = replace(NOBODY, smtp_url=f"smtp://127.0.0.1:{free.getsockname()[1]}")
        found = await tried(settings, ("email", "duty@akimat.example"))
    assert found.ways == ("email:ConnectionRefusedError",)


async def test_with_nothing_configured_nothing_is_sent_and_it_is_said():
    found = await tried(NOBODY, ("sms", "+77010000011"), ("email", "a@b.kz"))
    assert (found.reached, found.ways) == (
        False,
        ("sms:not_configured", "email:not_configured"),
    )


SMS_PART = 67  # characters of UCS-2 in one part of several


@pytest.mark.parametrize("locale", ["kk", "ru", "en"])
@pytest.mark.parametrize("base", ["", "https://111.example.kz"])
def test_the_words_are_neutral_and_fit_three_parts_of_an_sms(locale, base):
    told = replace(TOLD, locale=locale, base_url=base)
    assert "26-004821-7" in told.text
    assert told.code in told.text
    assert len(told.text) <= 3 * SMS_PART
    assert "{" not in told.text


WRONG = [
    ("a Kannel without a scheme", {"HOTLINE_KANNEL_URL": "kannel:13013"}, "HOTLINE_KANNEL_URL"),
    ("mail by http", {"HOTLINE_SMTP_URL": "http://mail"}, "HOTLINE_SMTP_URL"),
    ("a bridge without a secret", {"HOTLINE_VOICE_BRIDGE_URL": "https://b"}, "HOTLINE_VOICE_BRIDGE_SECRET"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "environ", "named"), WRONG)
def test_a_wrong_address_is_refused_at_the_start(text, environ, named):
    from hotline.errors import BadConfig

    given = {"HOTLINE_DATABASE_URL": "postgresql://x", "HOTLINE_REDIS_URL": "redis://x",
             "HOTLINE_SECRET_KEY": "k" * 32}  # fmt: skip
    with pytest.raises(BadConfig) as wrong:
        from_environment({**given, **environ})
    assert named in str(wrong.value)


def test_no_secret_stands_in_the_settings_as_printed():
    shown = repr(configured("http://x", smtp_url="smtp://u:hidden-word@h"))
    assert not [
        word for word in ("p&w", "123:abc", "hidden-word", "dm9pY2U") if word in shown
    ]
