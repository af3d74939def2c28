"""A poster with a site's code, as one SVG: it names no site, so that a photo of it tells none."""

from html import escape

import segno

from hotline.i18n import gettext

_WIDTH, _HEIGHT = 210, 297  # A4, in millimetres
_CODE = 110
_LEFT, _TOP = (_WIDTH - _CODE) / 2, 88
_LINES = (  # msgid, size, bold, in (kk, ru) one under the other
    ("Something happened? Write to us", 11, True),
    ("Point the camera at the code. You need not say who you are.", 5.6, False),
)
_BELOW = "In danger call 112 or 102. 111: day and night, free"


def poster(address: str) -> str:
    """Return the poster of the page at `address`, in Kazakh above and Russian below."""
    size, path = _modules(address)
    scale = _CODE / size
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}"'
            f' width="{_WIDTH}mm" height="{_HEIGHT}mm" role="img" aria-label="111">'
        ),
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
        _text("111", 36, 24, bold=True),
    ]
    y = 52.0
    for locale in ("kk", "ru"):
        for msgid, points, bold in _LINES:
            parts.append(_text(gettext(locale, msgid), y, points * 0.8, bold=bold))
            y += points * 0.85
    parts.append(
        f'<g transform="translate({_LEFT} {_TOP}) scale({scale:.5f})">'
        f'<path d="{path}" fill="#000" shape-rendering="crispEdges"/></g>'
    )
    parts.append(_text(_typed(address), _TOP + _CODE + 8, 4.4))
    for step, locale in enumerate(("kk", "ru")):
        parts.append(_text(gettext(locale, _BELOW), 232 + 12 * step, 7, bold=True))
    return "".join([*parts, "</svg>"])


def _modules(address: str) -> tuple[int, str]:
    """Return the side of the code with its quiet zone, and its dark squares as a path."""
    code = segno.make(address, error="q", micro=False)
    rows = list(code.matrix_iter(border=4))
    squares = [
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, dark in enumerate(row)
        if dark
    ]
    return len(rows), "".join(squares)


def _typed(address: str) -> str:
    """Return the address as a person may type it: without its scheme, the code in fours."""
    start, _, code = address.partition("://")[2].rpartition("/")
    return f"{start}/{'-'.join(code[at : at + 4] for at in range(0, len(code), 4))}"


def _text(words: str, y: float, points: float, *, bold: bool = False) -> str:
    weight = ' font-weight="700"' if bold else ""
    return (
        f'<text x="{_WIDTH / 2}" y="{y:.1f}" font-size="{points:.1f}" text-anchor="middle"'
        f' font-family="system-ui, Noto Sans, DejaVu Sans, sans-serif"{weight}>'
        f"{escape(words)}</text>"
    )
