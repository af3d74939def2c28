"""One side of a comparison: a configuration and the directory that goes with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hotline.cases.terms import BodyId
from hotline.config.calendar import Hours
from hotline.config.load import Config
from hotline.config.overlay import REPLACEABLE
from hotline.config.taxonomy import Subcategory
from hotline.routing.directory import Directory
from hotline.sla.calendar import WorkingCalendar

REPLAYED = tuple(REPLACEABLE)  # files that a replay judges


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that decides who gets a case and when its clocks are due."""

    config: Config
    directory: Directory
    codes: Mapping[str, Subcategory] = field(init=False, repr=False)
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
