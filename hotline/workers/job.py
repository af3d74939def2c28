"""The only jobs a worker runs: ours, by name, with a list of ids.

RQ resolves any dotted name, loads callbacks and web hooks from Redis and can unpickle:
whoever writes to Redis would run code here. So nothing but `data` is read from a stored
job, and `data` must be an order that `read_order` knows.
"""

import zlib
from dataclasses import dataclass
from importlib import import_module
from typing import Annotated, Any

import msgspec
import structlog
from rq.exceptions import NoSuchJobError
from rq.job import Job, JobStatus

from hotline.cases.terms import JobName
from hotline.queue import JOB_TIMEOUT_S, KEPT_AFTER_FAILURE_S
from hotline.workers.batch import log_failure

_MOST_IDS = 1000
_LONGEST_ORDER = 64 * 1024
_Id = Annotated[int, msgspec.Meta(gt=0, le=2**63 - 1)]
_Ids = Annotated[list[_Id], msgspec.Meta(min_length=1, max_length=_MOST_IDS)]
_Wire = msgspec.json.Decoder(tuple[str, None, tuple[_Ids], dict[str, None]])
_NAMES = {f"hotline.workers.{name}.run": name for name in JobName}
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Order:
    """What a job is to do."""

    name: JobName
    ids: list[int]


def read_order(raw: bytes) -> Order | None:
    """Return the order in `raw`, or None for anything that we did not push ourselves."""
    try:
        function, _, (ids,), named = _Wire.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    name = _NAMES.get(function)
    return Order(name, ids) if name and not named else None


class HotlineJob(Job):
    """An RQ job of ours. It never raises: what went wrong stands in outbox and log."""

    def restore(self, raw_data: dict[Any, Any]) -> None:
        """Read a stored job, and of that the order and the queue's name only."""
        stored = {_text(key): value for key, value in raw_data.items()}
        if "data" not in stored:
            raise NoSuchJobError("a job without an order")
        super().restore({b"data": b"", b"origin": stored.get("origin", b"")})
        self.data = _inflated(stored["data"])
        self._status = JobStatus.QUEUED
        self.timeout = JOB_TIMEOUT_S
        self.result_ttl = 0
        self.failure_ttl = KEPT_AFTER_FAILURE_S

    def _deserialize_data(self) -> None:
        order = read_order(self.data)
        self._func_name = order.name.value if order else "refused"
        self._instance = None
        self._args = (order.ids,) if order else ()
        self._kwargs = {}

    def perform(self) -> int | None:
        """Do the order, or refuse it; return how many ids were still open."""
        order = read_order(self.data)
        if order is None:
            log.error("job_refused", queue=self.origin, job_id=self.id)
            return None
        try:
            job = import_module(f"hotline.workers.{order.name}")
            return int(job.run(order.ids))
        except Exception as error:  # noqa: BLE001  RQ would store it
            log_failure("job_failed", error, job=order.name.value)
            return None


def _text(key: bytes | str) -> str:
    return key.decode("utf-8", "replace") if isinstance(key, bytes) else key


def _inflated(data: bytes) -> bytes:
    """Return `data` unpacked, at most as long as an order may be."""
    try:
        return zlib.decompressobj().decompress(data, _LONGEST_ORDER)
    except zlib.error:
        return b""
