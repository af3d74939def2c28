"""What lists are asked for and what they answer."""

from datetime import datetime

import msgspec

from hotline.store.view_parts import View

CAP = 10_001  # an exact count stops here: nobody pages through more
# The same where a page of a list must be counted row by row: a page is read on every
# nudge, and its cost must not grow with what waits.
COUNTED = 1_001
NOBODY = 0  # no person has this id
FAR = datetime.fromisoformat("9999-12-31T00:00:00+00:00")  # how "no deadline" sorts


class CaseFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which cases. `status` also knows "open"; tabs are those of the inbox.

    Tabs: new (offered to one's body; at 111 not yet accepted), work, waiting (outcome
    recorded, not closed), closed, oversight (a commissioner's region).
    """

    region: str | None = None
    status: str | None = None
    urgency: int | None = None
    category: str | None = None  # top code or full code
    body: str | None = None
    overdue: bool | None = None
    q: str | None = None  # number; at 111 also phone or full name
    tab: str | None = None
    district: str | None = None
    regime: str | None = None
    assignee: int | None = None  # person id; NOBODY: in no one's hands
    newest: bool = False  # the newest first, instead of urgency and deadline


class ContactFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which contacts. `state` also knows "pending" (work owed) and "waiting" (for a person)."""

    state: str | None = None
    channel: str | None = None
    since: datetime | None = None
    danger: bool | None = None


class CaseLine(View, frozen=True):
    """One case in a list."""

    number: str
    version: int
    status: str
    urgency: int
    category: str | None  # None: the topic is closed to the viewer's body
    subcategory: str | None
    region: str | None
    district: str | None
    language: str
    channel: str
    about_child: bool
    received_at: datetime
    opened_at: datetime
    due_at: datetime | None
    overdue: bool
    assignee: str | None
    assignee_name: str | None
    lead: str | None
    lead_status: str | None
    referral: int | None  # the viewer's own, and where it stands
    referral_status: str | None
    held: bool | None  # for 111 only
    regime: str = "signal"
    meant_for: str | None = None  # an offer of the viewer's body: who was suggested for it
    fresh: bool = False  # something happened since the viewer looked, or they never did


class ContactLine(View, frozen=True):
    """One contact in a list; `preview` is the beginning of what it says."""

    receipt: str
    state: str
    channel: str
    received_at: datetime
    urgency: int
    danger: bool
    danger_score: float
    region: str | None
    category: str | None
    subcategory: str | None
    language: str | None
    needs_human: bool | None
    human_eyes_due_at: datetime | None
    preview: str | None
    case: str | None


class CasePage(View, frozen=True):
    """Cases; `total` is exact up to 1,000 and 1,001 for more, where it had to be counted."""

    items: tuple[CaseLine, ...]
    next_cursor: str | None
    total: int


class ContactPage(View, frozen=True):
    """Contacts; `total` as for cases."""

    items: tuple[ContactLine, ...]
    next_cursor: str | None
    total: int
