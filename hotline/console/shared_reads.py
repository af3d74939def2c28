"""What every open page asks at a change, read once for all that ask at the same moment."""

from collections.abc import Mapping, Sequence
from functools import partial

from aiohttp import web

from hotline.identity.viewer import Machine, Viewer
from hotline.runtime import Runtime
from hotline.store import console_reads, pages
from hotline.store.gathering import Gathered

_WATCH = Machine("pages")
BELLS: web.AppKey[Gathered[Viewer, int]] = web.AppKey("bells", Gathered)
WAKING: web.AppKey[Gathered[None, bool]] = web.AppKey("waking", Gathered)


def share(app: web.Application, rt: Runtime) -> None:
    """Let the pages of `app` ask together."""
    app[BELLS] = Gathered(partial(_bells, rt))
    app[WAKING] = Gathered(partial(_waking, rt))


async def _bells(rt: Runtime, viewers: Sequence[Viewer]) -> Mapping[Viewer, int]:
    """Read the numbers on the bells of people at 111, each with their own rights."""
    async with rt.transaction(_WATCH) as tx:
        return await console_reads.unseen_at_111(tx, viewers)


async def _waking(rt: Runtime, _: Sequence[None]) -> Mapping[None, bool]:
    """Read whether anybody is woken: mostly nobody is, and then nobody has a line to read."""
    async with rt.transaction(_WATCH) as tx:
        return {None: await pages.any_open(tx)}
