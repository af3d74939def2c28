"""What is kept and what is kept apart: told by the bytes, whatever they call themselves."""

import gzip
import io
import struct
import zipfile

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.cases.inbound import Media
from hotline.cases.media import (
    KINDS,
    MOST_MEDIA,
    Allowed,
    claimed_size,
    claimed_type,
    first_media,
    judge,
    plain_type,
    shown_as,
)
from hotline.cases.media_types import sniff
from hotline.cases.picture_size import picture_size
from hotline.cases.terms import MediaState
from hotline.config.channels import problems
from hotline.config.load import SHIPPED
from hotline.store.media_view import safe_name
from tests.conftest import START
from tests.media.foreign_host import OGG, png


def rules():
    from hotline.config.load import load

    return load(SHIPPED, START.date()).channels.media


RULES = rules()
ALLOWED = Allowed([*RULES.images, *RULES.other], RULES.largest_bytes, RULES.most_pixels)


def jpeg(width=3, height=2, *, before=b""):
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 17, 8, height, width, 3) + b"\0" * 9
    return b"\xff\xd8\xff\xe0\x00\x04\x00\x00" + before + frame + b"\xff\xd9"


def gif(width=3, height=2):
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\0" * 20


def webp(width=3, height=2):
    body = (
        b"VP8X\x0a\0\0\0\0\0\0\0"
        + (width - 1).to_bytes(3, "little")
        + (height - 1).to_bytes(3, "little")
    )
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def webp_lossless(width=3, height=2):
    bits = (width - 1) | (height - 1) << 14
    return b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f" + bits.to_bytes(4, "little")


def webp_lossy(width=3, height=2):
    return b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a" + struct.pack(
        "<HH", width, height
    )


def heic(width=3, height=2, brand=b"heic"):
    tile = b"\0\0\0\x14ispe\0\0\0\0" + struct.pack(">II", 1, 1)
    whole = b"\0\0\0\x14ispe\0\0\0\0" + struct.pack(">II", width, height)
    return b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0mif1heic" + tile + whole


def mp4(brand=b"isom"):
    return b"\0\0\0\x18ftyp" + brand + b"\0" * 40


def zipped(size=10_000_000):
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as file:
        # An entry without a date of its own takes the clock's, and no two archives are the same.
        entry = zipfile.ZipInfo("a.jpg")
        entry.compress_type = zipfile.ZIP_DEFLATED
        file.writestr(entry, b"\0" * size)
    return found.getvalue()


PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\n%%EOF"
KEPT = [
    # what it is                 kind       claimed                        content            type
    ("a photograph", "image", "image/jpeg", jpeg(), "image/jpeg"),
    ("an old name of it", "image", "image/jpg", jpeg(), "image/jpeg"),
    ("nothing claimed", "image", None, jpeg(), "image/jpeg"),
    ("a claim that says nothing", "file", "application/octet-stream", png(), "image/png"),
    ("a profile before the frame", "image", "image/jpeg", jpeg(before=b"\xff\xe2\xff\x00" + b"\0" * 65278), "image/jpeg"),
    ("an animation", "video", "image/gif", gif(), "image/gif"),
    ("a sticker", "sticker", "image/webp", webp(), "image/webp"),
    ("a picture of a telephone", "image", "image/heif", heic(), "image/heic"),
    ("a voice message", "voice", "audio/ogg; codecs=opus", OGG, "audio/ogg"),
    ("a voice message in a film's box", "voice", "audio/mp4", mp4(), "video/mp4"),
    ("a recording", "audio", "audio/mpeg", b"ID3\x04" + b"\0" * 30, "audio/mpeg"),
    ("a recording without a head", "audio", "audio/mp3", b"\xff\xfb\x90\x00" + b"\0" * 30, "audio/mpeg"),
    ("an old telephone's", "voice", "audio/amr", b"#!AMR\n\x3c", "audio/amr"),
    ("bare AAC", "audio", "audio/aac", b"\xff\xf1\x50\x80" + b"\0" * 9, "audio/aac"),
    ("a film", "video", "video/mp4", mp4(b"mp42"), "video/mp4"),
    ("a film of an old telephone", "video", "video/3gpp", mp4(b"3gp5"), "video/3gpp"),
    ("a film of another telephone", "video", "video/quicktime", mp4(b"qt  "), "video/quicktime"),
    ("the same, sent as a film", "video", "video/mp4", mp4(b"qt  "), "video/quicktime"),
    ("a document", "file", "application/pdf", PDF, "application/pdf"),
    ("words", "file", "text/plain", "Ол мені ұрды".encode(), "text/plain"),
    ("words in another charset", "file", "text/plain", "Он бил меня".encode("cp1251"), "text/plain"),
    ("a table", "file", "text/csv", b"a;b\n1;2\n", "text/plain"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "claimed", "content", "mime"), [k[1:] for k in KEPT], ids=[k[0] for k in KEPT]
)
def test_what_people_send_is_kept(kind, claimed, content, mime):
    found = judge(content, kind=kind, claimed=claimed, allowed=ALLOWED)
    assert (found.state, found.reason, found.mime) == (MediaState.KEPT, None, mime)


