"""Use case: what is typed to a thread is kept on the server; switching threads loses nothing."""

from hotline.actions.keep_draft import Sender
from hotline.errors import NotFound, Stale
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import contacts, drafts, reply_drafts
from hotline.store.reply_drafts import Mine
from hotline.store.transaction import Nudge

LONGEST = 12_000  # characters


async def keep_reply(
    rt: Runtime, viewer: Viewer, receipt: str, text: str, sender: Sender | None = None
) -> int:
    """Keep a person's own unsent answer; return its version. Colleagues see that, not what.

    What a page saves after it has sent its answer is kept no more. Errors: NotFound; Stale
    `draft_changed` when another page of this person has typed other words since.
    """
    if not viewer.at_111:
        raise NotFound("no such contact")
    sender, text = sender or Sender(), text[:LONGEST]
    async with rt.transaction(viewer) as tx:
        contact = await contacts.by_receipt(tx, receipt, rt.number_key)
        await drafts.hold(tx, viewer.person_id)
        before = await reply_drafts.of_person(tx, contact, viewer.person_id)
        if _contradicts(before, sender, text):
            if not sender.leaving:
                raise Stale("this was changed elsewhere", code="draft_changed")
            text = _both(before.text, text)  # nobody to ask
        again, me = text == before.text, viewer.person_id
        version = await reply_drafts.keep(tx, contact, me, text, sender.page, again=again)
        if bool(before.text) != bool(text.strip()):
            tx.nudge(Nudge("looking", apart=tuple(contact.apart or ())))
        return before.version if version is None else version


async def my_reply(rt: Runtime, viewer: Viewer, receipt: str) -> Mine:
    """Return what the viewer has typed to a thread, as it stands now. Errors: NotFound."""
    if not viewer.at_111:
        raise NotFound("no such contact")
    async with rt.transaction(viewer) as tx:
        contact = await contacts.by_receipt(tx, receipt, rt.number_key)
        return await reply_drafts.of_person(tx, contact, viewer.person_id)


def _contradicts(before: Mine, sender: Sender, text: str) -> bool:
    """Return whether the words replace what another page typed and this one never read."""
    if not before.text or before.text == text or sender.version is None:
        return False
    return sender.page != before.page and sender.version != before.version


def _both(before: str, text: str) -> str:
    if text in before:
        return before
    return text if before in text else f"{before}\n{text}"[:LONGEST]
