"""Whatever a provider does on the line, each transport ends in time with one of five results.

Sent twice would be harm: whatever broke after a word went out is `uncertain`.
"""

import asyncio
import gzip
import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.notify.kannel import KannelTransport
from hotline.notify.provider import Said
from hotline.notify.telegram import TelegramTransport
from hotline.notify.transport import (
    Failed,
    Letter,
    Retry,
    Sent,
    Suppressed,
    Uncertain,
)
from hotline.notify.transports import open_line
from hotline.notify.viber import ViberTransport
from hotline.notify.viber import _result as of_viber
from hotline.notify.whatsapp import WhatsAppTransport
from hotline.notify.whatsapp import _result as of_whatsapp
from tests.notify.stand_ins import Rude, http

pytestmark = pytest.mark.slow  # it waits for lines that hang
RESULTS = Sent | Retry | Failed | Suppressed | Uncertain
TRANSPORTS = {
    "sms": lambda url: KannelTransport(url, "hotline", "pw"),
    "whatsapp": lambda url: WhatsAppTransport(url, "100", "token"),
    "viber": lambda url: ViberTransport(url, "token"),
    "telegram": lambda url: TelegramTransport(url, "1:token"),
}
LETTER = Letter(outbound_id=77, to="+77000000012", text="Заявка принята", locale="ru")
BOMB = gzip.compress(b"0" * 20_000_000)


@pytest.fixture(params=TRANSPORTS)
def transport(request):
    return TRANSPORTS[request.param]


async def sent(transport, url, timeout_s=0.5):
    async with asyncio.timeout(timeout_s + 2), open_line(timeout_s) as line:
        return await transport(url).send(line, LETTER)


BREAKS = [
    # what the provider does on the line      what it writes            then
    ("says nothing and hangs", b"", "hang"),
    ("says nothing and closes", b"", "close"),
    ("says nothing and resets", b"", "reset"),
    ("breaks off in its answer", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", "reset"),
    ("hangs in its answer", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", "hang"),
    ("speaks no HTTP", b"220 mail.example ESMTP\r\n", "close"),
    ("sends headers for ever", b"HTTP/1.1 200 OK\r\n", "drip"),
    ("sends a header without end", b"HTTP/1.1 200 OK\r\nX: " + b"x" * 2_000_000, "close"),
    ("sends a bad chunk", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "close"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "says", "then"), BREAKS, ids=[n for n, *_ in BREAKS])
async def test_what_breaks_after_a_word_went_out_is_uncertain_and_asked_once(
    transport, name, says, then
):
    async with Rude(says, then) as provider:
        assert isinstance(await sent(transport, provider.url), Uncertain)
        assert len(provider.heads) == 1


async def test_where_nobody_listens_the_message_surely_did_not_go(transport):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        assert isinstance(await sent(transport, url), Retry)


ODD = [
    # what comes                          the answer
    ("a bomb of 20 MB", http(BOMB, "200 OK", "Content-Encoding: gzip")),
    ("a claim of gzip that is none", http(b"{}", "200 OK", "Content-Encoding: gzip")),
    ("a page of 1 MB", http(b"<p>" * 350_000)),
    ("an array 100,000 deep", http(b"[" * 100_000)),
    ("an object 4,000 deep", http(b'{"a":' * 4_000)),
    ("no UTF-8", http(b'{"status": "\xff\xfe"}')),
    ("a moved address", http(b"", "301 Moved", "Location: http://127.0.0.1:1/")),
    ("no length, then the end", b"HTTP/1.1 200 OK\r\n\r\n{}"),
]


@pytest.mark.parametrize(("name", "says"), ODD, ids=[name for name, _ in ODD])
async def test_an_odd_answer_is_one_result_in_time(transport, name, says):
    async with Rude(says) as provider:
        assert isinstance(await sent(transport, provider.url), Uncertain | Failed)
        assert len(provider.heads) == 1


async def test_an_answer_in_pieces_is_read_whole():
    body = b'{"messages": [{"id": "wamid.1"}]}'
    head = http(body)[: -len(body)]

    async def in_pieces(_reader, writer):
        for piece in (head, body[:10], body[10:]):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.02)
        writer.close()

    server = await asyncio.start_server(in_pieces, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        assert await sent(TRANSPORTS["whatsapp"], url) == Sent("wamid.1")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
NAMED = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("error", "messages", "status", "message_token", "code"), JSON),
)


@given(st.integers(100, 599), NAMED | JSON, st.none() | st.floats(0, 99))
@settings(max_examples=300)
def test_any_answer_in_json_is_one_of_five_results(status, told, retry_after):
    import json

    said = Said(status, json.dumps(told).encode(), retry_after)
    for result in (of_viber(said), of_whatsapp(said)):
        assert isinstance(result, RESULTS)
        if isinstance(result, Failed | Suppressed | Uncertain | Retry):
            assert len(result.code) < 40
