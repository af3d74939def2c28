"""Use case: a person at 111 read a contact's words and finds that they tell of nobody.

Words leave the service only after two different people said so, each for themselves.
"""

from hotline.errors import NotFound
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import contacts, keys, text_releases


async def release_text(rt: Runtime, viewer: Viewer, receipt: str) -> int:
    """Release a contact's words for exports; return how many people have done so.

    Doing it twice counts once. Errors: NotFound outside 111, Forgotten.
    """
    if not viewer.at_111:
        raise NotFound("no such contact")
    async with rt.transaction(viewer) as tx:
        contact = await contacts.by_receipt(tx, receipt, rt.number_key, lock=True)
        await keys.load_one(tx, contact.id)
        people = await text_releases.by(tx, contact.id)
        if viewer.person_id in people:
            return len(people)
        text_releases.add(tx, contact.id)
        tx.record("text_released", contact_id=contact.id)
        return len(people) + 1
