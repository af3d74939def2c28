"""The API's models and second readings; every answer is checked against the document."""

import pytest

from hotline.actions.close_contact import close_contact
from tests.api.conftest import Api
from tests.builders import a_contact
from tests.learning.test_enable_and_roll_back import a_model

STORY = "Менің атым Ажар, мне страшно, тюльпанобус"


@pytest.fixture
async def api(client):
    document = await (await client.get("/api/openapi.json")).json()
    return Api(client, document)


async def test_models_are_proposed_enabled_and_rolled_back(api, rt, people):
    supervisor, admin = people["supervisor"], people["admin"]
    version = await a_model(rt, supervisor, 1)
    path = f"/models/{version}"
    _, page = await api(supervisor, "POST", f"{path}/propose", {}, status=200)
    assert page["items"][0]["proposed_by"] == supervisor.viewer.username
    _, refused = await api(supervisor, "POST", f"{path}/enable", {}, status=422)
    assert refused["code"] == "same_person"
    _, page = await api(admin, "POST", f"{path}/enable", {}, status=200)
    assert page["running"] == version
    _, page = await api(admin, "POST", "/models/shipped/rollback", {}, status=200)
    assert page["running"] is None
    await api(admin, "POST", "/models/desk-x/propose", {}, status=404)
    late = await a_model(rt, supervisor, 2, against="another")
    _, stale = await api(admin, "POST", f"/models/{late}/propose", {}, status=409)
    assert (stale["code"], len(stale["fresh"]["items"])) == ("compare_again", 2)


async def test_a_second_reading_from_draw_to_verdict(api, rt, people):
    operator, supervisor = people["operator"], people["supervisor"]
    receipt = await a_contact(rt, STORY)
    await close_contact(rt, operator.viewer, receipt, "thanks")
    _, page = await api(supervisor, "POST", "/rereadings", {"size": 9}, status=200)
    assert [one["receipt"] for one in page["items"]] == [receipt]
    _, words = await api(supervisor, "GET", f"/rereadings/{receipt}", status=200)
    assert (words["text"], "triage" in words) == (STORY, False)
    verdict = {"urgency": 1, "subcategory": "VIO.PHY"}
    path = f"/rereadings/{receipt}/verdict"
    await api(operator, "POST", path, verdict, status=404)  # they closed it themselves
    _, page = await api(supervisor, "POST", path, verdict, status=200)
    assert page["items"] == []
    _, contact = await api(operator, "GET", f"/contacts/{receipt}", status=200)
    assert (contact["state"], contact["urgency"]) == ("triaged", 1)
    _, report = await api(people["admin"], "GET", "/quality", status=200)
    assert report["missed_urgent"]["hits"] == 1


async def test_words_are_released_by_two(api, rt, people):
    receipt = await a_contact(rt)
    path = f"/contacts/{receipt}/release-text"
    for name, people_so_far in (("operator", 1), ("operator", 1), ("supervisor", 2)):
        _, found = await api(people[name], "POST", path, {}, status=200)
        assert found["people"] == people_so_far


SIGHT = [
    # call, who gets 200, who gets 403; everybody else gets 404
    ("/quality", "supervisor admin", "operator"),
    ("/models", "supervisor admin", "operator"),
    ("/rereadings", "supervisor operator", ""),
]


@pytest.mark.parametrize(("path", "seers", "refused"), SIGHT)
async def test_who_sees_figures_and_who_reads_again(api, rt, people, path, seers, refused):
    await a_contact(rt, STORY)
    for name, person in people.items():
        answer, found = await api(person, "GET", path)
        wanted = 200 if name in seers.split() else 403 if name in refused.split() else 404
        assert answer.status == wanted, (name, path)
        assert "тюльпанобус" not in str(found)


async def test_an_administrator_reads_no_words(api, rt, people):
    receipt = await a_contact(rt, STORY)
    for method, path in (
        ("GET", f"/rereadings/{receipt}"),
        ("POST", f"/rereadings/{receipt}/verdict"),
        ("POST", f"/contacts/{receipt}/release-text"),
        ("POST", "/rereadings"),
    ):
        body = (
            {"urgency": 4} if path.endswith("verdict") else {} if method == "POST" else None
        )
        await api(people["admin"], method, path, body, status=404)
