"""Small edits of the texts of config/: a day of the calendar, the names of a category.

The rest of a file, comments and sources of law among it, stays letter for letter.
"""

import re
from datetime import date

_WIDEST = 0xFFFF  # beyond it YAML writes eight digits
_VERSION = re.compile(r"^version:.*$", re.MULTILINE)


def with_version(text: str, version: str) -> str:
    """Return a file's text under another version."""
    return _VERSION.sub(f'version: "{version}"', text, count=1)


def with_day(text: str, part: str, day: date, source: str) -> str:
    """Return calendar.yaml with one more day under `closed` or `opened`; said before, it moves.

    Whether the whole still holds is for who reads it.
    """
    lines = _without_day(text, day).splitlines()
    said = f"  - {{date: {day.isoformat()}, source: {_quoted(source)}}}"
    heading = re.compile(rf"{part}:\s*(\[\s*\])?\s*(#.*)?")
    for place, line in enumerate(lines):
        if heading.fullmatch(line):
            lines[place : place + 1] = [f"{part}:", said]
            break
    else:
        lines += ["", f"{part}:", said]
    return "\n".join(lines) + "\n"


def _without_day(text: str, day: date) -> str:
    line = re.compile(rf"^\s*-\s*\{{date:\s*{day.isoformat()}\b.*$\n?", re.MULTILINE)
    return line.sub("", text)


def with_names(text: str, code: str, names: dict[str, str]) -> str:
    """Return taxonomy.yaml with other names of one category or topic.

    Errors: KeyError where the code, with its name on the next line, is not in the text.
    """
    told = ", ".join(f"{lang}: {_quoted(names[lang])}" for lang in ("kk", "ru", "en"))
    entry = re.compile(
        rf"^(?P<head>\s*- code: {re.escape(code)}[ \t]*\n\s*name: )\{{.*\}}[ \t]*$",
        re.MULTILINE,
    )
    edited, found = entry.subn(lambda m: f"{m['head']}{{{told}}}", text, count=1)
    if not found:
        raise KeyError(code)
    return edited


def _quoted(text: str) -> str:
    """Return a text in quotes as YAML reads it back, whatever is in it."""
    return '"' + "".join(_letter(one) for one in text) + '"'


def _letter(one: str) -> str:
    plain = one.isalnum() if not one.isascii() else one.isprintable() and one not in '"\\'
    if plain and ord(one) <= _WIDEST:
        return one
    return f"\\u{ord(one):04x}" if ord(one) <= _WIDEST else f"\\U{ord(one):08x}"
