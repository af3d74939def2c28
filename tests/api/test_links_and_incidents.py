"""/contacts/{receipt}/links, attach, detach and /incidents over the API."""

import pytest

from hotline.cases.inbound import Identity
from tests.builders import a_contact, triage_all
from tests.routing.wave import wave

ASKED = "Балабақшаға кезек қашан жетеді? Павлодар қаласы"
SCRIPT = {"script_kk": "Жағдай белгілі", "script_ru": "О случае известно"}


@pytest.fixture
async def pair(rt):
    one = await a_contact(rt, ASKED, identity=Identity(name="Қайрат Өмірзақов"))
    return one, await a_contact(rt, ASKED, identity=Identity(name="Kairat Umirzakov"))


async def test_a_link_over_the_api(api, who, pair):
    path = f"/contacts/{pair[0]}/links"
    _, found = await api(who["operator"], "GET", path, status=200)
    assert [one["state"] for one in found["items"]] == ["suggested"]
    said = {"other": pair[1], "decision": "linked"}
    _, found = await api(who["operator"], "POST", path, said, status=200)
    assert [one["state"] for one in found["items"]] == ["linked"]
    confirmed = {"subcategory": "EDU.ACC", "region": "55"}
    _, case = await api(
        who["operator"], "POST", f"/contacts/{pair[1]}/confirm", confirmed, status=200
    )
    attach = {"case": case["number"]}
    _, contact = await api(
        who["operator"], "POST", f"/contacts/{pair[0]}/attach", attach, status=200
    )
    assert contact["case"] == case["number"]
    _, contact = await api(
        who["operator"], "POST", f"/contacts/{pair[0]}/detach", {}, status=200
    )
    assert contact["case"] is None
    undone = {"other": pair[1], "decision": "undone"}
    _, found = await api(who["operator"], "POST", path, undone, status=200)
    assert found["items"] == []


REFUSED = [
    # what                      body                                        status, code
    ("the contact itself", {"other": "self", "decision": "linked"}, 422, "same_contact"),
    ("nothing to undo", {"other": "other", "decision": "undone"}, 422, "not_linked"),
    ("no receipt", {"other": "26-1", "decision": "linked"}, 404, "not_found"),
    ("another word", {"other": "other", "decision": "merged"}, 400, None),
    ("a field too many", {"other": "other", "decision": "linked", "why": ""}, 400, None),
]


@pytest.mark.parametrize(("what", "body", "status", "code"), REFUSED)
async def test_a_bad_link_changes_nothing(
    api, who, pair, database, what, body, status, code
):
    meant = {"self": pair[0], "other": pair[1]}
    body = {**body, "other": meant.get(body["other"], body["other"])}
    path = f"/contacts/{pair[0]}/links"
    _, problem = await api(who["operator"], "POST", path, body, status=status)
    assert code is None or problem["code"] == code, what
    assert await database.fetchval("SELECT state FROM links") == "suggested"


async def test_an_incident_over_the_api(api, who, rt):
    for text in wave(2, 21)[:14]:
        await a_contact(rt, text, identity=None, region_hint=None, triaged=False)
    await triage_all(rt)
    _, found = await api(who["operator"], "GET", "/incidents?state=suggested", status=200)
    (line,) = found["items"]
    path = f"/incidents/{line['number']}"
    _, one = await api(who["operator"], "GET", path, status=200)
    assert len(one["people"]) == line["members"] == 14
    receipt = {"receipt": one["people"][0]["receipt"]}
    for move, body in (
        ("confirm", SCRIPT), ("take-out", receipt), ("close", {}), ("close", {}),
    ):  # fmt: skip
        _, one = await api(who["operator"], "POST", f"{path}/{move}", body, status=200)
    assert (one["state"], one["members"], one["script_ru"]) == (
        "closed", 13, SCRIPT["script_ru"],
    )  # fmt: skip
    _, problem = await api(who["operator"], "POST", f"{path}/dismiss", {}, status=422)
    assert problem["code"] == "incident_ended"
    await api(who["operator"], "GET", "/incidents?state=loud", status=400)


async def test_nobody_outside_111_may_ask(api, who, pair):
    for name, somebody in who.items():
        status = 200 if name in ("operator", "supervisor") else 404
        if name == "admin":
            continue  # the door turns an administrator away before any call
        await api(somebody, "GET", f"/contacts/{pair[0]}/links", status=status)
        await api(somebody, "GET", "/incidents", status=status)
