"""Reading one YAML file into a typed structure, with errors a person can act on."""

from pathlib import Path
from typing import TypeVar

import msgspec

from hotline.errors import BadConfig

T = TypeVar("T")


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of every structure read from config/: unknown keys are errors."""


def read(folder: Path, name: str, kind: type[T]) -> T:
    """Return `folder/name` decoded as `kind`.

    Errors: BadConfig with one line that names the file, the key and the remedy.
    """
    path = folder / name
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadConfig(
            [f"{name}: cannot be read ({error.strerror}); put the file into {folder.name}/"]
        ) from error
    try:
        return msgspec.yaml.decode(raw, type=kind)
    except msgspec.ValidationError as error:
        raise BadConfig([f"{name}: {_remedy(str(error))}"]) from error
    except (msgspec.DecodeError, ValueError) as error:  # the latter for an impossible date
        first = " ".join(str(error).split())
        raise BadConfig([f"{name}: is not valid YAML: {first}; mend the syntax"]) from error


def _remedy(message: str) -> str:
    """Return msgspec's message turned round: key first, then what to do."""
    what, _, where = message.partition(" - at `")
    key = where.rstrip("`").removeprefix("$.") or "top level"
    if "unknown field" in what:
        return f"key `{key}`: {what}; remove or rename it"
    if "missing required field" in what:
        return f"key `{key}`: {what}; add it"
    return f"key `{key}`: {what}; correct the value"
