"""What a partner may do, and how often; over its limit it is told when to come again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hotline.config.channels import PartnerRules
from hotline.errors import NotAllowed, TooSoon
from hotline.intake.partner_gate import PartnerGate
from tests.intake.doors import NGO, NOW, as_json, rows, signed


def gate(a_minute=60, may=("report",)):
    return PartnerGate(lambda _: PartnerRules(a_minute=a_minute, may=list(may)))


def test_a_minute_s_worth_at_once_then_one_a_second():
    door = gate()
    for _ in range(60):
        door.admit("ngo", "report", NOW)
    with pytest.raises(TooSoon) as refused:
        door.admit("ngo", "report", NOW)
    assert refused.value.facts["retry_after"] == 1
    door.admit("ngo", "report", NOW + timedelta(seconds=1))


def test_one_partner_s_flood_is_no_other_s():
    door = gate(a_minute=1)
    door.admit("ngo", "report", NOW)
    door.admit("other", "report", NOW)


def test_a_clock_that_jumps_back_opens_nothing_and_shuts_nobody_out():
    door = gate(a_minute=2)
    door.admit("ngo", "report", NOW)
    door.admit("ngo", "report", NOW - timedelta(hours=1))
    with pytest.raises(TooSoon):
        door.admit("ngo", "report", NOW - timedelta(hours=1))
    door.admit("ngo", "report", NOW)


def test_what_is_not_its_right_is_refused_by_name():
    with pytest.raises(NotAllowed) as refused:
        gate().admit("ngo", "status", NOW)
    assert (refused.value.code, refused.value.status) == ("scope", 403)


@pytest.fixture
def demo(request):
    return request.param


@pytest.fixture
def settings(settings, demo):
    return replace(settings, demo=demo)


@pytest.mark.parametrize("demo", [True], indirect=True)
async def test_in_a_demo_no_partner_is_held_up(rt):
    from hotline.intake.routes import channels

    door = next(one for one in channels(rt) if one.name == "partner")
    for _ in range(rt.config.channels.of_partner("ngo").a_minute * 3):
        door._gate.admit("ngo", "report", NOW)


@pytest.mark.parametrize("demo", [False], indirect=True)
async def test_over_the_limit_nothing_is_kept_and_the_partner_keeps_its_copy(
    client, rt, database
):
    few = rt.config.channels.of_partner("ngo").a_minute
    statuses = []
    for number in range(few + 1):
        body = as_json(external_id=f"N-{number}", text="Помогите")
        headers = signed(body, secret=NGO, message_id=f"m{number}")
        answer = await client.post("/intake/partner", data=body, headers=headers)
        statuses.append(answer.status)
    assert statuses == [202] * few + [429]
    assert int(answer.headers["Retry-After"]) >= 1
    assert (await answer.json())["code"] == "rate_limited"
    assert len(await rows(database)) == few
