"""Use case (a job): what people sent is fetched, looked at and sealed.

Queue: outward. State is kept per medium: a second run fetches only what is missing. What a
provider cannot give now is asked for again with growing pauses; in the end people are told.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta

from hotline.cases.media import MOST_MEDIA, Allowed, judge
from hotline.cases.terms import JobName, MediaState
from hotline.errors import NotFound
from hotline.identity.viewer import Machine
from hotline.notify.fetch import FetchFailed, Limits
from hotline.notify.media_sources import source_of
from hotline.runtime import Runtime
from hotline.store import media, outbox
from hotline.store.media import Owed
from hotline.store.outbox import Promise
from hotline.store.transaction import Nudge, Transaction

FETCHER = Machine("fetcher")
_PATIENCE = 3  # failures one after the other, of one contact in one run
_REFUSED = frozenset(
    {
        "too_large",
        "too_many",
        "no_address",
        "bad_address",
        "host_not_allowed",
        "private_address",
        "compressed",
    }
)


async def lanes_of(rt: Runtime, outbox_ids: Sequence[int]) -> dict[int, str]:
    """Return the lane of each open row: whose media host it will wait for."""
    async with rt.transaction(FETCHER) as tx:
        promised = await outbox.claim(tx, JobName.FETCH_MEDIA, outbox_ids)
        doors = await media.doors_of(tx, [one.subject_id for one in promised])
    return {one.id: f"media:{doors.get(one.subject_id, '')}" for one in promised}


async def fetch_media(rt: Runtime, outbox_ids: Sequence[int]) -> int:
    """Fetch what the contacts of outbox rows are owed; return how many rows were open.

    Nothing is locked while a provider thinks: two at once fetch twice and store once.
    Errors: Unavailable.
    """
    async with rt.transaction(FETCHER) as tx:
        promised = await outbox.claim(tx, JobName.FETCH_MEDIA, outbox_ids)
        owed = {one.id: await media.owed(tx, one.subject_id) for one in promised}
    for promise in promised:
        await _end(rt, promise, await _take_all(rt, owed[promise.id]))
    return len(promised)


async def _take_all(rt: Runtime, medium_ids: Sequence[int]) -> dict[int, str]:
    """Fetch one contact's media; return why which are to be tried again.

    A host that is away is not asked for all fifty of an album; each try begins with another,
    so that one that always fails keeps back none of the rest.
    """
    turn = int(rt.clock.now().timestamp()) % max(1, len(medium_ids))
    missing: dict[int, str] = {}
    in_a_row = 0
    for medium_id in [*medium_ids[turn:], *medium_ids[:turn]]:
        last = next(reversed(missing.values()), "")
        code = last if in_a_row >= _PATIENCE else await _take(rt, medium_id)
        in_a_row = in_a_row + 1 if code else 0
        if code:
            missing[medium_id] = code
    return missing


async def _take(rt: Runtime, medium_id: int) -> str | None:
    """Fetch and store one medium; return why it is to be tried again, or None."""
    async with rt.transaction(FETCHER) as tx:
        medium = await media.read_owed(tx, medium_id)
    if medium is None:
        return None
    try:
        content = await _content(rt, medium)
    except FetchFailed as failed:
        if failed.again:
            return failed.code
        state = MediaState.REFUSED if failed.code in _REFUSED else MediaState.FAILED
        async with rt.transaction(FETCHER) as tx:
            await _give_up(tx, medium.contact_id, medium_id, state, failed.code)
        return None
    await _store(rt, medium, content)
    return None


async def _content(rt: Runtime, medium: Owed) -> bytes:
    """Return what the medium holds. Errors: FetchFailed."""
    rules = rt.config.channels.media
    if medium.content is not None:
        return medium.content
    if medium.ref is None:
        more = medium.position >= MOST_MEDIA
        raise FetchFailed("too_many" if more else "no_address", again=False)
    if (medium.size or 0) > rules.largest_bytes:
        raise FetchFailed("too_large", again=False)
    source = source_of(rt.settings, rt.config.channels, medium.channel, medium.account)
    if source is None:
        raise FetchFailed("not_configured", again=True)
    return await source.content(medium.ref, Limits(rules.largest_bytes, rules.timeout_s))


async def _store(rt: Runtime, medium: Owed, content: bytes) -> None:
    """Judge by the first bytes and seal; whoever was forgotten meanwhile is not stored."""
    rules = rt.config.channels.media
    allowed = Allowed([*rules.images, *rules.other], rules.largest_bytes, rules.most_pixels)
    verdict = judge(content, kind=medium.kind, claimed=medium.claimed_mime, allowed=allowed)
    fingerprint = rt.sealer.trace("media", hashlib.sha256(content).hexdigest())
    try:
        async with rt.transaction(FETCHER) as tx:
            if not await media.keep(tx, medium, content, verdict, fingerprint):
                return
            tx.record(
                "media_kept" if verdict.state is MediaState.KEPT else "media_quarantined",
                contact_id=medium.contact_id,
                data={"medium": medium.id, "reason": verdict.reason},
            )
            tx.nudge(Nudge("contact"))
    except NotFound:
        return


async def _end(rt: Runtime, promise: Promise, missing: Mapping[int, str]) -> None:
    """Finish the row, or let it wait; after the last try people are told what is missing."""
    rules = rt.config.channels.media
    async with rt.transaction(FETCHER) as tx:
        if not missing:
            await outbox.finish(tx, [promise.id])
            return
        failure = await outbox.count_failure(
            tx,
            promise.id,
            code=next(iter(missing.values())),
            limit=rules.tries,
            pause=timedelta(seconds=rules.first_pause_s),
        )
        if failure is None or not failure.dead:
            return
        for medium_id, code in missing.items():
            await _give_up(tx, promise.subject_id, medium_id, MediaState.FAILED, code)
        tx.nudge(Nudge("board"))


async def _give_up(
    tx: Transaction, contact_id: int, medium_id: int, state: MediaState, code: str
) -> None:
    if await media.settle(tx, medium_id, state, code):
        tx.record(
            "media_not_kept",
            contact_id=contact_id,
            data={"medium": medium_id, "reason": code},
        )
        tx.nudge(Nudge("contact"))
