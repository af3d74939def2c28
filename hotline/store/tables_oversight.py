"""The tables of a commissioner's own work.

Same rules as in `store.tables`.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, Table, Text

from hotline.store.tables import Moment, metadata, row_id

oversight_acts = Table(
    "oversight_acts",
    metadata,
    Column("id", BigInteger, primary_key=True),  # from number_blocks: owner of its key
    Column("kind", Text, nullable=False),  # cases.oversight.OversightKind
    Column("region", Text, nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),  # who began it
    Column("body_id", ForeignKey("bodies.id")),  # to whom, where the directory knows them
    Column("case_id", ForeignKey("cases.id")),
    Column("follows_id", ForeignKey("oversight_acts.id")),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("opened_at", Moment, nullable=False),
    Column("due_at", Moment),  # of the answer
    Column("answered_at", Moment),
    Column("follow_up_at", Moment),
    Column("ended_at", Moment),
    Column("outcome", Text),  # cases.oversight.ENDINGS
    Column("look_at", Moment),  # when the commissioner is told next; None: not again
    Column("sealed_addressee", LargeBinary, nullable=False),
    Column("sealed_matter", LargeBinary, nullable=False),
    Column("once", Text, nullable=False),
)

oversight_events = Table(
    "oversight_events",
    metadata,
    row_id(),
    Column("act_id", ForeignKey("oversight_acts.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("person_id", ForeignKey("people.id")),  # None: the clock
    Column("event", Text, nullable=False),
    Column("sealed_text", LargeBinary),
)
