"""RQ's SimpleWorker, without what Redis could use to stop it or what would leave traces."""

import logging
from types import FrameType
from typing import Any

import structlog
from redis import Redis
from redis.client import Pipeline
from rq import SimpleWorker
from rq.exceptions import StopRequested
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.worker import WorkerStatus

from hotline.cases.terms import QueueName
from hotline.workers.batch import code_of
from hotline.workers.job import HotlineJob

_TTL_S = 30  # RQ blocks on an empty queue for 15 s less
_BACK_OFF_FACTOR = 1.5
_LONGEST_WAIT_S = 1.0
log = structlog.get_logger()


class QueueWorker(SimpleWorker):
    """Works off one queue; with several, a job that was popped can be lost."""

    log_result_lifespan = False
    exponential_backoff_factor = _BACK_OFF_FACTOR
    max_connection_wait_time = _LONGEST_WAIT_S

    def __init__(self, queue: QueueName, connection: "Redis") -> None:
        super().__init__(
            [queue.value],
            connection=connection,
            worker_ttl=_TTL_S,
            job_class=HotlineJob,
            serializer=JSONSerializer,
            log_job_description=False,
            disable_default_exception_handler=True,  # it would store the traceback in Redis
        )

    def finish(self) -> None:
        """End after the running job; called from a signal handler.

        Errors: StopRequested when no job runs, to leave the wait for one.
        """
        self._stop_requested = True
        if self.get_state() != WorkerStatus.BUSY:
            raise StopRequested

    def heartbeat(
        self, timeout: int | None = None, pipeline: Pipeline | None = None
    ) -> None:
        """Tell Redis that the worker lives, unless it shall end.

        Redis's client closes a lost connection while it swallows every error, also ours that
        says "end": RQ would try again for as long as Redis is away.
        Errors: StopRequested when the worker was asked to end and no job runs.
        """
        if self._stop_requested and self.get_state() != WorkerStatus.BUSY:
            raise StopRequested
        super().heartbeat(timeout, pipeline)

    def _install_signal_handlers(self) -> None:
        """Leave signals to the process: it outlives this worker when Redis goes away."""

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Do nothing: see `finish`."""

    def subscribe(self) -> None:
        """Listen to no commands: whoever writes to Redis could stop the work."""

    def check_for_suspension(self, burst: bool) -> None:
        """Do not look for a pause that was written to Redis."""

    def handle_exception(self, job: Job, *exc_info: Any) -> None:
        """Log what went wrong beside the job, by its code alone."""
        log.error("job_failed", job_id=job.id, code=code_of(exc_info[1]))


class CodesOnly(logging.Handler):
    """Turns RQ's log into events of ours: RQ writes arguments and tracebacks."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log that RQ was interrupted, and by what kind of error."""
        error = record.exc_info[1] if record.exc_info else None
        log.warning("rq_interrupted", code=code_of(error) if error else record.levelname)


def hush_rq() -> None:
    """Send RQ's own log through `CodesOnly`."""
    for name in ("rq.worker", "rq.job", "rq.queue"):
        logger = logging.getLogger(name)
        logger.handlers = [CodesOnly(logging.WARNING)]
        logger.setLevel(logging.WARNING)
        logger.propagate = False
