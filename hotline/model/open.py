"""Opens the shipped model, or says why it cannot be used: triage then goes on by rules."""

from pathlib import Path

import structlog

from hotline.errors import BadConfig
from hotline.model.reader import ShippedReader
from hotline.model.weights import SHIPPED, load_weights
from hotline.routing.policy import TriagePolicy
from hotline.routing.reading import Reader

log = structlog.get_logger()


def open_reader(policy: TriagePolicy, folder: Path = SHIPPED) -> Reader | None:
    """Return a reader with the weights in `folder`, or None when they cannot be trusted."""
    try:
        return ShippedReader(load_weights(folder), policy.danger, policy.topics)
    except BadConfig as error:
        log.warning("model_absent", problems=list(error.problems))
        return None
