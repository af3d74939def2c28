"""The tables of routing: duty, absence, complaints, pages, links, incidents, trials of rules.

Same rules as in `store.tables`: `sealed_*` under the owner's key, nothing else personal.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    Date,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from hotline.store.tables import Moment, metadata, row_id

absences = Table(  # while it lasts, nothing new reaches the person; open offers move on
    "absences",
    metadata,
    row_id(),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("from_at", Moment, nullable=False),
    Column("to_at", Moment, nullable=False),
    Column("reason", Text, nullable=False),
    Column("deputy_id", ForeignKey("people.id")),
    Column("made_at", Moment, nullable=False),
    Column("made_by", ForeignKey("people.id"), nullable=False),
    Column("cancelled_at", Moment),
    Column("begun_at", Moment),  # the person's offers and pages have moved on
)

duty_shifts = Table(  # who is woken for a body, in order of `rank`
    "duty_shifts",
    metadata,
    row_id(),
    Column("body_id", ForeignKey("bodies.id"), nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("rank", SmallInteger, nullable=False),
    Column("from_at", Moment, nullable=False),
    Column("to_at", Moment, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("made_by", ForeignKey("people.id")),
    Column("cancelled_at", Moment),
)

reach_ways = Table(  # how a duty person is woken; the address is sealed under the row's key
    "reach_ways",
    metadata,
    Column("id", BigInteger, primary_key=True),  # from number_blocks
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("kind", Text, nullable=False),  # sms | telegram | email | voice
    Column("rank", SmallInteger, nullable=False),
    Column("sealed_address", LargeBinary, nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("ended_at", Moment),
)

pages = (
    Table(  # a duty person woken for a case: one row a person, until one of them answers
        "pages",
        metadata,
        row_id(),
        Column("at", Moment, nullable=False),
        Column("body_id", ForeignKey("bodies.id"), nullable=False),
        Column("case_id", ForeignKey("cases.id")),
        Column("contact_id", ForeignKey("contacts.id")),
        Column("clock_id", BigInteger),
        Column("urgency", SmallInteger, nullable=False),
        Column(
            "person_id", ForeignKey("people.id")
        ),  # None: the chain ended at 111's shift
        Column("rank", SmallInteger, nullable=False),
        Column(
            "state", Text, nullable=False
        ),  # waiting|sent|failed|answered|passed|withdrawn
        Column("ways", ARRAY(Text), nullable=False, server_default="{}"),
        Column("answer_hash", LargeBinary),
        Column("sent_at", Moment),
        Column("answered_at", Moment),
        Column("next_at", Moment),  # when the next on duty is woken
        Column("chain_id", BigInteger),  # the page that began it; None: this one did
        Column("cause", Text, nullable=False),  # offered|raised|ladder|unseen|visit
        Column("referral_id", ForeignKey("referrals.id")),
        Column("skipped", JSONB, nullable=False, server_default="[]"),  # who not, and why
        Column("answered_by", ForeignKey("people.id")),
    )
)

phone_handovers = Table(  # a body without a login took a referral by voice
    "phone_handovers",
    metadata,
    row_id(),
    Column("referral_id", ForeignKey("referrals.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("sealed_details", LargeBinary, nullable=False),  # name, KUI or ERDR number
)

complaints = (
    Table(  # whom a case complains of; a live row keeps body and person out for good
        "complaints",
        metadata,
        row_id(),
        Column("case_id", ForeignKey("cases.id"), nullable=False),
        Column("kind", Text, nullable=False),  # body|site|person|relative|employer|handler
        Column("body_id", ForeignKey("bodies.id")),
        Column("person_id", ForeignKey("people.id")),
        Column("sealed_name", LargeBinary),
        Column("declared_by", ForeignKey("people.id")),  # None: said in the report itself
        Column("at", Moment, nullable=False),
        Column("sealed_reason", LargeBinary),
        Column("lift_asked_at", Moment),
        Column("sealed_lift_reason", LargeBinary),
        Column("lifted_by", ForeignKey("people.id")),
        Column("lifted_second", ForeignKey("people.id")),
        Column("lifted_at", Moment),
    )
)

urgency_reviews = (
    Table(  # a machine's level lowered by an operator is read by a second person
        "urgency_reviews",
        metadata,
        row_id(),
        Column("case_id", ForeignKey("cases.id"), nullable=False),
        Column("before", SmallInteger, nullable=False),
        Column("after", SmallInteger, nullable=False),
        Column("lowered_by", ForeignKey("people.id"), nullable=False),
        Column("lowered_at", Moment, nullable=False),
        Column("sealed_reason", LargeBinary, nullable=False),
        Column("reader_id", ForeignKey("people.id")),
        Column("read_at", Moment),
        Column("upheld", SmallInteger),  # the level that the second person set
    )
)

sketches = Table(  # what a contact is compared by; goes when the person is forgotten
    "sketches",
    metadata,
    Column("contact_id", ForeignKey("contacts.id"), primary_key=True),
    Column("at", Moment, nullable=False),  # when the contact was received
    Column("region", Text),
    Column("district", Text),
    Column("site", Text),
    Column("subcategory", Text, nullable=False),
    Column("sender_hash", LargeBinary),
    Column(
        "sealed_sketch", LargeBinary, nullable=False
    ),  # numbers, under the contact's key
)

links = Table(  # two contacts that may tell of one person; merges nothing, can be undone
    "links",
    metadata,
    row_id(),
    Column("contact_id", ForeignKey("contacts.id"), nullable=False),
    Column("other_id", ForeignKey("contacts.id"), nullable=False),
    Column("score", Float, nullable=False),
    Column("reasons", JSONB, nullable=False),  # codes and numbers, never words
    Column("state", Text, nullable=False),  # suggested | linked | dismissed | undone
    Column("at", Moment, nullable=False),
    Column("decided_by", ForeignKey("people.id")),
    Column("decided_at", Moment),
)

incidents = Table(  # one event behind many messages
    "incidents",
    metadata,
    Column("id", BigInteger, primary_key=True),  # from number_blocks; owner of its key
    Column("at", Moment, nullable=False),
    Column("state", Text, nullable=False),  # suggested | confirmed | closed | dismissed
    Column("region", Text),
    Column("district", Text),
    Column("site", Text),
    Column("subcategory", Text, nullable=False),
    Column("lead_case_id", ForeignKey("cases.id")),
    Column("sealed_script", LargeBinary),
    Column("decided_by", ForeignKey("people.id")),
    Column("decided_at", Moment),
    Column("closed_at", Moment),
)

incident_contacts = Table(
    "incident_contacts",
    metadata,
    Column("incident_id", ForeignKey("incidents.id"), primary_key=True),
    Column("contact_id", ForeignKey("contacts.id"), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("own_danger", SmallInteger, nullable=False, server_default="0"),  # 1: look at it
    Column("left_at", Moment),
)

emergency_numbers = (
    Table(  # duty desks: 102 dialled at the centre reaches the centre's city
        "emergency_numbers",
        metadata,
        row_id(),
        Column("service", Text, nullable=False),
        Column("region", Text, nullable=False),
        Column("district", Text),
        Column("number", Text, nullable=False),
        Column("valid_from", Date, nullable=False),
        Column("valid_to", Date),
        Column("source", Text, nullable=False),
        Column("added_by", ForeignKey("people.id")),
        Column("added_at", Moment, nullable=False),
    )
)

handoff_attempts = Table(
    "handoff_attempts",
    metadata,
    row_id(),
    Column("handoff_id", ForeignKey("handoffs.id"), nullable=False),
    Column("called_at", Moment, nullable=False),  # when it was rung; `at`: what came of it
    Column("at", Moment, nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("result", Text, nullable=False),
    Column("sealed_details", LargeBinary),
)

policy_trials = Table(  # a changed configuration, tried on stored decisions
    "policy_trials",
    metadata,
    row_id(),
    Column("made_at", Moment, nullable=False),
    Column("made_by", ForeignKey("people.id"), nullable=False),
    Column("days", Integer, nullable=False),
    Column("files", JSONB, nullable=False),  # file name -> text; no personal data in config
    Column("fingerprint", Text, nullable=False),
    Column("state", Text, nullable=False),  # waiting|tried|refused|proposed|enabled|ended
    Column("result", JSONB),
    Column("finished_at", Moment),
    Column("proposed_by", ForeignKey("people.id")),
    Column("proposed_at", Moment),
    Column("enabled_by", ForeignKey("people.id")),
    Column("enabled_at", Moment),
    Column("ended_by", ForeignKey("people.id")),
    Column("ended_at", Moment),
)

successions = Table(  # a body's cases and people go over to another on a day
    "successions",
    metadata,
    row_id(),
    Column("from_body", ForeignKey("bodies.id"), nullable=False),
    Column("to_body", ForeignKey("bodies.id"), nullable=False),
    Column("on_day", Date, nullable=False),
    Column("people", ARRAY(BigInteger)),  # None: everybody
    Column("valid_to_before", Date),  # of the body that ends, for taking it back
    Column("planned_at", Moment, nullable=False),
    Column("planned_by", ForeignKey("people.id")),
    Column("cancelled_at", Moment),
    Column("began_at", Moment),
    Column("done_at", Moment),
    Column("moved", Integer, nullable=False, server_default="0"),
)
