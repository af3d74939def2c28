"""What somebody typed into the forms of a case page and has not sent: theirs alone, sealed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert as upsert

from hotline.store import keys
from hotline.store.tables_field import case_drafts
from hotline.store.transaction import Transaction

_PART = "case_draft"


@dataclass(frozen=True, slots=True)
class Kept:
    """The words of one form, by field."""

    saved_at: datetime
    fields: Mapping[str, str] = field(repr=False)


async def keep(
    tx: Transaction,
    case_id: int,
    form: str,
    told: Mapping[str, str],
    *,
    page: str,
    turn: int,
) -> None:
    """Keep what the actor typed so far; nothing typed is nothing kept.

    A page's save that comes after a later one of it, or after it was sent, changes nothing.
    """
    sealed = None
    if any(words.strip() for words in told.values()):
        key = await keys.load_one(tx, case_id)
        sealed = key.seal_text(_PART, json.dumps(dict(told)))
    values = {"saved_at": tx.now, "page": page, "turn": turn, "sealed_fields": sealed}
    fresh = upsert(case_drafts).values(
        case_id=case_id, person_id=tx.actor.person_id, move=form, **values
    )
    await tx.run(
        fresh.on_conflict_do_update(
            index_elements=["case_id", "person_id", "move"],
            set_=values,
            where=or_(case_drafts.c.page != page, case_drafts.c.turn < turn),
        )
    )


async def of_actor(tx: Transaction, case_id: int) -> dict[str, Kept]:
    """Return what the actor has typed on a case and not sent, by form."""
    rows = await tx.rows(
        select(case_drafts).where(
            case_drafts.c.case_id == case_id,
            case_drafts.c.person_id == tx.actor.person_id,
            case_drafts.c.sealed_fields.is_not(None),
        )
    )
    if not rows:
        return {}
    key = await keys.load_one(tx, case_id)
    return {
        row.move: Kept(row.saved_at, json.loads(key.open_text(_PART, row.sealed_fields)))
        for row in rows
    }


async def sent(tx: Transaction, case_id: int, form: str, *, page: str, turn: int) -> None:
    """Forget the words of a form that the actor's `page` has sent."""
    gone = {"saved_at": tx.now, "page": page, "turn": turn, "sealed_fields": None}
    fresh = upsert(case_drafts).values(
        case_id=case_id, person_id=tx.actor.person_id, move=form, **gone
    )
    await tx.run(
        fresh.on_conflict_do_update(
            index_elements=["case_id", "person_id", "move"], set_=gone
        )
    )
