"""Use case: a person at 111 marks a picture as intimate. There is no way back.

It is removed here, wherever else it lies, and whenever it comes again: nobody is shown it,
and nothing exports it. What stays is that it came, and the keyed fingerprint that knows it.
"""

from hotline.errors import RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import intimate, media_view
from hotline.store.transaction import Nudge


async def mark_intimate(
    rt: Runtime, viewer: Viewer, receipt: str, medium_id: int, *, sure: bool
) -> int:
    """Mark a medium and every one with the same content; return how many.

    Errors: NotFound for who may not open it; RuleForbids without a clear yes.
    """
    if not sure:
        raise RuleForbids("say that you are sure", code="not_sure", field="sure")
    async with rt.transaction(viewer) as tx:
        row = await media_view.openable(tx, viewer, receipt, rt.number_key, medium_id)
        if row.intimate_at is not None:
            return 0
        marked = await intimate.mark_intimate(tx, row, viewer.person_id)
        tx.record("media_intimate", contact_id=row.contact_id, data={"medium": row.id})
        tx.nudge(Nudge("contact"))
        return marked
