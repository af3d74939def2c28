"""/contacts/{receipt}/links, attach, detach: likely duplicates, for people at 111."""

from hotline.actions.attach_contact import attach_contact, detach_contact
from hotline.actions.decide_link import decide_link
from hotline.actions.undo_link import undo_link
from hotline.api.asks import NothingAsked
from hotline.api.asks_likeness import AttachAsked, LinkAsked
from hotline.api.call import Ask, Call, get, post
from hotline.api.contacts import fresh_contact
from hotline.store.link_view import LinkPage, links_view
from hotline.store.view_parts import ContactView


async def listed(ask: Ask) -> LinkPage:
    """Return a contact's links."""
    return await fresh_links(ask, ask.path["receipt"])


async def fresh_links(ask: Ask, receipt: str) -> LinkPage:
    """Return a contact's links as they stand now."""
    rt = ask.rt
    async with rt.transaction(ask.viewer) as tx:
        return await links_view(tx, ask.viewer, receipt, rt.number_key, rt.config.links)


async def decide(ask: Ask) -> str:
    """Link, dismiss or undo; return the receipt."""
    receipt, said = ask.path["receipt"], ask.body
    if said.decision == "undone":
        await undo_link(ask.rt, ask.viewer, receipt, said.other)
    else:
        same = said.decision == "linked"
        await decide_link(ask.rt, ask.viewer, receipt, said.other, same=same)
    return receipt


async def attach(ask: Ask) -> str:
    """Attach the contact to a case; return the receipt."""
    receipt, said = ask.path["receipt"], ask.body
    await attach_contact(ask.rt, ask.viewer, receipt, said.case, release=said.release)
    return receipt


async def detach(ask: Ask) -> str:
    """Take the contact out again; return the receipt."""
    receipt = ask.path["receipt"]
    await detach_contact(ask.rt, ask.viewer, receipt)
    return receipt


CALLS: list[Call] = [
    get(
        "/contacts/{receipt}/links",
        listed,
        LinkPage,
        "Contacts that may tell of the same person, with reasons",
    ),
    post(
        "/contacts/{receipt}/links",
        LinkAsked,
        decide,
        fresh_links,
        LinkPage,
        "Say that two contacts are of one person or not, or take it back; merges nothing",
    ),
    post(
        "/contacts/{receipt}/attach",
        AttachAsked,
        attach,
        fresh_contact,
        ContactView,
        "Attach a contact to the open case of a linked one",
    ),
    post(
        "/contacts/{receipt}/detach",
        NothingAsked,
        detach,
        fresh_contact,
        ContactView,
        "Take an attached contact out of the case; it waits for a person again",
    ),
]
