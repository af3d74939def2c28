"""What a PDF tells of who made it is blanked; every byte stays at its place."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hotline.cases.pdf_told import without_told

XMP = b'<?xpacket begin="" id="W5M0"?><dc:creator>Aliya Invented</dc:creator><?xpacket end="w"?>'
EXIF = b"\xff\xd8\xff\xe1\x00\x1eExif\0\0GPS 43.25 76.95 GALAXY"
HEAD = b"%PDF-1.4\n1 0 obj <</Type/Catalog>> endobj\n"
TAIL = b"\ntrailer <</Root 1 0 R /Info 2 0 R>>\n%%EOF"

TOLD = [
    # what                         object 2 and what stands beside it
    ("a plain author", b"2 0 obj <</Author (Aliya Invented)>> endobj"),
    (
        "brackets and escapes",
        b"2 0 obj <</Author (Aliya \\) (x) Invented) /Title (a)>> endobj",
    ),
    ("in hexadecimal", b"2 0 obj <</Author <416C697961>>> endobj"),
    ("a metadata stream", XMP),
    ("a photograph with a place", EXIF),
    ("an older version of it", b"2 0 obj <</Author (Aliya)>> endobj 2 0 obj <<>> endobj"),
]


@pytest.mark.parametrize(("what", "part"), TOLD)
def test_who_made_it_is_gone_and_the_file_is_as_long(what, part):
    before = HEAD + part + TAIL
    after = without_told(before)
    assert len(after) == len(before)
    for word in (b"Aliya", b"Invented", b"416C697961", b"GPS", b"GALAXY"):
        assert word not in after, what
    assert after.startswith(HEAD)
    assert after.endswith(TAIL)


KEPT = [
    ("a bookmark is content", b"3 0 obj <</Title (Chapter of Aliya)>> endobj"),
    ("words of a page", b"4 0 obj <<>> stream (/Author \\(Aliya\\)) endstream endobj"),
    ("a dictionary for a title", b"2 0 obj <</Title <</A (Aliya)>> >> endobj"),
]


@pytest.mark.parametrize(("what", "part"), KEPT)
def test_what_the_pages_say_stays(what, part):
    before = HEAD + part + TAIL
    assert without_told(before) == before, what


def test_what_is_encrypted_is_left_as_it_can_be_opened():
    before = HEAD + TOLD[0][1] + b" /Encrypt 9 0 R" + TAIL
    assert without_told(before) == before


@example(
    [b"<?xpacket begin=?>", b"\xff\xe1\x00\x09Exif\0\0", b"2 0 obj", b"<?xpacket end="]
)
@example(
    [
        b"/Info 2 0 R",
        b" 2 0 obj ",
        b"/Title",
        b"<",
        b"x",
        b"/Title",
        b"(",
        b"x",
        b")",
        b"endobj",
    ]
)
@given(st.lists(st.sampled_from([b"2 0 obj", b"<</Author (", b"\\", b")", b"<", b">", b"endobj",
       b"/Info 2 0 R", b"/Title", b"\xff\xe1\x00\x09Exif\0\0", b"<?xpacket begin=?>",
       b"<?xpacket end=", b"\x00", b"x"]), max_size=40))  # fmt: skip
def test_whatever_it_is_it_stays_as_long_and_twice_is_once(parts):
    before = b"".join(parts)
    after = without_told(before)
    assert len(after) == len(before)
    assert without_told(after) == after
