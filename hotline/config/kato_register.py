"""Reading the official register of places as it is published: CSV in several dialects, JSON."""

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

import msgspec

from hotline.errors import BadConfig

_SHOWN: Final = 20  # errors at once; a wrong file has thousands
_CODE_DIGITS: Final = 9
_PARTS: Final = (("ab", 2), ("cd", 2), ("ef", 2), ("hij", 3))
_COLUMNS: Final = {
    "kaz_name": "kk", "name_kaz": "kk", "rus_name": "ru", "name_rus": "ru", "te": "te",
    "ab": "ab", "cd": "cd", "ef": "ef", "hij": "hij",
}  # fmt: skip
_WORKBOOK: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class RegisterRow(NamedTuple):
    """One line of the register: the nine-digit code and the names as they are printed."""

    line: int
    code: str
    kk: str
    ru: str


def read_register(
    raw: bytes, name: str, tell: Callable[[int, int], None] | None = None
) -> list[RegisterRow]:
    """Return the register's rows. `tell` hears of how many lines are read, of how many.

    Units: a code is `te`, or `ab`, `cd`, `ef`, `hij` put together; leading zeros that a
    spreadsheet ate are put back.
    Errors: BadConfig with file, line, key and remedy, twenty at most.
    """
    records = _json(raw, name) if raw.lstrip()[:1] == b"[" else _csv(_text(raw, name), name)
    rows, problems, seen = [], [], dict[str, RegisterRow]()
    lines = raw.count(b"\n")
    for line, record in records:
        if tell:
            tell(min(line, lines), lines)
        row, problem = _row(line, record)
        if row is None:
            problems.append(f"{name}: line {line}: {problem}")
            continue
        before = seen.setdefault(row.code, row)
        if before[1:] != row[1:]:
            problems.append(
                f"{name}: line {line}: key `te`: {row.code} is on line {before.line} with "
                "another name; leave one"
            )
        elif before is row:
            rows.append(row)
    if problems:
        more = [f"{name}: {len(problems) - _SHOWN} more"] if len(problems) > _SHOWN else []
        raise BadConfig(problems[:_SHOWN] + more)
    if not rows:
        raise BadConfig([f"{name}: no places in it; give the register's file"])
    return rows


def _text(raw: bytes, name: str) -> str:
    if raw.startswith(_WORKBOOK):
        raise BadConfig([f"{name}: is a workbook; save it as CSV (UTF-8) and import that"])
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1251", errors="replace")


def _csv(text: str, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    head = text.lstrip("\n\r").partition("\n")[0]
    delimiter = max(";,\t", key=head.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    columns: list[str] = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if not columns:
                columns = [_COLUMNS.get(cell.strip().lower(), "") for cell in cells]
                _check_columns(set(columns), name)
                continue
            yield reader.line_num, dict(zip(columns, cells, strict=False))
    except csv.Error as error:
        raise BadConfig(
            [f"{name}: line {reader.line_num}: {error}; export the file again"]
        ) from error


def _json(raw: bytes, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        found = msgspec.json.decode(raw, type=list[dict[str, Any]])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadConfig([f"{name}: {error}; give a list of objects"]) from error
    for number, record in enumerate(found, start=1):
        named = {
            _COLUMNS.get(key.strip().lower(), ""): value for key, value in record.items()
        }
        if number == 1:
            _check_columns(set(named), name)
        yield number, {k: "" if v is None else str(v) for k, v in named.items()}


def _check_columns(columns: set[str], name: str) -> None:
    wanted = {"kk": "kaz_name", "ru": "rus_name"}
    missing = [spelt for key, spelt in wanted.items() if key not in columns]
    if "te" not in columns and not {key for key, _ in _PARTS} <= columns:
        missing.insert(0, "te")
    if missing:
        raise BadConfig(
            [
                f"{name}: line 1: key `{column}`: no such column; name it"
                for column in missing
            ]
        )


def _row(line: int, record: dict[str, str]) -> tuple[RegisterRow | None, str]:
    """Return the row, or what is wrong with it and the remedy."""
    parts = [_digits(record.get(key, ""), width) for key, width in _PARTS]
    whole = "".join(part for part in parts if part)
    code = _digits(record.get("te", ""), _CODE_DIGITS) or whole
    if len(code) != _CODE_DIGITS:
        return None, f"key `te`: {record.get('te', '')[:20]!r} is no code; nine digits"
    if all(parts) and whole != code:
        return None, f"key `te`: {code} is not {whole} of ab, cd, ef, hij; correct one"
    kk, ru = (" ".join(record.get(key, "").split()) for key in ("kk", "ru"))
    if not kk or not ru:
        return None, f"key `{'kaz_name' if not kk else 'rus_name'}`: empty; write the name"
    if "?" in kk or "\ufffd" in kk + ru:
        return None, "key `kaz_name`: letters were lost; export the file as UTF-8"
    return RegisterRow(line, code, kk, ru), ""


def _digits(cell: str, width: int) -> str:
    """Return the digits of a cell to full width; "" when it holds no such number."""
    text = cell.strip().removesuffix(".0")
    if not (text.isascii() and text.isdigit()) or len(text) > width:
        return ""
    return text.zfill(width)
