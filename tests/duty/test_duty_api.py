"""Absences, rosters, ways of waking and hand-over by voice over the API, and who may."""

import pytest

from tests.api.conftest import Api
from tests.builders import a_case, everybody
from tests.console.console_world import signed_in

WAY = {"kind": "sms", "address": "8 701 000 00 11"}


@pytest.fixture
async def api(client):
    answer = await client.get("/api/openapi.json")
    return Api(client, await answer.json())


@pytest.fixture
async def who(rt):
    return await everybody(rt)


def away(**more):
    return {
        "from": "2026-11-20T09:00:00+05:00",
        "to": "2026-11-27T09:00:00+05:00",
        "reason": "leave",
        **more,
    }


def shift(person, **more):
    return {
        "person": person,
        "rank": 1,
        "from": "2026-11-20T18:00:00+05:00",
        "to": "2026-11-21T09:00:00+05:00",
        **more,
    }


def name(somebody):
    return somebody.viewer.username


async def test_an_absence_is_entered_listed_and_cancelled(api, who):
    path = f"/people/{who['guardian'].viewer.person_id}/absences"
    _, found = await api(who["guardian"], "POST", path, away(), status=201)
    assert [(one["reason"], one["deputy"]) for one in found["items"]] == [("leave", None)]
    cancel = f"/absences/{found['items'][0]['id']}/cancel"
    _, found = await api(who["supervisor"], "POST", cancel, {}, status=200)
    assert found["items"] == []
    await api(who["supervisor"], "POST", cancel, {}, status=404)


WHO_MAY = [
    ("themselves", "guardian", 201),
    ("the supervisor of 111", "supervisor", 201),
    ("an administrator", "admin", 201),
    ("an operator is told of nobody", "operator", 404),
    ("nor is another region", "other guardian", 404),
]


@pytest.mark.parametrize(("text", "by", "status"), WHO_MAY)
async def test_who_may_enter_an_absence(api, who, text, by, status):
    await api(
        who[by], "POST", f"/people/{name(who['guardian'])}/absences", away(), status=status
    )


