"""Pages: one row for each person woken, until one of them answers. Ids and codes only."""

import base64
import hmac
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, insert, or_, select, text, update
from sqlalchemy.sql.elements import ColumnElement

from hotline.identity.viewer import Viewer
from hotline.store import visibility
from hotline.store.tables import bodies, cases, contacts, people, referrals
from hotline.store.tables_routing import pages
from hotline.store.transaction import Transaction

OPEN = ("waiting", "sent", "failed")
_OF_A_CODE = ("case_id", "contact_id", "referral_id", "clock_id", "chain_id", "person_id")
_SHOWN = 50
_CODE_LETTERS = 10  # 50 bits: an address nobody guesses, short enough to be typed


def answer_code(tx: Transaction, page: Any) -> str:
    """Return the code by which a page is answered; the same for every attempt to send it."""
    return _code(tx, {name: getattr(page, name) for name in ("at", *_OF_A_CODE)})


def _code(tx: Transaction, page: Mapping[str, Any]) -> str:
    at = int(page["at"].timestamp() * 1_000_000)
    known = [page[name] for name in _OF_A_CODE]
    told = hmac.digest(tx.sealer.derive("pages"), repr([at, *known]).encode(), "sha256")
    return base64.b32encode(told).decode().lower()[:_CODE_LETTERS]


