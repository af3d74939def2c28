"""The whole way over the API; every answer is checked against the OpenAPI document."""

from datetime import timedelta

from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.builders import DANGER, a_contact

TEXT = "Подскажите, семье с тремя детьми нужна помощь с оформлением пособия."


def live_lead(case):
    """The referral of who leads now."""
    live = ("proposed", "offered", "accepted", "done")
    return next(r for r in case["referrals"] if r["lead"] and r["status"] in live)


def test_the_document_is_valid_openapi(document):
    OpenAPIV31SpecValidator(document).validate()


async def test_from_a_message_to_a_closed_case(api, who, rt, clock):
    operator, guardian, family = who["operator"], who["guardian"], who["family"]
    receipt = await a_contact(rt, TEXT)

    _, page = await api(operator, "GET", "/contacts?state=waiting", status=200)
    assert [line["receipt"] for line in page["items"]] == [receipt]
    _, contact = await api(operator, "GET", f"/contacts/{receipt}", status=200)
    assert contact["narrative"] == TEXT
    assert contact["case"] is None

    said = {"subcategory": "NEG.CARE", "urgency": 2, "region": "71", "offer": True}
    answer, case = await api(
        operator, "POST", f"/contacts/{receipt}/confirm", said, status=200
    )
    number = case["number"]
    assert case["status"] == "offered"
    assert answer.headers["ETag"] == f'"{case["version"]}"'
    assert {clock["name"] for clock in case["clocks"]} >= {"acceptance", "human_eyes"}

    _, mine = await api(guardian, "GET", f"/cases/{number}", status=200)
    lead = next(r for r in mine["referrals"] if r["lead"])
    assert (lead["mine"], lead["status"]) == (True, "offered")
    assert mine["narrative"] is None
    assert mine["extract"]

    at = f"/cases/{number}"
    _, case = await api(
        guardian, "POST", f"{at}/accept", {"referral": lead["id"]},
        If_Match=f'"{mine["version"]}"', status=200,
    )  # fmt: skip
    assert case["status"] == "accepted"
    assert case["assignee"] == guardian.viewer.username
    clock.forward(timedelta(hours=1))
    moment = clock.now().isoformat()
    await api(guardian, "POST", f"{at}/note", {"text": "Позвонили в школу."}, status=200)
    await api(
        guardian, "POST", f"{at}/first-contact", {"at": moment, "how": "звонок"}, status=200
    )
    await api(
        guardian,
        "POST",
        f"{at}/check",
        {"kind": "visit", "at": moment, "text": "Дома."},
        status=200,
    )
    await api(guardian, "POST", f"{at}/safety", {"safe": True, "plan": ""}, status=200)
    await api(
        guardian,
        "POST",
        f"{at}/urgency",
        {"urgency": 1, "reason": "хуже, чем думали"},
        status=200,
    )
    await api(guardian, "POST", f"{at}/emergency/102/called", {"number": "102"}, status=200)
    _, case = await api(
        guardian,
        "POST",
        f"{at}/emergency/102/accepted",
        {"by": "дежурный Ахметов"},
        status=200,
    )
    assert case["emergency"][0]["accepted_by"] == "дежурный Ахметов"
    _, refused = await api(guardian, "POST", f"{at}/close", {}, status=422)
    assert refused["code"] == "assistance_and_check_missing"
    outcome = {
        "assistance": {"code": "material", "text": "Продукты, пособие оформлено."},
        "check": {"kind": "visit", "text": "Ребёнок накормлен."},
    }
    _, found = await api(family, "GET", at, status=200)
    own = next(r for r in found["referrals"] if r["mine"])
    assert (own["purpose"], found["subcategory"]) == ("support_family", "NEG.CARE")
    await api(family, "POST", f"{at}/accept", {"referral": own["id"]}, status=200)
    _, case = await api(guardian, "POST", f"{at}/outcome", outcome, status=200)
    assert case["outcome"]["assistance"]["text"].startswith("Продукты")
    _, refused = await api(guardian, "POST", f"{at}/close", {}, status=422)
    assert refused["code"] == "co_executors_open"
    assert "fsc-71" in refused["detail"]
    # A co-executor's outcome is the end of its own part.
    _, case = await api(family, "POST", f"{at}/outcome", outcome, status=200)
    assert next(r for r in case["referrals"] if r["mine"])["status"] == "done"
    _, case = await api(guardian, "POST", f"{at}/close", {}, status=200)
    assert case["status"] == "closed"
    _, case = await api(
        operator, "POST", f"{at}/reopen", {"reason": "снова жалуются"}, status=200
    )
    assert case["status"] == "reopened"

    _, history = await api(operator, "GET", f"{at}/history", status=200)
    events = [happening["event"] for happening in history["items"]]
    assert {
        "contact_received", "case_opened", "referral_offered", "referral_accepted",
        "urgency_changed", "clock_started", "clock_met", "outcome_recorded", "case_closed", "viewed",
    } <= set(events)  # fmt: skip
    _, decisions = await api(operator, "GET", f"{at}/decisions", status=200)
    kinds = [d["kind"] for d in decisions["items"]]
    assert kinds == ["triage", "route", "confirm", "person", "person"]  # lead, helper
    for lang in ("kk", "ru"):
        _, told = await api(
            operator, "GET", f"{at}/clocks/acceptance/working?lang={lang}", status=200
        )
        assert told["steps"][0]["kind"] == "basis"
        assert told["text"]


async def test_every_other_call_once(api, who, rt):
    operator, guardian, police = who["operator"], who["guardian"], who["police"]
    receipt = await a_contact(rt)
    await api(
        operator, "POST", f"/contacts/{receipt}/close", {"wrap_up": "thanks"}, status=200
    )
    call = {
        "text": DANGER,
        "subcategory": "VIO.PHY",
        "urgency": 1,
        "region": "71",
        "reporter": {"name": "Айгерим Т.", "phone": "+77017654518"},
        "contact_policy": {"may_call": True, "hours": "до 18:00"},
        "safety_note": "Не звонить вечером",
    }
    _, case = await api(operator, "POST", "/cases", call, status=201)
    at = f"/cases/{case['number']}"
    why = {"code": "not_our_matter", "text": "не по нашей части, передайте"}
    _, gone = await api(police, "POST", f"{at}/decline", why, status=200)
    assert gone == {"number": case["number"], "seen": False}
    await api(guardian, "POST", f"{at}/accept", {}, status=200)
    _, gone = await api(guardian, "POST", f"{at}/return", why, status=200)
    assert gone["seen"] is False
    _, case = await api(operator, "GET", at, status=200)
    proposed = [r["body"] for r in case["referrals"] if r["status"] == "proposed"]
    if proposed:
        _, case = await api(operator, "POST", f"{at}/offer", {}, status=200)
    lead = live_lead(case)
    assert lead["status"] == "offered"
    _, case = await api(
        operator, "POST", f"{at}/transfer",
        {"referral": lead["id"], "to_body": "fsc-71", "text": "ближе к семье"}, status=200,
    )  # fmt: skip
    assert live_lead(case)["body"] == "fsc-71"
    await api(operator, "GET", "/bodies?region=71", status=200)
    _, board = await api(operator, "GET", "/figures", status=200)
    assert board["open"] == 1
    _, page = await api(operator, "GET", "/cases?status=open", status=200)
    assert [line["number"] for line in page["items"]] == [case["number"]]
