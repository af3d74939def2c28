"""The tables, as SQLAlchemy sees them. The migrations create them; a test compares both.

Columns named `sealed_*` hold AES-256-GCM under the owner's own key (keyring.keys);
columns named `*_hash` hold keyed hashes. Nothing else may hold personal data.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Identity,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()
Moment = DateTime(timezone=True)


def row_id() -> "Column[int]":
    """Return the column of an id that the database counts."""
    return Column("id", BigInteger, Identity(always=False), primary_key=True)


number_blocks = Table(
    "number_blocks",
    metadata,
    Column("year", SmallInteger, primary_key=True),
    Column("next", BigInteger, nullable=False),
)

# Its own schema, so that backups of the rest can leave it out (docs/adr/0003).
keys = Table(
    "keys",
    metadata,
    Column("owner_id", BigInteger, primary_key=True),
    Column("wrapped", LargeBinary),
    Column("destroyed_at", Moment),
    schema="keyring",
)

bodies = Table(
    "bodies",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("region", Text),
    Column("district", Text),
    Column("name_kk", Text, nullable=False),
    Column("name_ru", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("parent_id", Text),
    Column("phone", Text),
    Column(
        "hours", JSONB(none_as_null=True)
    ),  # own working hours by weekday; None: the common ones
    Column("languages", ARRAY(Text), nullable=False, server_default="{kk,ru}"),
    Column("children", Integer),  # who live in its territory: the staffing norm
    Column("capacity", Integer),  # most open cases at once; None: no limit
    Column("has_login", Boolean, nullable=False, server_default="true"),
    Column("source", Text, nullable=False, server_default="config"),  # config | import
)

people = Table(
    "people",
    metadata,
    row_id(),
    Column("username", Text, nullable=False, unique=True),
    Column("display_name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("region", Text),
    Column("locale", Text, nullable=False, server_default="kk"),
    Column("theme", Text, nullable=False, server_default="auto"),
    Column("password_hash", Text, nullable=False),
    Column("active", Boolean, nullable=False, server_default="true"),
    Column("languages", ARRAY(Text), nullable=False, server_default="{kk,ru}"),
    Column("share", Float, nullable=False, server_default="1"),  # of a full-time post
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("locked_until", Moment),
    Column("second_due_at", Moment),  # from then on nobody signs in without a second factor
)

memberships = Table(
    "memberships",
    metadata,
    Column("person_id", ForeignKey("people.id"), primary_key=True),
    Column("body_id", ForeignKey("bodies.id"), primary_key=True),
    Column("position", Text, nullable=False, server_default="specialist"),
    Column("from_at", Moment),
    Column("ended_at", Moment),  # moved to a successor: history stays, reading ends
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("csrf", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("id", BigInteger, Identity(always=False), nullable=False),  # to end it by
    Column("step", Text, nullable=False, server_default="open"),  # open | code | enrol
    Column(
        "device", Text, nullable=False, server_default=""
    ),  # a kind, such as chrome-windows
)

tokens = Table(
    "tokens",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("id", BigInteger, primary_key=True),  # from number_blocks, shared with contacts
    Column("number", Text, nullable=False, unique=True),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("status", Text, nullable=False),
    Column("regime", Text, nullable=False, server_default="signal"),
    Column(
        "registered_at", Moment
    ),  # as an appeal, under the Administrative Procedural Code
    Column("urgency", SmallInteger, nullable=False),
    Column("urgency_by", Text, nullable=False),  # machine | person
    Column("category", Text, nullable=False),
    Column("subcategory", Text, nullable=False),
    Column("region", Text),
    Column("district", Text),
    Column("language", Text, nullable=False, server_default="ru"),
    Column("rural", Boolean, nullable=False, server_default="false"),
    Column("channel", Text, nullable=False),
    Column("about_child", Boolean, nullable=False),
    Column("screened", Boolean, nullable=False, server_default="false"),
    Column("held", Boolean, nullable=False, server_default="false"),  # by a conflict hint
    Column("conflict_hint", ARRAY(Text), nullable=False, server_default="{}"),
    Column("received_at", Moment, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("shown_at", Moment),  # first offered outside 111: oversight begins
    Column("closed_at", Moment),
    Column("due_at", Moment),  # earliest unmet clock
    Column("assignee_id", ForeignKey("people.id")),
    Column("assistance_code", Text),
    Column("sealed_assistance", LargeBinary),
    Column("assistance_at", Moment),
    Column("check_kind", Text),
    Column("sealed_check", LargeBinary),
    Column("check_at", Moment),
    Column("risk_assessed", Boolean, nullable=False, server_default="false"),
    Column("exception_code", Text),
    Column("exception_by", ForeignKey("people.id")),
    Column("exception_second", ForeignKey("people.id")),
    Column("sealed_safety_note", LargeBinary),
    Column("apart", ARRAY(Text)),  # whom it complains of, as keys; from `complaints`
)

contacts = Table(
    "contacts",
    metadata,
    Column("id", BigInteger, primary_key=True),  # from number_blocks
    Column("receipt", Text, nullable=False, unique=True),
    Column("channel", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("kind", Text, nullable=False, server_default="message"),
    Column("state", Text, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("occurred_at", Moment),
    Column("screened", Boolean, nullable=False, server_default="false"),
    Column("anonymous", Boolean, nullable=False, server_default="false"),
    Column("lang_hint", Text),
    Column("region_hint", Text),
    Column("site", Text),
    Column("danger", Boolean, nullable=False),
    Column("danger_score", Float, nullable=False),
    Column("urgency", SmallInteger, nullable=False),
    Column("language", Text),
    Column("triage", JSONB),  # codes, scores, spans and rule names; never words
    Column("triaged_at", Moment),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("case_id", ForeignKey("cases.id")),
    Column("seen_by", ForeignKey("people.id")),  # who confirmed, corrected or wrapped up
    Column("seen_at", Moment),
    Column("wrap_up", Text),
    Column("sealed_wrap_up_note", LargeBinary),
    Column("closed_at", Moment),
    Column("may_write", Boolean, nullable=False, server_default="false"),
    Column("policy_at", Moment),  # a person at 111 asked how they may be reached
    Column("sealed_policy", LargeBinary),  # what they said: no new parser changes it
    Column("thread_hash", LargeBinary),  # keyed hash of the sender's address on the channel
    Column("pin_hash", LargeBinary),
    Column("pin_failures", Integer, nullable=False, server_default="0"),
    Column("pin_wait_until", Moment),
    Column("sealed_narrative", LargeBinary),
    Column(
        "sealed_identity", LargeBinary
    ),  # JSON: name, phone, handle, relation, policy ...
    Column("sealed_raw", LargeBinary),
    Column("apart", ARRAY(Text)),  # whom it or its case complains of, as keys
    Column("attached_by", ForeignKey("people.id")),  # to a case that another contact opened
    Column("follows_ref", Text),  # keyed external id of what it amends, or of its album
    Column("follows_id", BigInteger),  # the contact whose thread it goes on in
    Column("joined_by_rule", Boolean, nullable=False, server_default="false"),
    # By a mended parser, after a person had read it.
    Column("read_anew", Boolean, nullable=False, server_default="false"),
    Column("behind", Boolean, nullable=False, server_default="false"),  # one of very many
    Column("wish", Text),  # what the person asks for: cases.terms.Wish
    Column("happens", Text),  # when, as the person says: cases.terms.Happens
)

contact_traces = Table(
    "contact_traces",
    metadata,
    Column("kind", Text, primary_key=True),  # phone | name | sound | sound_word | text
    Column("trace_hash", LargeBinary, primary_key=True),
    Column("contact_id", BigInteger, primary_key=True),
)

referrals = Table(
    "referrals",
    metadata,
    row_id(),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("body_id", ForeignKey("bodies.id"), nullable=False),
    Column("lead", Boolean, nullable=False),
    Column("status", Text, nullable=False),
    Column("proposed_at", Moment, nullable=False),
    Column("offered_at", Moment),
    Column("offered_by", Text),  # person | screened_source | fail_safe
    Column("accepted_at", Moment),
    Column("accepted_by", ForeignKey("people.id")),
    Column("ended_at", Moment),
    Column("declined_code", Text),
    Column("sealed_declined_text", LargeBinary),
    Column("sealed_extract", LargeBinary),
    Column("narrative_released", Boolean, nullable=False, server_default="false"),
    Column("purpose", Text),  # what the body is asked to do; a code
    Column("released_by", ForeignKey("people.id")),
    Column("released_at", Moment),
    Column("assignee_id", ForeignKey("people.id")),
    Column(
        "hides", ARRAY(Text), nullable=False, server_default="{}"
    ),  # topics closed to it
    Column("handed_to", ForeignKey("people.id")),  # a colleague who has yet to say yes
    Column("handed_from", BigInteger),  # the referral it goes back to when not accepted
    Column("return_at", Moment),  # a warm hand-over that nobody accepted by then goes back
    Column(
        "urgency", SmallInteger, nullable=False
    ),  # copies of the case's, for the inbox index
    Column("due_at", Moment),
)

handoffs = Table(
    "handoffs",
    metadata,
    row_id(),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("service", Text, nullable=False),
    Column("state", Text, nullable=False),  # required | called | accepted
    Column("required_at", Moment, nullable=False),
    Column("called_at", Moment),
    Column("called_by", ForeignKey("people.id")),
    Column("accepted_at", Moment),
    Column("sealed_details", LargeBinary),  # number called, who accepted, reference
)

clocks = Table(
    "clocks",
    metadata,
    row_id(),
    Column("case_id", BigInteger),
    Column("contact_id", BigInteger),
    Column("referral_id", BigInteger),
    Column("handoff_id", BigInteger),
    Column("name", Text, nullable=False),
    Column("basis", Text, nullable=False),
    Column("law", Boolean, nullable=False),
    Column("calendar", Text, nullable=False),
    Column("allowed", Text, nullable=False),
    Column("urgency", SmallInteger, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("state", Text, nullable=False),
    Column("met_at", Moment),
    Column("cancelled_at", Moment),  # what was late stays `breached`
    Column("breached_at", Moment),
    Column("judged_at", Moment),
    Column("told_percent", SmallInteger, nullable=False, server_default="0"),
    Column("paused_at", Moment),
    Column("pause_reason", Text),
    Column("resume_by", Moment),  # a pause ends here by itself
    Column("extended_to", Moment),
    Column("body_id", Text),  # whose working hours count; None: the common calendar
    Column("next_look_at", Moment),
    Column("policy_version", Text, nullable=False),
    Column("calendar_version", Text, nullable=False),
)

clock_events = Table(
    "clock_events",
    metadata,
    row_id(),
    Column("clock_id", BigInteger, nullable=False),
    Column("at", Moment, nullable=False),
    Column("event", Text, nullable=False),  # started|recomputed|breached|met|cancelled|...
    Column("data", JSONB, nullable=False, server_default="{}"),
)

breaches = Table(
    "breaches",
    metadata,
    row_id(),
    Column("clock_id", BigInteger, nullable=False, unique=True),
    Column("case_id", BigInteger),
    Column("contact_id", BigInteger),
    Column("name", Text, nullable=False),
    Column("urgency", SmallInteger, nullable=False),
    Column("region", Text),
    Column("body_id", Text),
    Column("law", Boolean, nullable=False),
    Column("basis", Text, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("judged_at", Moment, nullable=False),
    Column("policy_version", Text, nullable=False),
    Column("calendar_version", Text, nullable=False),
)

escalations = Table(
    "escalations",
    metadata,
    row_id(),
    Column("clock_id", BigInteger, nullable=False),
    Column("case_id", BigInteger),
    Column("contact_id", BigInteger),
    Column("step", SmallInteger, nullable=False),
    Column("percent", SmallInteger, nullable=False),
    Column("fell_due_at", Moment, nullable=False),
    Column("at", Moment, nullable=False),
    Column("audience", ARRAY(Text), nullable=False),
    Column("skipped", ARRAY(Text), nullable=False, server_default="{}"),
)

case_events = Table(
    "case_events",
    metadata,
    row_id(),
    Column("at", Moment, nullable=False),
    Column("case_id", BigInteger),
    Column("contact_id", BigInteger),
    Column("event", Text, nullable=False),
    Column("actor_id", BigInteger),
    Column("actor", Text, nullable=False),  # username or machine part
    Column("data", JSONB, nullable=False, server_default="{}"),
)

case_notes = Table(
    "case_notes",
    metadata,
    row_id(),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("referral_id", BigInteger),
    Column("author_id", ForeignKey("people.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("kind", Text, nullable=False),  # note | first_contact | check | safety
    Column("sealed_text", LargeBinary, nullable=False),
)

decisions = Table(
    "decisions",
    metadata,
    row_id(),
    Column("at", Moment, nullable=False),
    Column("case_id", BigInteger),
    Column("contact_id", BigInteger),
    Column("kind", Text, nullable=False),  # triage | route | confirm
    Column("facts", JSONB, nullable=False),
    Column("candidates", JSONB, nullable=False),
    Column("exclusions", JSONB, nullable=False),
    Column("reasons", JSONB, nullable=False),
    Column("choice", JSONB, nullable=False),
    Column("policy_version", Text, nullable=False),
    Column("model_version", Text, nullable=False),
)

notices = Table(
    "notices",
    metadata,
    row_id(),
    Column("at", Moment, nullable=False),
    Column("audience", Text, nullable=False),  # body id, or "111" for the shift
    Column("person_id", BigInteger),
    Column("kind", Text, nullable=False),
    Column("case_id", BigInteger),
    Column("contact_id", BigInteger),
    Column("clock_id", BigInteger),
    Column("percent", SmallInteger),
    Column("seen_at", Moment),
)

outbox = Table(
    "outbox",
    metadata,
    row_id(),
    Column("job", Text, nullable=False),
    Column("queue", Text, nullable=False),
    Column("subject_id", BigInteger, nullable=False),
    Column("promised_at", Moment, nullable=False),
    Column("leased_until", Moment),
    Column("dispatches", Integer, nullable=False, server_default="0"),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("last_error", Text),  # a code, never a message
    Column("done_at", Moment),
    Column("dead_at", Moment),
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", BigInteger, primary_key=True),  # from number_blocks; owner of its key
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", Moment, nullable=False),
    Column("saved_at", Moment, nullable=False),
    Column("sealed_fields", LargeBinary, nullable=False),
    Column("postponed_until", Moment),
    Column("postponed_for", Text),  # why: a code
    Column("dropped_at", Moment),  # with a way back until the sweep takes the key
    Column("dropped_for", Text),  # why: a code
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("person_id", BigInteger, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("case_number", Text),
    Column("at", Moment, nullable=False),
)

heartbeats = Table(
    "heartbeats",
    metadata,
    Column("process", Text, primary_key=True),  # start id
    Column("kind", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("started_at", Moment, nullable=False),
)

counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("n", BigInteger, nullable=False),
)

counter_deltas = Table(
    "counter_deltas",
    metadata,
    Column("id", BigInteger, Identity(always=False)),
    Column("name", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("n", Integer, nullable=False),
)

models = Table(  # what was learned at the desk; the shipped model itself is a file
    "models",
    metadata,
    row_id(),
    Column("model_version", Text, nullable=False, unique=True),
    Column("base_version", Text, nullable=False),  # the shipped weights that it corrects
    Column("state", Text, nullable=False),
    Column("weights", LargeBinary, nullable=False),  # npz: numbers, no words
    Column("examples", Integer, nullable=False),
    Column("replayed", Integer, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("made_by", ForeignKey("people.id"), nullable=False),
    Column("proposed_by", ForeignKey("people.id")),
    Column("proposed_at", Moment),
    Column("enabled_by", ForeignKey("people.id")),
    Column("enabled_at", Moment),
)

model_acts = Table(
    "model_acts",
    metadata,
    row_id(),
    Column("at", Moment, nullable=False),
    Column("model_id", ForeignKey("models.id")),  # None: back to the shipped model
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("event", Text, nullable=False),  # trained|compared|proposed|enabled|rolled_back
    Column("data", JSONB, nullable=False, server_default="{}"),
)

rereadings = Table(  # a random sample of what was closed as harmless, read by somebody else
    "rereadings",
    metadata,
    row_id(),
    Column("contact_id", ForeignKey("contacts.id"), nullable=False, unique=True),
    Column("drawn_at", Moment, nullable=False),
    Column("drawn_by", ForeignKey("people.id"), nullable=False),
    Column("first_reader", ForeignKey("people.id"), nullable=False),
    Column("reader_id", ForeignKey("people.id")),
    Column("read_at", Moment),
    Column("subcategory", Text),
    Column("urgency", SmallInteger),
)

text_releases = Table(
    "text_releases",
    metadata,
    row_id(),
    Column("at", Moment, nullable=False),
    Column("contact_id", ForeignKey("contacts.id"), nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),
)
