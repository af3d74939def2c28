"""/cases/{number}/accept, decline, return, transfer, wrong-body, and parts of co-executors."""

from hotline.actions import edit_extract as extracts
from hotline.actions.accept_referral import accept_referral
from hotline.actions.add_referral import add_referral
from hotline.actions.decline_referral import decline_referral
from hotline.actions.end_part import end_part_for, part_done
from hotline.actions.offer_case import offer_case
from hotline.actions.transfer_referral import take_back, transfer_referral
from hotline.actions.wrong_body import wrong_body
from hotline.api.answers import OutOfSight
from hotline.api.asks import DeclineAsked, OfferAsked, ReferralAsked, TransferAsked
from hotline.api.asks_referrals import (
    AddReferralAsked,
    EndPartAsked,
    ExtractAsked,
    PartDoneAsked,
    ReleaseAsked,
    WrongBodyAsked,
)
from hotline.api.call import Ask, Call, post
from hotline.api.cases import case_or_gone, fresh_case
from hotline.store.view_parts import CaseView


async def accept(ask: Ask) -> str:
    """Accept a referral."""
    number, body = ask.path["number"], ask.body
    await accept_referral(ask.rt, ask.viewer, number, body.referral, ask.version)
    return number


async def decline(ask: Ask) -> str:
    """Decline an offered referral."""
    await _refuse(ask, giving_back=False)
    return ask.path["number"]


async def give_back(ask: Ask) -> str:
    """Return an accepted referral."""
    await _refuse(ask, giving_back=True)
    return ask.path["number"]


async def _refuse(ask: Ask, *, giving_back: bool) -> None:
    body: DeclineAsked = ask.body
    await decline_referral(
        ask.rt,
        ask.viewer,
        ask.path["number"],
        body.referral,
        code=body.code,
        text=body.text,
        giving_back=giving_back,
        version=ask.version,
    )


async def transfer(ask: Ask) -> str:
    """Hand a referral over to a colleague or another body."""
    body: TransferAsked = ask.body
    await transfer_referral(
        ask.rt,
        ask.viewer,
        ask.path["number"],
        body.referral,
        text=body.text,
        to_person=body.to_person,
        to_body=body.to_body,
        version=ask.version,
    )
    return ask.path["number"]


async def offer(ask: Ask) -> str:
    """Offer what is proposed."""
    body: OfferAsked = ask.body
    await offer_case(
        ask.rt,
        ask.viewer,
        ask.path["number"],
        body=body.body,
        extract=body.extract,
        release_narrative=body.release_narrative,
        version=ask.version,
    )
    return ask.path["number"]


async def add(ask: Ask) -> str:
    """Ask one more body to help."""
    number, body = ask.path["number"], ask.body
    await add_referral(
        ask.rt,
        ask.viewer,
        number,
        body=body.body,
        lead=body.lead,
        purpose=body.purpose,
        extract=body.extract,
        anyway=body.anyway,
        version=ask.version,
    )
    return number


async def edit(ask: Ask) -> str:
    """Set what a body is told."""
    number, body = ask.path["number"], ask.body
    await extracts.edit_extract(
        ask.rt,
        ask.viewer,
        number,
        body.referral,
        extract=body.extract,
        purpose=body.purpose,
        narrative=body.narrative,
        anyway=body.anyway,
        version=ask.version,
    )
    return number


async def release(ask: Ask) -> str:
    """Show a proposed referral to its body."""
    number, chosen = ask.path["number"], ask.body.referral
    await extracts.release_referral(ask.rt, ask.viewer, number, chosen, ask.version)
    return number


async def redirect(ask: Ask) -> str:
    """Pass a case on as another body's matter."""
    number, body = ask.path["number"], ask.body
    await wrong_body(
        ask.rt,
        ask.viewer,
        number,
        body.referral,
        text=body.text,
        to_body=body.to_body,
        version=ask.version,
    )
    return number


async def recall(ask: Ask) -> str:
    """Call off a hand-over."""
    number = ask.path["number"]
    await take_back(ask.rt, ask.viewer, number, ask.body.referral, ask.version)
    return number


async def done(ask: Ask) -> str:
    """End one's own part."""
    number, body = ask.path["number"], ask.body
    await part_done(
        ask.rt, ask.viewer, number, body.referral, text=body.text, version=ask.version
    )
    return number


async def end_part(ask: Ask) -> str:
    """End another body's part."""
    number, body = ask.path["number"], ask.body
    await end_part_for(
        ask.rt,
        ask.viewer,
        number,
        body.referral,
        reason=body.reason,
        version=ask.version,
    )
    return number


_GONE = CaseView | OutOfSight
CALLS: list[Call] = [
    post(
        "/cases/{number}/accept", ReferralAsked, accept, fresh_case, CaseView, "Take it on"
    ),
    post(
        "/cases/{number}/decline",
        DeclineAsked,
        decline,
        case_or_gone,
        _GONE,
        "Decline an offer; the clocks go on",
    ),
    post(
        "/cases/{number}/return",
        DeclineAsked,
        give_back,
        case_or_gone,
        _GONE,
        "Give back what was accepted",
    ),
    post(
        "/cases/{number}/transfer",
        TransferAsked,
        transfer,
        case_or_gone,
        _GONE,
        "Hand over to a colleague or another body",
    ),
    post(
        "/cases/{number}/offer",
        OfferAsked,
        offer,
        fresh_case,
        CaseView,
        "Offer what is proposed (111)",
    ),
    post(
        "/cases/{number}/referrals",
        AddReferralAsked,
        add,
        fresh_case,
        CaseView,
        "Ask one more body; sealed until released (111)",
    ),
    post(
        "/cases/{number}/extract",
        ExtractAsked,
        edit,
        fresh_case,
        CaseView,
        "Set what one body is told, before or after release (111)",
    ),
    post(
        "/cases/{number}/release",
        ReleaseAsked,
        release,
        fresh_case,
        CaseView,
        "Show one proposed referral to its body (111)",
    ),
    post(
        "/cases/{number}/wrong-body",
        WrongBodyAsked,
        redirect,
        case_or_gone,
        _GONE,
        "Not our matter: passed on within the law's term, the applicant is told",
    ),
    post(
        "/cases/{number}/take-back",
        ReferralAsked,
        recall,
        fresh_case,
        CaseView,
        "Call off a hand-over that nobody accepted",
    ),
    post(
        "/cases/{number}/part-done",
        PartDoneAsked,
        done,
        fresh_case,
        CaseView,
        "A co-executor has done its part",
    ),
    post(
        "/cases/{number}/end-part",
        EndPartAsked,
        end_part,
        fresh_case,
        CaseView,
        "End a co-executor's part with a reason (supervisor of 111)",
    ),
]
