"""The tables of a body's day: saved views, work on many cases, calendars, digests, visits.

Same rules as in `store.tables`.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKey,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from hotline.store.tables import Moment, metadata, row_id

saved_views = Table(  # a filter and an order under a name; it never widens rights
    "saved_views",
    metadata,
    Column("id", BigInteger, primary_key=True),  # from number_blocks
    Column("owner_id", ForeignKey("people.id"), nullable=False),
    Column("body_id", ForeignKey("bodies.id")),  # whose people share it; None: the owner's
    Column("sealed_name", LargeBinary, nullable=False),
    Column("asked", JSONB, nullable=False),  # codes alone: no word and no number
    Column("made_at", Moment, nullable=False),
    Column("ended_at", Moment),
)

default_views = Table(
    "default_views",
    metadata,
    Column("person_id", ForeignKey("people.id"), primary_key=True),
    Column("view_id", ForeignKey("saved_views.id"), nullable=False),
)

bulk_runs = Table(  # one press for many cases; `results` tell of each by number and code
    "bulk_runs",
    metadata,
    row_id(),
    Column("at", Moment, nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("once", Text, nullable=False),
    Column("kind", Text, nullable=False),  # assign | take | accept | note
    Column("results", JSONB(none_as_null=True)),  # None: under way, or cut off
    Column("undone_at", Moment),
)

bulk_changes = Table(  # who had a case before; written with the change itself
    "bulk_changes",
    metadata,
    row_id(),
    Column("run_id", ForeignKey("bulk_runs.id"), nullable=False),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("referral_id", ForeignKey("referrals.id"), nullable=False),
    Column("event", Text, nullable=False),  # assigned | handover_asked
    Column("before_id", ForeignKey("people.id")),  # of the referral: perhaps meant for them
    Column("held_before_id", ForeignKey("people.id")),  # of the case itself
    Column("after_id", ForeignKey("people.id"), nullable=False),
)

bulk_done = Table(  # of a press that was cut off: what was done is not done once more
    "bulk_done",
    metadata,
    Column("run_id", ForeignKey("bulk_runs.id"), primary_key=True),
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
)

calendar_feeds = Table(  # the address is a secret: only its keyed hash is kept
    "calendar_feeds",
    metadata,
    row_id(),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("made_at", Moment, nullable=False),
    Column("revoked_at", Moment),
)

digests = Table(  # who wants the day by mail, and when; no row: nobody asked for it
    "digests",
    metadata,
    Column("person_id", ForeignKey("people.id"), primary_key=True),
    Column("at_minute", SmallInteger, nullable=False),  # of the local day
)

digests_sent = Table(  # one row a day and person: a letter goes out once
    "digests_sent",
    metadata,
    Column("person_id", ForeignKey("people.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("state", Text, nullable=False),  # sending | sent | waiting | failed
    Column("tries", SmallInteger, nullable=False),
    Column("next_at", Moment, nullable=False),
)

visits = Table(  # somebody goes to a child's home, and is missed when they do not say "out"
    "visits",
    metadata,
    row_id(),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("body_id", ForeignKey("bodies.id"), nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("companion_id", ForeignKey("people.id")),
    Column("planned_by", ForeignKey("people.id"), nullable=False),
    Column("planned_at", Moment, nullable=False),
    Column("starts_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("in_at", Moment),
    Column("out_at", Moment),
    Column("help_at", Moment),
    Column("cancelled_at", Moment),
    Column("watch_at", Moment),  # by then "out" is awaited; None: nobody need be missed
    Column("late_at", Moment),  # people were woken
    Column("once", Text, nullable=False),
)

visit_presses = Table(  # every press of In, Out, Help, with the time of the page and ours
    "visit_presses",
    metadata,
    row_id(),
    Column("visit_id", ForeignKey("visits.id"), nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("kind", Text, nullable=False),  # in | out | help
    Column("at", Moment, nullable=False),  # what counts
    Column("told_at", Moment),  # by the clock of the page
    Column("heard_at", Moment, nullable=False),
    Column("once", Text, nullable=False),
)
