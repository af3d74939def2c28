"""The tables of channels: what goes out, media, calls, sites, partners' hooks, signs of life.

Same rules as in `store.tables`: `sealed_*` under the owner's key, nothing else personal.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from hotline.store.tables import Moment, metadata, row_id

channel_decisions = Table(  # who let 111 use a foreign messenger, and on what ground
    "channel_decisions",
    metadata,
    row_id(),
    Column("at", Moment, nullable=False),
    Column("channel", Text, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("reason", Text, nullable=False),
)

channel_signs = Table(  # when each way in or out was last heard of
    "channel_signs",
    metadata,
    Column("name", Text, primary_key=True),  # "whatsapp", "imap", "ari:hotline", ...
    Column("heard_at", Moment),
    Column("failed_at", Moment),
    Column("last_error", Text),  # a code
    Column("expires_at", Moment),  # of a token
    Column("state", Text, nullable=False, server_default="unknown"),  # quality.silence
    Column("silent_from", Moment),  # when it will count as silent; None: no usual profile
)

leases = Table(  # one consumer per app, mailbox or listener
    "leases",
    metadata,
    Column("name", Text, primary_key=True),
    Column("process", Text, nullable=False),
    Column("until", Moment, nullable=False),
)

mailboxes = Table(  # how far each has been read
    "mailboxes",
    metadata,
    Column("name", Text, primary_key=True),  # "imap:" and a keyed hash of the address
    Column("validity", BigInteger, nullable=False),
    Column("uid", BigInteger, nullable=False),
)

outbound = Table(
    "outbound",
    metadata,
    row_id(),
    Column("contact_id", ForeignKey("contacts.id"), nullable=False),  # whose key seals it
    Column("case_id", ForeignKey("cases.id")),
    Column("channel", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("wording", Text),  # name of the fixed words; None: a person's own
    Column("locale", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),  # a code: why suppressed, failed, uncertain
    Column("thread_hash", LargeBinary),
    Column("provider_id", Text),
    Column("made_at", Moment, nullable=False),
    Column("made_by", ForeignKey("people.id")),  # None: by itself
    Column("not_before", Moment),  # safe hours
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("tried_at", Moment),
    Column("sent_at", Moment),
    Column("delivered_at", Moment),
    Column("read_at", Moment),
    Column("ended_at", Moment),
    Column("sealed_text", LargeBinary),
)

outbound_events = Table(
    "outbound_events",
    metadata,
    row_id(),
    Column("at", Moment, nullable=False),
    Column("outbound_id", ForeignKey("outbound.id"), nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
)

left_threads = Table(  # people who shut a messenger thread: nothing is written there
    "left_threads",
    metadata,
    Column("thread_hash", LargeBinary, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

media = Table(
    "media",
    metadata,
    row_id(),
    Column("contact_id", ForeignKey("contacts.id"), nullable=False),
    Column("position", SmallInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("claimed_mime", Text),
    Column("mime", Text),  # as its first bytes say
    Column("size", BigInteger),
    Column("fingerprint", LargeBinary),  # keyed hash of the content: the same picture again
    Column("sealed_ref", LargeBinary),
    Column("sealed_name", LargeBinary),
    Column("fetched_at", Moment),
    Column("opened_at", Moment),
    Column("intimate_at", Moment),  # never shown again
    Column("intimate_by", ForeignKey("people.id")),
)

media_contents = Table(
    "media_contents",
    metadata,
    Column("media_id", ForeignKey("media.id"), primary_key=True),
    Column("sealed_content", LargeBinary, nullable=False),
)

openings = Table(  # who opened which medium or recording, when and why
    "openings",
    metadata,
    row_id(),
    Column("at", Moment, nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("media_id", ForeignKey("media.id")),
    Column("recording_id", ForeignKey("recordings.id")),
    Column("reason", Text),  # a code
)

calls = Table(
    "calls",
    metadata,
    row_id(),
    Column("pbx", Text, nullable=False),
    Column("call_ref", Text, nullable=False),
    Column("contact_id", ForeignKey("contacts.id")),
    Column("direction", Text, nullable=False, server_default="in"),
    Column("state", Text, nullable=False),
    Column("line", Text),  # which of 111's numbers
    Column("language", Text),
    Column("started_at", Moment, nullable=False),
    Column("offered_at", Moment),
    Column("answered_at", Moment),
    Column("held_at", Moment),
    Column("held_s", Integer, nullable=False, server_default="0"),
    Column("ended_at", Moment),
    Column("ended", Text),  # hangup | abandoned | ended_unobserved | transferred | failed
    Column("operator_id", ForeignKey("people.id")),
    Column("caller_hash", LargeBinary),  # trace of the number; None: anonymous
    Column("silent", Boolean, nullable=False, server_default="false"),
    Column("recording_refused", Boolean, nullable=False, server_default="false"),
    Column("wrap_up_until", Moment),
    Column("wrapped_up_at", Moment),
)

call_events = Table(
    "call_events",
    metadata,
    row_id(),
    Column("at", Moment, nullable=False),
    Column("call_id", ForeignKey("calls.id"), nullable=False),
    Column("event", Text, nullable=False),
    Column("key", Text, nullable=False),  # the same event again changes nothing
    Column("data", JSONB, nullable=False, server_default="{}"),
)

recordings = Table(
    "recordings",
    metadata,
    row_id(),
    Column("call_id", ForeignKey("calls.id"), nullable=False),
    Column("contact_id", ForeignKey("contacts.id")),  # whose key seals it
    Column("name", Text, nullable=False, unique=True),  # at the PBX; made of ids only
    # recording|stored|refused|deleted|failed|elsewhere (at an exchange that is not ours)
    Column("state", Text, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("seconds", Integer),
    Column("fingerprint", LargeBinary),
    Column("keep_until", Moment),
    Column("deleted_at", Moment),
    Column("reason", Text),
    Column("sealed_content", LargeBinary),
    Column("sealed_ref", LargeBinary),  # what another exchange calls it, or its address
)

callbacks = Table(  # somebody gave up waiting, and a safe way to call is recorded
    "callbacks",
    metadata,
    row_id(),
    Column("contact_id", ForeignKey("contacts.id"), nullable=False),
    Column("call_id", ForeignKey("calls.id")),
    Column("state", Text, nullable=False),  # open | done | given_up | cancelled
    Column("reason", Text),
    Column("caller_hash", LargeBinary),
    Column("made_at", Moment, nullable=False),
    Column("next_at", Moment),
    Column("tries", SmallInteger, nullable=False, server_default="0"),
    Column("taken_by", ForeignKey("people.id")),
    Column("ended_at", Moment),
)

presence = Table(
    "presence",
    metadata,
    Column("person_id", ForeignKey("people.id"), primary_key=True),
    Column("state", Text, nullable=False),
    Column("since", Moment, nullable=False),
    Column("call_id", ForeignKey("calls.id")),
    Column("extension", Text),  # the telephone on the desk
    Column("until", Moment),  # of writing up a call
    Column("reason", Text),  # a code: why they pause
)

presence_spans = Table(
    "presence_spans",
    metadata,
    row_id(),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("state", Text, nullable=False),
    Column("from_at", Moment, nullable=False),
    Column("to_at", Moment),
    Column("reason", Text),
)

sites = Table(  # schools, camps, homes: where posters with codes hang
    "sites",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name_kk", Text, nullable=False),
    Column("name_ru", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("district", Text),
    Column("body_id", ForeignKey("bodies.id")),  # whose it is
    Column("made_at", Moment, nullable=False),
    Column("made_by", ForeignKey("people.id")),
)

site_codes = Table(
    "site_codes",
    metadata,
    row_id(),
    Column("code_hash", LargeBinary, nullable=False, unique=True),
    Column("site_id", ForeignKey("sites.id"), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("made_by", ForeignKey("people.id")),
    Column("revoked_at", Moment),
    Column("revoked_by", ForeignKey("people.id")),
)

hooks = Table(  # where a partner wants to be told; address and secret are sealed
    "hooks",
    metadata,
    Column("id", BigInteger, primary_key=True),  # from number_blocks; owner of its key
    Column("partner", Text, nullable=False),
    Column("events", ARRAY(Text), nullable=False),
    Column("state", Text, nullable=False),  # active | disabled
    Column("reason", Text),
    Column("made_at", Moment, nullable=False),
    Column("made_by", ForeignKey("people.id")),
    Column("disabled_at", Moment),
    Column("sealed_address", LargeBinary, nullable=False),
    Column("sealed_secrets", LargeBinary, nullable=False),
)

deliveries = Table(  # one event for one hook, with every try
    "deliveries",
    metadata,
    row_id(),
    Column("hook_id", ForeignKey("hooks.id"), nullable=False),
    Column("contact_id", ForeignKey("contacts.id"), nullable=False),
    Column("event", Text, nullable=False),
    Column("data", JSONB, nullable=False),  # receipt, state, moment: no content
    Column("state", Text, nullable=False),  # queued | sent | failed | dead
    Column("made_at", Moment, nullable=False),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("next_at", Moment),
    Column("sent_at", Moment),
    Column("status", SmallInteger),  # of the last answer
    Column("reason", Text),
)