APART = [
    # what it is                  kind     claimed            content               why
    ("nothing", "image", "image/png", b"", "empty"),
    ("more than is taken", "image", "image/png", png() + b"\0" * (21 * 2**20), "too_large"),
    ("an archive that fills a disk", "file", "application/zip", zipped(), "archive"),
    ("an archive called a picture", "image", "image/jpeg", zipped(100), "archive"),
    ("an archive without files", "file", None, b"PK\x05\x06" + b"\0" * 18, "archive"),
    ("gzip", "file", None, gzip.compress(b"\0" * 1_000_000), "archive"),
    ("an animated sticker, which is gzip", "sticker", "application/x-tgsticker", gzip.compress(b"{}"), "archive"),
    ("tar", "file", None, b"a" * 257 + b"ustar\x0000" + b"\0" * 300, "archive"),
    ("a program", "file", "application/octet-stream", b"MZ\x90\x00" + b"\0" * 60, "program"),
    ("a program called a picture", "image", "image/jpeg", b"MZ\x90\x00" + b"\0" * 60, "program"),
    ("a program of a server", "file", None, b"\x7fELF\x02", "program"),
    ("a script", "file", "text/plain", b"#!/bin/sh\nrm -rf /\n", "program"),
    ("a shortcut", "file", None, b"L\0\0\0\x01\x14\x02\0", "program"),
    ("a page", "file", "text/html", b"<!doctype html><script>1</script>", "markup"),
    ("a page called words", "file", "text/plain", b"\n \xef\xbb\xbf<HTML>", "markup"),
    ("a page further down", "file", "text/plain", b"hello\n<script src=x></script>", "markup"),
    ("a page in wide letters", "file", "text/plain", "\ufeff<script>".encode("utf-16-le"), "markup"),
    ("a drawing that runs", "image", "image/svg+xml", b'<svg onload="x()">', "markup"),
    ("a drawing called a photograph", "image", "image/png", b'<?xml version="1.0"?><svg/>', "markup"),
    ("an office document of old", "file", "application/msword", b"\xd0\xcf\x11\xe0", "type"),
    ("a film for the web", "video", "video/webm", b"\x1aE\xdf\xa3", "type"),
    ("noise", "file", None, bytes(range(256)), "type"),
    ("a drawing of engineers", "image", "image/tiff", b"II*\0", "type"),
    ("an image of a new kind", "image", "image/avif", heic(brand=b"avif"), "type"),
    ("a document called a picture", "image", "image/jpeg", PDF, "type_differs"),
    ("a picture called a document", "file", "application/pdf", png(), "type_differs"),
    ("a picture called another", "image", "image/jpeg", png(), "type_differs"),
    ("a sound sent as a picture", "image", None, OGG, "type_differs"),
    ("a picture sent as a voice", "voice", None, png(), "type_differs"),
    ("words that want to run", "file", "text/javascript", b"alert(1)", "type_differs"),
    ("a picture and an archive in one", "image", "image/png", png() + zipped(100), "two_in_one"),
    ("a document and an archive in one", "file", "application/pdf", PDF + zipped(100), "two_in_one"),
    ("a picture of 4 gigapixels", "image", "image/png", png(65_535, 65_535), "too_many_pixels"),
    ("one of 900 megapixels", "image", "image/jpeg", jpeg(30_000, 30_000), "too_many_pixels"),
    ("one of a telephone", "image", "image/heic", heic(100_000, 100_000), "too_many_pixels"),
    ("an animation of 4 gigapixels", "image", "image/gif", gif(65_535, 65_535), "too_many_pixels"),
    ("a sticker of 16 megapixels squared", "sticker", "image/webp", webp(16_000, 16_000), "too_many_pixels"),
    ("half a picture", "image", "image/png", png()[:18], "broken"),
    ("a photograph without a frame", "image", "image/jpeg", b"\xff\xd8\xff\xe0\x00\x04\x00\x00", "broken"),
    ("a picture of no width", "image", "image/png", png(0, 5), "broken"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "claimed", "content", "why"), [k[1:] for k in APART], ids=[k[0] for k in APART]
)
def test_what_could_harm_is_kept_apart_with_its_reason(kind, claimed, content, why):
    found = judge(content, kind=kind, claimed=claimed, allowed=ALLOWED)
    assert (found.state, found.reason) == (MediaState.QUARANTINED, why)


SIZES = [
    ("png", png(640, 480), "image/png"),
    ("jpeg", jpeg(640, 480), "image/jpeg"),
    ("progressive jpeg", jpeg(640, 480).replace(b"\xff\xc0", b"\xff\xc2"), "image/jpeg"),
    ("gif", gif(640, 480), "image/gif"),
    ("webp", webp(640, 480), "image/webp"),
    ("lossless webp", webp_lossless(640, 480), "image/webp"),
    ("lossy webp", webp_lossy(640, 480), "image/webp"),
    ("heic", heic(640, 480), "image/heic"),
]


@pytest.mark.parametrize(
    ("content", "mime"), [s[1:] for s in SIZES], ids=[s[0] for s in SIZES]
)
def test_width_and_height_stand_in_the_header(content, mime):
    assert sniff(content) == mime
    assert picture_size(content, mime) == (640, 480)


