"""Referrals and hand-offs over the API, each call once; answers match the document."""

from tests.builders import DANGER, a_call

CALL = {"text": DANGER, "subcategory": "VIO.PHY", "urgency": 1, "region": "71"}


def part(case, body):
    return next(r for r in reversed(case["referrals"]) if r["body"] == body)


async def test_a_part_from_the_question_to_its_end(api, who):
    operator, family = who["operator"], who["family"]
    _, case = await api(operator, "POST", "/cases", CALL, status=201)
    at = f"/cases/{case['number']}"
    asked = {"body": "fsc-71", "lead": False, "extract": "Помогите семье с жильём"}
    _, case = await api(operator, "POST", f"{at}/referrals", asked, status=200)
    helping = part(case, "fsc-71")
    assert (helping["status"], helping["purpose"], helping["released_at"]) == (
        "proposed", "support_family", None,
    )  # fmt: skip
    await api(family, "GET", at, status=404)
    edit = {"referral": helping["id"], "extract": "Звонить 8 701 765 45 18"}
    _, refused = await api(operator, "POST", f"{at}/extract", edit, status=422)
    assert (refused["code"], refused["field"], refused["what"]) == (
        "extract_exposes", "extract", ["number"],
    )  # fmt: skip
    edit |= {"extract": "Помогите с жильём и одеждой", "purpose": "support_family"}
    await api(operator, "POST", f"{at}/extract", edit, status=200)
    _, case = await api(
        operator, "POST", f"{at}/release", {"referral": helping["id"]}, status=200
    )
    assert part(case, "fsc-71")["released_at"]
    _, seen = await api(family, "GET", at, status=200)
    assert (seen["extract"], seen["narrative"]) == ("Помогите с жильём и одеждой", None)
    await api(family, "POST", f"{at}/accept", {}, status=200)
    _, seen = await api(family, "POST", f"{at}/part-done", {"text": "Сделано"}, status=200)
    assert part(seen, "fsc-71")["status"] == "done"
    end = {"referral": part(case, "police-71")["id"], "reason": "Дело уже у следователя"}
    await api(operator, "POST", f"{at}/end-part", end, status=403)
    await api(who["supervisor"], "POST", f"{at}/end-part", end, status=200)


async def test_whoever_may_not_record_an_outcome_is_told_so_and_a_helper_is_checked_alike(
    api, who
):
    _, case = await api(who["operator"], "POST", "/cases", CALL, status=201)
    at, police = f"/cases/{case['number']}", who["police"]
    told = {
        "assistance": {"code": "protection", "text": "Взяли объяснения"},
        "check": {"kind": "visit", "text": "Ребёнок дома"},
    }
    for name in ("operator", "commissioner"):
        _, refused = await api(who[name], "POST", f"{at}/outcome", told, status=403)
        assert (refused["code"], refused["move"]) == ("not_allowed", "outcome")
    await api(police, "POST", f"{at}/accept", {}, status=200)
    for part_of, value, field in (
        ("assistance", {"code": "magic", "text": "x"}, "assistance.code"),
        ("check", {"kind": "visit", "text": " "}, "check.text"),
    ):
        wrong = {**told, part_of: value}
        _, refused = await api(police, "POST", f"{at}/outcome", wrong, status=422)
        assert refused["field"] == field
    _, seen = await api(police, "POST", f"{at}/outcome", told, status=200)
    assert (part(seen, "police-71")["status"], seen["outcome"]) == ("done", None)


async def test_a_hand_over_is_asked_and_taken_back_and_the_wrong_body_passes_on(api, who):
    guardian = who["guardian"]
    _, case = await api(who["operator"], "POST", "/cases", CALL, status=201)
    at = f"/cases/{case['number']}"
    await api(guardian, "POST", f"{at}/accept", {}, status=200)
    to = {"to_body": "fsc-71", "text": "Семья переехала"}
    _, case = await api(guardian, "POST", f"{at}/transfer", to, status=200)
    assert part(case, "uzpd-71")["status"] == "accepted"  # still the giver's
    again = {"to_body": "comm-71", "text": "Семья переехала"}
    _, refused = await api(guardian, "POST", f"{at}/transfer", again, status=422)
    assert refused["code"] == "handed_over_already"
    await api(guardian, "POST", f"{at}/take-back", {}, status=200)
    for body, code in (("uzpd-71", "same_body"), ("police-71", "body_not_possible")):
        to = {"to_body": body, "text": "Передаём"}
        _, refused = await api(guardian, "POST", f"{at}/transfer", to, status=422)
        assert (refused["code"], refused["field"]) == (code, "to_body")
    why = {"text": "Семья живёт в другом районе"}
    _, gone = await api(guardian, "POST", f"{at}/wrong-body", why, status=200)
    assert gone == {"number": case["number"], "seen": False}


async def test_every_call_to_a_service_and_who_is_to_be_rung(api, who, rt):
    operator = who["operator"]
    number = await a_call(rt, operator, urgency=0, region="39")
    at = f"/cases/{number}/emergency"
    desk = {
        "service": "102", "region": "39", "number": "8 7142 50-01-02",
        "valid_from": "2026-11-01", "source": "письмо",
    }  # fmt: skip
    await api(operator, "POST", "/emergency-numbers", desk, status=403)
    _, page = await api(who["admin"], "POST", "/emergency-numbers", desk, status=201)
    (line,) = page["items"]
    _, refused = await api(
        who["supervisor"], "POST", "/emergency-numbers", desk, status=422
    )
    assert (refused["code"], refused["field"]) == ("overlap", "valid_from")
    _, guide = await api(operator, "GET", at, status=200)
    way = next(one for one in guide["services"] if one["service"] == "102")
    assert [step["way"] for step in way["steps"]] == ["region_desk", "through_centre"]
    assert guide["script"][0]["asks"] == "safe"
    await api(operator, "POST", f"{at}/102/called", {"number": line["number"]}, status=200)
    tried = {"result": "wrong_region", "number": line["number"], "note": "ответила Астана"}
    _, case = await api(operator, "POST", f"{at}/102/attempts", tried, status=200)
    (task,) = [one for one in case["emergency"] if one["service"] == "102"]
    assert (task["state"], task["attempts"][0]["result"]) == ("required", "wrong_region")
    tried = {"result": "accepted", "number": line["number"]}
    _, refused = await api(operator, "POST", f"{at}/102/attempts", tried, status=422)
    assert refused["field"] == "by"
    _, case = await api(
        operator, "POST", f"{at}/102/attempts", {**tried, "by": "Ким 7731"}, status=200
    )
    (task,) = [one for one in case["emergency"] if one["service"] == "102"]
    assert (task["state"], task["accepted_by"]) == ("accepted", "Ким 7731")
    end = f"/emergency-numbers/{line['id']}/end"
    await api(who["admin"], "POST", end, {"valid_to": "2026-11-20"}, status=200)
    await api(operator, "GET", "/emergency-numbers?region=39&service=102", status=200)
    await api(who["guardian"], "GET", "/emergency-numbers", status=403)
    await api(who["admin"], "POST", "/emergency-numbers/x/end", {"valid_to": "2026-11-20"},
              status=404)  # fmt: skip
