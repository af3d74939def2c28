"""Conflicts of interest over the API: who is named, who is out, who sets it aside."""

import json

import pytest

from tests.builders import a_call, a_person


@pytest.fixture
async def number(rt, who):
    return await a_call(rt, who["operator"])


def names(found):
    return [(one["kind"], one["body"], one["person"]) for one in found["items"]]


async def test_who_is_named_is_out_in_every_answer_and_the_next_body_is_proposed(
    api, who, number
):
    at = f"/cases/{number}"
    await api(who["guardian"], "GET", at, status=200)
    said = [{"kind": "body", "id": "uzpd-71"}]
    _, case = await api(who["operator"], "POST", f"{at}/conflicts", said, status=200)
    assert {r["body"]: r["status"] for r in case["referrals"]}["uzpd-71"] == "withdrawn"
    for path in (at, f"{at}/history", f"{at}/conflicts"):
        await api(who["guardian"], "GET", path, status=404)
    _, page = await api(who["guardian"], "GET", f"/cases?q={number}", status=200)
    assert (page["items"], page["total"]) == ([], 0)
    _, found = await api(who["supervisor"], "GET", f"{at}/conflicts", status=200)
    assert names(found) == [("body", "uzpd-71", None)]
    assert found["items"][0]["declared_by"] == who["operator"].viewer.username


async def test_two_people_set_it_aside(api, who, number, rt):
    at = f"/cases/{number}/conflicts"
    name = who["supervisor"].viewer.username
    await api(who["operator"], "POST", at, [{"kind": "person", "id": name}], status=200)
    await api(who["supervisor"], "GET", f"/cases/{number}", status=404)
    _, found = await api(who["operator"], "GET", at, status=200)
    (row,) = found["items"]
    one = f"{at}/{row['id']}"
    second = await a_person(rt, "supervisor", username="second-supervisor")
    _, wrong = await api(second, "POST", f"{one}/confirm-lift", {}, status=422)
    assert wrong["code"] == "lift_not_proposed"
    await api(who["operator"], "POST", f"{one}/lift", {"reason": "Тёзка"}, status=200)
    await api(who["operator"], "POST", f"{one}/confirm-lift", {}, status=422)
    await api(who["supervisor"], "POST", f"{one}/confirm-lift", {}, status=404)
    await api(second, "POST", f"{one}/confirm-lift", {}, status=200)
    await api(who["supervisor"], "GET", f"/cases/{number}", status=200)
    await api(second, "POST", f"{one}/confirm-lift", {}, status=404)  # it is done


async def test_who_declares_themselves_loses_sight_of_the_case(api, who, number):
    guardian = who["guardian"]
    said = [{"kind": "person", "id": guardian.viewer.username}]
    _, gone = await api(guardian, "POST", f"/cases/{number}/conflicts", said, status=200)
    assert gone == {"number": number, "seen": False}
    other = [{"kind": "person", "id": who["family"].viewer.username}]
    await api(who["commissioner"], "POST", f"/cases/{number}/conflicts", other, status=403)
    await api(who["commissioner"], "GET", f"/cases/{number}/conflicts", status=403)


async def test_candidates_are_offered_for_a_name(api, who, number):
    at = f"/cases/{number}/conflicts"
    _, wrong = await api(
        who["operator"], "POST", at, [{"kind": "body", "name": "опеки"}], status=422
    )
    assert (wrong["code"], wrong["field"]) == ("which_one", "[0].name")
    assert {"guard-10", "guard-11"} <= {*wrong["candidates"]}
    asked = f"{at}/candidates?kind=body&name=опеки%20Астана"
    _, found = await api(who["operator"], "GET", asked, status=200)
    assert [one["id"] for one in found["items"]] == ["guard-71"]
    await api(who["guardian"], "GET", asked, status=404)
    await api(who["operator"], "GET", f"{at}/candidates?kind=body", status=400)


BAD = [
    # what is wrong            body                                    status, code, field
    ("not a list",             {"kind": "body", "id": "guard-71"},     400, "wrong_type", "body"),
    ("an empty list",          [],                                     422, "how_many", "conflicts"),
    ("an unknown field",       [{"kind": "body", "colour": "red"}],    400, "unknown_field", "[0].colour"),
    ("no kind",                [{"id": "guard-71"}],                   400, "missing_field", "[0].kind"),
    ("NUL in a name",          [{"kind": "person", "name": "a\0"}],    400, "bad_character", "[0].name"),
    ("an unknown kind",        [{"kind": "friend", "id": "guard-71"}], 422, "unknown_kind", "[0].kind"),
    ("an unknown body",        [{"kind": "body", "id": "guard-99"}],   422, "unknown_id", "[0].id"),
    ("111 as a whole",         [{"kind": "body", "id": "own-111"}],    422, "name_the_person", "[0].id"),
    ("nobody",                 [{"kind": "person"}],                   422, "id_or_name", "[0].name"),
    ("21 at once",             [{"kind": "body", "id": "guard-71"}] * 21, 422, "how_many", "conflicts"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "body", "status", "code", "field"), BAD)
async def test_bad_input_is_named_and_changes_nothing(
    api, who, number, database, what, body, status, code, field
):
    raw = json.dumps(body).encode()
    at = f"/cases/{number}/conflicts"
    answer, found = await api(who["operator"], "POST", at, raw=raw)
    assert (answer.status, found["code"], found["field"]) == (status, code, field), what
    assert await database.fetchval("SELECT count(*) FROM complaints") == 0


async def test_the_open_work_of_bodies_leaves_out_what_complains_of_its_reader(
    api, who, number
):
    name = who["supervisor"].viewer.username
    said = [{"kind": "person", "id": name}]
    await api(who["operator"], "POST", f"/cases/{number}/conflicts", said, status=200)
    for reader, counted in (("admin", 1), ("supervisor", 0)):
        _, page = await api(who[reader], "GET", "/staffing?region=71", status=200)
        line = next(one for one in page["items"] if one["body"] == "uzpd-71")
        assert sum(line["open"]) == counted, reader
