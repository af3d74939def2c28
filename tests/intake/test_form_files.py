"""Files of the public form: kept sealed beside the words; what does not fit never costs a word."""

import asyncio
import io
import re

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline.config.service import Limits
from hotline.errors import TooLarge
from hotline.intake.form_body import UPLOADS, Uploads, file_name, read_form_body
from hotline.intake.web_form import read_fields
from hotline.store.sealing import OwnerKey
from tests.intake.doors import rows

TEXT = "Көмек керек, сурет жібердім"
SMALL = Limits(
    body_bytes=1000, form_bytes=2000, form_files=2, file_bytes=100, uploads_bytes=250,
    narrative_characters=100, api_page=1, floor_characters=1, json_depth=1,
)  # fmt: skip
MIB = 1024 * 1024
# aiohttp's own reader of parts calls what aiohttp has deprecated; that is no error of a form.
pytestmark = pytest.mark.filterwarnings("ignore:unread_data:DeprecationWarning")


def hidden(page, name):
    return re.search(f'name="{name}" value="([^"]*)"', page)[1]


@pytest.fixture
def send(client):
    """Send the form as a browser does, with files after the words."""

    async def post(files, text=TEXT, page=None):
        page = page or await (await client.get("/report?lang=kk")).text()
        form = aiohttp.FormData(default_to_multipart=True, quote_fields=False)
        for name in ("csrf", "form_id", "lang"):
            form.add_field(name, hidden(page, name))
        form.add_field("text", text)
        for name, mime, content in files:
            sent = io.BytesIO(content)
            form.add_field("files", sent, filename=name, content_type=mime)
        answer = await client.post("/report", data=form)
        return answer.status, await answer.text()

    return post


async def media_of(database):
    return await database.fetch(
        "SELECT m.*, c.sealed_content FROM media m"
        " LEFT JOIN media_contents c ON c.media_id = m.id ORDER BY m.position"
    )


async def test_files_come_along_sealed_each_with_its_bytes(send, rt, database):
    picture, sound = b"\xff\xd8\xff" + b"p" * 500, b"OggS" + b"s" * 300
    status, page = await send(
        [("сурет.jpg", "image/jpeg", picture), ("../../etc/дауыс.ogg", "audio/ogg", sound)]
    )
    assert status == 200
    assert "left-out" not in page
    [contact] = await rows(database)
    found = await media_of(database)
    wrapped = await database.fetchval("SELECT wrapped FROM keyring.keys")
    key: OwnerKey = rt.sealer.open_key(contact["id"], wrapped)
    assert [(m["kind"], m["claimed_mime"], m["size"]) for m in found] == [
        ("image", "image/jpeg", 503),
        ("audio", "audio/ogg", 304),
    ]
    assert [key.open("media", m["sealed_content"]) for m in found] == [picture, sound]
    assert [key.open_text("media_name", m["sealed_name"]) for m in found] == [
        "сурет.jpg",
        "дауыс.ogg",
    ]


async def test_a_form_without_a_chosen_file_is_a_form_without_files(send, database):
    status, _ = await send([("", "application/octet-stream", b"")])
    assert status == 200
    assert len(await rows(database)) == 1
    assert await media_of(database) == []


async def test_the_words_come_where_files_do_not_fit_and_the_page_says_which(
    send, database
):
    files = [(f"{n}.png", "image/png", b"x") for n in range(6)]
    status, page = await send([("үлкен.mp4", "video/mp4", b"v" * (10 * MIB + 1)), *files])
    assert status == 200
    assert '<b dir="auto">үлкен.mp4</b>: ол тым үлкен' in page
    assert '<b dir="auto">5.png</b>: файл тым көп болды' in page
    [contact] = await rows(database)
    assert contact["receipt"] in page
    assert len(await media_of(database)) == 5


async def test_the_same_form_is_one_message_and_another_file_makes_another(
    client, send, database
):
    page = await (await client.get("/report?lang=kk")).text()
    one, two = ("a.png", "image/png", b"one"), ("a.png", "image/png", b"two")
    answers = await asyncio.gather(*(send([one], page=page) for _ in range(10)))
    await send([two], page=page)
    assert {status for status, _ in answers} == {200}
    assert len(await rows(database)) == 2
    assert len(await media_of(database)) == 2


# -- the reader alone ---------------------------------------------------------------------


