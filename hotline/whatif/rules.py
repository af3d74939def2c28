"""One side of a comparison: a configuration and the directory that goes with it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hotline.cases.terms import BodyId
from hotline.config.calendar import Hours
from hotline.config.load import Config
from hotline.config.overlay import REPLACEABLE
from hotline.config.taxonomy import Subcategory
from hotline.routing.directory import Directory
from hotline.routing.seen import RouteSeen
from hotline.sla.calendar import WorkingCalendar

REPLAYED = tuple(REPLACEABLE)  # files that a replay judges


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that decides who gets a case and when its clocks are due."""

    config: Config
    directory: Directory
    codes: Mapping[str, Subcategory] = field(init=False, repr=False)
    seen: dict[tuple[Any, ...], RouteSeen] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    _calendars: dict[Hours | None, WorkingCalendar] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        # `by_code` builds its table anew each time it is asked.
        object.__setattr__(self, "codes", self.config.taxonomy.by_code)

    @property
    def chains(self) -> Mapping[str, Sequence[str]]:
        """Return the kinds that are tried, in order, by the lead that a category names."""
        return self.config.referral.chains

    def calendar(self, body_id: str | None) -> WorkingCalendar:
        """Return the working calendar of a body, or the common one."""
        body = self.directory.body(BodyId(body_id)) if body_id else None
        hours = body.hours if body else None
        if hours not in self._calendars:
            self._calendars[hours] = WorkingCalendar(self.config.calendar, hours)
        return self._calendars[hours]


def unjudged(before: Config, after: Config) -> list[str]:
    """Return what differs and no replay of decisions and clocks can judge: file and key.

    Names of things are left out: they decide nothing.
    """
    pairs = {f"{file}: {key}": (look(before), look(after)) for file, key, look in _UNJUDGED}
    return [where for where, (old, new) in pairs.items() if old != new]


def _of_clocks(config: Config, part: str) -> dict[str, Any]:
    return {name: getattr(one, part) for name, one in config.sla.clocks.items()}


def _of_codes(config: Config, part: str) -> dict[str, Any]:
    return {code: getattr(one, part) for code, one in config.taxonomy.by_code.items()}


_UNJUDGED: tuple[tuple[str, str, Callable[[Config], Any]], ...] = (
    ("sla.yaml", "ladder", lambda c: c.sla.ladder),
    ("sla.yaml", "extension", lambda c: c.sla.extension),
    ("sla.yaml", "clocks.*.ladder", lambda c: _of_clocks(c, "ladder")),
    ("sla.yaml", "clocks.*.pausable", lambda c: _of_clocks(c, "pausable")),
    ("referral.yaml", "rules", lambda c: c.referral.rules),
    ("referral.yaml", "screened_partners", lambda c: c.referral.screened_partners),
    ("referral.yaml", "norm.look_back_days", lambda c: c.referral.norm.look_back_days),
    ("taxonomy.yaml", "default_urgency", lambda c: _of_codes(c, "default_urgency")),
    ("taxonomy.yaml", "hand_off", lambda c: _of_codes(c, "hand_off")),
    (
        "taxonomy.yaml",
        "commissioner_oversight",
        lambda c: _of_codes(c, "commissioner_oversight"),
    ),
)
