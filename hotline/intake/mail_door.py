"""One letter, whoever brought it: read, stored, and only then answered for."""

import asyncio
from dataclasses import dataclass, replace

import structlog

from hotline.actions.whose_letter import whose_letter
from hotline.cases.inbound import Heard, Inbound
from hotline.cases.letter_token import key_of
from hotline.errors import RejectedInbound
from hotline.intake.channel import Outcome
from hotline.intake.mail import House, Post, read, unparsed
from hotline.intake.mail_parts import Limits
from hotline.intake.receive import take_in
from hotline.runtime import Runtime
from hotline.web.metrics import REFUSED

CHANNEL = "email"
_SMALL = 50_000  # bytes: read in a few milliseconds
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a letter; committed. `why`: a code, where nothing of it is kept."""

    outcome: Outcome
    why: str | None = None


def house_of(rt: Runtime) -> House:
    """Return by what letters are read in this process."""
    rules = rt.config.channels.mail
    ours = {address.lower() for address in (*rules.addresses, rt.settings.smtp_from)}
    return House(
        account=rules.account,
        addresses=frozenset(ours),
        authserv_ids=frozenset(name.lower() for name in rules.authserv_ids),
        key=key_of(rt.settings.secret_key),
        limits=Limits(rules.depth, rules.parts),
    )


async def take_letter(rt: Runtime, raw: bytes, *, cut: bool = False) -> Taken:
    """Keep one letter and return once that is committed. Errors: Unavailable.

    `cut`: it was too large, and this is its beginning. A letter whose parts the store
    cannot hold is kept as its bytes alone.
    """
    house = house_of(rt)
    if len(raw) < _SMALL:
        post = read(raw, house, cut=cut)
    else:  # in a thread: taking 25 MB apart is half a second during which others write
        post = await asyncio.to_thread(read, raw, house, cut=cut)
    heard = [await _placed(rt, one, post) for one in post.heard]
    try:
        outcome = await take_in(rt, CHANNEL, heard)
    except RejectedInbound as error:
        log.warning("letter_kept_unparsed", code=error.code)
        outcome = (await keep_unread(rt, raw)).outcome
    if post.why:
        REFUSED.labels(CHANNEL, post.why).inc()
        log.info("letter_not_kept", reason=post.why)
    return Taken(outcome, post.why)


async def keep_unread(rt: Runtime, raw: bytes) -> Taken:
    """Keep a letter as its bytes alone, for a person and for a mended parser."""
    return Taken(await take_in(rt, CHANNEL, [unparsed(raw, house_of(rt))]))


async def _placed(rt: Runtime, one: Heard, post: Post) -> Heard:
    """Return a letter that answers one of ours as going on in that person's thread."""
    if not isinstance(one, Inbound) or post.answers is None:
        return one
    return replace(one, follows_id=await whose_letter(rt, post.answers.letter_id))