beginnings = st.sampled_from(
    [
        jpeg(),
        png(),
        gif(),
        webp(),
        webp_lossless(),
        heic(),
        OGG,
        mp4(),
        PDF,
        zipped(9),
        b"",
        b"<",
        b"ID3",
    ]
)


@given(
    beginnings,
    st.integers(0, 80),
    st.binary(max_size=64),
    st.sampled_from([*KINDS, "?"]),
    st.text() | st.none(),
)
def test_any_bytes_have_a_verdict(begin, cut, rest, kind, claimed):
    content = begin[:cut] + rest
    found = judge(content, kind=kind, claimed=claimed, allowed=ALLOWED)
    assert found.state in (MediaState.KEPT, MediaState.QUARANTINED)
    assert (found.reason is None) == (found.state is MediaState.KEPT)
    if found.state is MediaState.KEPT:
        assert found.mime in ALLOWED.types
        assert b"<script" not in content[:4096].lower() or found.mime != "text/plain"


@given(st.text() | st.none())
def test_any_claimed_type_fits_its_column(claimed):
    found = claimed_type(claimed)
    assert found is None or (found.isascii() and found.isprintable() and len(found) <= 121)
    assert plain_type(found) == plain_type(plain_type(found))


@given(st.integers() | st.none())
def test_any_claimed_size_fits_its_column(size):
    found = claimed_size(size)
    assert found is None or 0 <= found < 2**63


def test_a_thousand_attachments_are_some_rows_and_one_that_counts_the_rest():
    many = [Media("file", ref=str(n)) for n in range(1000)]
    found = first_media(many)
    assert len(found) == MOST_MEDIA + 1
    assert (found[-1].ref, found[-1].size) == (None, 1000 - MOST_MEDIA)
    assert first_media(many[:MOST_MEDIA]) == many[:MOST_MEDIA]


NAMES = [
    ("as it is", "фото 1.jpg", "фото 1.jpg"),
    ("a path", "../../etc/passwd", "passwd"),
    ("another path", "C:\\Users\\a\\b.jpg", "b.jpg"),
    ("turned around", "photo\u202egpj.exe", "photogpj.exe"),
    ("with line ends", "a\r\nSet-Cookie: x.jpg", "aSet-Cookie: x.jpg"),
    ("half a pair", "a\ud800.jpg", "a?.jpg"),
    ("endless", "я" * 1000, "я" * 120),
    ("nothing but marks", "\u200f\u200e", ""),
]


@pytest.mark.parametrize(
    ("name", "shown"), [n[1:] for n in NAMES], ids=[n[0] for n in NAMES]
)
def test_a_claimed_name_reads_as_it_is(name, shown):
    assert safe_name(name) == shown


SHOWN = [
    ("image/png", "image"),
    ("image/heic", "file"),
    ("audio/ogg", "audio"),
    ("video/mp4", "video"),
    ("video/quicktime", "file"),
    ("application/pdf", "file"),
    ("text/plain", "file"),
    (None, "file"),
]


@pytest.mark.parametrize(("mime", "how"), SHOWN)
def test_only_what_a_browser_shows_safely_is_shown(mime, how):
    assert shown_as(mime) == how


WRONG = [
    # what is wrong                    change to the rules                              key
    ("nothing may come", {"largest_bytes": 0}, "media.largest_bytes"),
    ("no time", {"timeout_s": 0}, "media.timeout_s"),
    ("no pixels", {"most_pixels": -1}, "media.most_pixels"),
    ("no try", {"tries": 0}, "media.tries"),
    ("a channel that is none", {"hosts": {"fax": []}}, "media.hosts.fax"),
    ("a host that is none", {"hosts": {"viber": ["https://"]}}, "media.hosts.viber"),
    ("a host with a path", {"hosts": {"viber": ["a.kz/b"]}}, "media.hosts.viber"),
    ("a star in the middle", {"hosts": {"viber": ["a.*.kz"]}}, "media.hosts.viber"),
]


@pytest.mark.parametrize(
    ("change", "key"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG]
)
def test_rules_of_media_that_cannot_work_name_their_key(config, change, key):
    media = msgspec.structs.replace(config.channels.media, **change)
    [told] = problems(msgspec.structs.replace(config.channels, media=media))
    assert f"`{key}`" in told


def test_a_partner_is_never_fetched_from_everywhere(config):
    anywhere = msgspec.structs.replace(
        config.channels.partners["default"], media_hosts=["*"]
    )
    changed = msgspec.structs.replace(config.channels, partners={"default": anywhere})
    [told] = problems(changed)
    assert "`partners.default.media_hosts`" in told


@pytest.mark.parametrize(
    "host", ["media.example.kz", "*.example.kz", "https://10.1.2.3:8443"]
)
def test_a_partners_hosts_are_names_or_places(config, host):
    agreed = msgspec.structs.replace(
        config.channels.partners["default"], media_hosts=[host]
    )
    changed = msgspec.structs.replace(config.channels, partners={"default": agreed})
    assert problems(changed) == []
