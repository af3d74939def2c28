"""Use case: a letter of a case is written down; each saving is a version of its own."""

from hotline.actions.record_act import checked_once
from hotline.actions.record_work import need
from hotline.cases.lifecycle import Move
from hotline.errors import RuleForbids
from hotline.identity.roles import require, signs_for
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import cases, keys, letters

KINDS = ("cover", "request", "answer", "extension")
LOCALES = ("kk", "ru")
LONGEST = 10_000


async def write_letter(
    rt: Runtime,
    viewer: Viewer,
    number: str,
    *,
    kind: str,
    locale: str,
    text: str,
    once: str,
) -> None:
    """Keep a version of a letter; nothing is sent. Errors: NotFound, NotAllowed, RuleForbids."""
    checked_once(once)
    if kind not in KINDS or locale not in LOCALES:
        raise RuleForbids("no such letter", code="unknown_letter", field="kind")
    said = need(text, "text")
    if len(said) > LONGEST:
        raise RuleForbids("too long", code="text_too_long", field="text")
    async with rt.transaction(viewer) as tx:
        case = await cases.read(tx, viewer, number, rt.number_key, lock=True)
        require(viewer, Move.NOTE, case.access)
        key = await keys.load_one(tx, case.id)
        values = {
            "case_id": case.id,
            "body_id": signs_for(viewer, case.access),
            "kind": kind,
            "locale": locale,
            "once": once,
            "sealed_text": key.seal_text("letter", said),
        }
        if await letters.add(tx, values) is not None:
            tx.record("letter_written", case_id=case.id, data={"letter": kind})
            tx.nudge(case.nudge())
