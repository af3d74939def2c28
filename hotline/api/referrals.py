"""/cases/{number}/accept, decline, return, transfer, offer."""

from hotline.actions.accept_referral import accept_referral
from hotline.actions.decline_referral import decline_referral
from hotline.actions.offer_case import offer_case
from hotline.actions.transfer_referral import transfer_referral
from hotline.api.answers import OutOfSight
from hotline.api.asks import DeclineAsked, OfferAsked, ReferralAsked, TransferAsked
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
]
