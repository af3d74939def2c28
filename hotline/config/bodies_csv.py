"""The directory as a table: one body a row. What is written can be read again, unchanged."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from hotline.config.csv_table import TableRow, read_table, write_table
from hotline.config.directory_faults import BadDirectory, Fault
from hotline.config.directory_rules import Entry
from hotline.config.hours_text import hours_of, text_of

COLUMNS = (
    "id", "kind", "region", "district", "name_kk", "name_ru", "status", "valid_from",
    "valid_to", "parent", "phone", "hours", "languages", "children", "capacity", "has_login",
)  # fmt: skip
NEEDED = ("id", "kind", "name_kk", "name_ru", "valid_from")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_YES = {"yes": True, "no": False, "true": True, "false": False, "1": True, "0": False,
        "да": True, "нет": False, "иә": True, "жоқ": False}  # fmt: skip


def read_bodies(
    raw: bytes, name: str, known: Mapping[str, Entry] | None = None
) -> list[Entry]:
    """Return the bodies of a table. A column that is not there changes nothing.

    `known`: the bodies that there are, by id.

    Errors: BadDirectory with every cell that cannot be read: file, line, column, remedy.
    """
    entries: list[Entry] = []
    wrong: list[Fault] = []
    for row in read_table(raw, name, COLUMNS, NEEDED):
        entry, found = entry_from(row, (known or {}).get(row.cells.get("id", "")))
        wrong += found
        if entry is not None:
            entries.append(entry)
    if wrong:
        raise BadDirectory(wrong)
    return entries


def entry_from(
    row: TableRow, base: Entry | None = None
) -> tuple[Entry | None, list[Fault]]:
    """Return a row as an entry, or what of it cannot be read. `base`: what it changes."""
    values: dict[str, Any] = {}
    wrong: list[Fault] = []
    for column, cell in row.cells.items():
        read, code = _READ.get(column, (str, "empty"))
        try:
            values[column] = read(cell)
        except ValueError:
            wrong.append(Fault(row.where, column, code, {"value": cell[:40]}))
    if wrong:
        return None, wrong
    if base is not None:
        return replace(base, where=row.where, **values), []
    return Entry(where=row.where, **values), []


def write_bodies(entries: Iterable[Entry]) -> bytes:
    """Return the table of `entries`."""
    return write_table(COLUMNS, (cells_of(entry) for entry in entries))


def cells_of(entry: Entry) -> dict[str, str]:
    """Return an entry as text, by column."""
    found = {name: getattr(entry, name) for name in COLUMNS}
    found["hours"] = text_of(entry.hours)
    found["languages"] = " ".join(entry.languages)
    found["has_login"] = "yes" if entry.has_login else "no"
    return {name: "" if value is None else str(value) for name, value in found.items()}


def _id(cell: str) -> str:
    if not _ID.fullmatch(cell):
        raise ValueError(cell)
    return cell


def _maybe(read: Callable[[str], Any]) -> Callable[[str], Any]:
    return lambda cell: read(cell) if cell else None


def _number(cell: str) -> int:
    plain = re.sub(r"\s", "", cell)  # spreadsheets part thousands
    if not re.fullmatch(r"-?\d{1,9}", plain, re.ASCII):
        raise ValueError(cell)
    return int(plain)


def _day(cell: str) -> date:
    """Return a day written as 2026-11-30 or, as spreadsheets here do, 30.11.2026."""
    parts = re.fullmatch(r"(\d\d)\.(\d\d)\.(\d{4})", cell, re.ASCII)
    return date.fromisoformat("-".join(parts.group(3, 2, 1)) if parts else cell)


def languages_in(cell: str) -> tuple[str, ...]:
    """Return the languages of a cell, parted by spaces or commas."""
    return tuple(dict.fromkeys(cell.lower().replace(",", " ").split()))


def _yes(cell: str) -> bool:
    if cell.lower() not in _YES:
        raise ValueError(cell)
    return _YES[cell.lower()]


_READ: dict[str, tuple[Callable[[str], Any], str]] = {
    "id": (_id, "bad_id"),
    "region": (_maybe(str), "empty"),
    "district": (_maybe(str), "empty"),
    "status": (lambda cell: cell.lower() or "active", "unknown_status"),
    "valid_from": (_day, "bad_day"),
    "valid_to": (_maybe(_day), "bad_day"),
    "parent": (_maybe(str), "empty"),
    "phone": (_maybe(str), "empty"),
    "hours": (hours_of, "bad_hours"),
    "languages": (lambda cell: languages_in(cell) or ("kk", "ru"), "no_language"),
    "children": (_maybe(_number), "bad_number"),
    "capacity": (_maybe(_number), "bad_number"),
    "has_login": (lambda cell: _yes(cell or "yes"), "bad_yes_no"),
}
