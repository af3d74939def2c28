"""/contacts: what came in, for people at 111."""

from hotline.actions.close_contact import close_contact
from hotline.actions.confirm_contact import Confirmation, confirm_contact
from hotline.api import reading
from hotline.api.asks import CloseContactAsked, ConfirmAsked
from hotline.api.call import Ask, Call, get, post
from hotline.api.cases import fresh_case
from hotline.cases.terms import Channel
from hotline.errors import Stale
from hotline.store.contact_lists import contacts_page
from hotline.store.contact_view import contact_view
from hotline.store.list_parts import ContactFilter, ContactPage
from hotline.store.view_parts import CaseView, ContactView

_CHANNELS = frozenset(str(channel) for channel in Channel)


async def listed(ask: Ask) -> ContactPage:
    """Return one page of contacts."""
    query, rt = ask.query, ask.rt
    asked = ContactFilter(
        state=query.get("state"),
        channel=reading.one_of(query, "channel", _CHANNELS, "unknown_channel"),
        since=reading.moment(query, "since"),
        danger=reading.yes_or_no(query, "danger"),
    )
    most = rt.config.service.limits.api_page
    limit = reading.number(query, "limit", 1, most) or most
    async with rt.transaction(ask.viewer) as tx:
        return await contacts_page(
            tx, ask.viewer, asked, cursor=query.get("cursor"), limit=limit
        )


async def one(ask: Ask) -> ContactView:
    """Return a contact; reading it is an event in its history."""
    rt = ask.rt
    async with rt.transaction(ask.viewer) as tx:
        view = await contact_view(tx, ask.viewer, ask.path["receipt"], rt.number_key)
        tx.record(
            "viewed",
            contact_id=reading.id_of(view.receipt, rt.number_key),
            data={"where": "api"},
        )
        return view


async def fresh_contact(ask: Ask, receipt: str) -> ContactView:
    """Return a contact as it stands now."""
    async with ask.rt.transaction(ask.viewer) as tx:
        return await contact_view(tx, ask.viewer, receipt, ask.rt.number_key)


async def confirm(ask: Ask) -> str:
    """Confirm a contact; return its case's number."""
    receipt, body = ask.path["receipt"], ask.body
    await _check_version(ask, receipt)
    said = Confirmation(
        subcategory=body.subcategory,
        urgency=body.urgency,
        region=body.region,
        district=body.district,
        offer=body.offer,
        extract=body.extract,
        release_narrative=body.release_narrative,
        safety_note=body.safety_note,
        regime=body.regime,
    )
    return await confirm_contact(ask.rt, ask.viewer, receipt, said)


async def after_confirm(ask: Ask, number: str) -> CaseView | ContactView:
    """Return the case; where the contact had moved on (409), the contact."""
    if number == ask.path["receipt"]:
        return await fresh_contact(ask, number)
    return await fresh_case(ask, number)


async def close(ask: Ask) -> str:
    """Close a contact; return its receipt."""
    receipt = ask.path["receipt"]
    await _check_version(ask, receipt)
    await close_contact(ask.rt, ask.viewer, receipt, ask.body.wrap_up, ask.body.note)
    return receipt


async def _check_version(ask: Ask, receipt: str) -> None:
    """Errors: Stale when the contact has changed since the client read it."""
    if ask.version is None:
        return
    view = await fresh_contact(ask, receipt)
    if view.version != ask.version:
        raise Stale("the contact has changed since you read it", version=view.version)


CALLS: list[Call] = [
    get(
        "/contacts",
        listed,
        ContactPage,
        "Contacts: newest first, or the waiting queue with danger first",
        query={
            "state": "a state; or `waiting` (for a person), or `pending` (work still owed)",
            "channel": "a channel",
            "since": "received at or after this moment, RFC 3339",
            "danger": "true or false",
            "cursor": "`next_cursor` of the page before",
            "limit": "items a page",
        },
    ),
    get("/contacts/{receipt}", one, ContactView, "One contact"),
    post(
        "/contacts/{receipt}/confirm",
        ConfirmAsked,
        confirm,
        after_confirm,
        CaseView,
        "Confirm or correct what triage said; opens the case and offers it",
    ),
    post(
        "/contacts/{receipt}/close",
        CloseContactAsked,
        close,
        fresh_contact,
        ContactView,
        "End a contact that is no case, with a wrap-up code",
    ),
]
