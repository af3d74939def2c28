"""From ringing to wrap-up through the exchange: who is rung, connected, held, passed on."""

from datetime import timedelta

import pytest

from hotline.actions import control_call, keep_recording
from hotline.actions.fetch_recording import fetch_recording, sweep_recordings
from hotline.actions.reconcile_calls import close_calls
from hotline.cases.terms import JobName
from hotline.errors import NotFound, RuleForbids
from tests import builders
from tests.phone.conftest import until


async def seconds(clock, number):
    clock.forward(timedelta(seconds=number))


async def connected(ari, look, channel=None, extension="101"):
    """A call that the one ready operator has answered."""
    channel = channel or await ari.call()
    [leg] = await until(ari.legs)
    assert ari.channels[leg]["endpoint"] == f"PJSIP/{extension}"
    await ari.answers(leg)
    await look.until_states("connected")
    return channel, leg


async def test_the_operator_who_is_ready_longest_is_rung_and_connected(
    phone, ari, look, ready
):
    await ready("102", "now() - interval '1 minute'")
    longest = await ready("101", "now() - interval '9 minutes'")
    async with phone():
        channel, leg = await connected(ari, look)
        [call] = await look.calls()
        assert call["operator_id"] == longest.person_id
        assert ari.bridges == {f"hotline-call-{call['id']}": {channel, leg}}
        assert ari.channels[channel]["state"] == "Up"


async def test_who_does_not_answer_is_passed_over_for_the_next(
    phone, ari, look, ready, clock
):
    await ready("101", "now() - interval '9 minutes'")
    second = await ready("102")
    async with phone():
        await ari.call()
        [first_leg] = await until(ari.legs)
        clock.forward(timedelta(seconds=15))
        legs = await until(ari.legs, lambda found: found and found != [first_leg])
        assert first_leg not in ari.channels
        await ari.answers(legs[0])
        await look.until_states("connected")
        [call] = await look.calls()
        assert call["operator_id"] == second.person_id


async def test_a_telephone_that_is_busy_passes_the_call_on_at_once(phone, ari, look, ready):
    first = await ready("101", "now() - interval '9 minutes'")
    await ready("102")
    async with phone():
        await ari.call()
        [leg] = await until(ari.legs)
        await ari.declines(leg)
        [call] = await until(
            look.calls, lambda found: found[0]["operator_id"] not in (None, first.person_id)
        )
        assert call["state"] == "offered"


async def test_two_callers_never_ring_at_one_operator(phone, ari, look, ready):
    await ready("101")
    async with phone():
        await ari.call()
        await ari.call()
        await until(ari.legs)
        await until(look.states, lambda found: sorted(found) == ["offered", "ringing"])


async def test_when_the_operator_hangs_up_the_call_is_over_and_written_up(
    phone, ari, look, ready, rt, clock, database
):
    operator = await ready("101")
    async with phone():
        channel, leg = await connected(ari, look)
        await seconds(clock, 60)
        await ari.hangs_up(leg)
        await look.until_states("wrap_up")
        assert channel not in ari.channels
        await until(lambda: not ari.bridges)
        doing = "SELECT state FROM presence WHERE person_id = $1"
        assert await database.fetchval(doing, operator.person_id) == "wrap_up"
        await seconds(clock, 90)
        await close_calls(rt)
        assert await look.states() == ["closed"]
        assert await database.fetchval(doing, operator.person_id) == "ready"


async def test_when_the_caller_hangs_up_the_operators_telephone_is_freed(
    phone, ari, look, ready
):
    await ready("101")
    async with phone():
        channel, leg = await connected(ari, look)
        await ari.hangs_up(channel)
        await look.until_states("wrap_up")
        await until(lambda: leg not in ari.channels and not ari.bridges)


async def test_who_hangs_up_while_it_rings_at_an_operator_has_given_up(
    phone, ari, look, ready
):
    await ready("101")
    async with phone():
        channel = await ari.call()
        await until(ari.legs)
        await ari.hangs_up(channel)
        await look.until_states("abandoned")
        await until(lambda: not ari.legs())


async def test_an_operator_who_answers_too_late_is_not_left_on_a_dead_line(
    phone, ari, look, ready, clock
):
    await ready("101")
    async with phone():
        channel = await ari.call()
        [leg] = await until(ari.legs)
        del ari.channels[channel]  # gone, and nobody said so
        await ari.answers(leg)
        await look.until_states("abandoned")
        assert not ari.channels


async def test_hold_and_back(phone, ari, look, ready, rt, clock):
    operator = await ready("101")
    async with phone():
        channel, leg = await connected(ari, look)
        [call] = await look.calls()
        await control_call.hold_call(rt, operator, call["id"])
        assert ari.bridges[f"hotline-call-{call['id']}"] == {leg}
        await look.until_states("held")
        await seconds(clock, 30)
        await control_call.resume_call(rt, operator, call["id"])
        assert ari.bridges[f"hotline-call-{call['id']}"] == {leg, channel}
        [call] = await look.calls()
        assert (call["state"], call["held_s"]) == ("connected", 30)
        with pytest.raises(RuleForbids, match="elsewhere"):
            await control_call.resume_call(rt, operator, call["id"])


