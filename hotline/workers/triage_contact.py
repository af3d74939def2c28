"""Job: triage new contacts, then compare them. Queues: urgent, bulk. Safe to run twice."""

from collections.abc import Sequence

from structlog.contextvars import bound_contextvars

from hotline.actions.triage_contacts import triage_contacts
from hotline.cases.terms import JobName
from hotline.workers import compare_contact, runtime
from hotline.workers.batch import run_batch


def run(ids: Sequence[int]) -> int:
    """Triage the contacts of outbox rows `ids`; return how many rows were still open."""
    job = JobName.TRIAGE_CONTACT
    with bound_contextvars(job=job.value, batch=len(ids)):
        done = runtime.wait(run_batch(runtime.current(), job, ids, triage_contacts))
    compare_contact.run(ids)  # promised by triage: what fails here, a relay sends again
    return done
