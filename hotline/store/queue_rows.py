"""Rows of the queue of 111: what is the same for everybody, and what is one's own of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, and_, func, select

from hotline.cases.graphic import graphic
from hotline.store import contact_lists, looking, media
from hotline.store.list_parts import ContactLine
from hotline.store.opened_parts import identity_of, mask_phone, opened
from hotline.store.people import people_names
from hotline.store.shared_view import SharedView, shared_view
from hotline.store.tables import contacts
from hotline.store.tables_channels import recordings
from hotline.store.tables_queue import contact_holds, postponements
from hotline.store.transaction import Transaction
from hotline.store.view_parts import View


class QueueLine(View, frozen=True):
    """One row: the contact, and who is on it. `who`: masked; `put_off`: until when and why."""

    contact: ContactLine
    who: str | None
    anonymous: bool
    pictures: int
    sounds: int
    held_by: str | None
    mine: bool
    lookers: tuple[str, ...]
    put_off: datetime | None
    put_off_why: str | None
    covered: str | None  # what kind of hard words it holds; None: none, or wanted open
    shared: SharedView | None  # that a place or a card came; masked


@dataclass(frozen=True, slots=True)
class SharedLine:
    """A row as a stranger to it reads it, and for whom it reads otherwise."""

    line: QueueLine
    holder: int | None
    lookers: tuple[int, ...]  # whose names `line.lookers` are

    def seen_by(self, person_id: int, *, opens: bool) -> QueueLine:
        """Return the row of one person. `opens`: they want hard words open."""
        mine, looks = self.holder == person_id, person_id in self.lookers
        uncovers = opens and self.line.covered is not None
        if not (mine or looks or uncovers):
            return self.line
        named = zip(self.lookers, self.line.lookers, strict=True)
        return msgspec.structs.replace(
            self.line,
            mine=mine,
            lookers=tuple(name for one, name in named if one != person_id),
            covered=None if opens else self.line.covered,
        )


async def shared_lines(
    tx: Transaction, ids: Sequence[int], codes: Mapping[str, str]
) -> tuple[SharedLine, ...]:
    """Return these contacts in the order of `ids`. `codes`: the topic of each danger rule.

    The caller has made sure that whoever is shown them may know of them.
    """
    if not ids:
        return ()
    lines = await contact_lists.lines(tx, ids)
    more = {row.id: row for row in await _more(tx, ids)}
    parts = await opened(tx, ids)
    seen = await looking.everybody(tx, looking.CONTACT, ids)
    names = await people_names(tx, {row.held_by for row in more.values()} - {None})
    marks = await _marks(tx, ids)
    known = {i: parts.known(i, "identity", more[i].sealed_identity) for i in ids}
    return tuple(
        SharedLine(
            line=QueueLine(
                contact=line,
                who=_who(known[i]),
                anonymous=more[i].anonymous,
                pictures=marks.get((i, False), 0),
                sounds=marks.get((i, True), 0),
                held_by=names.get(more[i].held_by, (None, None))[1],
                mine=False,
                lookers=tuple(name for _, name in seen.get(i, ())),
                put_off=more[i].until,
                put_off_why=more[i].reason,
                covered=graphic(more[i].triage, codes),
                shared=shared_view(known[i], masked=True),
            ),
            holder=more[i].held_by,
            lookers=tuple(person for person, _ in seen.get(i, ())),
        )
        for i, line in zip(ids, lines, strict=True)
    )


async def _more(tx: Transaction, ids: Sequence[int]) -> Sequence[Row[Any]]:
    c = contacts.c
    later = and_(
        postponements.c.contact_id == c.id,
        postponements.c.until > tx.now,
        c.urgency > 1,
        ~c.danger,
    )
    return await tx.rows(
        select(
            c.id,
            c.anonymous,
            c.triage,
            c.sealed_identity,
            contact_holds.c.person_id.label("held_by"),
            postponements.c.until,
            postponements.c.reason,
        )
        .outerjoin(contact_holds, contact_holds.c.contact_id == c.id)
        .outerjoin(postponements, later)
        .where(c.id.in_(ids))
    )


async def _marks(tx: Transaction, ids: Sequence[int]) -> dict[tuple[int, bool], int]:
    """Return how many pictures or files (False) and sounds (True) each contact has."""
    found = await media.counted(tx, ids)
    heard = await tx.rows(
        select(recordings.c.contact_id, func.count().label("n"))
        .where(recordings.c.contact_id.in_(ids), recordings.c.state == "stored")
        .group_by(recordings.c.contact_id)
    )
    for row in heard:
        key = (row.contact_id, True)
        found[key] = found.get(key, 0) + int(row.n)
    return found


def _who(known: Mapping[str, Any]) -> str | None:
    """Return who it is from, masked: enough to tell two rows apart."""
    phone = identity_of(known).phone if known.get("identity") else None
    return mask_phone(phone)