@pytest.fixture
async def read():
    """Post raw bytes at a reader with small limits; return what it read."""
    app = web.Application()
    app[UPLOADS] = Uploads(SMALL.uploads_bytes)
    seen = []

    async def take(request):
        try:
            seen.append(await read_form_body(request, SMALL))
        except TooLarge as error:
            seen.append(error)
        return web.Response()

    app.router.add_post("/", take)
    async with TestClient(TestServer(app)) as client:

        async def post(body, boundary="B"):
            kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
            answer = await client.post("/", data=body, headers=kind)
            assert answer.status == 200
            assert app[UPLOADS].held == 0
            return seen[-1]

        yield post


def part(name, content, filename=None, mime="image/png"):
    more = (
        f'; filename="{filename}"\r\nContent-Type: {mime}' if filename is not None else ""
    )
    head = f'--B\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'
    return head.encode() + content + b"\r\n"


END = b"--B--\r\n"


async def test_what_breaks_off_keeps_its_first_fields(read):
    body = part("text", b"words") + b"--B\r\nno header at all\r\n\r\nx"
    form = await read(body)
    assert form.fields["text"] == "words"
    assert [one.why for one in form.left_out] == ["broken"]


INSIDE = b"--B\r\nContent-Type: multipart/mixed; boundary=C\r\n\r\n--C--\r\n"
FLOODS = [
    ("empty fields", part("", b"")),
    ("fields with names", part("a", b"")),
    ("empty files", part("files", b"", "a.png")),
    ("no file chosen", part("files", b"", "")),
    ("forms within the form", INSIDE),
]


@pytest.mark.parametrize("one", [f[1] for f in FLOODS], ids=[f[0] for f in FLOODS])
async def test_parts_without_number_are_not_read_to_their_end(read, one):
    flood = part("text", b"words") + one * 3000 + part("late", b"words") + END
    form = await read(flood)
    assert form.fields["text"] == "words"
    assert "late" not in form.fields
    assert form.left_out[-1].why == "broken"


async def test_of_a_file_without_an_end_is_kept_what_came(read):
    form = await read(part("text", b"words") + part("files", b"x" * 50, "a.png")[:-20])
    assert form.fields["text"] == "words"
    assert len(form.media[0].content) == 32


async def test_fields_after_a_file_that_was_too_large_are_read_too(read):
    body = part("files", b"x" * 101, "a.png") + part("text", b"words") + END
    form = await read(body)
    assert form.fields["text"] == "words"
    assert [(one.name, one.why) for one in form.left_out] == [("a.png", "large")]


async def test_words_over_their_own_limit_are_too_large(read):
    assert isinstance(await read(part("text", b"x" * 2001) + END), TooLarge)


async def test_the_first_of_each_name_counts_and_raw_can_be_read_again(read):
    body = part("text", "сөз".encode()) + part("text", b"other") + END
    form = await read(body)
    assert form.fields == {"text": "сөз"} == read_fields(form.raw)


NAMES = [
    # claimed                        kept
    ("../../etc/passwd", "passwd"),
    ("C:\\Users\\a\\сурет.jpg", "сурет.jpg"),
    ("a\0b\r\n.png", "ab.png"),
    ("x\u202egpj.exe", "xgpj.exe"),
    ("a" * 300 + ".png", "a" * 96 + ".png"),
    ("..", ""),
]


@pytest.mark.parametrize(("claimed", "kept"), NAMES)
def test_a_name_is_no_path_and_no_trick(claimed, kept):
    assert file_name(claimed) == kept


@given(st.text(max_size=300))
def test_any_name_is_harmless(claimed):
    name = file_name(claimed)
    assert len(name) <= 100
    assert not set(name) & set("/\\\0\r\n")
    name.encode()


PIECES = st.sampled_from(
    [b"--B\r\n", b"--B--", b"\r\n\r\n", part("text", b"words"), part("files", b"x" * 30, "a"),
     b'Content-Disposition: form-data; name="a"\r\n', b"Content-Transfer-Encoding: base64\r\n",
     b"Content-Type: multipart/mixed; boundary=C\r\n\r\n", b"--C\r\n", b"\xff\x00", b"\r\n",
     b"Content-Length: 9\r\n", b"Content-Encoding: gzip\r\n\r\n", b"x" * 9000]
)  # fmt: skip


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(st.lists(PIECES | st.binary(max_size=40), max_size=12))
async def test_no_body_makes_the_reader_fail(read, pieces):
    form = await read(b"".join(pieces))
    assert isinstance(form, TooLarge) or len(form.media) <= SMALL.form_files


BOUNDARIES = ["", '"', "\u0410", "x" * 200, "B; charset=utf-8"]


@pytest.mark.parametrize("boundary", BOUNDARIES)
async def test_a_strange_boundary_reads_nothing_and_fails_nothing(read, boundary):
    form = await read(part("text", b"words") + END, boundary)
    assert form.media == ()
