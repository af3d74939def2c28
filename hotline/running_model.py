"""The reader that triage uses now: the shipped model with what two people enabled.

A worker asks before each batch; the database is asked once a minute, and weights are read
only when another model was enabled. Whatever goes wrong, the shipped model goes on.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta

import structlog

from hotline.errors import NotFound, Unavailable
from hotline.identity.viewer import TRIAGE, Machine
from hotline.model.desk import with_heads
from hotline.model.heads import BadWeights, unpack
from hotline.routing.reading import Reader
from hotline.store import models
from hotline.store.transaction import Transaction

EVERY = timedelta(minutes=1)
Opening = Callable[[Machine], AbstractAsyncContextManager[Transaction]]
_log = structlog.get_logger()


class RunningModel:
    """One process's view of which model runs. `base` is the shipped reader."""

    def __init__(self, base: Reader) -> None:
        self._base = base
        self._reader = base
        self._version: str | None = None
        self._looked_at: datetime | None = None

    async def reader(self, transaction: Opening, now: datetime) -> Reader:
        """Return the reader to use now, at most EVERY behind what people enabled."""
        if self._looked_at is None or not timedelta(0) <= now - self._looked_at < EVERY:
            try:
                async with transaction(TRIAGE) as tx:
                    await self._look(tx)
            except Unavailable:
                return self._reader  # the one that ran before goes on
            self._looked_at = now
        return self._reader

    async def _look(self, tx: Transaction) -> None:
        row = await models.running(tx)
        version = row.model_version if row else None
        if version == self._version:
            return
        self._reader, self._version = await enabled_reader(tx, self._base), version


async def enabled_reader(tx: Transaction, base: Reader) -> Reader:
    """Return `base` with the enabled heads, or `base` where there are none for it."""
    row = await models.running(tx)
    if row is None:
        return base
    if row.base_version != base.version:
        _log.warning("learned_model_is_for_other_weights", model=row.model_version)
        return base
    try:
        heads = unpack(await models.weights(tx, row.model_version), row.model_version)
    except (BadWeights, NotFound):
        _log.error("learned_model_unreadable", model=row.model_version)
        return base
    return with_heads(base, heads)
