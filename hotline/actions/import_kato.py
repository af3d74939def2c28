"""Taking over the official register of places: read, check, derive, write whole or not at all."""

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hotline.config.kato import FILE, encode_kato
from hotline.config.kato_names import derive
from hotline.config.kato_register import read_register
from hotline.config.places import load_places
from hotline.errors import BadConfig

_LARGEST = 64 * 1024 * 1024  # bytes; the register has 3


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import brought. `changed` is False when the same was there already."""

    rows: int
    places: int
    districts: int
    changed: bool
    written: Path


def import_kato(
    register: Path, folder: Path, tell: Callable[[int, int], None] | None = None
) -> Imported:
    """Derive `places_kato.json` in the configuration `folder` from the register's file.

    The running processes read it when they start again. Doing it twice changes nothing.
    `tell` hears of how many lines are read, of how many; nothing is written meanwhile.
    Errors: BadConfig with file, line and remedy; then nothing was written.
    """
    rows = read_register(_bytes(register), register.name, tell)
    known = {region.code for region in load_places(folder).regions}
    strange = [row for row in rows if row.code[:2] not in known]
    if strange:
        raise BadConfig(
            [
                f"{register.name}: line {row.line}: key `te`: {row.code} is of no known region; "
                "correct it, or add the region to regions.yaml"
                for row in strange[:20]
            ]
        )
    derived = derive(rows)
    if not derived.places:
        raise BadConfig([f"{register.name}: no villages in it; give the whole register"])
    target, content = folder / FILE, encode_kato(derived)
    changed = not target.exists() or target.read_bytes() != content
    if changed:
        _replace(target, content)
    return Imported(len(rows), len(derived.places), len(derived.districts), changed, target)


def _bytes(register: Path) -> bytes:
    try:
        if register.stat().st_size > _LARGEST:
            raise BadConfig(
                [f"{register.name}: larger than 64 MB; give the register's file"]
            )
        return register.read_bytes()
    except OSError as error:
        raise BadConfig(
            [f"{register.name}: cannot be read ({error.strerror}); give a readable file"]
        ) from error


def _replace(target: Path, content: bytes) -> None:
    """Put `content` in place of the file in one step: nobody ever reads half of it."""
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        raise BadConfig([_unwritable(target, error)]) from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise BadConfig([_unwritable(target, error)]) from error


def _unwritable(target: Path, error: OSError) -> str:
    return (
        f"{target.name}: cannot be written into {target.parent.name}/ ({error.strerror}); "
        "copy the configuration to a folder of your own and give it with --config"
    )
