"""config/duty.yaml: who is woken for what, and how long one person is waited for."""

from datetime import timedelta

from hotline.cases.terms import Urgency
from hotline.config.loading import Section

FILE = "duty.yaml"


class DutyConfig(Section, frozen=True):
    """The whole of config/duty.yaml."""

    version: str
    answer_within: dict[int, timedelta]  # by urgency; without one nobody is woken
    at_the_console: timedelta
    way_timeout_s: float
    longest_shift_days: int
    visit_grace: timedelta = timedelta(minutes=15)  # after it who is not out is missed

    def wakes(self, urgency: int) -> bool:
        """Return whether people are woken for a case of `urgency`."""
        return urgency in self.answer_within


def problems(config: DutyConfig) -> list[str]:
    """Return what is wrong, a line each: file, key, remedy."""
    found = []
    for level, span in config.answer_within.items():
        where = f"{FILE}: key `answer_within[{level}]`"
        if level not in set(Urgency):
            found.append(f"{where}: no such urgency; use 0 to {int(max(Urgency))}")
        if span <= timedelta():
            found.append(f"{where}: waits for nobody; give a span such as PT3M")
    if Urgency.LIFE not in config.answer_within:
        found.append(
            f"{FILE}: key `answer_within`: urgency 0 is missing; "
            "somebody must be woken when life is at risk"
        )
    if config.at_the_console <= timedelta():
        found.append(f"{FILE}: key `at_the_console`: give a span such as PT5M")
    if config.visit_grace < timedelta():
        found.append(f"{FILE}: key `visit_grace`: give a span such as PT15M")
    found += [
        f"{FILE}: key `{name}`: must be above 0; correct the value"
        for name in ("way_timeout_s", "longest_shift_days")
        if getattr(config, name) <= 0
    ]
    return found
