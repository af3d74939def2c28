"""Bad input gets a clear 4xx problem, never a 500, and changes nothing."""

import json

import pytest

from tests.builders import a_call, a_contact

CALL = {
    "text": "Просят помочь с пособием",
    "subcategory": "FAM.BEN",
    "urgency": 3,
    "region": "71",
}
DEEP = b'{"text": ' + b"[" * 5000 + b"]" * 5000 + b"}"

BODIES = [
    # what is wrong                     POST to                 body, bytes or values         status  code                field
    ("not JSON",                        "/cases",               b"text=hello",                  400, "not_json",           None),
    ("truncated",                       "/cases",               b'{"text": "a',                 400, "not_json",           None),
    ("not UTF-8",                       "/cases",               b'{"text": "\xff\xfe"}',        400, "not_utf8",           None),
    ("nested too deeply",               "/cases",               DEEP,                           400, "too_deep",           None),
    ("a list",                          "/cases",               b"[]",                          400, "wrong_type",         "body"),
    ("a number",                        "/cases",               b"7",                           400, "wrong_type",         "body"),
    ("null",                            "/cases",               b"null",                        400, "wrong_type",         "body"),
    ("NaN",                             "/cases",               b'{"text": NaN}',               400, "not_json",           None),
    ("an unknown field",                "/cases",               {**CALL, "colour": "red"},      400, "unknown_field",      "colour"),
    ("an unknown field inside",         "/cases",               {**CALL, "reporter": {"x": 1}}, 400, "unknown_field",      "reporter.x"),
    ("a field is missing",              "/cases",               {"text": "a"},                  400, "missing_field",      "subcategory"),
    ("a text that is a number",         "/cases",               {**CALL, "text": 7},            400, "wrong_type",         "text"),
    ("an urgency in words",             "/cases",               {**CALL, "urgency": "high"},    400, "wrong_type",         "urgency"),
    ("an urgency that is true",         "/cases",               {**CALL, "urgency": True},      400, "wrong_type",         "urgency"),
    ("an urgency of 9",                 "/cases",               {**CALL, "urgency": 9},         422, "unknown_urgency",    "urgency"),
    ("an enormous urgency",             "/cases",               {**CALL, "urgency": 10**30},    422, "unknown_urgency",    "urgency"),
    ("an unknown region",               "/cases",               {**CALL, "region": "99"},       422, "unknown_region",     "region"),
    ("an unknown subcategory",          "/cases",               {**CALL, "subcategory": "X.Y"}, 422, "unknown_subcategory", "subcategory"),
    ("an unknown channel",              "/cases",               {**CALL, "channel": "pigeon"},  400, "unknown_value",      "channel"),
    ("an empty text",                   "/cases",               {**CALL, "text": "  "},         422, "text_missing",       "text"),
    ("10,001 characters",               "/cases",               {**CALL, "text": "я" * 10_001}, 400, "too_long",           "text"),
    ("1 MB of text",                    "/cases",               {**CALL, "text": "я" * 2**19},  400, "too_long",           "text"),
    ("NUL in a text",                   "/cases",               {**CALL, "text": "a\0b"},       400, "bad_character",      "text"),
    ("NUL in a code",                   "/cases",               {**CALL, "region": "7\0"},      400, "bad_character",      "region"),
    ("half a surrogate pair",           "/cases",               b'{"text": "\\ud800", "subcategory": "FAM.BEN", "urgency": 3, "region": "71"}', 400, "bad_character", "text"),
    ("an impossible date",              "/cases/{n}/check",     {"kind": "visit", "text": "x", "at": "2026-02-30T10:00:00+05:00"}, 400, "bad_moment", "at"),
    ("a date without a zone",           "/cases/{n}/check",     {"kind": "visit", "text": "x", "at": "2026-02-20T10:00:00"}, 400, "bad_moment", "at"),
    ("a moment still to come",          "/cases/{n}/first-contact", {"how": "x", "at": "2100-01-01T00:00:00Z"}, 422, "in_future", "at"),
    ("a moment before the report",      "/cases/{n}/first-contact", {"how": "x", "at": "1990-01-01T00:00:00Z"}, 422, "too_early", "at"),
    ("a call before the report",        "/cases/{n}/emergency/102/called", {"number": "102", "at": "0001-01-01T00:00:00+14:00"}, 422, "too_early", "at"),
    ("an unknown district",             "/cases",               {**CALL, "district": "999999999"}, 422, "unknown_district", "district"),
    ("a district of another region",    "/cases",               {**CALL, "region": "71", "district": "612000000"}, 422, "unknown_district", "district"),
    ("a region for a district",         "/cases",               {**CALL, "region": "71", "district": "71"}, 422, "unknown_district", "district"),
    ("an unknown wrap-up",              "/contacts/{r}/close",  {"wrap_up": "magic"},           422, "unknown_wrap_up",    "wrap_up"),
    ("an unknown emergency service",    "/cases/{n}/emergency/911/called", {"number": "1"},     404, "not_found",          None),
    ("a referral of nobody",            "/cases/{n}/transfer",  {"referral": 10**25, "to_body": "fsc-71", "text": "x"}, 404, "not_found", None),
    ("two receivers",                   "/cases/{n}/transfer",  {"to_body": "fsc-71", "to_person": "x"}, 422, "one_receiver", "to_person"),
    ("an unknown exception",            "/cases/{n}/close",     {"exception": "boredom", "text": "x"}, 422, "unknown_exception", "exception"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "path", "body", "status", "code", "field"),
    BODIES,
    ids=[row[0] for row in BODIES],
)
async def test_a_bad_body(api, who, rt, database, what, path, body, status, code, field):
    number = await a_call(rt, who["operator"]) if "{n}" in path else ""
    receipt = await a_contact(rt) if "{r}" in path else ""
    before = await rows(database)
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    at = path.format(n=number, r=receipt)
    answer, found = await api(who["operator"], "POST", at, raw=raw)
    assert (answer.status, found["code"]) == (status, code), found
    if field is not None:
        assert found["field"] == field
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert await rows(database) == before


