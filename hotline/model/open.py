"""Opens the shipped model, or says why it cannot be used: triage then goes on by rules."""

from pathlib import Path

import structlog

from hotline.errors import BadConfig
from hotline.model.reader import ShippedReader
from hotline.model.weights import SHIPPED, load_weights
from hotline.routing.policy import TriagePolicy
from hotline.routing.reading import Reader

_opened: dict[tuple[str, Path], ShippedReader] = {}  # at most one: 80 MB each
log = structlog.get_logger()


def open_reader(policy: TriagePolicy, folder: Path = SHIPPED) -> Reader | None:
    """Return a reader with the weights in `folder`, or None when they cannot be trusted.

    Equal rules and weights share one reader in a process.
    """
    key = (policy.version, folder)
    if key not in _opened:
        try:
            weights = load_weights(folder)
        except BadConfig as error:
            log.warning("model_absent", problems=list(error.problems))
            return None
        _opened.clear()
        _opened[key] = ShippedReader(weights, policy.danger, policy.topics)
    return _opened[key]
