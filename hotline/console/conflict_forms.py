"""The forms about conflicts of interest, and what the case page shows of them."""

from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any

from hotline.actions.declare_conflict import declare_conflict
from hotline.actions.lift_conflict import confirm_lift, propose_lift
from hotline.actions.steps.accused import About
from hotline.console.fields import whole
from hotline.errors import RuleForbids
from hotline.identity.viewer import Viewer
from hotline.store import complaint_view
from hotline.store.complaint_view import ComplaintView
from hotline.store.transaction import Transaction

if TYPE_CHECKING:
    from hotline.console.case_forms import Sent

MISTAKES = {
    "which_one": "Several fit. Choose one, or say that it is somebody else.",
    "unknown_id": "Choose a body from the list, or a person by user name.",
    "id_or_name": "Write whom the case complains of.",
    "name_the_person": "111 itself runs the service: name the person at 111.",
    "unknown_kind": "Choose whom it is about.",
    "lift_not_proposed": "Nobody has proposed this yet.",
    "second_person": "Another person must confirm.",
}


async def shown(
    tx: Transaction, viewer: Viewer, number: str, number_key: bytes
) -> tuple[ComplaintView, ...]:
    """Return the complaints of a case, for people at 111; nothing for others."""
    if not viewer.at_111:
        return ()
    return await complaint_view.of_case(tx, viewer, number, number_key)


async def declare(s: "Sent") -> None:
    """Do what the form says; names that fit are put back into it to choose from."""
    about = About(
        s.text("kind"),
        s.maybe("chosen") or s.maybe("id"),
        s.maybe("name"),
        s.text("elsewhere") == "yes",
        s.maybe("text"),
    )
    try:
        await declare_conflict(s.rt, s.viewer, s.number, [about], s.version)
    except RuleForbids as wrong:
        if isinstance(s.form, MutableMapping):
            s.form["candidates"] = " ".join(wrong.facts.get("candidates") or ())
        raise _at_field(wrong) from wrong


def _at_field(wrong: RuleForbids) -> RuleForbids:
    field = str(wrong.facts.get("field", "name")).rpartition(".")[2]
    return RuleForbids(wrong.text, code=wrong.code, field=field)


async def declare_oneself(s: "Sent") -> None:
    """Do what somebody outside 111 may: say that they are in conflict themselves."""
    about: Any = About("person", s.viewer.username, text=s.maybe("text"))
    await declare_conflict(s.rt, s.viewer, s.number, [about], s.version)


async def lift(s: "Sent") -> None:
    """Propose that a complaint is set aside."""
    wanted = whole(s.text("complaint")) or 0
    await propose_lift(s.rt, s.viewer, s.number, wanted, s.text("reason"), s.version)


async def confirm(s: "Sent") -> None:
    """Confirm it, as a second person."""
    wanted = whole(s.text("complaint")) or 0
    await confirm_lift(s.rt, s.viewer, s.number, wanted, s.version)
