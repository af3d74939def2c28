"""Use cases: a file or photograph is put to a case; whoever opens it is written down first."""

import asyncio
import hashlib
from dataclasses import dataclass, field

from hotline.actions.record_act import checked_once
from hotline.cases.lifecycle import Move
from hotline.cases.media import Allowed, judge, plain_type
from hotline.cases.pdf_told import without_told
from hotline.cases.photo_place import NoPhotograph, without_place
from hotline.cases.terms import MediaState
from hotline.errors import NotFound, RuleForbids
from hotline.identity.roles import require
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import cases, field_work, keys
from hotline.store.media_view import safe_name

LARGEST = 10 * 1024 * 1024  # bytes of one file
MOST_PIXELS = 100_000_000
TYPES = ("image/jpeg", "image/png", "image/webp", "application/pdf")


@dataclass(frozen=True, slots=True)
class CaseFile:
    """What one opening shows."""

    id: int
    mime: str
    name: str = field(repr=False)
    content: bytes = field(repr=False)


async def keep_file(
    rt: Runtime,
    viewer: Viewer,
    number: str,
    content: bytes,
    *,
    claimed: str,
    name: str,
    act_once: str = "",
) -> bool:
    """Keep a file, sealed; return whether it is new: a retry keeps nothing twice.

    Where a photograph was made is taken out before, and of a PDF who made it as far as it can
    be read. Errors: NotFound, NotAllowed, RuleForbids.
    """
    move = Move.CHECK if act_once else Move.NOTE
    async with rt.transaction(viewer) as tx:  # first: a wrong file tells nobody of a case
        case = await cases.read(tx, viewer, number, rt.number_key)
        require(viewer, move, case.access)
    if act_once:
        checked_once(act_once)
    clean, mime = await asyncio.to_thread(_cleaned, content, claimed)
    mark = await asyncio.to_thread(_mark, clean)
    async with rt.transaction(viewer) as tx:
        case = await cases.read(tx, viewer, number, rt.number_key, lock=True)
        require(viewer, move, case.access)
        if await field_work.count_files(tx, case.id) >= field_work.MOST_FILES:
            raise RuleForbids("the case has too many files", code="too_many", field="file")
        key = await keys.load_one(tx, case.id)
        values = {
            "case_id": case.id,
            "act_once": act_once,
            "mime": mime,
            "size": len(clean),
            "fingerprint": rt.sealer.trace("case_file", mark),
            "sealed_name": key.seal_text("file_name", safe_name(name)),
            "sealed_content": key.seal("file", clean),
        }
        kept = await field_work.add_file(tx, values)
        if kept is not None:
            tx.record("file_kept", case_id=case.id, data={"file": kept})
            tx.nudge(case.nudge())
    return kept is not None


def _cleaned(content: bytes, claimed: str) -> tuple[bytes, str]:
    allowed = Allowed(TYPES, LARGEST, MOST_PIXELS)
    verdict = judge(content, kind="file", claimed=plain_type(claimed), allowed=allowed)
    if verdict.state is not MediaState.KEPT:
        raise RuleForbids("not kept", code=f"file_{verdict.reason}", field="file")
    if not verdict.mime.startswith("image/"):
        return without_told(content), verdict.mime
    try:
        return without_place(content, verdict.mime), verdict.mime
    except NoPhotograph as broken:
        raise RuleForbids("not kept", code="file_broken", field="file") from broken


def _mark(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


async def open_file(rt: Runtime, viewer: Viewer, number: str, file_id: int) -> CaseFile:
    """Return a file; first the opening is committed. Errors: NotFound."""
    async with rt.transaction(viewer) as tx:
        case = await cases.read(tx, viewer, number, rt.number_key)
        found = await field_work.files_of(tx, viewer, case, file_id)
        if not found:
            raise NotFound("no such file")
        key = await keys.load_one(tx, case.id)
        row = found[0]
        tx.record("file_opened", case_id=case.id, data={"file": row.id})
        opened = CaseFile(
            row.id,
            row.mime,
            key.open_text("file_name", row.sealed_name),
            key.open("file", row.sealed_content),
        )
    return opened  # noqa: RET504  not before the commit: nobody looks without a trace
