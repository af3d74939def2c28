"""Use case: somebody answers a letter of ours; find whose contact it was written to."""

from hotline.identity.viewer import INTAKE
from hotline.runtime import Runtime
from hotline.store import mailboxes


async def whose_letter(rt: Runtime, letter_id: int) -> int | None:
    """Return the contact that a letter of ours was written to, or None. Errors: Unavailable."""
    async with rt.transaction(INTAKE) as tx:
        return await mailboxes.contact_of_letter(tx, letter_id)
