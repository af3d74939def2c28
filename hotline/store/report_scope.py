"""What a report counts: one condition and one meaning of each column, for every figure in it."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Text, and_, case, cast, func, literal, or_
from sqlalchemy.sql.elements import ColumnElement

from hotline.cases.terms import Role
from hotline.identity.viewer import Viewer
from hotline.quality.reports import TIMES, By, ReportAsk
from hotline.store.closed_facts import topic_is_told
from hotline.store.tables import cases, contacts
from hotline.store.visibility import open_to, overseen_by, visible_to

ZONE = "Asia/Almaty"
_ALMATY = ZoneInfo(ZONE)
_NO_CONTACT = ("spam", "quarantined")
Column = ColumnElement[Any]


def moment(day: date) -> datetime:
    """Return the first moment of a day in Almaty."""
    return datetime.combine(day, time(), _ALMATY)


def local_day(now: datetime) -> date:
    """Return which day it is in Almaty."""
    return now.astimezone(_ALMATY).date()


def within(column: Column, ask: ReportAsk) -> Column:
    """Return whether a moment lies in the report's period."""
    period = ask.period
    return and_(column >= moment(period.from_), column < moment(period.to))


def topic(viewer: Viewer) -> Column:
    """Return the category of a case; "" where the viewer is not told it."""
    if viewer.at_111 or not viewer.bodies:
        return cases.c.category
    told = topic_is_told(viewer.bodies)
    if viewer.role is Role.COMMISSIONER and viewer.region is not None:
        told = or_(and_(*overseen_by(viewer)), told)
    return case((told, cases.c.category), else_=literal(""))


def step(column: Column, by: By) -> Column:
    """Return the first day of the step that a moment belongs to, as text."""
    local = func.timezone(ZONE, column)
    return func.to_char(func.date_trunc(by.value, local), "YYYY-MM-DD")


def of_cases(viewer: Viewer) -> Mapping[By, Column]:
    """Return what each thing is of a case."""
    return {
        **{by: step(cases.c.received_at, by) for by in TIMES},
        By.REGION: func.coalesce(cases.c.region, ""),
        By.TOPIC: topic(viewer),
        By.CHANNEL: cases.c.channel,
        By.LANGUAGE: cases.c.language,
        By.URGENCY: cast(cases.c.urgency, Text),
    }


def of_contacts() -> Mapping[By, Column]:
    """Return the same of a contact: what people said of its case stands above triage."""
    read = contacts.c.triage
    hint = func.coalesce(read["region"].astext, contacts.c.region_hint, "")
    return {
        **{by: step(contacts.c.received_at, by) for by in TIMES},
        By.REGION: func.coalesce(cases.c.region, hint),
        By.TOPIC: func.coalesce(cases.c.category, read["category"].astext, ""),
        By.CHANNEL: contacts.c.channel,
        By.LANGUAGE: func.coalesce(contacts.c.language, "other"),
        By.URGENCY: cast(contacts.c.urgency, Text),
    }


def chosen(named: Mapping[By, Column], ask: ReportAsk) -> list[Column]:
    """Return what the report's filters ask."""
    wanted = {
        By.REGION: ask.region,
        By.TOPIC: ask.topic,
        By.CHANNEL: ask.channel,
        By.LANGUAGE: ask.language,
    }
    return [named[by] == value for by, value in wanted.items() if value is not None]


def seen_cases(viewer: Viewer, ask: ReportAsk) -> list[Column]:
    """Return the conditions on cases that the viewer may know of, whenever they came."""
    return [visible_to(viewer), *chosen(of_cases(viewer), ask)]


def seen_contacts(viewer: Viewer, ask: ReportAsk) -> list[Column]:
    """Return the same on contacts, joined with their cases; for people at 111."""
    real = contacts.c.state.not_in(_NO_CONTACT)
    return [open_to(viewer, contacts), real, *chosen(of_contacts(), ask)]
