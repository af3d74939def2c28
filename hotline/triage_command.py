"""`hotline triage`: JSON lines in, JSON lines out, no database."""

import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from hotline.config import conflict, danger, places, taxonomy, topics
from hotline.config.conflict import ConflictConfig, load_conflict
from hotline.config.danger import DangerConfig
from hotline.config.loading import read
from hotline.config.places import Places, load_places
from hotline.config.taxonomy import TaxonomyConfig
from hotline.config.topics import TopicsConfig
from hotline.errors import BadConfig
from hotline.model.open import open_reader
from hotline.routing.gazetteer import name_problems
from hotline.routing.reading import Reader
from hotline.routing.triage import (
    TriageDecision,
    TriageFacts,
    TriagePolicy,
    compile_policy,
    triage,
)

_CHUNK, _TOGETHER = 65_536, 16  # bytes of one look at the input; lines read together
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_ID = re.compile(rb'\s*\{\s*"id"\s*:\s*("(?:[^"\\]|\\.)*+"|-?\d{1,30})')


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One line of input; unknown fields and channels are accepted."""

    id: str | int
    text: str
    channel: str | None = None
    sender: str | None = None
    lang: str | None = None
    received_at: str | None = None
    region_hint: str | None = None
    site: str | None = None


class _Named(msgspec.Struct, frozen=True):
    id: Any = None


@dataclass(frozen=True, slots=True)
class TriageFiles:
    """The five parts of config/ that triage reads."""

    taxonomy: TaxonomyConfig
    danger: DangerConfig
    topics: TopicsConfig
    places: Places
    conflict: ConflictConfig


def load_triage(folder: Path) -> TriageFiles:
    """Return the triage part of `folder`. Errors: BadConfig with every problem found."""
    files = TriageFiles(
        taxonomy=read(folder, taxonomy.FILE, TaxonomyConfig),
        danger=read(folder, danger.FILE, DangerConfig),
        topics=read(folder, topics.FILE, TopicsConfig),
        places=load_places(folder),
        conflict=load_conflict(folder),
    )
    codes = files.taxonomy.codes()
    found = [
        *taxonomy.problems(files.taxonomy),
        *danger.problems(files.danger, codes),
        *topics.problems(files.topics, codes),
        *places.problems(files.places),
        *name_problems(files.places),
        *conflict.problems(files.conflict),
    ]
    if found:
        raise BadConfig(found)
    return files


def arriving(stream: BinaryIO) -> Iterator[list[bytes]]:
    """Return the lines of `stream` as they arrive: all that are there, `_TOGETHER` at most.

    A lone line is answered at once; lines that wait together are read together, which is
    several times quicker for the model.
    """
    rest = b""
    while chunk := os.read(stream.fileno(), _CHUNK):
        *lines, rest = (rest + chunk).split(b"\n")
        for start in range(0, len(lines), _TOGETHER):
            yield lines[start : start + _TOGETHER]
    if rest:
        yield [rest]


def run(batches: Iterable[Sequence[bytes]], out: BinaryIO, config_dir: Path) -> None:
    """Answer every line of `batches` on `out`, in order; a bad line is answered too.

    Errors: BadConfig before the first line; none afterwards.
    """
    policy = compile_policy(load_triage(config_dir))
    reader = open_reader(policy)
    for lines in batches:
        told = _answered([line for line in lines if line.strip()], policy, reader)
        out.writelines(msgspec.json.encode(one) + b"\n" for one in told)
        out.flush()


def _answered(
    lines: Sequence[bytes], policy: TriagePolicy, reader: Reader | None
) -> list[dict[str, Any]]:
    asked = [_asked(line) for line in lines]
    texts = [one.text for one in asked if isinstance(one, Question)]
    readings = iter((reader.read(texts) if reader and texts else None) or [])
    version = reader.version if reader else ""
    return [
        answer(one.id, triage(_facts(one), policy, next(readings, None), version))
        if isinstance(one, Question)
        else one
        for one in asked
    ]


def _asked(line: bytes) -> Question | dict[str, Any]:
    """Return the question of a line, or the answer to a line that is none."""
    try:
        return _question(line)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        return {"id": _id_of(line), "error": str(error) or "cannot be read"}


def _facts(asked: Question) -> TriageFacts:
    return TriageFacts(
        text=asked.text,
        channel=asked.channel or "",
        lang_hint=asked.lang,
        stated_region=asked.region_hint,
        phone=asked.sender,
        site=asked.site,
    )


def _question(line: bytes) -> Question:
    """Return what the line asks; half a surrogate pair, as of a cut emoji, becomes U+FFFD."""
    try:
        return msgspec.json.decode(line, type=Question)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        if _HALF.search(line) is None:
            raise
    found = json.loads(line)
    if isinstance(found, dict):
        found = {
            name: _SURROGATE.sub("\ufffd", value) if isinstance(value, str) else value
            for name, value in found.items()
        }
    return msgspec.convert(found, Question)


def answer(name: str | int, judged: TriageDecision) -> dict[str, Any]:
    """Return one output line as a mapping."""
    return {
        "id": name,
        "category": judged.category,
        "subcategory": judged.subcategory,
        "alternatives": [
            {"code": other.code, "score": other.score} for other in judged.alternatives
        ],
        "urgency": int(judged.urgency),
        "danger": judged.danger,
        "danger_score": judged.danger_score,
        "region": judged.region,
        "region_candidates": list(judged.region_candidates),
        "language": judged.language,
        "script": judged.script,
        "needs_human": judged.needs_human,
        "conflict_hint": list(judged.conflict_hint),
        "reasons": [
            {"rule": reason.rule, "span": list(reason.span), "text": reason.text}
            for reason in judged.reasons
        ],
        "policy_version": judged.policy_version,
        "model_version": judged.model_version,
    }


def _id_of(line: bytes) -> Any:
    """Return the id of a line that is no question, also of one cut short, else None."""
    try:
        return msgspec.json.decode(line, type=_Named).id
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        found = _ID.match(line)
    try:
        return msgspec.json.decode(found[1]) if found else None
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
