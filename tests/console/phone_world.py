"""An exchange that tells of calls by webhook, as tests of the desk's pages need it."""

import json
from itertools import count

from tests.intake.doors import signed

_messages = count(1)
CALLER = "+77017654518"
MASKED = "+7 701 ••• 45 18"


class Exchange:
    """Posts signed events at the moment of the test's clock."""

    def __init__(self, client, clock):
        self.client, self.clock = client, clock

    async def says(self, what, call_id="c1", **fields):
        """Tell of a call; the answer must be a 2xx."""
        now = self.clock.now()
        told = {"type": f"call.{what}", "call_id": call_id, "at": now.isoformat(), **fields}
        body = json.dumps(told).encode()
        answer = await self.client.post(
            "/intake/calls",
            data=body,
            headers=signed(body, at=now, message_id=f"call-{next(_messages)}"),
        )
        assert answer.status in (200, 202), await answer.text()

    async def rings(self, call_id="c1", **fields):
        given = {"from": CALLER, "to": "111", **fields}
        await self.says("ringing", call_id, **given)

    async def is_answered(self, operator, call_id="c1"):
        await self.says("answered", call_id, operator=operator)
