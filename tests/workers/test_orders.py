"""What a worker agrees to run: our names with lists of ids, and nothing else."""

import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.cases.terms import JobName
from hotline.workers.job import Order, read_order

OURS = "hotline.workers.triage_contact.run"


def order(function, *args, instance=None, **named):
    return json.dumps([function, instance, list(args), named]).encode()


REFUSED = [
    # what stands in Redis                     the bytes
    ("a shell", order("os.system", "true")),
    ("a shell, with ids", order("os.system", [1])),
    ("our package, another function", order("hotline.workers.runtime.stop", [1])),
    ("a job that there is not", order("hotline.workers.forget_everything.run", [1])),
    (
        "a job's module, another function",
        order("hotline.workers.triage_contact.run_batch", [1]),
    ),
    ("our job, a path of dots", order("hotline.workers..triage_contact.run", [1])),
    ("a pickle", pickle.dumps((OURS, None, ([1],), {}))),
    ("no ids", order(OURS, [])),
    ("no list", order(OURS, 1)),
    ("words for ids", order(OURS, ["1; DROP TABLE contacts"])),
    ("a truth for an id", order(OURS, [True])),
    ("a fraction for an id", order(OURS, [1.5])),
    ("an id below one", order(OURS, [0])),
    ("an id beyond PostgreSQL's", order(OURS, [2**63])),
    ("two arguments", order(OURS, [1], [2])),
    ("no argument", order(OURS)),
    ("a named argument", order(OURS, [1], shell=None)),
    ("a method of an object", order(OURS, [1], instance="anything")),
    ("too many ids", order(OURS, list(range(1, 1002)))),
    ("half an order", order(OURS, [1])[:-5]),
    ("not UTF-8", b'["\xff", null, [[1]], {}]'),
    ("nothing", b""),
]


@pytest.mark.parametrize(("what", "raw"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_we_did_not_push_is_no_order(what, raw):
    assert read_order(raw) is None


def test_a_job_of_ours_with_ids_is_an_order():
    assert read_order(order(OURS, [3, 5])) == Order(JobName.TRIAGE_CONTACT, [3, 5])


@given(st.binary(max_size=200))
def test_any_bytes_are_an_order_or_none(raw):
    assert read_order(raw) is None or isinstance(read_order(raw), Order)
