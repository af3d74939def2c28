"""The forms of referrals: who helps, what a body is told, how a part and a hand-over end."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from hotline.actions import edit_extract, end_part, transfer_referral
from hotline.actions.add_referral import add_referral
from hotline.actions.wrong_body import wrong_body
from hotline.console.fields import explained

if TYPE_CHECKING:
    from hotline.console.case_forms import Sent


async def add(s: "Sent") -> None:
    """Ask one more body."""
    await add_referral(
        s.rt, s.viewer, s.number, body=s.text("body"), purpose=s.maybe("purpose"),
        extract=s.maybe("extract"), anyway=s.text("anyway") == "yes", version=s.version,
    )  # fmt: skip


async def edit(s: "Sent") -> None:
    """Set what a body is told; with the second button, show it to the body too."""
    await edit_extract.edit_extract(
        s.rt, s.viewer, s.number, s.referral or 0, extract=s.text("extract"),
        purpose=s.maybe("purpose"), narrative=s.text("narrative") == "yes",
        anyway=s.text("anyway") == "yes", version=s.version,
    )  # fmt: skip


async def release(s: "Sent") -> None:
    """Show a proposed referral to its body."""
    await edit_extract.release_referral(
        s.rt, s.viewer, s.number, s.referral or 0, s.version
    )


async def redirect(s: "Sent") -> None:
    """Pass the case on as another body's matter."""
    explained(s.text("text"))
    await wrong_body(
        s.rt, s.viewer, s.number, s.referral, text=s.text("text"),
        to_body=s.maybe("to_body"), version=s.version,
    )  # fmt: skip


async def recall(s: "Sent") -> None:
    """Call off a hand-over."""
    await transfer_referral.take_back(s.rt, s.viewer, s.number, s.referral, s.version)


async def done(s: "Sent") -> None:
    """End one's own part."""
    await end_part.part_done(
        s.rt, s.viewer, s.number, s.referral, text=s.text("text"), version=s.version
    )


async def end(s: "Sent") -> None:
    """End another body's part."""
    await end_part.end_part_for(
        s.rt, s.viewer, s.number, s.referral or 0, reason=s.text("reason"),
        version=s.version,
    )  # fmt: skip


MISTAKES: Mapping[str, str] = {
    "co_executors_open": "Other bodies are still at work. Their parts end first.",
    "extract_exposes": "This would give somebody away. Change it, or say that it must be told.",
    "unknown_purpose": "Choose what this body is asked for.",
    "lead_is_there": "There is a lead already.",
    "same_body": "This is the same body.",
    "body_excluded": "This body is complained of. Choose another.",
    "body_not_possible": "This body cannot lead. Choose another.",
    "has_it": "This body has the case already.",
    "handed_over_already": "It is being handed over already. Take that back first.",
    "not_handed_over": "Nothing is being handed over.",
    "redirect_too_late": "Three working days have passed. Give it back with a reason.",
    "lead_ends_by_outcome": "The lead ends with an outcome.",
    "too_long": "Make it shorter.",
    "unknown_result": "Say what came of the call.",
    "bad_number": "Give a number that can be dialled.",
    "accepted_already": "Somebody there has accepted it already.",
}
