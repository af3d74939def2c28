"""Whatever people and time do to a case, every clock stays what its ledger says."""

from datetime import timedelta
from random import Random

import pytest

from hotline.actions.change_urgency import change_urgency
from hotline.actions.extend_clock import extend_clock, record_extension_notice
from hotline.actions.pause_clock import pause_clock, resume_clock, resume_clocks
from hotline.actions.record_found_child import record_found_child
from hotline.actions.register_appeal import register_appeal
from hotline.actions.reread_urgency import reread_urgency
from hotline.actions.verify_clocks import verify_clocks
from hotline.errors import HotlineError
from tests.builders import a_call

OUTCOME = "written_outcome"
STEPS = 16


class Walk:
    """One case and a die."""

    def __init__(self, story, number, die):
        self.story, self.number, self.die = story, number, die

    def person(self):
        return self.story.who(
            self.die.choice(["operator", "second operator", "supervisor", "guardian"])
        )

    async def pause(self):
        args = {"clock": OUTCOME, "reason": "awaiting_applicant"}
        await pause_clock(self.story.rt, self.person(), self.number, **args)

    async def resume(self):
        await resume_clock(self.story.rt, self.person(), self.number, clock=OUTCOME)

    async def extend(self):
        until = self.story.clock.now() + timedelta(days=self.die.randint(5, 50))
        await extend_clock(
            self.story.rt, self.story.who("supervisor"), self.number,
            clock=OUTCOME, until=until, reason="нужно время",
        )  # fmt: skip

    async def tell(self):
        person = self.person()
        await record_extension_notice(self.story.rt, person, self.number, how="письмо")

    async def urgency(self):
        level = self.die.randint(0, 4)
        person = self.story.who("supervisor")
        await change_urgency(
            self.story.rt, person, self.number, urgency=level, reason="иначе"
        )

    async def reread(self):
        upheld = self.die.random() < 0.5
        await reread_urgency(self.story.rt, self.person(), self.number, upheld=upheld)

    async def appeal(self):
        await register_appeal(self.story.rt, self.person(), self.number)

    async def child(self):
        step = self.die.choice(["found", "registered", "in_hospital", "placed_on"])
        await record_found_child(
            self.story.rt, self.person(), self.number, step=step, text="девочка"
        )

    async def decline(self):
        await self.story.decline(self.number)

    async def accept(self):
        await self.story.accept(self.number)

    async def wait(self):
        hours = self.die.choice([0.1, 1, 7, 30, 100])
        await self.story.later(hours=hours, sweep=self.die.random() < 0.7)
        await resume_clocks(self.story.rt)


@pytest.mark.parametrize("seed", range(5))
async def test_every_clock_is_what_its_ledger_says(story, seed):
    die = Random(seed)
    number = await a_call(story.rt, story.people["operator"], urgency=die.randint(1, 3))
    walk = Walk(story, number, die)
    moves = [
        walk.pause, walk.resume, walk.extend, walk.tell, walk.urgency, walk.reread,
        walk.appeal, walk.child, walk.decline, walk.accept, walk.wait, walk.wait,
    ]  # fmt: skip
    done = 0
    for move in die.choices(moves, k=STEPS):
        try:
            await move()
            done += 1
        except HotlineError:
            continue  # refused, as it should be: nothing half-done
    await story.sweep()
    found = await verify_clocks(story.rt)
    assert found.differences == (), seed
    assert done >= STEPS // 3
