"""The tables of the supervisor's board.

Same rules as in `store.tables`.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Table

from hotline.store.tables import Moment, metadata

alarms_heard = Table(  # who said that they see to an emergency that nobody took
    "alarms_heard",
    metadata,
    Column("subject_id", BigInteger, primary_key=True),  # of a case or a contact
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("at", Moment, nullable=False),
)
