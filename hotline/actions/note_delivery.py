"""Use case: a provider says what became of a message of ours."""

from hotline.cases.inbound import DeliveryReport
from hotline.identity.viewer import INTAKE
from hotline.runtime import Runtime
from hotline.store import outbound


async def note_delivery(rt: Runtime, told: DeliveryReport) -> bool:
    """Move the message on; return whether it is one of ours.

    Reports come unordered and more than once: a message only moves forward, but for a
    failure, which may come after `sent`. One that was `uncertain` is settled by any report.
    """
    async with rt.transaction(INTAKE) as tx:
        row = await outbound.of_report(tx, told)
        if row is None:
            return False
        if outbound.moves(row.state, told.state):
            await outbound.move(
                tx, row, told.state, reason=told.code, provider_id=told.provider_id
            )
        return True
