"""HTML of a letter to text that people and triage can read. Nothing is run or fetched.

Words are never dropped because of how they would look: what a style hides is shown. Only
what is no words goes: scripts, styles, comments, pictures (their description stays).
"""

import html
import re

_SILENT = ("script", "style", "title")
_NEW_LINE = frozenset({"br", "tr", "li", "div", "p", "h1", "h2", "h3", "h4", "h5", "h6",
                       "table", "ul", "ol", "pre", "hr", "blockquote", "section"})  # fmt: skip
_GAP = frozenset({"td", "th"})
_NAME = re.compile(r"</?\s*([a-zA-Z][a-zA-Z0-9:-]{0,30})")
_HREF = re.compile(r"""href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
_ALT = re.compile(r"""\salt\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_SHOWN_LINKS = ("http://", "https://", "mailto:", "tel:")
_META = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?([\w-]{1,40})""", re.IGNORECASE)
_LONGEST_LINK = 300
_BY_HAND = 1_000_000  # characters; more takes seconds
_TAG = re.compile(r"<[^<>]*>")


def declared_charset(raw: bytes) -> str | None:
    """Return the charset that the page itself names near its beginning."""
    found = _META.search(raw[:4096])
    return found[1].decode() if found else None


def to_text(page: str) -> str:
    """Return the words of `page`, quotes marked with "> ". Total, in linear time.

    Of what no person wrote by hand (more than a megabyte) the rest is stripped plainly.
    """
    told = _Reader(page[:_BY_HAND]).read()
    rest = html.unescape(_TAG.sub(" ", page[_BY_HAND:]))
    return f"{told}\n{rest.strip()}" if rest.strip() else told


class _Reader:
    def __init__(self, page: str) -> None:
        self._page = page
        self._low = page.lower() if len(page.lower()) == len(page) else page
        self._lines: list[str] = []
        self._line: list[str] = []
        self._quoted = 0
        self._link: tuple[str, int] | None = None  # address; pieces of the line before it
        self._last_end = page.rfind(">")
        self._last_comment = page.rfind("-->")
        self._last_closed = {name: self._low.rfind(f"</{name}") for name in _SILENT}

    def read(self) -> str:
        at, page = 0, self._page
        while at < len(page):
            begin = page.find("<", at)
            if begin < 0 or begin > self._last_end:
                begin = len(page)
            self._say(page[at:begin])
            at = self._tag(begin) if begin < len(page) else begin
        self._break()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self._lines)).strip("\n")

    def _say(self, text: str) -> None:
        if text:
            self._line.append(re.sub(r"[ \t\r\n\f]+", " ", html.unescape(text)))

    def _break(self) -> None:
        text = re.sub(r"[ \u00a0]+", " ", "".join(self._line)).strip()
        self._line.clear()
        if self._link:
            self._link = (self._link[0], 0)
        if text or (self._lines and self._lines[-1].strip("> ")):
            self._lines.append("> " * min(self._quoted, 5) + text)

    def _tag(self, begin: int) -> int:
        """Read what begins with "<"; return where the text goes on."""
        page = self._page
        if page.startswith("<!--", begin):
            known = begin < self._last_comment
            return page.find("-->", begin) + 3 if known else begin + 4
        end = page.find(">", begin) + 1
        named = _NAME.match(page, begin)
        if named is None:
            if page[begin + 1 : begin + 2] not in ("!", "?"):
                self._say("<")  # "x < y" is somebody's words
                return begin + 1
            return end
        name, closing = named[1].lower(), page.startswith("</", begin)
        if name in _SILENT and not closing:
            return self._after(name, end)
        self._act(name, page[begin:end], closing=closing)
        return end

    def _after(self, name: str, end: int) -> int:
        """Return where a script or style ends; one that never ends hides no words."""
        if end > self._last_closed[name]:
            return end
        found = self._low.find(f"</{name}", end)
        close = self._page.find(">", found)
        return close + 1 if close >= 0 else len(self._page)

    def _act(self, name: str, tag: str, *, closing: bool) -> None:
        if name in _NEW_LINE:
            self._break()
            if name == "blockquote":
                self._quoted = max(0, self._quoted + (-1 if closing else 1))
        elif name in _GAP:
            self._line.append(" ")
        elif name == "img":
            alt = _ALT.search(tag[:2000])
            self._say(f" {alt[1] or alt[2]} " if alt and (alt[1] or alt[2]) else "")
        elif name == "a":
            self._anchor(tag, closing=closing)

    def _anchor(self, tag: str, *, closing: bool) -> None:
        if not closing:
            found = _HREF.search(tag[:4000])
            link = html.unescape(next(filter(None, found.groups()), "")) if found else ""
            self._link = (link.strip()[:_LONGEST_LINK], len(self._line))
        elif self._link:
            link, before = self._link
            told = "".join(self._line[before:]).strip()
            bare = link.removeprefix("mailto:").removeprefix("tel:")
            if link.lower().startswith(_SHOWN_LINKS) and bare.strip("/") not in told:
                self._line.append(f" ({bare})")
            self._link = None