async def put(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Add pages, all in one statement, with the hashes of their answer codes."""
    if not rows:
        return []
    fresh = [{"at": tx.now, **row} for row in rows]
    for row in fresh:
        row["answer_hash"] = tx.sealer.token_hash(_code(tx, row))
    statement = insert(pages).returning(pages.c.id, sort_by_parameter_order=True)
    return [int(row.id) for row in await tx.rows(statement, fresh)]


async def of_subject(
    tx: Transaction, *, case_id: int | None, contact_id: int | None
) -> Sequence[Row[Any]]:
    """Return every page of a case, or of a contact that is no case yet."""
    subject = (
        pages.c.case_id == case_id
        if case_id is not None
        else pages.c.contact_id == contact_id
    )
    return await tx.rows(select(pages).where(subject).order_by(pages.c.id))


_DUE = text("SELECT id FROM pages WHERE next_at <= :now ORDER BY next_at, id LIMIT :n")
_CASES = text("""
SELECT id FROM cases WHERE id IN (SELECT case_id FROM pages WHERE id = ANY(:ids))
ORDER BY id FOR UPDATE SKIP LOCKED
""")
_CLAIM = text("""
SELECT * FROM pages WHERE id = ANY(:ids) AND next_at <= :now
AND state IN ('waiting','sent','failed') AND (case_id IS NULL OR case_id = ANY(:cases))
ORDER BY next_at, id FOR UPDATE SKIP LOCKED
""")


async def due(tx: Transaction, limit: int) -> list[int]:
    """Return the ids of pages that nobody answered in time, the oldest first; not locked."""
    return [row.id for row in await tx.rows(_DUE, {"now": tx.now, "n": limit})]


async def claim(tx: Transaction, ids: Sequence[int]) -> Sequence[Row[Any]]:
    """Return those of `ids` that are due still, locked; others' are passed over.

    Their cases are locked first: who is chosen next must not be kept out meanwhile.
    """
    held = [row.id for row in await tx.rows(_CASES, {"ids": list(ids)})]
    return await tx.rows(_CLAIM, {"now": tx.now, "ids": list(ids), "cases": held})


async def put_off(tx: Transaction, page_id: int, until: datetime) -> None:
    """Let a page wait until then, unless its chain has ended or gone on meanwhile."""
    await tx.run(
        update(pages)
        .where(
            pages.c.id == page_id,
            pages.c.state.in_(OPEN),
            pages.c.next_at <= tx.now,
        )
        .values(next_at=until)
    )


async def of_chain(tx: Transaction, chain_id: int) -> Sequence[Row[Any]]:
    """Return the pages of a chain, the first one first."""
    return await tx.rows(
        select(pages)
        .where(or_(pages.c.chain_id == chain_id, pages.c.id == chain_id))
        .order_by(pages.c.id)
    )


async def change(tx: Transaction, page_id: int, values: Mapping[str, Any]) -> None:
    """Set columns of a page."""
    await tx.run(update(pages).where(pages.c.id == page_id).values(**dict(values)))


async def answer(tx: Transaction, chain_id: int, person_id: int) -> int:
    """Let a person answer whatever is open of a chain; return how many pages that were."""
    return await tx.run(
        update(pages)
        .where(
            or_(pages.c.chain_id == chain_id, pages.c.id == chain_id),
            pages.c.state.in_(OPEN),
        )
        .values(state="answered", answered_by=person_id, answered_at=tx.now, next_at=None)
    )


async def locked(tx: Transaction, page_id: int) -> Row[Any] | None:
    """Return a page, locked, or None."""
    return await tx.one(select(pages).where(pages.c.id == page_id).with_for_update())


async def by_code(tx: Transaction, code: str) -> Row[Any] | None:
    """Return the page that a code answers, or None."""
    hashed = tx.sealer.token_hash(code.strip().lower())
    return await tx.one(select(pages).where(pages.c.answer_hash == hashed))


async def is_open_to(tx: Transaction, page_id: int, viewer: Viewer) -> bool:
    """Return whether the page is there and nobody complains of the viewer in its matter."""
    found = await tx.one(
        select(pages.c.id)
        .outerjoin(cases, cases.c.id == pages.c.case_id)
        .outerjoin(contacts, contacts.c.id == pages.c.contact_id)
        .where(pages.c.id == page_id, *_open_to(viewer))
    )
    return found is not None


def _open_to(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    return visibility.open_to(viewer), visibility.open_to(viewer, contacts)


_MOOT = text("""
UPDATE pages SET state = 'withdrawn', next_at = NULL WHERE id IN (
  SELECT p.id FROM pages p WHERE p.state IN ('waiting','sent','failed') AND (
    EXISTS (SELECT FROM referrals r WHERE r.id = p.referral_id
            AND r.status <> 'offered' AND NOT (p.cause <> 'offered' AND r.status = 'accepted'))
    OR EXISTS (SELECT FROM clocks c WHERE c.id = p.clock_id AND c.state IN ('met','cancelled'))
    OR EXISTS (SELECT FROM contacts c WHERE c.id = p.contact_id AND p.cause = 'unseen'
               AND c.seen_at IS NOT NULL)
    OR (p.cause = 'visit' AND NOT EXISTS (SELECT FROM visits v WHERE v.case_id = p.case_id
        AND v.cancelled_at IS NULL AND (v.help_at > p.at - interval '24 hours'
            OR (v.late_at IS NOT NULL AND v.out_at IS NULL))))
    OR EXISTS (SELECT FROM cases k WHERE k.id = p.case_id AND p.cause <> 'visit'
               AND (k.status = 'closed' OR k.urgency <> ALL(CAST(:levels AS smallint[])))))
  ORDER BY p.id FOR UPDATE OF p SKIP LOCKED)
RETURNING id, case_id, contact_id
""")


async def withdraw_moot(tx: Transaction, levels: Sequence[int]) -> Sequence[Row[Any]]:
    """End the pages whose reason is gone: the body answered, the clock was met, it is no
    emergency any more. `levels`: the urgencies that wake people.
    """
    return await tx.rows(_MOOT, {"levels": list(levels)})


async def to_send(tx: Transaction, page_ids: Sequence[int]) -> Sequence[Row[Any]]:
    """Return waiting pages of people, with all that a message says."""
    return await tx.rows(
        select(
            pages,
            people.c.locale,
            bodies.c.name_kk,
            bodies.c.name_ru,
            func.coalesce(cases.c.number, contacts.c.receipt).label("number"),
            func.coalesce(cases.c.apart, contacts.c.apart).label("apart"),
        )
        .join(people, people.c.id == pages.c.person_id)
        .join(bodies, bodies.c.id == pages.c.body_id)
        .outerjoin(cases, cases.c.id == pages.c.case_id)
        .outerjoin(contacts, contacts.c.id == pages.c.contact_id)
        .where(pages.c.id.in_(page_ids), pages.c.state == "waiting")
    )


async def any_open(tx: Transaction) -> bool:
    """Return whether anybody at all is being woken."""
    row = await tx.one(select(pages.c.id).where(pages.c.state.in_(OPEN)).limit(1))
    return row is not None


async def open_pages(tx: Transaction, viewer: Viewer) -> Sequence[Row[Any]]:
    """Return open pages, gravest first: the viewer's, and for 111 what nobody answered.

    A case that complains of the viewer is not among them. `readable`: the viewer may open the
    case; who is woken from above often may not, and only sees to it that somebody answers.
    """
    readable = select(cases.c.id).where(
        cases.c.id == pages.c.case_id, visibility.visible_to(viewer)
    )
    mine = pages.c.person_id == viewer.person_id
    ours = pages.c.person_id.is_(None)
    meant = func.coalesce(referrals.c.body_id, pages.c.body_id)
    return await tx.rows(
        select(
            pages,
            meant.label("meant_for"),
            bodies.c.name_kk,
            bodies.c.name_ru,
            bodies.c.phone,
            bodies.c.has_login,
            cases.c.number,
            contacts.c.receipt,
            readable.correlate(pages).exists().label("readable"),
        )
        .outerjoin(referrals, referrals.c.id == pages.c.referral_id)
        .join(bodies, bodies.c.id == meant)
        .outerjoin(cases, cases.c.id == pages.c.case_id)
        .outerjoin(contacts, contacts.c.id == pages.c.contact_id)
        .where(
            pages.c.state.in_(OPEN),
            or_(mine, ours) if viewer.at_111 else mine,
            *_open_to(viewer),
        )
        .order_by(pages.c.urgency, pages.c.id)
        .limit(_SHOWN)
    )


async def still_waiting(tx: Transaction, page_ids: Sequence[int]) -> Sequence[Row[Any]]:
    """Return those pages that nobody answered, passed or withdrew meanwhile, locked."""
    return await tx.rows(
        select(pages)
        .where(pages.c.id.in_(page_ids), pages.c.state == "waiting")
        .order_by(pages.c.id)
        .with_for_update()
    )


async def hurry(tx: Transaction, person_id: int) -> int:
    """Let the open pages of a person go on at once; return how many."""
    return await tx.run(
        update(pages)
        .where(
            pages.c.person_id == person_id,
            pages.c.state.in_(OPEN),
            pages.c.next_at > tx.now,
        )
        .values(next_at=tx.now)
    )


async def hurry_of(tx: Transaction, case_id: int, persons: Collection[int]) -> int:
    """Take open pages of a case, or of its contacts, from people who are out; return how many.

    The sweep wakes the next at once.
    """
    theirs = select(contacts.c.id).where(contacts.c.case_id == case_id)
    matter = or_(pages.c.case_id == case_id, pages.c.contact_id.in_(theirs))
    return await _fail(tx, and_(matter, pages.c.person_id.in_(sorted(persons))))


async def pass_by(tx: Transaction, page_ids: Collection[int]) -> int:
    """Let open pages go on at once without being sent; return how many."""
    return await _fail(tx, pages.c.id.in_(sorted(page_ids)))


async def _fail(tx: Transaction, chosen: ColumnElement[bool]) -> int:
    return await tx.run(
        update(pages)
        .where(chosen, pages.c.state.in_(OPEN))
        .values(state="failed", next_at=tx.now)
    )


async def all_open(tx: Transaction) -> Sequence[Row[Any]]:
    """Return every open page, oldest first."""
    return await tx.rows(select(pages).where(pages.c.state.in_(OPEN)).order_by(pages.c.id))