async def rows(database):
    """How much there is, and how often it changed."""
    return tuple(
        await database.fetchrow(
            "SELECT (SELECT count(*) FROM contacts), (SELECT count(*) FROM cases),"
            " (SELECT coalesce(sum(version), 0) FROM cases), (SELECT count(*) FROM case_events),"
            " (SELECT count(*) FROM case_notes)"
        )
    )


QUERIES = [
    # what is wrong                 GET                                     code
    ("an unknown region",           "/cases?region=99",                     "unknown_region"),
    ("an unknown status",           "/cases?status=lost",                   "unknown_status"),
    ("an urgency of 9",             "/cases?urgency=9",                     "bad_value"),
    ("an urgency in words",         "/cases?urgency=high",                  "bad_value"),
    ("an unknown category",         "/cases?category=NOPE",                 "unknown_category"),
    ("an unknown body",             "/cases?body=guard-99",                 "unknown_body"),
    ("overdue perhaps",             "/cases?overdue=perhaps",               "bad_value"),
    ("an unknown tab",              "/cases?tab=lost",                      "unknown_tab"),
    ("an unknown regime",           "/cases?regime=war",                    "unknown_regime"),
    ("a person in the address",     "/cases?assignee=operator",             "unknown_assignee"),
    ("an unknown order",            "/cases?order=oldest",                  "unknown_order"),
    ("a tampered cursor",           "/cases?cursor=AAAA",                   "bad_cursor"),
    ("NUL in the search",           "/cases?q=%00",                         "bad_value"),
    ("a search of 400 letters",     "/cases?q=" + "a" * 400,                "bad_value"),
    ("no such parameter",           "/cases?colour=red",                    "unknown_parameter"),
    ("a parameter twice",           "/cases?region=71&region=10",           "bad_value"),
    ("a page of none",              "/cases?limit=0",                       "bad_value"),
    ("an enormous page",            "/cases?limit=100000",                  "bad_value"),
    ("an unknown channel",          "/contacts?channel=pigeon",             "unknown_channel"),
    ("an unknown state",            "/contacts?state=lost",                 "unknown_state"),
    ("an impossible date",          "/contacts?since=2026-02-30T00:00:00Z", "bad_moment"),
    ("a date without a zone",       "/contacts?since=2026-02-20T00:00:00",  "bad_moment"),
    ("the year 1",                  "/contacts?since=0001-01-01T00:00:00%2B05:00", "bad_moment"),
    ("an unknown language",         "/cases/{n}/clocks/acceptance/working?lang=xx", "unknown_language"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "path", "code"), QUERIES, ids=[row[0] for row in QUERIES])
async def test_a_bad_query(api, who, rt, what, path, code):
    number = await a_call(rt, who["operator"]) if "{n}" in path else ""
    answer, found = await api(who["operator"], "GET", path.format(n=number))
    assert (answer.status, found["code"]) == (400, code), found


NUMBERS = ["x", "26-000000-0", "99-999999-9", "26-%00-1", "%ED%A0%80", "26-123456789-1",
           "٢٦-٠٠٤٨٢١-٧"]  # fmt: skip


@pytest.mark.parametrize("number", NUMBERS)
async def test_a_number_that_is_none_of_ours_is_not_found(client, who, number):
    for path in (f"/cases/{number}", f"/contacts/{number}", f"/cases/{number}/history"):
        answer = await client.get(f"/api/v1{path}", headers=who["operator"].headers)
        assert answer.status in (400, 404), (path, answer.status)


async def test_what_is_too_large_is_413(api, who):
    answer, found = await api(who["operator"], "POST", "/cases", raw=b" " * (5 * 2**20))
    assert (answer.status, found["code"]) == (413, "too_large")


@pytest.mark.parametrize("given", ["3", '"x"', '"-1"', '"99999999999"', "W/3"])
async def test_an_if_match_that_is_no_version_is_refused(api, who, rt, given):
    number = await a_call(rt, who["operator"])
    answer, found = await api(
        who["operator"], "POST", f"/cases/{number}/note", {"text": "x"}, If_Match=given
    )
    assert (answer.status, found["code"]) == (400, "bad_if_match")
