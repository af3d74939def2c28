"""WhatsApp: any JSON at all is taken, and no message in it is lost."""

import json
from contextlib import suppress

from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from hotline.cases.inbound import Inbound
from hotline.errors import RejectedInbound
from tests.intake.doors import whatsapp
from tests.intake.strange_json import json_values, strange_text
from tests.intake.whatsapp_bodies import CARD, OURS, change, parsed, text

WRITERS = ("77000000011", "77000000012")
near_messages = st.builds(
    lambda known, more: {**more, **known},
    st.fixed_dictionaries(
        {"type": st.sampled_from(["text", "image", "edit", "location", "contacts", "system"])},
        optional={
            "id": st.sampled_from(["wamid.1", "wamid.2", "wamid.3"]),
            "from": st.sampled_from(WRITERS),
            "text": st.sampled_from([{"body": "көмек"}, {"body": "\ud800"}]),
        },
    ),
    st.dictionaries(
        st.sampled_from(
            ["from", "from_user_id", "id", "timestamp", "type", "text", "image", "audio",
             "location", "contacts", "reaction", "edit", "revoke", "system", "interactive",
             "group_id", "errors", "button"]
        ),
        json_values
        | st.just({"body": "көмек", "id": "3", "caption": "\ud800", "message": text()}),
        max_size=4,
    ),
)  # fmt: skip
near_values = st.fixed_dictionaries(
    {
        "messages": st.lists(near_messages, min_size=1, max_size=4)
        | st.lists(json_values | near_messages, max_size=3)
    },
    optional={
        "metadata": st.just({"phone_number_id": OURS}) | json_values,
        "contacts": st.lists(st.just(CARD) | json_values, max_size=3) | json_values,
        "statuses": st.lists(json_values, max_size=2) | json_values,
    },
)
near_changes = st.fixed_dictionaries({"value": near_values})
near_entries = st.fixed_dictionaries(
    {
        "changes": st.lists(near_changes, min_size=1, max_size=2)
        | st.lists(near_changes | json_values, max_size=2)
    }
)
near_bodies = st.fixed_dictionaries(
    {
        "entry": st.lists(near_entries, min_size=1, max_size=2)
        | st.lists(near_entries | json_values, max_size=2)
    },
    optional={"object": st.just("whatsapp_business_account")},
)


def wanted(body, *, written=False):
    """Ids of messages that stand where messages stand, to our number, from anybody."""
    found = set()
    entries = body.get("entry", []) if isinstance(body, dict) else []
    for entry in entries if isinstance(entries, list) else []:
        changes = entry.get("changes") if isinstance(entry, dict) else None
        for one in changes if isinstance(changes, list) else []:
            value = one.get("value") if isinstance(one, dict) else None
            if not isinstance(value, dict) or isinstance(one.get("field"), str):
                continue
            number = value.get("metadata")
            number = number.get("phone_number_id") if isinstance(number, dict) else None
            messages = value.get("messages")
            if number not in (None, OURS) or not isinstance(messages, list):
                continue
            told = [one for one in messages if isinstance(one, dict)]
            if written:
                told = [one for one in told if one.get("from") in WRITERS]
                told = [one for one in told if not one.get("group_id")]
            ids = [one.get("id") for one in told]
            found |= {one for one in ids if isinstance(one, str) and one}
    return found


@given(near_bodies | near_bodies | json_values)
def test_any_json_is_parsed_and_every_message_with_an_id_is_one_contact(value):
    found = [
        kept for kept in parsed(json.dumps(value).encode()) if isinstance(kept, Inbound)
    ]
    assert len(found) >= len(wanted(value))
    named = {kept.external_id for kept in found if kept.sender is not None}
    assert named >= wanted(value, written=True)
    for kept in found:
        [again] = [one for one in parsed(kept.raw) if isinstance(one, Inbound)]
        assert (again.external_id, again.text, again.sender, again.kind) == (
            kept.external_id,
            kept.text,
            kept.sender,
            kept.kind,
        )


@given(st.binary())
def test_any_bytes_are_parsed_or_refused(body):
    with suppress(RejectedInbound):  # a clear answer; anything else fails this test
        parsed(body)


@hypothesis_settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(value=near_bodies | json_values, words=strange_text)
async def test_any_json_under_a_good_signature_is_taken(client, value, words):
    beside = change(text(words, id=words or "x"))
    whole = {"entry": [*value["entry"], {"changes": [beside]}]} if (
        isinstance(value, dict) and isinstance(value.get("entry"), list)
    ) else value  # fmt: skip
    body = json.dumps(whole).encode()
    answer = await client.post("/intake/whatsapp", data=body, headers=whatsapp(body))
    assert answer.status == 200
