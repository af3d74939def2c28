"""The tables of work on a case: acts, files, tasks, letters.

Same rules as in `store.tables`; every sealed part is under the case's key.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
)

from hotline.store.tables import Moment, metadata, row_id

case_acts = Table(  # what was seen at a visit; written once, never changed
    "case_acts",
    metadata,
    row_id(),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("author_id", ForeignKey("people.id"), nullable=False),
    Column("body_id", ForeignKey("bodies.id")),  # for whom its author went, then
    Column("at", Moment, nullable=False),
    Column("visited_at", Moment, nullable=False),
    Column("once", Text, nullable=False),  # one form, one act; its photographs name it too
    Column("sealed_fields", LargeBinary, nullable=False),
)

act_drafts = Table(
    "act_drafts",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("person_id", ForeignKey("people.id"), primary_key=True),
    Column("saved_at", Moment, nullable=False),
    Column("once", Text, primary_key=True),  # a form on one machine
    Column("turn", BigInteger, nullable=False),  # of the page's saves: the last one counts
    Column("sealed_fields", LargeBinary, nullable=False),
)

case_drafts = Table(  # what was typed into a form of a case page and not sent yet
    "case_drafts",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("person_id", ForeignKey("people.id"), primary_key=True),
    Column("move", Text, primary_key=True),  # the form
    Column("saved_at", Moment, nullable=False),
    Column("page", Text, nullable=False),  # the open page that typed or sent it last
    Column("turn", BigInteger, nullable=False),  # of that page's saves: the last one counts
    Column("sealed_fields", LargeBinary),  # empty: sent, or nothing is typed
)

case_files = Table(
    "case_files",
    metadata,
    row_id(),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("author_id", ForeignKey("people.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("act_once", Text, nullable=False),  # of the act that it belongs to; empty: none
    Column("mime", Text, nullable=False),  # as its first bytes say
    Column("size", BigInteger, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),  # keyed: the same file again
    Column("sealed_name", LargeBinary, nullable=False),
    Column("sealed_content", LargeBinary, nullable=False),
)

case_tasks = Table(
    "case_tasks",
    metadata,
    row_id(),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("author_id", ForeignKey("people.id"), nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),  # who does it
    Column("at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("done_at", Moment),
    Column("done_by", ForeignKey("people.id")),
    Column("reminded_at", Moment),
    Column("once", Text, nullable=False),
    Column("sealed_text", LargeBinary, nullable=False),
)

case_letters = Table(  # a row a version: what was printed once stays as it was
    "case_letters",
    metadata,
    row_id(),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("author_id", ForeignKey("people.id"), nullable=False),
    Column("body_id", ForeignKey("bodies.id")),  # whose letterhead; None: 111
    Column("at", Moment, nullable=False),
    Column("kind", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("version", SmallInteger, nullable=False),
    Column("once", Text, nullable=False),
    Column("sealed_text", LargeBinary, nullable=False),
)
