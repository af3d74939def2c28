"""Real worker and supervisor processes on real engines."""

import asyncio
import json
import pickle
import signal
import zlib

import pytest
import redis

from benchmarks.service import Service, fill_directory, until
from hotline.actions.receive_contact import receive_contact
from hotline.cases.inbound import Inbound
from hotline.cases.terms import Channel, JobName, QueueName
from hotline.queue import Jobs
from hotline.runtime import open_runtime

pytestmark = [pytest.mark.slow, pytest.mark.timeout(90)]
BULK = QueueName.BULK


@pytest.fixture
def service(fresh_database_url, redis_url, engines_folder):
    """A service none of whose processes runs yet, over an emptied Redis."""
    with redis.Redis.from_url(redis_url) as line:
        line.flushall()
    asyncio.run(
        fill_directory(Service(fresh_database_url, redis_url, engines_folder).settings)
    )
    found = Service(fresh_database_url, redis_url, engines_folder)
    found.log.unlink(missing_ok=True)
    yield found
    found.stop()


@pytest.fixture
async def rows(service):
    connection = await service.connect()
    yield connection
    await connection.close()


async def receive(service, n, *, start=0):
    rt = open_runtime(service.settings)
    rt.intake.start()
    for i in range(start, start + n):
        question = "Как записать ребёнка в детский сад в Павлодаре?"
        inbound = Inbound(Channel.PARTNER, "eotinish", f"q-{i}", question, b"{}")
        await receive_contact(rt, inbound)
    await rt.stop()


async def all_done(rows):
    async def none_open():
        return await rows.fetchval("SELECT count(*) FROM outbox WHERE done_at IS NULL") == 0

    await until(none_open)
    assert (
        await rows.fetchval("SELECT count(*) FROM contacts WHERE triaged_at IS NULL") == 0
    )


async def test_a_worker_triages_what_a_supervisor_relays(service, rows):
    service.start("worker-bulk", "supervisor")
    await service.ready()
    await receive(service, 30)
    await all_done(rows)


async def test_both_end_in_order_and_say_goodbye(service, rows):
    service.start("worker-urgent", "worker-bulk", "supervisor")
    await service.ready()
    assert service.stop() == {"worker-urgent": 0, "worker-bulk": 0, "supervisor": 0}
    assert await rows.fetchval("SELECT count(*) FROM heartbeats") == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_worker_ends_while_redis_is_away(service, engines, number):
    service.start("worker-bulk")
    await service.ready()
    engines.kill_redis()
    try:
        service.processes["worker-bulk"].send_signal(number)
        assert await asyncio.to_thread(service.processes["worker-bulk"].wait, 10) == 0
    finally:
        engines.revive()


async def test_both_end_while_postgres_is_away(service, engines):
    service.start("worker-bulk", "supervisor")
    await service.ready()
    engines.kill_postgres()
    try:
        assert await asyncio.to_thread(service.stop) == {"worker-bulk": 0, "supervisor": 0}
    finally:
        engines.revive()


async def test_work_goes_on_after_redis_was_killed(service, rows, engines):
    service.start("worker-bulk", "supervisor")
    await service.ready()
    engines.kill_redis()
    await receive(service, 5)
    engines.revive()
    await all_done(rows)
    assert all(process.poll() is None for process in service.processes.values())


async def test_work_goes_on_after_redis_was_wiped(service, rows):
    service.start("supervisor")
    await service.ready()
    await receive(service, 5)
    jobs = Jobs(service.redis_url)

    async def pushed():
        return jobs.depth(BULK) > 0

    await until(pushed)
    with redis.Redis.from_url(service.redis_url) as line:
        line.flushall()
    service.start("worker-bulk")
    await all_done(rows)


async def test_work_goes_on_after_postgres_was_restarted(service, engines):
    service.start("worker-bulk", "supervisor")
    await service.ready()
    engines.restart_postgres()  # not in a thread: PostgreSQL would end with it
    await receive(service, 5)
    rows = await service.connect()
    await all_done(rows)
    await rows.close()
    assert all(process.poll() is None for process in service.processes.values())


async def test_what_a_killed_worker_had_taken_goes_again_in_seconds(service, rows):
    service.start("supervisor", "worker-urgent")
    await service.ready()
    await receive(service, 30)
    await rows.execute("UPDATE outbox SET leased_until = now() + interval '1 hour'")
    with redis.Redis.from_url(service.redis_url) as line:
        line.delete("rq:queue:bulk")  # as if a worker had popped the jobs
    await rows.execute(
        "INSERT INTO heartbeats VALUES ('dead', 'worker-bulk', now() - interval '4 s', now())"
    )
    service.start("worker-bulk")
    await all_done(rows)


class Marker:
    """Unpickled, it leaves a file."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return open, (self.path, "w")


def smuggle(line, name, data, **more):
    """Write a job into Redis by hand, as whoever reached Redis could."""
    fields = {"data": data, "origin": "bulk", "status": "queued", "created_at": "x"} | more
    line.hset(f"rq:job:{name}", mapping=fields)
    line.sadd("rq:queues", "rq:queue:bulk")
    line.rpush("rq:queue:bulk", name)


async def test_a_job_that_was_smuggled_into_redis_is_refused_and_never_run(
    service, rows, tmp_path
):
    traces = [tmp_path / f"ran-{i}" for i in range(6)]
    ours = json.dumps(["hotline.workers.triage_contact.run", None, [[1]], {}]).encode()
    ours = zlib.compress(ours)

    def shell(path):
        return json.dumps(["os.system", None, [f"touch {path}"], {}]).encode()

    with redis.Redis.from_url(service.redis_url) as line:
        smuggle(line, "shell", shell(traces[0]))
        smuggle(line, "packed-shell", zlib.compress(shell(traces[1])))
        smuggle(line, "pickle", zlib.compress(pickle.dumps(Marker(traces[2]))))
        smuggle(
            line,
            "callback",
            ours,
            success_callback_name="os.mkdir",
            failure_callback_name="os.mkdir",
            meta=pickle.dumps(Marker(traces[3])),
            webhooks=json.dumps([{"url": "http://127.0.0.1:9/", "job_status": "finished"}]),
        )
        smuggle(line, "not-numbers", ours, timeout="soon", retries_left="many")
        smuggle(line, "nonsense", b"\xff\x00")
        line.set("rq:job:not-a-hash", "x")
        line.rpush("rq:queue:bulk", "not-a-hash")
        line.set("rq:suspended", 1)  # RQ's own switch would stop the work
    service.start("worker-bulk", "supervisor")
    await service.ready()
    await receive(service, 3)
    await all_done(rows)

    assert not any(path.exists() for path in traces)
    log = service.log.read_text(encoding="utf-8")
    assert log.count("job_refused") == 4
    assert "os.system" not in log
    assert "touch" not in log


async def test_ids_that_there_are_not_do_no_harm(service, rows):
    Jobs(service.redis_url).push(BULK, JobName.TRIAGE_CONTACT, [999_999, 5])
    service.start("worker-bulk", "supervisor")
    await service.ready()
    await receive(service, 1)
    await all_done(rows)
    assert await rows.fetchval("SELECT count(*) FROM contacts") == 1
