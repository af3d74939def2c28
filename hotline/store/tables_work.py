"""The tables of long work and what is published.

Same rules as in `store.tables`.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from hotline.store.tables import Moment, metadata, row_id

works = Table(
    "works",
    metadata,
    Column("id", BigInteger, primary_key=True),  # from number_blocks; owner of its key
    Column("kind", Text, nullable=False),
    Column("asked_by", ForeignKey("people.id"), nullable=False),
    Column("asked_as", Text, nullable=False),  # role, region, bodies: whose sight it shows
    Column("asked_at", Moment, nullable=False),
    Column("asked", JSONB, nullable=False),  # codes, dates and ids; never words
    Column("locale", Text, nullable=False),  # of the words in what it makes
    Column("key", Text),  # of the form that was sent: twice is once
    Column("sealed_input", LargeBinary),  # a file that came with it
    Column("state", Text, nullable=False),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("total", Integer),
    Column("tries", SmallInteger, nullable=False, server_default="0"),
    Column("heard_at", Moment),  # who works on it was alive then
    Column("cancel_at", Moment),  # somebody asked for its end
    Column("finished_at", Moment),
    Column("cause", Text),  # why it failed: a code
    Column("told", JSONB, nullable=False, server_default="{}"),  # counts of what was done
    Column("sealed_result", LargeBinary),
    Column("name", Text),  # of the file that was made
    Column("mime", Text),
    Column("keep_until", Moment),
)

publications = Table(  # public figures of one month: once out, they never change
    "publications",
    metadata,
    row_id(),
    Column("month", Date, nullable=False),
    Column("content", JSONB, nullable=False),  # only what may be told; never the counts
    Column("proposed_by", ForeignKey("people.id"), nullable=False),
    Column("proposed_at", Moment, nullable=False),
    Column("confirmed_by", ForeignKey("people.id")),
    Column("published_at", Moment),
    Column("dropped_at", Moment),  # a proposal that nobody confirmed
)
