"""People as a table: one a row, with their bodies. User names and places only."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from hotline.cases.terms import Role
from hotline.config.bodies_csv import languages_in
from hotline.config.csv_table import TableRow, read_table, write_table
from hotline.config.directory_faults import BadDirectory, Fault
from hotline.config.members_csv import POSITIONS

COLUMNS = ("username", "name", "role", "region", "bodies", "languages", "share", "active")
_NEEDED = ("username", "role")
_YES_NO = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """A person as somebody wrote it down."""

    where: str
    username: str
    name: str
    values: dict[
        str, Any
    ]  # as a change of the person takes them; what it says nothing of stays


def read_people(raw: bytes, name: str) -> list[PersonEntry]:
    """Return the people of a table. Errors: BadDirectory names line, column, remedy."""
    entries: list[PersonEntry] = []
    wrong: list[Fault] = []
    for row in read_table(raw, name, COLUMNS, _NEEDED):
        try:
            entries.append(_entry(row))
        except BadDirectory as error:
            wrong += error.faults
    seen: set[str] = set()
    for entry in entries:
        if entry.username in seen:
            fault = Fault(entry.where, "username", "same_person", {"value": entry.username})
            wrong.append(fault)
        seen.add(entry.username)
    if wrong:
        raise BadDirectory(wrong)
    return entries


def _entry(row: TableRow) -> PersonEntry:
    cells = row.cells
    wrong = [Fault(row.where, one, "empty") for one in _NEEDED if not cells.get(one)]
    role = cells.get("role", "").lower()
    if role and role not in set(Role):
        wrong.append(Fault(row.where, "role", "unknown_kind", {"value": role}))
    active = cells.get("active", "").lower()
    if active and active not in _YES_NO:
        wrong.append(Fault(row.where, "active", "bad_yes_no", {"value": active}))
    share = _number(cells.get("share", ""))
    if share is None:
        wrong.append(Fault(row.where, "share", "bad_share", {"value": cells["share"]}))
    placed = _bodies(cells.get("bodies", ""))
    wrong += [
        Fault(row.where, "bodies", "unknown_position", {"value": one})
        for one in placed.values()
        if one not in POSITIONS
    ]
    if wrong:
        raise BadDirectory(wrong)
    values: dict[str, Any] = {"role": role}
    # A column that is not there changes nothing: else a short table would put people out of
    # their bodies, and let those in again who have left.
    if "region" in cells:
        values["region"] = cells["region"] or None
    if "bodies" in cells:
        values["bodies"] = placed
    if spoken := languages_in(cells.get("languages", "")):
        values["languages"] = sorted(spoken)
    if cells.get("share"):
        values["share"] = share
    if active:
        values["active"] = _YES_NO[active]
    return PersonEntry(row.where, cells["username"], cells.get("name", ""), values)


def _bodies(cell: str) -> dict[str, str]:
    """Return positions by body from a cell such as `guard-71 comm-71:head`."""
    named = [one.partition(":") for one in cell.replace(",", " ").split()]
    return {body: position or "specialist" for body, _, position in named}


def _number(cell: str) -> float | None:
    try:
        return float(cell.replace(",", ".")) if cell else 1.0
    except ValueError:
        return None


def write_people(rows: Iterable[tuple[str, str, dict[str, Any]]]) -> bytes:
    """Return the table of people, given as (user name, name, values)."""
    return write_table(
        COLUMNS,
        (
            {
                "username": username,
                "name": name,
                "role": values["role"],
                "region": values["region"] or "",
                "bodies": " ".join(f"{b}:{p}" for b, p in values["bodies"].items()),
                "languages": " ".join(values["languages"]),
                "share": f"{values['share']:g}",
                "active": "yes" if values["active"] else "no",
            }
            for username, name, values in rows
        ),
    )
