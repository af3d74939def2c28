"""Our own files for browsers, put together: few requests, and an address that tells of a change.

Only the standard library: set-up runs it before anything else of the service.
"""

import gzip
import hashlib
import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("static")
PACKED = FOLDER / "packed"  # git-ignored: what set-up compressed, named by its content
BUNDLES = {  # one file a kind: a request costs more than the bytes on a slow line
    "console.css": ("tokens.css", "shell.css", "parts.css", "pages.css"),
    "console.js": (
        *("page.js", "say.js", "session.js", "words.js", "keys.js"),
        *("focus.js", "live.js", "looking.js"),
    ),
    "vendor.js": ("vendor/htmx.min.js", "vendor/idiomorph-ext.min.js"),
    "desk_page.css": ("desk.css", "queue.css", "thread.css"),
    "case_page.js": ("field.js", "case.js", "case_drafts.js", "mentions.js"),
    "desk_page.js": ("desk.js", "desk_assist.js", "queue.js", "thread.js"),
}
ALONE_TOO = {"queue.css", "field.js"}  # asked for by pages beside the desk too
_COMMENT = re.compile(
    rb"^ */\*.*?\*/\n", re.MULTILINE | re.DOTALL
)  # for who reads the code
_MARGIN = re.compile(rb"^ +", re.MULTILINE)  # no string of ours goes over a line's end
_MARK = 10  # characters of a content's mark


@cache
def content(name: str) -> bytes:
    """Return what a browser gets under `name`; nothing where there is no such file."""
    parts = [FOLDER / part for part in BUNDLES.get(name, (name,))]
    whole = b"\n".join(path.read_bytes() for path in parts if path.is_file())
    return _MARGIN.sub(b"", _COMMENT.sub(b"", whole))


@cache
def mark(name: str) -> str:
    """Return the mark of a file's content."""
    return hashlib.sha256(content(name)).hexdigest()[:_MARK]


@cache
def smaller(name: str) -> dict[str, bytes]:
    """Return the content by encoding, the smallest first. Brotli only where set-up made it."""
    found = {}
    packed = PACKED / f"{mark(name)}{Path(name).suffix}.br"
    if packed.is_file():
        found["br"] = packed.read_bytes()
    return {**found, "gzip": gzip.compress(content(name), 9, mtime=0)}


@cache
def build() -> str:
    """Return the mark of everything that pages are made of: it differs after a deploy."""
    whole = hashlib.sha256()
    for path in sorted([*FOLDER.glob("*.*"), *FOLDER.parent.glob("templates/*.html")]):
        whole.update(path.read_bytes())
    return whole.hexdigest()[:_MARK]


def own() -> list[str]:
    """Return the names under which our own scripts and sheets are sent."""
    bundled = {part for parts in BUNDLES.values() for part in parts} - ALONE_TOO
    alone = [path.name for path in FOLDER.glob("*.*") if path.suffix in (".css", ".js")]
    return [*BUNDLES, *sorted(set(alone) - bundled)]


def pack() -> None:
    """Write each of our files under the name of its content, for set-up to compress."""
    PACKED.mkdir(exist_ok=True)
    wanted = {f"{mark(name)}{Path(name).suffix}": name for name in own()}
    for path in PACKED.iterdir():
        ours = path.name.removesuffix(".br")
        if ours not in wanted and not ours.endswith(".words"):  # see `standing_words`
            path.unlink()
    for file, name in wanted.items():
        (PACKED / file).write_bytes(content(name))
