"""Use case (the phone process, twice a second): what waiting calls need next.

All of it is read from the store each time, so a restart forgets nothing. Whoever cannot
speak is offered first, then who waits longest; the operator who is ready longest is rung.
"""

import re
import time
from collections.abc import Sequence
from typing import Any

from hotline.actions.follow_call import PHONE, say
from hotline.actions.follow_leg import end_if_gone
from hotline.actions.steps.phone_rules import patience
from hotline.cases.call import CallFacts, facts_of
from hotline.cases.call_due import Due, due, missed_by, order, turns
from hotline.cases.call_event import CallWhat, Happened
from hotline.cases.call_leg import Leg, LegKind
from hotline.cases.terms import CallState
from hotline.notify.ari import Answer, Ari
from hotline.runtime import Runtime
from hotline.store import calls

_EXTENSION = re.compile(r"[\w.+-]{1,40}", re.ASCII)
_AGAIN_S = 5.0  # after the exchange refused: it may be read-only to us


class Tending:
    """One exchange's waiting calls. Keeps only what was refused a moment ago."""

    def __init__(self, rt: Runtime, ari: Ari, pbx: str) -> None:
        self._rt = rt
        self._ari = ari
        self._pbx = pbx
        self._not_before: dict[int, float] = {}

    async def tend(self) -> None:
        """Look once at every open call. Errors: Unavailable."""
        async with self._rt.transaction(PHONE) as tx:
            rows = await calls.open_of(tx, self._pbx)
            told = await calls.stories(tx, [row.id for row in rows]) if rows else {}
            ready = list(await calls.ready_operators(tx)) if rows else []
        self._forget({row.id for row in rows})
        facts = {row.id: facts_of(told[row.id]) for row in rows if told[row.id]}
        waiting = [row for row in rows if row.id in facts]
        now, rules = self._rt.clock.now(), patience(self._rt)
        for row in sorted(waiting, key=lambda row: order(facts[row.id])):
            for what in due(facts[row.id], now, rules):
                if what is Due.OFFER:
                    await self._offer(row, told[row.id], ready)
                else:
                    await self._do(what, row, facts[row.id], told[row.id])

    async def _do(
        self, what: Due, row: Any, call: CallFacts, story: Sequence[Happened]
    ) -> None:
        if what is Due.TAKE:
            await self._take(row)
        elif what is Due.SILENT:
            await self._ask_whether_silent(row, call)
        elif what is Due.GIVE_UP_OFFER:
            leg = last_leg(story, call.operator_id)
            if leg is not None:
                await self._ari.hang_up(leg)
            key = f"missed:{leg or call.offered_at}"
            await say(self._rt, row, CallWhat.NOT_TAKEN, key, operator_id=call.operator_id)

    async def _take(self, row: Any) -> None:
        """Take the call into the menu: from here on keys and silence can be heard."""
        if self._waits(row.id):
            return
        answer = await self._ari.answer(row.call_ref)
        if self._done(row.id, answer):
            await say(self._rt, row, CallWhat.WAITING, "waiting")
            await self._ari.listen_for_talk(row.call_ref)
            await self._ari.music(row.call_ref, on=True)
        elif answer.gone:
            await end_if_gone(self._rt, self._ari, row)

    async def _ask_whether_silent(self, row: Any, call: CallFacts) -> None:
        """Nothing was heard: the desk is told, and who waits is asked to press 1."""
        await say(self._rt, row, CallWhat.SILENT, "silent")
        prompt = self._rt.config.channels.phone.silence_prompt
        if prompt and call.state is CallState.QUEUED:
            await self._ari.play(row.call_ref, prompt)

    async def _offer(self, row: Any, story: Sequence[Happened], ready: list[Any]) -> None:
        """Ring the operator who missed this call least often, and is ready longest."""
        missed = missed_by(story)
        able = [one for one in ready if _EXTENSION.fullmatch(one.extension)]
        if not able or self._waits(row.id):
            return
        chosen = min(able, key=lambda one: missed.get(one.person_id, 0))
        ready.remove(chosen)
        leg = Leg(row.id, LegKind.OPERATOR, str(chosen.person_id), turns(story) + 1)
        told = await say(
            self._rt, row, CallWhat.OFFERED, leg.name, operator_id=chosen.person_id
        )
        if told.facts.operator_id != chosen.person_id or told.facts.ended_at is not None:
            return
        rung = await self._ring(row, leg, chosen.extension)
        if not self._done(row.id, rung):
            key = f"missed:{leg.name}"
            await say(self._rt, row, CallWhat.NOT_TAKEN, key, operator_id=chosen.person_id)

    async def _ring(self, row: Any, leg: Leg, extension: str) -> Answer:
        rules = self._rt.config.channels.phone
        return await self._ari.originate(
            leg.name,
            rules.operator_endpoint.format(extension=extension),
            f"operator,{row.id},{leg.who}",
            originator=row.call_ref,
            timeout_s=rules.ring_operator_s,
        )

    def _waits(self, call_id: int) -> bool:
        return self._not_before.get(call_id, 0.0) > time.monotonic()

    def _done(self, call_id: int, answer: Answer) -> bool:
        """Return whether the exchange did it; if not, leave it alone for a moment."""
        if not answer.well:
            self._not_before[call_id] = time.monotonic() + _AGAIN_S
        return answer.well

    def _forget(self, still: set[int]) -> None:
        for call_id in set(self._not_before) - still:
            del self._not_before[call_id]


def last_leg(story: Sequence[Happened], person_id: int | None) -> str | None:
    """Return the newest leg that was dialled to an operator, or None."""
    legs = [
        event.key
        for event in story
        if event.what is CallWhat.OFFERED and event.operator_id == person_id
    ]
    return legs[-1] if legs else None
