"""Use cases: what is typed on a case page is kept on the server until it is sent."""

from collections.abc import Mapping
from datetime import datetime

from hotline.cases.numbers import id_from
from hotline.errors import NotFound
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import case_drafts, cases

FIELDS: Mapping[str, tuple[str, ...]] = {  # the forms whose words are kept
    "note": ("text",),
    "check": ("text",),
    "safety": ("plan",),
    "outcome": ("assistance_text", "check_text"),
    "decline": ("text",),
    "return": ("text",),
    "wrong_body": ("text",),
    "part_done": ("text",),
    "transfer": ("text",),
    "urgency": ("reason",),
    "reopen": ("reason",),
    "exception": ("text",),
}
LONGEST = 100_000  # characters of one field: more than anybody types


async def keep_case_draft(
    rt: Runtime,
    viewer: Viewer,
    number: str,
    form: str,
    told: Mapping[str, str],
    *,
    page: str,
    turn: int,
) -> datetime:
    """Keep what a person typed into a form of a case; return when. Errors: NotFound.

    `page`, `turn`: which open page saves, and its how manieth save it is.
    """
    async with rt.transaction(viewer) as tx:
        case = await cases.read(tx, viewer, number, rt.number_key)
        if form not in FIELDS:
            raise NotFound("no such form")
        kept = {name: told.get(name, "")[:LONGEST] for name in FIELDS[form]}
        await case_drafts.keep(tx, case.id, form, kept, page=page, turn=turn)
        return tx.now


async def end_case_draft(
    rt: Runtime, viewer: Viewer, number: str, form: str, *, page: str, turn: int
) -> None:
    """Forget one's own words of a form that was sent; also of a case one sees no more."""
    case_id = id_from(number, rt.number_key)
    if form not in FIELDS or case_id is None:
        return
    async with rt.transaction(viewer) as tx:
        await case_drafts.sent(tx, case_id, form, page=page, turn=turn)
