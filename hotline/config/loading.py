"""Reading one YAML file into a typed structure, with errors a person can act on."""

import re
from collections.abc import Hashable
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

import msgspec
import yaml

from hotline.errors import BadConfig

T = TypeVar("T")
_KEPT = 40  # a folder has about half as many files
_STEP = re.compile(r"\[\.\.\.\]|\[\d+\]|\.[^.\[`]+")


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
    decoded: T = _decoded(name, raw, cast("Hashable", kind))
    return decoded


# Who changes one file of the rules has the others as they were: only that one is read again.
@lru_cache(maxsize=_KEPT)
def _decoded(name: str, raw: bytes, kind: Any) -> Any:
    try:
        found = yaml.load(raw, _Loader)  # noqa: S506  a safe loader, only stricter
    except (yaml.YAMLError, RecursionError) as error:
        first = " ".join(str(error).replace('in "<byte string>",', "in").split())
        raise BadConfig([f"{name}: is not valid YAML: {first}; mend the syntax"]) from error
    try:
        return _as(found, kind)
    except msgspec.ValidationError as error:
        said = _remedy(_named(found, kind, str(error)))
        raise BadConfig([f"{name}: {said}"]) from error


class _Loader(yaml.CSafeLoader):
    """YAML that refuses a key written twice, of which the first would silently be lost."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        """Return the mapping. Errors: ConstructorError with the line of the second key."""
        names = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        if len(set(names)) < len(names):
            again = next(name for name in names if names.count(name) > 1)
            mark = [key for key, _ in node.value if key.value == again][1].start_mark
            raise yaml.constructor.ConstructorError(
                None, None, f"key `{again}` is written twice, remove one", mark
            )
        return super().construct_mapping(node, deep)

    def construct_yaml_timestamp(self, node: Any) -> Any:
        """Return the date. Errors: ConstructorError with the line of an impossible one."""
        try:
            return super().construct_yaml_timestamp(node)
        except ValueError as error:
            raise yaml.constructor.ConstructorError(
                None, None, f"`{node.value}` is no date: {error}", node.start_mark
            ) from error


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.construct_yaml_timestamp)


def _as(found: Any, kind: type[T]) -> T:
    return msgspec.convert(found, kind, builtin_types=(date,))


def _named(found: Any, kind: type[Any], message: str) -> str:
    """Return msgspec's message with the keys in it that it writes as `[...]`.

    It does not tell them; the key meant is the one that alone is refused with the same words.
    """
    what, _, where = message.partition(" - at `")
    at, path = found, "$"
    try:
        for part in _STEP.findall(where):
            step = part
            if part == "[...]":
                key = next(key for key in list(at) if _alone(found, at, key, kind, message))
                at, step = at[key], f".{key}"
            elif part.startswith("["):
                at = at[int(part[1:-1])]
            else:
                at = at[part[1:]]
            path += step
    except (KeyError, IndexError, TypeError, StopIteration):
        return message
    return f"{what} - at `{path}`" if where else message


def _alone(found: Any, at: dict[Any, Any], key: Any, kind: type[Any], message: str) -> bool:
    """Return whether `key` is at fault, and if so leave only it in `at`, a part of `found`."""
    kept = dict(at)
    at.clear()
    at[key] = kept[key]
    try:
        _as(found, kind)
    except msgspec.ValidationError as error:
        if str(error) == message:
            return True
    at.clear()
    at.update(kept)
    return False


def _remedy(message: str) -> str:
    """Return msgspec's message turned round: key first, then what to do."""
    what, _, where = message.partition(" - at `")
    key = where.rstrip("`").removeprefix("$.") or "top level"
    if "unknown field" in what:
        return f"key `{key}`: {what}; remove or rename it"
    if "missing required field" in what:
        return f"key `{key}`: {what}; add it"
    return f"key `{key}`: {what}; correct the value"
