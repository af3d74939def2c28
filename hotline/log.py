"""Logging: JSON lines on stderr, ids only; personal data is dropped here, whoever logs."""

import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from datetime import date, timedelta
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO
from uuid import UUID

import structlog

_Formatter = structlog.stdlib.ProcessorFormatter
Event = MutableMapping[str, Any]

PERSONAL_KEYS = frozenset({
    *("text", "sender", "phone", "phones", "name", "names", "address", "addresses"),
    *("narrative", "identity", "raw", "payload", "message", "note", "query"),
    *("first_name", "last_name", "patronymic", "full_name", "surname", "iin", "email"),
    *("reporter", "relation", "code_word", "caller", "from", "to", "birth_date"),
    *("password", "pin", "token", "secret", "secret_key", "cookie", "authorization"),
})  # fmt: skip
_MASKS = (
    (re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"), "<email>"),
    (re.compile(r"(?<![\w-])\+\d[\d\s()-]{7,17}\d"), "<phone>"),
    (re.compile(r"(?<![\w-])[78][\s(-]*\d{3}[\s)-]*(\d[\s-]*){6}\d(?!\w)"), "<phone>"),
    (re.compile(r"(?<![\w-])\d{12}(?![\w-])"), "<iin>"),
)  # fmt: skip
_PLAIN = (int, float, bool, type(None))
_SHOWN_AS_TEXT = (date, timedelta, UUID, Path)
_FORMATTERS_OWN = ("_record", "_from_structlog", "positional_args", "stack_info")
_DEEPEST = 4
_LONGEST = 500  # characters of one value: what is longer is somebody's text
_MOST_FRAMES = 12


def set_up_logging(
    *, level: str = "INFO", readable: bool | None = None, stream: TextIO | None = None
) -> None:
    """Send every log line, ours and the libraries', through one scrubbed stream (stderr).

    `readable` prints for people instead of JSON; by default when stderr is a terminal.
    """
    people = sys.stderr.isatty() if readable is None else readable
    last: Any = structlog.dev.ConsoleRenderer() if people else _json()
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        # Scrubbed before the standard library sees it: there may be other handlers.
        processors=[*shared, describe_error, scrub, _Formatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level)),
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        _Formatter(
            pass_foreign_args=True,
            foreign_pre_chain=[*shared, describe_library_record, describe_error, scrub],
            processors=[drop_tracks, last],
        )
    )
    logging.raiseExceptions = False  # it would print the record that could not be logged
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)


def describe_library_record(_logger: Any, _method: str, event: Event) -> Event:
    """Turn a library's record into a constant event; its arguments may be anybody's words.

    Kept is the template (the first line of it), which the library's author wrote.
    """
    record: logging.LogRecord = event["_record"]
    template = str(record.msg).splitlines()[:1]
    event["event"] = "library_logged"
    event["library"] = record.name
    event["template"] = "".join(template)[:200] if event["positional_args"] else None
    event["where"] = f"{Path(record.pathname).name}:{record.lineno}"
    return event


def drop_tracks(_logger: Any, _method: str, event: Event) -> Event:
    """Remove what the formatter itself added, and the arguments that it kept."""
    for key in _FORMATTERS_OWN:
        event.pop(key, None)
    return event


def describe_error(_logger: Any, _method: str, event: Event) -> Event:
    """Replace an exception by its type, code and places: its text may quote a person."""
    found = event.pop("exc_info", None)
    error = sys.exc_info()[1] if found is True else found
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["error"] = _kind(error)
        if isinstance(code := getattr(error, "code", None), str):
            event["error_code"] = code
        event["error_cause"] = _kind(error.__cause__) if error.__cause__ else None
        event["error_at"] = _places(error.__traceback__)
    return event


def scrub(_logger: Any, _method: str, event: Event) -> Event:
    """Drop personal keys at every depth and mask numbers and addresses in what is left."""
    dropped = {key for key in event if key.lower() in PERSONAL_KEYS}
    kept = {
        key: value if key in _FORMATTERS_OWN else _clean(key, value, dropped, 0)
        for key, value in event.items()
        if key.lower() not in PERSONAL_KEYS
    }
    if dropped:
        kept["dropped"] = sorted(dropped)
    return kept


def _clean(key: str, value: Any, dropped: set[str], depth: int) -> Any:
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, (str, *_SHOWN_AS_TEXT)):
        return _masked(str(value))
    if depth < _DEEPEST and isinstance(value, Mapping):
        inner = {str(k): v for k, v in value.items()}
        personal = {k for k in inner if k.lower() in PERSONAL_KEYS}
        dropped |= {f"{key}.{k}" for k in personal}
        rest = inner.keys() - personal
        return {k: _clean(f"{key}.{k}", inner[k], dropped, depth + 1) for k in sorted(rest)}
    if depth < _DEEPEST and isinstance(value, list | tuple | set | frozenset):
        return [_clean(key, one, dropped, depth + 1) for one in value]
    return f"<{type(value).__name__}>"  # its repr could hold anything


def _masked(text: str) -> str:
    if len(text) > _LONGEST:
        return f"<{len(text)} characters>"
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    return text


def _kind(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-_MOST_FRAMES:]
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]


def _json() -> structlog.processors.JSONRenderer:
    return structlog.processors.JSONRenderer(ensure_ascii=False)
