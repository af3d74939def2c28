"""Partners: signature, body, receipt, status."""

import io
import json
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.config.channels import PartnerRules
from hotline.errors import BadConfig, RejectedInbound
from hotline.intake.partner import Partner
from hotline.intake.partner_gate import PartnerGate
from hotline.intake.partner_report import read_report
from hotline.intake.signature import signed_by
from tests.intake.doors import (
    EOTINISH_NEXT,
    NGO,
    NOW,
    as_json,
    example,
    opened,
    rows,
    signed,
)

OPEN = PartnerGate(lambda _: PartnerRules(a_minute=600, may=["report"]))
REPORT = json.loads(example("partner_appeal_created.raw.json"))


async def post(client, body, **how):
    return await client.post(
        "/intake/partner", data=io.BytesIO(body), headers=signed(body, **how)
    )


async def test_the_example_becomes_one_screened_contact(client, rt, database):
    body = example("partner_appeal_created.raw.json")
    answer = await post(client, body)
    given_back = await answer.json()
    assert answer.status == 202
    [contact] = await rows(database)
    assert given_back == {
        "receipt": contact["receipt"],
        "status_url": f"/intake/partner/{contact['receipt']}",
    }
    assert contact["account"] == "eotinish"
    assert contact["external_id"] == "EO-2026-000123"
    assert (contact["screened"], contact["region_hint"], contact["lang_hint"]) == (
        True,
        "61",
        "ru",
    )
    who = (await opened(rt, database, contact))["who"]
    assert who["identity"]["phone"] == "+77000000031"
    assert who["policy"]["hours"] == "09:00-18:00"
    kinds = await database.fetch("SELECT DISTINCT kind FROM contact_traces")
    assert {row["kind"] for row in kinds} == {"phone", "name", "sound", "sound_word"}


async def test_the_recorded_signature_is_genuine_at_its_own_time(rt):
    recorded = json.loads(example("partner_appeal_created.headers.json"))
    body = example("partner_appeal_created.raw.json")
    channel = Partner(
        [("p", recorded["_secret"])],
        screened=(),
        regions=(),
        gate=OPEN,
        tolerance_s=300,
        json_depth=9,
    )
    assert signed_by(recorded, body, channel._secrets, now=1795161600, tolerance=300) == "p"


async def test_another_partner_is_not_screened_and_has_its_own_ids(client, database):
    body = as_json(external_id="A", text="x")
    assert (await post(client, body)).status == 202
    assert (await post(client, body, secret=NGO)).status == 202
    found = [(row["account"], row["screened"]) for row in await rows(database)]
    assert found == [("eotinish", True), ("ngo", False)]


TIMES = [
    # when it was signed         seconds   answer
    ("now", 0, 202),
    ("five minutes ago", -300, 202),
    ("a second too old", -301, 401),
    ("five minutes ahead", 300, 202),
    ("a second too far ahead", 301, 401),
]


@pytest.mark.parametrize(("when", "seconds", "status"), TIMES, ids=[t[0] for t in TIMES])
async def test_a_replayed_timestamp_is_not_genuine(client, database, when, seconds, status):
    body = as_json(external_id="A", text="x")
    at = NOW + timedelta(seconds=seconds)
    assert (await post(client, body, at=at)).status == status
    assert len(await rows(database)) == (status == 202)


async def test_old_and_new_secret_hold_while_they_are_changed(client):
    body = as_json(external_id="A", text="x")
    assert (await post(client, body, secret=EOTINISH_NEXT)).status == 202
    both = signed(body, secret="whsec_" + "QUJD" * 8)
    both["webhook-signature"] += " " + signed(body)["webhook-signature"]
    answer = await client.post("/intake/partner", data=body, headers=both)
    assert answer.status == 200


