"""Signing in, one effect a key, and what a stale page gets."""

import asyncio
from datetime import timedelta

import pytest

from tests.builders import a_call, a_case, a_contact

CALL = {
    "text": "Просят помочь с пособием",
    "subcategory": "FAM.BEN",
    "urgency": 3,
    "region": "71",
}

TOKENS = [
    # what is sent                  header
    ("nothing",                     None),
    ("another scheme",              "Basic b3BlcmF0b3I6eA=="),
    ("an empty token",              "Bearer "),
    ("a token of nobody",           "Bearer hl_" + "x" * 43),
    ("a token of 10,000 letters",   "Bearer " + "x" * 7000),
    ("NUL",                         "Bearer \u00ff\u00fe"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "header"), TOKENS, ids=[row[0] for row in TOKENS])
async def test_without_a_token_that_holds_every_call_is_401(client, document, what, header):
    headers = {} if header is None else {"Authorization": header}
    for template, operations in document["paths"].items():
        for method in operations:
            answer = await client.request(
                method, template.replace("{", "").replace("}", ""), headers=headers
            )
            assert answer.status == 401, (method, template)
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
            assert (await answer.json())["code"] == "not_signed_in"


async def test_a_token_ends_with_its_days_and_with_the_person(api, who, clock, database):
    await api(who["operator"], "GET", "/cases", status=200)
    await database.execute("UPDATE people SET active = false WHERE role = 'supervisor'")
    await api(who["supervisor"], "GET", "/cases", status=401)
    clock.forward(timedelta(days=31))
    await api(who["operator"], "GET", "/cases", status=401)


async def test_the_same_key_and_body_have_one_effect_and_one_answer(api, who, rt, database):
    operator = who["operator"]
    for _ in range(3):
        _, case = await api(
            operator, "POST", "/cases", CALL, Idempotency_Key="k1", status=201
        )
    assert await database.fetchval("SELECT count(*) FROM cases") == 1
    at = f"/cases/{case['number']}"
    answers = [
        await api(
            operator,
            "POST",
            f"{at}/note",
            {"text": "раз"},
            Idempotency_Key="k2",
            status=200,
        )
        for _ in range(2)
    ]
    assert [len(found["notes"]) for _, found in answers] == [1, 1]
    receipt = await a_contact(rt)
    for _ in range(2):
        await api(operator, "POST", f"/contacts/{receipt}/close", {"wrap_up": "test"},
                  Idempotency_Key="k3", status=200)  # fmt: skip
    kept = await database.fetch("SELECT key FROM idempotency")
    assert not {"k1", "k2", "k3"} & {
        row["key"] for row in kept
    }  # clients put anything there


async def test_the_same_key_at_once_has_one_effect(api, who, database):
    found = await asyncio.gather(
        *(
            api(who["operator"], "POST", "/cases", CALL, Idempotency_Key="k")
            for _ in range(5)
        )
    )
    assert {answer.status for answer, _ in found} <= {201, 409}
    assert await database.fetchval("SELECT count(*) FROM cases") == 1


async def test_a_key_with_another_body_is_refused_and_of_another_person_is_another_key(
    api, who
):
    operator = who["operator"]
    await api(operator, "POST", "/cases", CALL, Idempotency_Key="k", status=201)
    _, found = await api(
        operator, "POST", "/cases", {**CALL, "urgency": 2}, Idempotency_Key="k", status=422
    )
    assert found["code"] == "idempotency_key_reused"
    await api(who["supervisor"], "POST", "/cases", CALL, Idempotency_Key="k", status=201)


async def test_a_refused_request_leaves_its_key_free(api, who):
    operator = who["operator"]
    await api(
        operator,
        "POST",
        "/cases",
        {**CALL, "region": "99"},
        Idempotency_Key="k",
        status=422,
    )
    await api(operator, "POST", "/cases", CALL, Idempotency_Key="k", status=201)


@pytest.mark.parametrize("key", ["", "a b", "x" * 201])
async def test_a_key_that_is_none_is_refused(api, who, key):
    _, found = await api(
        who["operator"], "POST", "/cases", CALL, Idempotency_Key=key, status=400
    )
    assert found["code"] == "bad_idempotency_key"


async def test_a_stale_write_is_409_with_the_case_as_it_stands(api, who, rt):
    number = await a_call(rt, who["operator"])
    at = f"/cases/{number}"
    answer, _ = await api(who["guardian"], "GET", at, status=200)
    old = answer.headers["ETag"]
    await api(who["operator"], "POST", f"{at}/note", {"text": "новое"}, status=200)
    _, found = await api(
        who["guardian"], "POST", f"{at}/accept", {}, If_Match=old, status=409
    )
    assert found["code"] == "stale"
    assert found["fresh"]["number"] == number
    assert found["fresh"]["status"] == "offered"
    fresh = f'"{found["fresh"]["version"]}"'
    await api(who["guardian"], "POST", f"{at}/accept", {}, If_Match=fresh, status=200)
    await api(
        who["guardian"], "POST", f"{at}/note", {"text": "x"}, If_Match="*", status=200
    )


async def test_a_contact_that_somebody_else_confirmed_is_409_with_the_contact(api, who, rt):
    receipt = await a_contact(rt)
    answer, _ = await api(who["operator"], "GET", f"/contacts/{receipt}", status=200)
    await a_case(rt, who["supervisor"], receipt)
    said = {"subcategory": "FAM.BEN", "urgency": 3, "region": "71"}
    _, found = await api(
        who["operator"], "POST", f"/contacts/{receipt}/confirm", said,
        If_Match=answer.headers["ETag"], status=409,
    )  # fmt: skip
    assert found["fresh"]["receipt"] == receipt
    assert found["fresh"]["case"]


async def test_reading_a_case_is_an_event_of_who_read_it(api, who, rt, database):
    number = await a_call(rt, who["operator"])
    await api(who["guardian"], "GET", f"/cases/{number}", status=200)
    await api(who["family"], "GET", f"/cases/{number}", status=404)
    actors = await database.fetch("SELECT actor FROM case_events WHERE event = 'viewed'")
    assert [row["actor"] for row in actors] == [who["guardian"].viewer.username]
