"""config/oversight.yaml: how long an answer to a commissioner's request may take."""

from collections.abc import Iterator

from hotline.config.limit import Limit
from hotline.config.loading import Section
from hotline.config.sla import Words

FILE = "oversight.yaml"


class OversightConfig(Section, frozen=True):
    """The whole file."""

    version: str
    answer_within: Limit
    longest_answer: Limit
    basis: Words


def problems(config: OversightConfig) -> list[str]:
    """Return one line for everything that could not work."""
    return list(_limits(config))


def _limits(config: OversightConfig) -> Iterator[str]:
    for key in ("answer_within", "longest_answer"):
        limit: Limit = getattr(config, key)
        if limit.work_days is None or not limit.positive:
            yield f"{FILE}: key `{key}`: give working days, as in {{work_days: 5}}"
    first, last = config.answer_within.work_days, config.longest_answer.work_days
    if first and last and first > last:
        yield f"{FILE}: key `answer_within`: is longer than `longest_answer`; make it shorter"
