"""The buttons of the call bar: from the operator's page to the exchange and back."""

import pytest

from hotline.cases.apart import person_key
from tests import builders
from tests.console.console_world import HTMX, signed_in
from tests.phone.conftest import until
from tests.phone.test_leading_a_call import connected


@pytest.fixture
async def talking(phone, ari, look, ready, client):
    """An operator's browser, their call and its channel; the consumer runs meanwhile."""
    viewer = await ready("101", "now() - interval '9 minutes'")
    async with phone():
        channel, _ = await connected(ari, look)
        browser = await signed_in(client, builders.Somebody(viewer, ""))
        browser.csrf = browser.hidden("csrf")
        [call] = await look.calls()
        yield browser, call["id"], channel


async def press(talking, move, **fields):
    browser, call_id, _ = talking
    answer = await browser.post(
        f"/calls/{call_id}/{move}", fields, csrf=browser.csrf, **HTMX
    )
    return answer.status, await answer.text()


async def test_hold_and_take_back_are_shown_on_the_bar(talking, look):
    status, bar = await press(talking, "hold")
    assert (status, await look.states()) == (200, ["held"])
    assert "На удержании" in bar
    assert "Вернуться к звонящему" in bar
    status, bar = await press(talking, "resume")
    assert (status, await look.states()) == (200, ["connected"])
    assert "Удержать" in bar


async def test_hanging_up_ends_the_call_and_leads_to_writing_up(talking, look, ari):
    assert (await press(talking, "hang-up"))[0] == 200
    await look.until_states("wrap_up")
    browser, _, channel = talking
    assert channel not in ari.channels
    await browser.get("/call-bar", **HTMX)
    assert "call-over" in browser.html
    assert 'data-testid="wrap-up"' in browser.html


async def test_a_call_is_passed_on_to_a_colleague_of_the_list(talking, ready, ari, look):
    await ready("102")
    browser, _, _ = talking
    await browser.get("/call-bar", **HTMX)
    assert '<option value="op102">' in browser.html
    assert '<option value="op101">' not in browser.html
    assert (await press(talking, "transfer", to="op102"))[0] == 200
    assert (await press(talking, "transfer", to="op999"))[0] == 422
    legs = await until(lambda: ari.legs("tr"))
    assert ari.channels[legs[0]]["endpoint"] == "PJSIP/102"


async def test_a_call_is_never_passed_on_to_whom_it_complains_of(
    talking, ready, ari, database
):
    accused = await ready("102")
    key = person_key(accused.person_id)
    await database.execute("UPDATE contacts SET apart = ARRAY[$1]", key)
    for named in ("op102", "102"):
        assert (await press(talking, "transfer", to=named))[0] == 422
    assert ari.legs("tr") == []


@pytest.mark.parametrize(
    ("what", "move", "fields", "said"),
    [
        ("a service that is none", "service", {"service": "999", "number": "112"}, None),
        ("no number", "service", {"service": "112"}, "можно набрать"),
        ("taking back what is not held", "resume", {}, "в другом состоянии"),
    ],
)
async def test_what_cannot_be_is_said_on_the_bar(talking, what, move, fields, said):
    status, bar = await press(talking, move, **fields)
    assert status == (404 if said is None else 422)
    assert said is None or said in bar


async def test_an_exchange_that_is_away_is_said_and_the_call_stays(talking, rt, look):
    from dataclasses import replace

    rt.settings = replace(rt.settings, ari_url="http://127.0.0.1:9")
    status, bar = await press(talking, "hold")
    assert status == 422
    assert "АТС не отвечает" in bar
    assert await look.states() == ["connected"]


async def test_a_call_of_an_exchange_that_only_tells_has_no_buttons(talking, database):
    await database.execute("UPDATE calls SET pbx = 'eotinish'")
    browser, _, _ = talking
    await browser.get("/call-bar", **HTMX)
    assert "Разговор" in browser.html
    assert "/hold" not in browser.html
    assert "/hang-up" not in browser.html
    assert (await press(talking, "hold"))[0] == 422
