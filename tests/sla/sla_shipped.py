"""The policy and calendar that the project ships, read once for the tests of the rules."""

from datetime import datetime
from pathlib import Path

from hotline.config.calendar import CalendarConfig
from hotline.config.loading import read
from hotline.config.sla import SlaPolicy
from hotline.sla.calendar import WorkingCalendar

FOLDER = Path(__file__).parents[2] / "config"
CALENDAR = read(FOLDER, "calendar.yaml", CalendarConfig)
POLICY = read(FOLDER, "sla.yaml", SlaPolicy)
OFFICE = WorkingCalendar(CALENDAR)


def local(text: str) -> datetime:
    """Return a local time in Kazakhstan as a moment."""
    return datetime.fromisoformat(text).replace(tzinfo=OFFICE.zone)
