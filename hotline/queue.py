"""RQ at arm's length: names and ids go in, nothing essential stays there.

Redis may be slow, away or wiped at any time; whoever pushes keeps the truth elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer

from hotline.cases.terms import JobName, QueueName
from hotline.errors import Unavailable

JOB_TIMEOUT_S = 120
KEPT_AFTER_FAILURE_S = 60
_CONNECT_TIMEOUT_S, _ANSWER_TIMEOUT_S = 0.5, 1.0
_INCARNATION = "hotline:incarnation"  # which life of Redis our jobs were pushed into


@dataclass(frozen=True, slots=True)
class RedisLife:
    """Which life of Redis this is."""

    incarnation: str  # changes whenever Redis starts
    remembers: bool  # neither wiped nor restarted since `remember`: no job was lost


def open_redis(url: str) -> "Redis":
    """Return a client that fails at once instead of retrying: rows wait in PostgreSQL.

    redis-py's own retries would hold a caller for seconds while Redis is away.
    """
    return Redis.from_url(
        url,
        retry=Retry(NoBackoff(), 0),
        socket_connect_timeout=_CONNECT_TIMEOUT_S,
        socket_timeout=_ANSWER_TIMEOUT_S,
    )


class Jobs:
    """The queues of one Redis. Blocking: call it from a thread in asynchronous code."""

    def __init__(self, redis_url: str) -> None:
        self._redis = open_redis(redis_url)
        self._queues = {
            name: Queue(
                name.value,
                connection=self._redis,
                serializer=JSONSerializer,
                default_timeout=JOB_TIMEOUT_S,
            )
            for name in QueueName
        }

    def push(self, queue: QueueName, job: JobName, *batches: Sequence[int]) -> None:
        """Push one job for each batch of ids, in one round trip.

        Errors: Unavailable when Redis is away; some of the jobs may have arrived.
        """
        orders = [
            Queue.prepare_data(
                f"hotline.workers.{job}.run",
                args=(list(batch),),
                result_ttl=0,
                failure_ttl=KEPT_AFTER_FAILURE_S,
                description=job.value,  # RQ's default description repeats the arguments
            )
            for batch in batches
        ]
        try:
            self._queues[queue].enqueue_many(orders)
        except RedisError as error:
            raise Unavailable("Redis cannot be reached", code="redis_away") from error

    def depth(self, queue: QueueName) -> int:
        """Return how many jobs wait in `queue`. Errors: Unavailable."""
        return self.depths()[queue]

    def depths(self) -> dict[QueueName, int]:
        """Return how many jobs wait in each queue, in one round trip. Errors: Unavailable."""
        try:
            with self._redis.pipeline(transaction=False) as pipeline:
                for queue in QueueName:
                    pipeline.llen(self._queues[queue].key)
                return dict(zip(QueueName, pipeline.execute(), strict=True))
        except RedisError as error:
            raise Unavailable("Redis cannot be reached", code="redis_away") from error

    def life(self) -> RedisLife:
        """Return whether Redis still has what was pushed. Errors: Unavailable."""
        try:
            with self._redis.pipeline(transaction=False) as pipeline:
                pipeline.info("server")
                pipeline.get(_INCARNATION)
                server, known = pipeline.execute()
        except RedisError as error:
            raise Unavailable("Redis cannot be reached", code="redis_away") from error
        incarnation = str(server["run_id"])
        return RedisLife(incarnation, known is not None and known.decode() == incarnation)

    def remember(self, incarnation: str) -> None:
        """Note that open work is being pushed again into this life of Redis."""
        try:
            self._redis.set(_INCARNATION, incarnation)
        except RedisError as error:
            raise Unavailable("Redis cannot be reached", code="redis_away") from error

    def close(self) -> None:
        """Close the connections."""
        self._redis.close()
