"""Use case: a person at 111 has a medium asked for again that could not be fetched.

For instance after an outage that outlasted every try, or once a host was agreed on.
"""

from hotline.cases.terms import JobName, QueueName
from hotline.errors import RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import media, media_view
from hotline.store.transaction import Nudge


async def fetch_again(rt: Runtime, viewer: Viewer, receipt: str, medium_id: int) -> None:
    """Promise the medium again. Errors: NotFound for who may not open it; RuleForbids."""
    async with rt.transaction(viewer) as tx:
        row = await media_view.openable(tx, viewer, receipt, rt.number_key, medium_id)
        if not await media.owe_again(tx, row):
            raise RuleForbids("it is here, or nowhere to be asked for", code="not_missing")
        tx.promise(JobName.FETCH_MEDIA, QueueName.OUTWARD, [row.contact_id])
        tx.record("media_asked_again", contact_id=row.contact_id, data={"medium": row.id})
        tx.nudge(Nudge("contact"))