async def test_nobody_presses_the_buttons_of_another_ones_call(phone, ari, look, ready, rt):
    await ready("101")
    other = await builders.a_person(rt, "operator")
    async with phone():
        await connected(ari, look)
        [call] = await look.calls()
        for button in (control_call.hold_call, control_call.hang_up_call):
            with pytest.raises(NotFound):
                await button(rt, other.viewer, call["id"])


async def test_a_colleague_has_the_call_by_answering(phone, ari, look, ready, rt, clock):
    operator = await ready("101", "now() - interval '9 minutes'")
    colleague = await ready("102")
    async with phone():
        _, leg = await connected(ari, look)
        [call] = await look.calls()
        await control_call.transfer_call(rt, operator, call["id"], "102")
        [theirs] = await until(lambda: ari.legs("tr"))
        assert (await look.calls())[0]["operator_id"] == operator.person_id
        await seconds(clock, 5)
        await ari.answers(theirs)
        await until(
            look.calls, lambda found: found[0]["operator_id"] == colleague.person_id
        )
        await ari.hangs_up(leg)
        await ari.hangs_up(theirs)
        await look.until_states("wrap_up")


async def test_who_leaves_before_the_colleague_came_leaves_nobody_alone(
    phone, ari, look, ready, rt, clock
):
    operator = await ready("101", "now() - interval '9 minutes'")
    await ready("102")
    async with phone():
        channel, leg = await connected(ari, look)
        [call] = await look.calls()
        await control_call.transfer_call(rt, operator, call["id"], "op102")
        [theirs] = await until(lambda: ari.legs("tr"))
        await seconds(clock, 5)
        await ari.hangs_up(leg)
        await until(look.states, lambda found: found[0] in ("queued", "offered"))
        assert channel in ari.channels
        await ari.declines(theirs)


async def test_112_hears_the_caller_and_the_operator_may_go(
    phone, ari, look, ready, rt, clock, database
):
    operator = await ready("101")
    async with phone():
        channel, leg = await connected(ari, look)
        [call] = await look.calls()
        await control_call.hand_to_service(
            rt, operator, call["id"], "112", "8 (7182) 112-112"
        )
        [service] = await until(lambda: ari.legs("to"))
        assert ari.channels[service]["endpoint"] == "PJSIP/87182112112@outside"
        await seconds(clock, 4)
        await ari.answers(service)
        room = f"hotline-call-{call['id']}"
        await until(lambda: ari.bridges.get(room) == {channel, leg, service})
        await seconds(clock, 60)
        await ari.hangs_up(leg)
        await look.until_states("wrap_up")
        assert {channel, service} <= ari.channels.keys()
        assert (await look.calls())[0]["ended"] == "transferred"
        steps = [e for e in await look.events() if e.startswith("leg_")]
        assert sorted(steps) == ["leg_answered", "leg_dialled", "leg_ringing", "leg_up"]
        await ari.hangs_up(channel)
        await until(lambda: not ari.channels)
        assert (await look.calls())[0]["ended"] == "transferred"


async def test_112_is_only_dialled_for_ones_own_talk_and_a_real_number(
    phone, ari, look, ready, rt
):
    operator = await ready("101")
    async with phone():
        await connected(ari, look)
        [call] = await look.calls()
        with pytest.raises(RuleForbids):
            await control_call.hand_to_service(
                rt, operator, call["id"], "112", "112@evil/x"
            )
        with pytest.raises(NotFound):
            await control_call.hand_to_service(rt, operator, call["id"], "911", "911")
        assert not ari.legs("to")


async def test_a_service_that_cannot_be_dialled_is_noted_and_told(
    phone, ari, look, ready, rt
):
    operator = await ready("101")
    async with phone():
        await connected(ari, look)
        [call] = await look.calls()
        ari.refuse = {("POST", "/channels"): 500}
        with pytest.raises(RuleForbids, match="did not"):
            await control_call.hand_to_service(rt, operator, call["id"], "112", "112")
        assert "leg_failed" in await look.events()
        assert await look.states() == ["connected"]


async def test_who_waits_hears_music_and_who_is_silent_is_asked_to_press_one(
    phone, ari, look, clock, database
):
    async with phone():
        channel = await ari.call()
        await look.until_states("ringing")
        clock.forward(timedelta(seconds=4))
        await look.until_states("queued")
        await until(lambda: ("POST", f"/channels/{channel}/moh", {}) in ari.asked)
        clock.forward(timedelta(seconds=20))
        await until(look.calls, lambda found: found[0]["silent"])
        played = ("POST", f"/channels/{channel}/play", {"media": "sound:hotline/press-1"})
        await until(lambda: played in ari.asked)
        await ari.presses(channel, "1")
        await until(
            lambda: database.fetchval("SELECT urgency FROM contacts"),
            lambda found: found == 1,
        )


