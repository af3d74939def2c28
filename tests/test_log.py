"""No line of the log holds what a person wrote or who they are."""

import ast
import asyncio
import io
import json
import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from hotline import log
from hotline.cases.terms import Channel
from hotline.errors import RejectedInbound

POISON = "Отравленова Ядвига"
POISONED = {
    "text": POISON,
    "sender": POISON,
    "phone": "+77010000001",
    "name": POISON,
    "address": POISON,
    "narrative": POISON,
    "identity": {"surname": POISON},
}


@pytest.fixture
def lines():
    """Set logging up for machines; return a function that reads what was logged."""
    root, strict, stream = logging.getLogger(), logging.raiseExceptions, io.StringIO()
    handlers, level = root.handlers[:], root.level
    log.set_up_logging(readable=False, stream=stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:], logging.raiseExceptions = handlers, strict
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def test_a_poisoned_record_loses_every_personal_key(lines, caplog):
    structlog.get_logger().info("contact_received", contact_id=26000004821, **POISONED)
    (line,) = lines()
    assert (line["event"], line["contact_id"]) == ("contact_received", 26000004821)
    assert line["dropped"] == sorted(POISONED)
    assert POISON not in json.dumps(line, ensure_ascii=False)
    assert POISON not in caplog.text, "another handler of the process saw it"


PLACES = [
    # where the poison lies                  what is logged
    ("in a dictionary", {"facts": {"reporter": POISON, "region": "71"}}),
    ("in a list of dictionaries", {"people": [{"Name": POISON}]}),
    ("in an object's repr", {"contact": RejectedInbound(POISON)}),
    ("deep down", {"a": {"b": {"c": {"d": {"e": {"f": POISON}}}}}}),
    ("in bytes", {"seen": POISON.encode()}),
    ("in a long value", {"reason": POISON * 60}),
]


@pytest.mark.parametrize(("where", "facts"), PLACES, ids=[row[0] for row in PLACES])
def test_poison_is_found_wherever_it_lies(lines, where, facts):
    structlog.get_logger().warning("contact_received", **facts)
    (line,) = lines()
    assert POISON not in json.dumps(line, ensure_ascii=False)


MASKED = [
    # written                                     logged
    ("call +7 701 000 00 01 back", "call <phone> back"),
    ("8 (701) 000-00-01", "<phone>"),
    ("77010000001", "<phone>"),
    ("iin 900101300123", "iin <iin>"),
    ("mail aigul@example.org now", "mail <email> now"),
    ("receipt 26-004821-7", "receipt 26-004821-7"),
    ("2026-11-20T10:00:00+05:00", "2026-11-20T10:00:00+05:00"),
    ("26000004821", "26000004821"),
]


@pytest.mark.parametrize(("written", "logged"), MASKED, ids=[row[0] for row in MASKED])
def test_numbers_and_addresses_are_masked_and_ids_are_not(lines, written, logged):
    structlog.get_logger().info("seen", reason=written)
    assert lines()[0]["reason"] == logged


def test_ids_times_and_words_of_ours_stay(lines):
    at = datetime(2026, 11, 20, 5, tzinfo=UTC)
    with structlog.contextvars.bound_contextvars(request_id="r1", actor_id=7):
        structlog.get_logger().info(
            "seen", username="guardian-71", at=at, channel=Channel.WEB
        )
    (line,) = lines()
    assert (line["request_id"], line["actor_id"], line["level"]) == ("r1", 7, "info")
    assert line["username"] == "guardian-71"
    assert line["at"] == "2026-11-20 05:00:00+00:00"
    assert line["channel"] == Channel.WEB.value
    assert line["timestamp"].endswith("Z")


def fail(error: Exception, cause: Exception | None = None) -> None:
    raise error from cause


def test_an_error_says_what_and_where_but_not_its_text(lines):
    try:
        fail(RejectedInbound(POISON, code="not_json"), ValueError(POISON))
    except RejectedInbound:
        structlog.get_logger().exception("request_failed")
    (line,) = lines()
    assert line["error"] == "hotline.errors.RejectedInbound"
    assert (line["error_code"], line["error_cause"]) == ("not_json", "ValueError")
    assert line["error_at"][0].startswith("test_log.py:")
    assert POISON not in json.dumps(line, ensure_ascii=False)


def test_a_library_cannot_log_what_a_person_wrote(lines):
    logging.getLogger("aiohttp.server").error("Error handling %s", POISON)
    logging.getLogger("other").error("formatted before: " + POISON)  # noqa: G003
    try:
        fail(ValueError(POISON))
    except ValueError:
        logging.getLogger("asyncio").exception("broken", extra={"text": POISON})
    shown = lines()
    assert POISON not in json.dumps(shown, ensure_ascii=False)
    assert {line["event"] for line in shown} == {"library_logged"}
    assert shown[0]["template"] == "Error handling %s"
    assert shown[2]["error"] == "ValueError"


def test_a_task_that_nobody_awaited_does_not_show_its_error(lines):
    async def forget() -> None:
        loop = asyncio.get_running_loop()
        loop.call_exception_handler(
            {"message": "never retrieved", "exception": ValueError(POISON)}
        )

    asyncio.run(forget())
    (line,) = lines()
    assert (line["library"], line["error"]) == ("asyncio", "ValueError")
    assert POISON not in json.dumps(line, ensure_ascii=False)


@given(st.dictionaries(st.sampled_from(sorted(log.PERSONAL_KEYS)), st.text(min_size=1)))
def test_no_personal_key_survives_in_any_mixture(facts):
    kept = log.scrub(None, "info", {"event": "seen", **facts})
    assert log.PERSONAL_KEYS.isdisjoint(kept)
    assert kept.get("dropped", []) == sorted(facts)


def test_events_of_ours_are_constant_words():
    """An event is a name, not a sentence: what differs goes into keywords."""
    hotline = Path(log.__file__).parent
    odd = []
    for path in hotline.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
                continue
            if call.func.attr not in {"info", "warning", "error", "exception"}:
                continue
            if not call.args and not call.keywords:
                continue  # a line of the log names an event: this asks a future, or a server
            event = call.args[0] if call.args else None
            word = getattr(event, "value", "a_name")
            named = isinstance(event, ast.Constant | ast.Name)
            if not named or not str(word).replace("_", "").isalnum():
                odd.append(f"{path.relative_to(hotline)}:{call.lineno}")
    assert odd == []
