"""The tables of the queue of 111: who looks, who holds, the hand-over of shifts.

Same rules as in `store.tables`.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from hotline.store.tables import Moment, metadata, people, row_id

people.append_column(
    Column("shows_graphic", Boolean, nullable=False, server_default="false")
)

contact_holds = Table(
    "contact_holds",
    metadata,
    Column("contact_id", ForeignKey("contacts.id"), primary_key=True),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("taken_at", Moment, nullable=False),
    Column("from_id", ForeignKey("people.id")),  # out of whose hand it was taken
)

postponements = Table(
    "postponements",
    metadata,
    Column("contact_id", ForeignKey("contacts.id"), primary_key=True),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("reason", Text, nullable=False),
)

looking = Table(
    "looking",
    metadata,
    Column("kind", Text, primary_key=True),  # contact | case
    Column("subject_id", BigInteger, primary_key=True),
    Column("person_id", ForeignKey("people.id"), primary_key=True),
    Column("seen_at", Moment, nullable=False),
)

reply_drafts = Table(
    "reply_drafts",
    metadata,
    Column("thread_id", BigInteger, primary_key=True),  # the thread's first contact
    Column("person_id", ForeignKey("people.id"), primary_key=True),
    Column("contact_id", ForeignKey("contacts.id"), nullable=False),  # under whose key
    Column("began_at", Moment, nullable=False),
    Column("saved_at", Moment, nullable=False),
    Column("sealed_text", LargeBinary),  # None: sent, or nothing typed
    Column("page", Text),  # the open page that saved last
    Column("version", Integer, nullable=False, server_default="1"),
    Column(
        "sent_page", Text
    ),  # the open page that sent its answer: its saves come too late
)

retractable = Table(
    "retractable",
    metadata,
    row_id(),
    Column("contact_id", ForeignKey("contacts.id"), nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("kind", Text, nullable=False),  # close | confirm
    Column("made_at", Moment, nullable=False),
    Column("before", JSONB, nullable=False, server_default="{}"),
    Column("retracted_at", Moment),
)

handovers = Table(
    "handovers",
    metadata,
    Column("id", BigInteger, primary_key=True),  # from number_blocks: it owns a key
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("sealed_remarks", LargeBinary),
    Column("taken_by", ForeignKey("people.id")),
    Column("taken_at", Moment),
)
