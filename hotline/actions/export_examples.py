"""Use case: what was judged leaves the service as numbers and labels, for work elsewhere.

Features are numbers that a text was read into; labels are codes. No id, no place, no moment,
and an order that tells nothing. Words go along only on request, and only those that two
different people read and released.
"""

import json
from typing import BinaryIO

from hotline.actions.steps.labelled import MOST, Labelled, labelled
from hotline.cases.terms import Role
from hotline.errors import NotAllowed, NotFound
from hotline.identity.viewer import Viewer
from hotline.routing.reading import Reader
from hotline.runtime import Runtime
from hotline.store import text_releases

DIGITS = 4
URGENT = 1


async def export_examples(
    rt: Runtime,
    viewer: Viewer,
    reader: Reader,
    out: BinaryIO,
    *,
    with_text: bool = False,
    limit: int = MOST,
) -> int:
    """Write judged contacts to `out` as JSON lines; return how many. Each export is noted.

    Errors: NotFound, NotAllowed (an administrator sees no content), Unavailable.
    """
    if not viewer.at_111 and viewer.role is not Role.ADMIN:
        raise NotFound("no such page")
    if viewer.role is not Role.SUPERVISOR:  # features tell more of words than labels do
        raise NotAllowed("a supervisor exports")
    async with rt.transaction(viewer) as tx:
        released = await text_releases.released(tx) if with_text else set()
    found = await labelled(rt, viewer, reader, limit=limit, with_text=released)
    found.sort(key=lambda one: rt.sealer.trace("export", str(one.contact_id)))
    told = [one.contact_id for one in found if one.text is not None]
    async with rt.transaction(viewer) as tx:  # noted before a byte leaves
        tx.record("examples_exported", data={"examples": len(found), "texts": len(told)})
        for contact_id in told:
            tx.record("text_exported", contact_id=contact_id)
    out.writelines(_line(one, reader.version) for one in found)
    return len(found)


def _line(one: Labelled, version: str) -> bytes:
    """Return one line: numbers and codes, and released words where there are any."""
    example = one.example
    row = {
        "features": [round(value, DIGITS) for value in example.reading.features],
        "code": example.code,
        "urgency": example.urgency,
        "danger": example.urgency <= URGENT,
        "language": one.language,
        "channel": one.channel,
        "machine": one.machine,
        "features_of": version,
    }
    if one.text is not None:
        row["text"] = one.text
    return json.dumps(row, ensure_ascii=False).encode() + b"\n"
