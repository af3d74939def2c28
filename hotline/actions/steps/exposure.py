"""Step: look whether an extract would give away what is closed to its body."""

import json
from collections.abc import Sequence
from typing import Any

from hotline.errors import RuleForbids
from hotline.routing.extract import Exposes, exposes, hidden
from hotline.runtime import Runtime
from hotline.store import contacts, keys
from hotline.store.cases import OpenedCase
from hotline.store.transaction import Transaction

LONGEST = 4_000  # characters of an extract


async def checked(
    rt: Runtime,
    tx: Transaction,
    case: OpenedCase,
    extract: str,
    *,
    hides: Sequence[str],
    anyway: bool,
) -> tuple[Exposes, ...]:
    """Return what `extract` exposes, when the person says that it must be told anyway.

    Errors: RuleForbids `extract_exposes` with what, and `text_missing`, `too_long`.
    """
    if not extract.strip():
        raise RuleForbids("say something", code="text_missing", field="extract")
    if len(extract) > LONGEST:
        raise RuleForbids("make it shorter", code="too_long", field="extract")
    found = await _exposes(rt, tx, case, extract, hides)
    if found and not anyway:
        raise RuleForbids(
            f"the extract would give away: {', '.join(found)}; change it, or say that it"
            " must be told anyway",
            code="extract_exposes",
            field="extract",
            what=[str(one) for one in found],
        )
    return found


async def _exposes(
    rt: Runtime, tx: Transaction, case: OpenedCase, extract: str, hides: Sequence[str]
) -> tuple[Exposes, ...]:
    attached = await contacts.of_case(tx, case.id)
    owners = await keys.load(tx, [row.id for row in attached])
    narrative: list[str] = []
    names: list[str] = []
    for row in attached:
        key = owners.get(row.id)
        if key is not None:
            narrative.append(key.open_text("narrative", row.sealed_narrative) or "")
            names.extend(_names(key.open_text("identity", row.sealed_identity)))
    topic = rt.codes[case.row.subcategory].name
    closed = hidden(hides, case.row.subcategory)
    kazakh = case.row.language in ("kk", "mixed")
    return exposes(
        extract,
        narrative="\n".join(narrative),
        names=names,
        hidden_topic=(topic.kk if kazakh else topic.ru) if closed else None,
    )


def _names(identity: str | None) -> list[str]:
    known: dict[str, Any] = json.loads(identity or "{}")
    who = known.get("identity") or {}
    return [value for value in (who.get("name"), who.get("handle")) if value]
