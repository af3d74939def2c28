"""A voice, a picture, a place without words: that a machine read nothing makes it no prank."""

import json

from hotline.cases.inbound import Identity, InboundKind, Location, Media
from hotline.cases.terms import Channel
from tests import builders

VOICE = Media("voice", "v-1", "audio/ogg")
PICTURE = Media("image", "p-1", "image/jpeg")
STICKER = Media("sticker", "s-1", "image/webp")
CARD = Identity(
    name="Дитя", extra={"reported": {"name": "Серік О.", "phone": "+77015559999"}}
)
POINT = Location(43.2, 76.8, "Абай 1")
SENT = [  # what, what it holds, whether no machine can read it
    ("a voice message", {"media": (VOICE,)}, True),
    ("a picture", {"media": (PICTURE,)}, True),
    ("a place", {"location": POINT}, True),
    ("a place with its name as words", {"text": "Абай 1", "location": POINT}, True),
    ("a card", {"identity": CARD}, True),
    ("what came in no known shape", {"kind": InboundKind.UNPARSED}, True),
    ("nothing at all", {}, False),
    ("a sticker", {"media": (STICKER,)}, False),
    ("words beside a picture", {"text": "Рахмет сізге", "media": (PICTURE,)}, False),
]


async def test_a_person_looks_within_hours_at_what_no_machine_can_read(story, rt):
    receipts = {
        what: await builders.a_contact(
            rt, facts.pop("text", ""), channel=Channel.TELEGRAM, triaged=False, **facts
        )
        for what, held, _ in SENT
        for facts in [dict(held)]
    }
    await builders.triage_all(rt)
    found = {what: await story.contact(one) for what, one in receipts.items()}
    read = {what: json.loads(row["triage"]) for what, row in found.items()}
    doubted = {
        what: "content_unread" in {one["rule"] for one in triage["reasons"]}
        for what, triage in read.items()
    }
    assert doubted == {what: unread for what, _, unread in SENT}
    assert all(triage["needs_human"] for what, triage in read.items() if doubted[what])
    urgency = {what: row["urgency"] for what, row in found.items()}
    assert urgency == {what: 3 if unread else 4 for what, _, unread in SENT}
