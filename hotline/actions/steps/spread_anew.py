"""Step: a case's place was corrected: who answers there for a site complained of is out too."""

from hotline.actions.steps import accused, complaints
from hotline.actions.steps.accused import About, Accused, Place
from hotline.cases.apart import ComplaintKind
from hotline.runtime import Runtime
from hotline.store import complaints as booked
from hotline.store import contacts, keys
from hotline.store.cases import OpenedCase
from hotline.store.sealing import Forgotten
from hotline.store.transaction import Transaction


async def spread_anew(rt: Runtime, tx: Transaction, case: OpenedCase) -> bool:
    """Book whom the case's reports and sites mean at its place; return whether it is news.

    What was booked for the place before stays: too many are out rather than too few. What
    two people set aside stays set aside.
    """
    row = case.row
    place = complaints.place_of(tx, row.region, row.district)
    found: list[Accused] = []
    for contact in await contacts.of_case(tx, case.id):
        found += await complaints.of_report(rt, tx, contact.id, place)
    found += await _of_sites(rt, tx, case.id, place)
    there = {(r.body_id, r.person_id) for r in await booked.of_case(tx, case.id)}
    fresh = [one for one in dict.fromkeys(found) if (one.body, one.person) not in there]
    await complaints.book(tx, case.id, fresh)
    return bool(fresh)


async def _of_sites(
    rt: Runtime, tx: Transaction, case_id: int, place: Place
) -> list[Accused]:
    """Return who answers at `place` for the sites that people named without an id."""
    rows = await booked.of_case(tx, case_id)
    sites = [r for r in rows if r.kind == ComplaintKind.SITE and r.lifted_at is None]
    sealed = dict.fromkeys(r.sealed_name for r in sites if r.sealed_name is not None)
    if not sealed:
        return []
    try:
        key = await keys.load_one(tx, case_id)
    except Forgotten:
        return []
    everybody, directory = await accused.known(tx), await rt.directory(tx)
    found: list[Accused] = []
    for words in sealed:
        about = About(ComplaintKind.SITE, name=key.open_text("complaint", words))
        sure = accused.certain(everybody, about)
        found += await accused.spread(tx, sure, about, directory, place)
    return found
