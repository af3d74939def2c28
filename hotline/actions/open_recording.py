"""Use case: somebody hears a recording: who and why is written before the first byte goes."""

from dataclasses import dataclass
from datetime import timedelta

from hotline.errors import NotFound, RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import recording_view
from hotline.store.recording_view import RecordingLine

REASONS = ("quality", "complaint", "case_work", "request")
OWN = "own_call"
OPEN_FOR = timedelta(minutes=30)  # then it is to be opened anew


@dataclass(frozen=True, slots=True)
class OpenedRecording:
    """A recording that the viewer has opened. `content` is empty where only asked about."""

    opening_id: int
    line: RecordingLine
    receipt: str
    content: bytes = b""

    @property
    def mime(self) -> str:
        """Return the type by the first bytes: exchanges write WAV unless told otherwise."""
        if self.content[:4] == b"OggS":
            return "audio/ogg"
        if self.content[:3] == b"ID3" or self.content[:2] == b"\xff\xfb":
            return "audio/mpeg"
        return "audio/wav"


async def open_recording(
    rt: Runtime, viewer: Viewer, recording_id: int, reason: str = ""
) -> int:
    """Write that the viewer opens a recording, and why; return the opening.

    Who had the call needs no reason; a supervisor gives one of REASONS.
    Errors: NotFound for everybody else; RuleForbids `unknown_reason`.
    """
    async with rt.transaction(viewer) as tx:
        line, contact = await recording_view.hearable(tx, viewer, recording_id)
        if not line.own and reason not in REASONS:
            raise RuleForbids("say why", code="unknown_reason", field="reason")
        why = OWN if line.own else reason
        made = await recording_view.put_opening(tx, viewer.person_id, recording_id, why)
        tx.record(
            "recording_opened",
            contact_id=contact.id,
            case_id=contact.case_id,
            data={"reason": why},
        )
    return made


async def opened_recording(
    rt: Runtime, viewer: Viewer, opening_id: int, *, with_content: bool
) -> OpenedRecording:
    """Return what the viewer has opened, while that is fresh and they still may.

    Errors: NotFound.
    """
    async with rt.transaction(viewer) as tx:
        row = await recording_view.opening(tx, opening_id, viewer.person_id)
        if tx.now - row.at > OPEN_FOR:
            raise NotFound("open it anew", code="opening_over")
        line, contact = await recording_view.hearable(tx, viewer, row.recording_id)
        content = b""
        if with_content:
            content = await recording_view.sound(tx, line.id, contact.id)
    return OpenedRecording(opening_id, line, contact.receipt, content)