WRONG_ABSENCES = [
    ("it ends before it begins", {"to": "2026-11-19T09:00:00+05:00"}, "bad_span", "to"),
    ("it is over", {"from": "2026-11-01T09:00:00+05:00", "to": "2026-11-02T09:00:00+05:00"}, "in_past", "to"),
    ("no reason", {"reason": " "}, "reason_missing", "reason"),
    ("a deputy of another body", {"deputy": "?other guardian"}, "unknown_person", "deputy"),
    ("a deputy who is nobody", {"deputy": "nobody at all"}, "unknown_person", "deputy"),
    ("one's own deputy", {"deputy": "?guardian"}, "own_deputy", "deputy"),
    ("since the year 1", {"from": "0001-01-01T00:00:00+05:00"}, "bad_moment", "from"),
    ("for ever", {"to": "9999-12-31T23:59:59-05:00"}, "bad_moment", "to"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wrong", "code", "field"), WRONG_ABSENCES)
async def test_a_wrong_absence_is_refused(api, who, database, text, wrong, code, field):
    said = {k: name(who[v[1:]]) if v[:1] == "?" else v for k, v in wrong.items()}
    path = f"/people/{name(who['guardian'])}/absences"
    _, problem = await api(who["guardian"], "POST", path, away(**said), status=422)
    assert (problem["code"], problem["field"]) == (code, field)
    assert await database.fetchval("SELECT count(*) FROM absences") == 0


async def test_a_roster_is_planned_by_111_and_read_by_the_body(api, who):
    path, guardian = "/bodies/uzpd-71/duty", name(who["guardian"])
    _, found = await api(
        who["supervisor"], "POST", path, {"shifts": [shift(guardian)]}, status=201
    )
    assert [(one["person"], one["rank"]) for one in found["items"]] == [(guardian, 1)]
    await api(who["guardian"], "GET", path, status=200)
    await api(who["other guardian"], "GET", path, status=403)
    await api(
        who["guardian"], "POST", path, {"shifts": [shift(guardian, rank=2)]}, status=403
    )
    cancel = f"/duty/{found['items'][0]['id']}/cancel"
    await api(who["guardian"], "POST", cancel, {}, status=403)
    await api(who["other guardian"], "POST", cancel, {}, status=404)
    _, found = await api(who["supervisor"], "POST", cancel, {}, status=200)
    assert found["items"] == []


async def test_the_head_of_a_body_plans_its_duty(api, who, database):
    await database.execute(
        "UPDATE memberships SET position = 'head' WHERE person_id = $1",
        who["guardian"].viewer.person_id,
    )
    shifts = {"shifts": [shift(name(who["guardian"]))]}
    await api(who["guardian"], "POST", "/bodies/uzpd-71/duty", shifts, status=201)
    await api(who["guardian"], "POST", "/bodies/comm-71/duty", shifts, status=403)


WRONG_SHIFTS = [
    ("the same rank twice", [{}, {}], "rank_taken", "rank"),
    ("one person at two ranks", [{}, {"rank": 2}], "on_duty_already", "person"),
    ("rank 0", [{"rank": 0}], "bad_rank", "rank"),
    ("ends before it begins", [{"to": "2026-11-20T17:00:00+05:00"}], "bad_span", "to"),
    ("has passed", [{"from": "2026-11-01T18:00:00+05:00", "to": "2026-11-02T18:00:00+05:00"}], "in_past", "to"),
    ("a year long", [{"to": "2027-11-20T18:00:00+05:00"}], "too_long", "to"),
    ("somebody of another body", [{"person": "?commissioner"}], "unknown_person", "person"),
    ("nobody at all", [], "no_shifts", "shifts"),
    ("since the year 1", [{"from": "0001-01-01T00:00:00+05:00"}], "bad_moment", "from"),
    ("for ever", [{"to": "9999-12-31T23:59:59-05:00"}], "bad_moment", "to"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wrong", "code", "field"), WRONG_SHIFTS)
async def test_a_wrong_roster_is_refused_whole(
    api, who, database, text, wrong, code, field
):
    shifts = [{**shift(name(who["guardian"])), **one} for one in wrong]
    for one in shifts:
        one["person"] = (
            name(who[one["person"][1:]]) if one["person"][:1] == "?" else one["person"]
        )
    path = "/bodies/uzpd-71/duty"
    _, problem = await api(who["supervisor"], "POST", path, {"shifts": shifts}, status=422)
    assert (problem["code"], problem["field"]) == (code, field)
    assert await database.fetchval("SELECT count(*) FROM duty_shifts") == 0


async def test_an_address_is_sealed_and_never_shown_again(api, who, database):
    path = f"/people/{name(who['guardian'])}/reach-ways"
    _, found = await api(who["guardian"], "POST", path, WAY, status=201)
    assert [one["kind"] for one in found["items"]] == ["sms"]
    assert "701" not in str(found["items"]).replace(str(found["items"][0]["id"]), "")
    sealed = await database.fetchval("SELECT sealed_address FROM reach_ways")
    assert b"7010000011" not in sealed
    way = found["items"][0]["id"]
    _, found = await api(who["supervisor"], "POST", f"{path}/{way}/end", {}, status=200)
    assert found["items"] == []
    assert (
        await database.fetchval("SELECT wrapped FROM keyring.keys WHERE owner_id = $1", way)
        is None
    )


WRONG_WAYS = [
    ("a pigeon", {"kind": "pigeon"}, "unknown_way", "kind"),
    ("no phone", {"address": "12"}, "bad_address", "address"),
    ("a mail address with a line end", {"kind": "email", "address": "a@b.kz\r\nBcc: x@y.kz"}, "bad_address", "address"),
    ("a chat that is a name", {"kind": "telegram", "address": "@aigul"}, "bad_address", "address"),
    ("rank 99", {"rank": 99}, "bad_rank", "rank"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wrong", "code", "field"), WRONG_WAYS)
async def test_a_wrong_way_is_refused(api, who, text, wrong, code, field):
    path = f"/people/{name(who['guardian'])}/reach-ways"
    _, problem = await api(who["guardian"], "POST", path, {**WAY, **wrong}, status=422)
    assert (problem["code"], problem["field"]) == (code, field)


async def test_a_body_without_a_login_takes_a_case_over_by_voice(api, who, rt, database):
    await database.execute("UPDATE bodies SET has_login = false WHERE id = 'uzpd-71'")
    number = await a_case(rt, who["operator"], urgency=1)
    case = (await api(who["operator"], "GET", f"/cases/{number}", status=200))[1]
    lead = next(one for one in case["referrals"] if one["lead"])
    said = {"referral": lead["id"], "name": "Асанова, 71-044", "reference": "КУИ 1234"}
    path = f"/cases/{number}/phone-handover"
    assert (await api(who["guardian"], "POST", path, said, status=403))[1][
        "code"
    ] == "not_allowed"
    empty = {**said, "name": " "}
    _, problem = await api(who["operator"], "POST", path, empty, status=422)
    assert (problem["code"], problem["field"]) == ("name_missing", "name")
    _, case = await api(who["operator"], "POST", path, said, status=200)
    assert next(one for one in case["referrals"] if one["lead"])["status"] == "accepted"
    acceptance = [
        one
        for one in case["clocks"]
        if one["name"] == "acceptance" and one["referral"] == lead["id"]
    ]
    assert [one["state"] for one in acceptance] == ["met"]
    await api(who["operator"], "POST", path, said, status=409)
    sealed = await database.fetchval("SELECT sealed_details FROM phone_handovers")
    assert "Асанова".encode() not in sealed


async def test_a_body_with_a_login_accepts_by_itself(api, who, rt):
    number = await a_case(rt, who["operator"], urgency=1)
    case = (await api(who["operator"], "GET", f"/cases/{number}", status=200))[1]
    said = {"referral": case["referrals"][0]["id"], "name": "Асанова"}
    path = f"/cases/{number}/phone-handover"
    _, problem = await api(who["operator"], "POST", path, said, status=422)
    assert (problem["code"], problem["field"]) == ("has_login", "referral")


async def test_the_console_shows_the_red_line_until_somebody_takes_care(client, who, rt):
    from hotline.actions.wake_duty import wake_duty

    number = await a_case(rt, who["operator"], urgency=0)
    await wake_duty(rt)
    desk = await signed_in(client, who["operator"])
    assert (await desk.get("/desk")).status == 200
    assert 'hx-get="/woken"' in desk.html
    csrf = desk.hidden("csrf")
    assert (await desk.get("/woken")).status == 200
    assert "duty-red-line" in desk.html
    assert number in desk.html
    import re

    first = re.search(r'action="(/woken/\d+)"', desk.html)[1]
    answer = await desk.post(first, csrf=csrf)
    assert first not in await answer.text()
    assert (await desk.get("/duty?body=own-111")).status == 200
    body = await signed_in(client, who["guardian"])
    await body.get("/woken")
    assert "duty-red-line" not in body.html


async def test_a_shift_is_planned_on_the_page_and_what_is_wrong_is_said(client, who):
    desk = await signed_in(client, who["supervisor"])
    await desk.get("/duty?body=uzpd-71&day=2026-11-20")
    form = {
        "body": "uzpd-71", "day": "2026-11-16", "person": name(who["guardian"]), "rank": "1",
        "from": "2026-11-20T18:00", "to": "2026-11-21T09:00",
    }  # fmt: skip
    assert (await desk.post("/duty", form)).status == 303
    again = await desk.post("/duty", form)
    assert again.status == 422
    assert 'data-testid="error-summary"' in await again.text()
    await desk.get("/duty?body=uzpd-71&day=2026-11-20")
    assert who["guardian"].viewer.display_name in desk.html
    assert (await desk.get("/duty?body=uzpd-71&day=9999-99-99")).status == 200