REFUSED = [
    # what is wrong               change to the body                                  code               field
    ("no external_id", {"external_id": None}, "invalid_field", "external_id"),
    ("an empty external_id", {"external_id": ""}, "invalid_field", "external_id"),
    ("a blank external_id", {"external_id": " "}, "invalid_field", "external_id"),
    ("a long external_id", {"external_id": "я" * 201}, "invalid_field", "external_id"),
    ("NUL in external_id", {"external_id": "a\0"}, "invalid_field", "external_id"),
    ("half a pair in external_id", {"external_id": "\ud800"}, "invalid_field", "external_id"),
    ("a number for a text", {"text": 5}, "invalid_field", "text"),
    ("an unknown field", {"txet": "x"}, "unknown_field", "txet"),
    ("an unknown field within", {"reporter": {"nmae": "x"}}, "unknown_field", "reporter.nmae"),
    ("a field of half a pair", {"\ud800": 1}, "bad_field_name", None),
    ("the 30th of February", {"occurred_at": "2026-02-30T10:00:00+05:00"}, "impossible_date", "occurred_at"),
    ("no time zone", {"occurred_at": "2026-11-20T10:00:00"}, "impossible_date", "occurred_at"),
    ("next week", {"occurred_at": "2026-11-27T10:00:00+05:00"}, "impossible_date", "occurred_at"),
    ("the year 1", {"occurred_at": "0001-01-01T00:00:00+05:00"}, "impossible_date", "occurred_at"),
    ("an unknown region", {"region": "99"}, "unknown_region", "region"),
    ("an ISO region", {"region": "KZ-71"}, "unknown_region", "region"),
    ("NUL in the language", {"lang": "k\0"}, "invalid_field", "lang"),
    ("NUL in the site", {"site": "s\0"}, "invalid_field", "site"),
    ("an unknown kind complained of", {"complaint_about": [{"kind": "x", "name": "y"}]}, "invalid_field", "complaint_about[0].kind"),
    ("a policy without a word on writing", {"contact_policy": {}}, "missing_field", "contact_policy.may_write"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "change", "code", "field"), REFUSED, ids=[case[0] for case in REFUSED]
)
async def test_a_wrong_body_is_told_which_field_to_mend(
    client, database, what, change, code, field
):
    answer = await post(client, as_json(**{**REPORT, **change}))
    problem = await answer.json()
    assert (answer.status, problem["code"]) == (400, code)
    if field is not None:
        assert problem["field"] == field
    assert await rows(database) == []


async def test_a_missing_text_is_a_missing_field(client):
    problem = await (await post(client, as_json(external_id="A"))).json()
    assert (problem["code"], problem["field"]) == ("missing_field", "text")


async def test_who_asked_to_stay_anonymous_is_nowhere_not_even_in_the_raw_body(
    client, rt, database
):
    await post(client, as_json(**{**REPORT, "anonymous": True, "text": "обрыв \ud83d"}))
    [contact] = await rows(database)
    inside = await opened(rt, database, contact)
    assert contact["anonymous"]
    assert inside["who"]["identity"] is None
    assert "77000000031" not in inside["raw"].decode()
    assert json.loads(inside["raw"])["text"] == inside["text"] == "обрыв \ud83d"
    assert await database.fetchval("SELECT count(*) FROM contact_traces") == 0


async def test_names_that_are_no_text_are_kept_and_traced(client, database):
    reporter = {"name": "Ә\ud800\0", "phone": "\ud800"}
    assert (
        await post(client, as_json(external_id="A", text="", reporter=reporter))
    ).status == 202
    assert len(await rows(database)) == 1


async def test_the_status_address_answers_its_partner_only(client, database):
    receipt = await (await post(client, example("partner_appeal_created.raw.json"))).json()
    address = receipt["status_url"]
    own = await client.get(address, headers=signed(b""))
    told = await own.json()
    assert own.status == 200
    assert told == {
        "receipt": receipt["receipt"],
        "state": "received",
        "stage": "received",
        "received_at": "2026-11-20T05:00:00+00:00",
    }
    assert (await client.get(address, headers=signed(b"", secret=NGO))).status == 404
    assert (await client.get(address)).status == 401
    assert (
        await client.get("/intake/partner/26-000000-0", headers=signed(b""))
    ).status == 404


def test_a_secret_that_is_no_secret_is_found_at_start():
    with pytest.raises(BadConfig, match="`ngo`"):
        Partner(
            [("ngo", "whsec_%%%")],
            screened=(),
            regions=(),
            gate=OPEN,
            tolerance_s=1,
            json_depth=9,
        )


near_reports = st.fixed_dictionaries(
    {},
    optional={
        name: st.text() | st.none() | st.integers() | st.just(REPORT.get(name))
        for name in (*REPORT, "site", "anonymous", "complaint_about", "attachments")
    },
)


@given(near_reports)
def test_any_object_is_a_report_or_is_refused_with_a_code(fields):
    with suppress(RejectedInbound):  # a clear answer; anything else fails this test
        read_report(as_json(**fields), regions={"61"}, now=NOW, depth=64)


@given(
    st.dictionaries(
        st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature"]),
        st.text() | st.sampled_from(["1795161600", "v1,AAAA", "v1,", ","]),
    ),
    st.binary(),
)
def test_any_headers_are_simply_not_signed(headers, body):
    assert signed_by(headers, body, [("p", b"key")], now=1795161600, tolerance=300) is None
