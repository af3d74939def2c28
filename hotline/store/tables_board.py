"""The tables of the supervisor's board.

Same rules as in `store.tables`.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, LargeBinary, Table

from hotline.store.tables import Moment, metadata, row_id

alarms_heard = Table(  # who said that they see to an emergency that nobody took
    "alarms_heard",
    metadata,
    Column("subject_id", BigInteger, primary_key=True),  # of a case or a contact
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("at", Moment, nullable=False),
)

walls = Table(  # screens in the hall: each reads sums alone
    "walls",
    metadata,
    row_id(),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("made_by", ForeignKey("people.id"), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("until", Moment, nullable=False),
)
