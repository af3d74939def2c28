"""Use case: a person at 111 chooses whether hard words stand covered for them."""

from hotline.errors import NotFound
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import contacts, desk_settings
from hotline.store.transaction import Nudge


async def choose_hard_words(
    rt: Runtime, viewer: Viewer, receipt: str, *, shows: bool
) -> None:
    """Keep the choice, made at one contact; it holds for every page of this person.

    Errors: NotFound.
    """
    if not viewer.at_111:
        raise NotFound("no such contact")
    async with rt.transaction(viewer) as tx:
        await contacts.by_receipt(tx, receipt, rt.number_key)
        await desk_settings.set_shows_graphic(tx, viewer.person_id, shows=shows)
        tx.nudge(Nudge("contact", person_id=viewer.person_id))  # their other pages too
