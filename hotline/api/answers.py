"""What calls answer beside the views themselves."""

from datetime import date
from typing import Any

from hotline.store.history import DecisionView, Happening
from hotline.store.urgency_reviews import LoweredView
from hotline.store.view_parts import View


class HistoryPage(View, frozen=True):
    """What happened to a case, oldest first."""

    items: tuple[Happening, ...]


class DecisionPage(View, frozen=True):
    """The decisions behind a case, oldest first."""

    items: tuple[DecisionView, ...]


class OutOfSight(View, frozen=True):
    """The move is done, and with it the case left your sight, as after declining it."""

    number: str
    seen: bool = False


class BodyLine(View, frozen=True):
    """One body of the directory."""

    id: str
    kind: str
    region: str | None
    district: str | None
    name_kk: str
    name_ru: str
    status: str
    valid_from: date
    valid_to: date | None
    parent: str | None
    phone: str | None
    languages: tuple[str, ...]
    hours: dict[str, Any] | None  # its own, by weekday; None: the common ones
    children: int | None  # in its territory, for the staffing norm
    capacity: int | None  # most open cases at once
    has_login: bool


class BodyPage(View, frozen=True):
    """The directory."""

    items: tuple[BodyLine, ...]


class LoweredPage(View, frozen=True):
    """Lowered urgencies that wait for a second person, the oldest first."""

    items: tuple[LoweredView, ...]


class StepLine(View, frozen=True):
    """One line of the working."""

    kind: str
    value: str
    note: str


class Working(View, frozen=True):
    """How a deadline came about."""

    clock: int
    name: str
    text: str
    steps: tuple[StepLine, ...]
