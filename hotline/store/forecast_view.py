"""The forecast of breaches as people read it."""

from datetime import datetime

from hotline.store.view_parts import View


class CaseAhead(View, frozen=True):
    """A case by the clock that is likeliest to be late. Units: probabilities from 0 to 1.

    `p24`, `p72` are None while there is too little past; then `due_soon` stands in.
    """

    case: str
    urgency: int
    region: str | None
    subcategory: str
    body: str
    clock: str
    due_at: datetime
    p24: float | None
    p72: float | None
    due_soon: bool
    prevent: tuple[str, ...]


class BodyAhead(View, frozen=True):
    """How many breaches are to be expected of one body; `ahead`: its clocks due in 72 h."""

    body: str
    ahead: int
    due_soon: int
    expected24: float | None
    expected72: float | None


class BinLine(View, frozen=True):
    """What was said, on average, and how often it happened (95 %)."""

    said: float
    happened: float
    low: float
    high: float
    n: int


class Rule(View, frozen=True):
    """How right the forecast was on the last part of the past, and the plain rule beside it."""

    hours: int
    looks: int
    brier: float
    order: float
    due_soon_brier: float
    due_soon_order: float
    bins: tuple[BinLine, ...]


class ForecastView(View, frozen=True):
    """The forecast. `clocks`, `late`: the past that it was learned from."""

    at: datetime
    enough: bool
    clocks: int
    late: int
    cases: tuple[CaseAhead, ...]
    more: int  # cases that are not in the list
    bodies: tuple[BodyAhead, ...]
    rules: tuple[Rule, ...]
