"""Step: the default extract of a case for one body, sealed, with what is closed to it."""

from collections.abc import Iterable
from typing import Any

from hotline.cases.terms import BodyKind
from hotline.routing.extract import Matter, Told, default_extract
from hotline.runtime import Runtime
from hotline.store.cases import OpenedCase
from hotline.store.referrals import Proposal
from hotline.store.sealing import OwnerKey


def told_by_default(
    rt: Runtime, row: Any, kind: BodyKind, purpose: str | None = None
) -> Told:
    """Return what a body of `kind` is told of a case, from codes, in the case's language."""
    kazakh = row.language in ("kk", "mixed")

    def place(code: str | None) -> str:
        known = rt.place_names.get(code or "")
        return known[0 if kazakh else 1] if known else ""

    name = rt.codes[row.subcategory].name
    matter = Matter(
        subcategory=row.subcategory,
        topic=name.kk if kazakh else name.ru,
        region=place(row.region) or "—",
        district=place(row.district),
        kazakh=kazakh,
    )
    return default_extract(rt.config.purposes, kind, matter, purpose)


def proposal(
    rt: Runtime,
    case: OpenedCase,
    key: OwnerKey | None,
    body: tuple[str, BodyKind],
    *,
    lead: bool,
) -> Proposal:
    """Return the proposal of a case to `body` (id, kind) with the extract for its purpose.

    `key`: None where the case was forgotten, and nothing of it can be sealed any more.
    """
    told = told_by_default(rt, case.row, body[1])
    sealed = key.seal_text("extract", told.text) if key is not None else None
    return Proposal(body[0], lead, sealed, told.purpose, told.hides)


def proposals(
    rt: Runtime,
    case: OpenedCase,
    key: OwnerKey | None,
    wanted: Iterable[tuple[str, BodyKind, bool]],
) -> list[Proposal]:
    """Return a proposal for each (body, kind, lead)."""
    return [proposal(rt, case, key, (body, kind), lead=lead) for body, kind, lead in wanted]
