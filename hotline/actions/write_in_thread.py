"""Use case: whoever opened a thread by receipt and PIN writes on in it: a contact of its own."""

from dataclasses import dataclass, field

from hotline.actions.receive_contact import receive_contact
from hotline.cases.inbound import ContactPolicy, Inbound, Media
from hotline.cases.terms import Channel
from hotline.errors import NotFound
from hotline.identity.viewer import INTAKE
from hotline.runtime import Runtime
from hotline.store import notices, threads
from hotline.store.intake_batch import Kept
from hotline.store.transaction import Nudge

ACCOUNT = "thread"
PSYCHOLOGIST = "psychologist"  # the mark of who asks for one


@dataclass(frozen=True, slots=True)
class Written:
    """What was sent. `sending` makes it one, however often it was pressed."""

    sending: str
    text: str = field(repr=False)
    raw: bytes = field(repr=False)
    lang: str | None = None
    psychologist: bool = False
    media: tuple[Media, ...] = field(default=(), repr=False)
    marks: tuple[str, ...] = ()
    behind: bool = False


async def write_in_thread(rt: Runtime, root_id: int, said: Written) -> Kept:
    """Store what was written as a contact that goes on from the thread's first.

    Triage judges it as any other; who asks for a psychologist is told of at 111's desk.
    Errors: NotFound for what is no thread; Unavailable (nothing was kept).
    """
    async with rt.transaction(INTAKE) as tx:
        root = await threads.root(tx, root_id)
    if root is None:
        raise NotFound("no such thread")
    kept = await receive_contact(
        rt,
        Inbound(
            channel=Channel.WEBCHAT,
            account=ACCOUNT,
            external_id=f"{root_id}:{said.sending}",
            text=said.text,
            raw=said.raw,
            lang_hint=said.lang or root.lang_hint,
            region_hint=root.region_hint,
            anonymous=root.anonymous,
            policy=ContactPolicy(may_write=True),  # they wrote here: here we may answer
            marks=(*said.marks, *([PSYCHOLOGIST] if said.psychologist else ())),
            media=said.media,
            follows_id=root_id,
            behind=said.behind,
        ),
    )
    if said.psychologist and kept.fresh:
        await _tell_desk(rt, kept)
    return kept


async def _tell_desk(rt: Runtime, kept: Kept) -> None:
    async with rt.transaction(INTAKE) as tx:
        tx.record("psychologist_asked", contact_id=kept.id)
        notices.put(tx, notices.SHIFT, "psychologist_asked", contact_id=kept.id)
        tx.nudge(Nudge("contact"))
