"""What a letter says: subject first, new words next, what is quoted last; and what came along.

Triage reads from the beginning. An earlier letter that stands above the answer is therefore
moved behind it; quotes between the lines of an answer stay, since the answer needs them.
Every quoted line begins with "> ".
"""

import re
from dataclasses import dataclass, field

from hotline.cases.inbound import Media
from hotline.intake.mail_charset import decode
from hotline.intake.mail_headers import file_name, parameters
from hotline.intake.mail_html import declared_charset, to_text
from hotline.intake.mail_parts import Part

_READ_TOO = 100_000  # bytes; a small text that is attached is words as well
_TOLD = 0.3  # of the words of a page that its plain version may lack
_LOOKS_HTML = re.compile(rb"\s*<(!doctype html|html|body|div|p)\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_EARLIER = re.compile(  # above a whole earlier letter, in the words of common programs
    r"\s*(-{2,}\s*(original message|исходное сообщение|пересылаемое сообщение"
    r"|forwarded message|бастапқы хабар|конец пересылаемого)[^\n]*|_{20,}\s*)",
    re.IGNORECASE,
)
_WROTE = re.compile(
    r".{0,200}(wrote|writes|пишет|написала?|\(а\)|жазды|<[^<>\s@]{1,64}@[^<>\s@]{1,190}>):\s*",
    re.IGNORECASE,
)
_WRAPPED = re.compile(r"<[^<>\s@]{1,64}@[^<>\s@]{1,190}>( [\w()]{1,20})?:\s*")
_AS_WORDS = frozenset({"text/plain", "text/html"})
_FOLD = re.compile(r"\n[ \t]")


@dataclass(slots=True)
class Told:
    """What was found in a letter."""

    texts: list[str] = field(default_factory=list)
    media: list[Media] = field(default_factory=list)
    marks: dict[str, None] = field(default_factory=dict)
    spare: list[str] = field(default_factory=list)  # words of other kinds

    def mark(self, name: str) -> None:
        """Note something that a person should know of this letter."""
        self.marks[name] = None

    def beside(self, other: "Told") -> None:
        """Add what came along with the words of `other`."""
        self.media += other.media
        self.marks |= other.marks
        self.spare += other.spare

    def words(self) -> list[str]:
        """Return the words, those of invitations and the like where there are no others."""
        return self.texts if any(text.strip() for text in self.texts) else self.spare


def gather(part: Part, told: Told) -> None:
    """Add the words and files of `part` to `told`."""
    if part.cut:
        told.mark("parts_cut")
    if part.kind == "multipart/alternative" and part.parts:
        _alternative(part, told)
    elif part.kind.startswith("multipart/"):
        if part.kind == "multipart/encrypted":
            told.mark("encrypted")
        for inner in part.parts:
            gather(inner, told)
    elif part.parts:
        _letter_inside(part.parts[0], told)
    elif part.kind in ("text/plain", "text/html", "text") and not _named(part):
        told.texts.append(_text(part))
    else:
        _file(part, told)


def assembled(subject: str, texts: list[str]) -> str:
    """Return the whole text: the subject is its first line."""
    body = new_words_first("\n\n".join(filter(None, (text.strip("\n") for text in texts))))
    return "\n".join(filter(None, (subject, body)))


def new_words_first(text: str) -> str:
    """Return `text` with an earlier letter that stands above the answer moved behind it."""
    lines = _marked(text.split("\n"))
    first = next((at for at in range(len(lines)) if _begins(lines, at)), None)
    quoted = any(line.startswith(">") for line in lines[:first])
    if first is None or not quoted:
        return "\n".join(lines)
    above = [line if line.startswith(">") or not line.strip() else f"> {line}"
             for line in lines[:first]]  # fmt: skip
    return "\n".join([*lines[first:], "", *above]).strip("\n")


def _begins(lines: list[str], at: int) -> bool:
    """Return whether new words stand here, and not who wrote the earlier ones."""
    wrapped = _WRAPPED.fullmatch(lines[at + 1]) if at + 1 < len(lines) else None
    return wrapped is None and _own(lines[at])


def _own(line: str) -> bool:
    return bool(line.strip()) and not line.startswith(">") and not _WROTE.fullmatch(line)


def _marked(lines: list[str]) -> list[str]:
    """Return the lines, all after the head of a whole earlier letter marked as quoted."""
    for at, line in enumerate(lines):
        if _EARLIER.fullmatch(line) and any(_own(before) for before in lines[:at]):
            rest = [old if old.startswith(">") else f"> {old}" for old in lines[at:]]
            return [*lines[:at], *rest]
    return lines


def _text(part: Part) -> str:
    raw = part.content()
    page = part.kind == "text/html" or _LOOKS_HTML.match(raw[:200]) is not None
    charset = part.told.get("charset") or (declared_charset(raw) if page else None)
    text = decode(raw, charset)
    return to_text(text) if page else text.replace("\r\n", "\n").replace("\r", "\n")


def _alternative(part: Part, told: Told) -> None:
    """Add one version of the words; both where the plain one leaves much of them out."""
    versions: list[tuple[str, str]] = []
    for inner in part.parts:
        one = Told()
        gather(inner, one)
        told.beside(one)
        versions.append((inner.kind, "\n\n".join(one.texts)))
    plain = next(
        (text for kind, text in versions if kind == "text/plain" and text.strip()), ""
    )
    rich = max(
        (text for kind, text in versions if kind != "text/plain"), key=len, default=""
    )
    if not plain:
        told.texts.append(rich)
        return
    told.texts.append(plain)
    said, more = set(_WORD.findall(plain.lower())), set(_WORD.findall(rich.lower()))
    new = more - said
    if len(new) > max(3, _TOLD * len(more)):
        told.texts.append(rich)
    elif new:  # one word can be the one that matters
        lines = rich.split("\n")
        said_more = [one for one in lines if new & set(_WORD.findall(one.lower()))]
        told.texts.append("\n".join(said_more))
    if new:
        told.mark("two_versions")


def _letter_inside(letter: Part, told: Told) -> None:
    """Add a letter that was attached, marked as quoted: somebody else may have written it."""
    one = Told()
    gather(letter, one)
    told.beside(one)
    inner = assembled(letter.headers.text("subject"), one.texts)
    if inner:
        told.texts.append("\n".join(f"> {line}" for line in inner.split("\n")))


def _named(part: Part) -> bool:
    """Return whether the part is a file rather than words in the letter."""
    _, shown = _disposition(part)
    attached = part.headers.first("content-disposition").lower().startswith("attachment")
    return attached or bool(shown)


def _disposition(part: Part) -> tuple[str, str]:
    kind, told = parameters(part.headers.first("content-disposition"))
    return kind, told.get("filename") or part.told.get("name", "")


def _file(part: Part, told: Told) -> None:
    kind = part.kind
    name = file_name(_disposition(part)[1])
    if kind == "application/ms-tnef" or (name or "").lower() == "winmail.dat":
        told.mark("winmail")
    if kind.replace("/x-", "/") in ("application/pkcs7-mime", "application/pgp-encrypted"):
        told.mark("encrypted")
    content = part.content()
    group = kind.partition("/")[0]
    told.media.append(
        Media(
            kind=group if group in ("image", "audio", "video") else "file",
            mime=kind[:100],
            name=name,
            size=len(content),
            content=content,
        )
    )
    if kind in _AS_WORDS and len(content) <= _READ_TOO:
        told.texts.append(_text(part))
    elif group in ("text", "message") and len(content) <= _READ_TOO:
        told.spare.append(_FOLD.sub("", _text(part)))
