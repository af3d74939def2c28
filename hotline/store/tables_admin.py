"""The tables of administration: second factors, versioned changes, retention, the audit's chain.

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

from hotline.store.tables import Moment, metadata, row_id
from hotline.store.tables_channels import channel_decisions

second_factors = Table(
    "second_factors",
    metadata,
    Column("person_id", ForeignKey("people.id"), primary_key=True),
    Column("owner_id", BigInteger, nullable=False),  # whose key seals the secret
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("confirmed_at", Moment),  # a first code was right: it is asked from now on
    Column("last_step", BigInteger, nullable=False, server_default="0"),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("code_hash", LargeBinary, primary_key=True),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("used_at", Moment),
)

password_links = Table(  # how a person comes to a first or a new password: once
    "password_links",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("made_by", ForeignKey("people.id")),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),  # or another one came in its place
    Column("worked_at", Moment),  # a password was chosen by it
    Column("by_two", Boolean, nullable=False, server_default="false"),
    Column("agreed_by", ForeignKey("people.id")),  # who was shown the code
    Column("code_hash", LargeBinary),  # without its code a link by two opens nothing
    Column("tries", Integer, nullable=False, server_default="0"),  # wrong codes
)

channel_decisions.append_column(Column("proposed_by", ForeignKey("people.id")))

sign_in_marks = Table(  # wrong tries of browsers known before, and of names nobody has
    "sign_in_marks",
    metadata,
    Column("mark", LargeBinary, primary_key=True),  # a keyed hash
    Column("kind", Text, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Moment),
    Column("seen_at", Moment, nullable=False),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    row_id(),
    Column("at", Moment, nullable=False),
    Column("person_id", ForeignKey("people.id")),  # None: nobody has the name
    Column("outcome", Text, nullable=False),
    Column("device", Text, nullable=False, server_default=""),  # a kind, never an address
)

changes = Table(
    "changes",
    metadata,
    row_id(),
    Column("what", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("before", JSONB, nullable=False),
    Column("after", JSONB, nullable=False),
    Column("state", Text, nullable=False),  # waiting | made | declined | stale
    Column("two", Boolean, nullable=False),
    Column("proposed_at", Moment, nullable=False),
    Column("proposed_by", ForeignKey("people.id"), nullable=False),
    Column("decided_at", Moment),
    Column("decided_by", ForeignKey("people.id")),
    Column("undoes", ForeignKey("changes.id")),
)

rights_taken = Table(  # what two people took away from a role; nothing is given here
    "rights_taken",
    metadata,
    Column("role", Text, primary_key=True),
    Column("move", Text, primary_key=True),
)

retention_periods = Table(
    "retention_periods",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("days", Integer, nullable=False),
)

legal_holds = Table(
    "legal_holds",
    metadata,
    row_id(),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("held_at", Moment, nullable=False),
    Column("held_by", ForeignKey("people.id"), nullable=False),
    Column("lifted_at", Moment),
    Column("lifted_by", ForeignKey("people.id")),
)

retention_runs = Table(
    "retention_runs",
    metadata,
    row_id(),
    Column("at", Moment, nullable=False),
    Column("kind", Text, nullable=False),
    Column("days", Integer, nullable=False),
    Column("due", Integer, nullable=False),
    Column("held", Integer, nullable=False),
    Column("destroyed", Integer, nullable=False),
    Column("left_over", Integer, nullable=False),
)

audit_chain = Table(
    "audit_chain",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("source", Text, nullable=False),
    Column("from_id", BigInteger, nullable=False),  # the first row that may be in it
    Column("to_id", BigInteger, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("seal", LargeBinary, nullable=False),
)
