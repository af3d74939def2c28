"""RQ at arm's length, on a real Redis."""

import time
import zlib

import pytest
import redis

from hotline.cases.terms import JobName, QueueName
from hotline.errors import Unavailable
from hotline.queue import Jobs


def stored_jobs(url):
    with redis.Redis.from_url(url) as line:
        return [line.hgetall(key) for key in line.scan_iter("rq:job:*")]


def test_a_job_in_redis_holds_a_name_and_ids_and_no_pickle(jobs, settings):
    jobs.push(QueueName.BULK, JobName.TRIAGE_CONTACT, [7, 8])

    (stored,) = stored_jobs(settings.redis_url)
    order = zlib.decompress(stored[b"data"])
    assert order == b'["hotline.workers.triage_contact.run", null, [[7, 8]], {}]'
    assert stored[b"description"] == b"triage_contact"


def test_each_batch_is_one_job(jobs):
    jobs.push(QueueName.URGENT, JobName.TRIAGE_CONTACT, [1, 2], [3])

    assert jobs.depths() == {QueueName.URGENT: 2, QueueName.BULK: 0, QueueName.OUTWARD: 0}


def test_a_redis_that_is_away_is_said_at_once(settings):
    nowhere = Jobs(settings.redis_url + ".gone")
    began = time.monotonic()
    with pytest.raises(Unavailable) as caught:
        nowhere.push(QueueName.BULK, JobName.TRIAGE_CONTACT, [1])
    assert caught.value.code == "redis_away"
    assert time.monotonic() - began < 1


def test_a_wiped_redis_is_seen_to_have_forgotten(jobs, settings):
    jobs.remember(jobs.life().incarnation)
    assert jobs.life().remembers
    with redis.Redis.from_url(settings.redis_url) as line:
        line.flushall()
    assert not jobs.life().remembers


def test_a_restarted_redis_is_seen_even_if_it_kept_its_file(jobs, engines):
    jobs.remember(jobs.life().incarnation)
    engines.kill_redis()
    with pytest.raises(Unavailable):
        jobs.life()
    engines.revive()
    assert not jobs.life().remembers
