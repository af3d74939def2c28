"""The people of bodies as a table: one membership a row. User names only, no other data."""

from collections.abc import Iterable
from dataclasses import dataclass

from hotline.config.bodies_csv import languages_in
from hotline.config.csv_table import TableRow, read_table, write_table
from hotline.config.directory_faults import BadDirectory, Fault
from hotline.config.directory_rules import LANGUAGES

COLUMNS = ("body", "username", "position", "languages", "share")
NEEDED = ("body", "username")
POSITIONS = ("head", "deputy", "specialist")
_LARGEST_SHARE = 2.0


@dataclass(frozen=True, slots=True)
class MemberEntry:
    """A person of a body as somebody wrote it down; None leaves the person's as it is."""

    where: str
    body: str
    username: str
    position: str = "specialist"
    languages: tuple[str, ...] | None = None
    share: float | None = None


def read_members(raw: bytes, name: str) -> list[MemberEntry]:
    """Return the memberships of a table. Errors: BadDirectory names line, column, remedy."""
    entries: list[MemberEntry] = []
    wrong: list[Fault] = []
    for row in read_table(raw, name, COLUMNS, NEEDED):
        try:
            entries.append(_entry(row))
        except BadDirectory as error:
            wrong += error.faults
    wrong += _contradictions(entries)
    if wrong:
        raise BadDirectory(wrong)
    return entries


def write_members(entries: Iterable[MemberEntry]) -> bytes:
    """Return the table of `entries`."""
    return write_table(
        COLUMNS,
        (
            {
                "body": entry.body,
                "username": entry.username,
                "position": entry.position,
                "languages": " ".join(entry.languages or ()),
                "share": "" if entry.share is None else f"{entry.share:g}",
            }
            for entry in entries
        ),
    )


def _entry(row: TableRow) -> MemberEntry:
    cells = row.cells
    position = cells.get("position", "").lower() or "specialist"
    languages = languages_in(cells.get("languages", "")) or None
    wrong = [Fault(row.where, name, "empty") for name in NEEDED if not cells.get(name)]
    if position not in POSITIONS:
        wrong.append(Fault(row.where, "position", "unknown_position", {"value": position}))
    wrong += [
        Fault(row.where, "languages", "unknown_language", {"value": one})
        for one in languages or ()
        if one not in LANGUAGES
    ]
    share = _share(cells.get("share", ""))
    if share is not None and not 0 < share <= _LARGEST_SHARE:
        wrong.append(Fault(row.where, "share", "bad_share", {"value": cells["share"]}))
    if wrong:
        raise BadDirectory(wrong)
    return MemberEntry(
        row.where, cells["body"], cells["username"], position, languages, share
    )


def _share(cell: str) -> float | None:
    """Return a share of a post, or None for an empty cell; what is no number is -1."""
    try:
        return float(cell.replace(",", ".")) if cell else None
    except ValueError:
        return -1.0


def _contradictions(entries: Iterable[MemberEntry]) -> Iterable[Fault]:
    """Return rows that say again, or differently, what another row says."""
    pairs: set[tuple[str, str]] = set()
    of_person: dict[tuple[str, str], object] = {}
    for entry in entries:
        if (entry.body, entry.username) in pairs:
            yield Fault(entry.where, "username", "same_person", {"value": entry.username})
        pairs.add((entry.body, entry.username))
        for name in ("languages", "share"):
            value = getattr(entry, name)
            if value is None:
                continue
            if of_person.setdefault((entry.username, name), value) != value:
                yield Fault(entry.where, name, "two_answers", {"value": entry.username})
