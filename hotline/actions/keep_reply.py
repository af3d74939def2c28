"""Use case: what is typed to a thread is kept on the server; switching threads loses nothing."""

from hotline.errors import NotFound
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import contacts, reply_drafts
from hotline.store.transaction import Nudge

LONGEST = 12_000  # characters


async def keep_reply(
    rt: Runtime, viewer: Viewer, receipt: str, text: str, page: str = ""
) -> None:
    """Keep a person's own unsent answer; colleagues see that somebody types, not what.

    `page`: the open page; what it saves after it was sent is kept no more. Errors: NotFound.
    """
    if not viewer.at_111:
        raise NotFound("no such contact")
    async with rt.transaction(viewer) as tx:
        contact = await contacts.by_receipt(tx, receipt, rt.number_key)
        before = await reply_drafts.of_person(tx, contact, viewer.person_id)
        await reply_drafts.keep(tx, contact, viewer.person_id, text[:LONGEST], page)
        if bool(before) != bool(text.strip()):
            tx.nudge(Nudge("looking", apart=tuple(contact.apart or ())))