async def test_who_talks_is_not_silent(phone, ari, look, clock):
    async with phone():
        channel = await ari.call()
        await look.until_states("ringing")
        clock.forward(timedelta(seconds=4))
        await look.until_states("queued")
        await ari.talks(channel)
        await until(look.events, lambda found: "talked" in found)
        clock.forward(timedelta(seconds=60))
        await ari.presses(channel, "5")
        assert not (await look.calls())[0]["silent"]


async def test_who_cannot_speak_is_offered_before_who_waits_longer(
    phone, ari, look, ready, clock
):
    async with phone():
        await ari.call()
        clock.forward(timedelta(seconds=30))
        second = await ari.call()
        await until(look.states, lambda found: len(found) == 2)
        await ari.presses(second, "1")
        await until(look.events, lambda found: "digit" in found)
        await ready("101")
        await until(look.states, lambda found: found[1] == "offered")


async def recorded(ari, look, rt, operator):
    [call] = await look.calls()
    await keep_recording.start_recording(rt, operator, call["id"])
    return call, f"hotline-rec-{call['id']}-1"


async def test_a_recording_is_announced_fetched_sealed_and_deleted_in_time(
    phone, ari, look, ready, rt, clock, database
):
    operator = await ready("101")
    async with phone():
        await connected(ari, look)
        call, name = await recorded(ari, look, rt, operator)
        room = f"/bridges/hotline-call-{call['id']}"
        did = [path for method, path, _ in ari.asked if path.startswith(room + "/")]
        assert did[-2:] == [room + "/play", room + "/record"]
        await ari.recorded(name, b"RIFF a voice")
        rows = await until(lambda: builders.owed(rt, JobName.FETCH_RECORDING))
        assert await fetch_recording(rt, rows) == 1
        row = await database.fetchrow("SELECT * FROM recordings")
        assert (row["state"], row["seconds"], ari.stored) == ("stored", 12, {})
        wrapped = await database.fetchval(
            "SELECT wrapped FROM keyring.keys WHERE owner_id = $1", row["contact_id"]
        )
        key = rt.sealer.open_key(row["contact_id"], wrapped)
        assert key.open("recording", row["sealed_content"]) == b"RIFF a voice"
        assert await fetch_recording(rt, rows) == 0
    clock.forward(timedelta(days=181))
    assert await sweep_recordings(rt) == 1
    row = await database.fetchrow("SELECT * FROM recordings")
    assert (row["state"], row["sealed_content"]) == ("deleted", None)


@pytest.mark.parametrize("who", ["caller", "operator"])
async def test_a_refused_recording_is_thrown_away(
    phone, ari, look, ready, rt, database, who
):
    operator = await ready("101")
    async with phone():
        channel, _ = await connected(ari, look)
        call, _ = await recorded(ari, look, rt, operator)
        if who == "caller":
            await ari.presses(channel, "9")
        else:
            await keep_recording.refuse_recording(rt, operator, call["id"])
        await until(
            lambda: database.fetchval("SELECT state FROM recordings"),
            lambda found: found == "refused",
        )
        # The row says so first: whoever asks meanwhile must not be given the sound.
        await until(lambda: (ari.live, ari.stored), lambda found: found == ({}, {}))
        with pytest.raises(RuleForbids, match="refused"):
            await keep_recording.start_recording(rt, operator, call["id"])


async def test_a_recording_whose_end_nobody_heard_is_fetched_all_the_same(
    phone, ari, look, ready, rt, clock, database
):
    operator = await ready("101")
    async with phone():
        channel, _ = await connected(ari, look)
        _, name = await recorded(ari, look, rt, operator)
    ari.live.clear()
    ari.stored[name] = b"RIFF"
    del ari.channels[channel]
    clock.forward(timedelta(seconds=1))
    async with phone():
        await look.until_states("wrap_up")
    clock.forward(timedelta(seconds=61))
    await sweep_recordings(rt)
    assert await fetch_recording(rt, await builders.owed(rt, JobName.FETCH_RECORDING)) == 1
    assert await database.fetchval("SELECT state FROM recordings") == "stored"


async def test_a_line_that_was_never_hung_up_is_closed_after_ten_hours(
    phone, ari, look, rt, clock
):
    async with phone():
        await ari.call()
        await look.until_states("ringing")
    clock.forward(timedelta(hours=10))
    await close_calls(rt)
    [call] = await look.calls()
    assert (call["state"], call["ended"]) == ("abandoned", "ended_unobserved")


async def test_after_a_restart_in_mid_call_the_operator_is_free_again(
    phone, ari, look, ready, clock, database
):
    operator = await ready("101")
    async with phone():
        channel, leg = await connected(ari, look)
    del ari.channels[channel], ari.channels[leg]
    clock.forward(timedelta(seconds=1))
    async with phone():
        await look.until_states("wrap_up")
    doing = "SELECT state FROM presence WHERE person_id = $1"
    assert await database.fetchval(doing, operator.person_id) == "wrap_up"
