"""Step: how long a kind of record is kept. Never less than the least of config/admin.yaml."""

from typing import Any

from hotline.errors import NotFound, RuleForbids
from hotline.identity.changes import Values
from hotline.runtime import Runtime
from hotline.store import retention
from hotline.store.transaction import Transaction

_MOST = 40_000  # days: more than a life


async def read(rt: Runtime, tx: Transaction, key: str) -> dict[str, Any]:
    """Return the period of a kind. Errors: NotFound."""
    period = rt.config.admin.retention.of(key)
    if period is None:
        raise NotFound("no such kind of record")
    return {"days": (await retention.periods(tx)).get(key, period.days)}


async def check(
    rt: Runtime, _tx: Transaction, key: str, _before: Values, after: Values
) -> None:
    """Do nothing for a period that may stand. Errors: RuleForbids `too_few_days`, `too_many`."""
    period = rt.config.admin.retention.of(key)
    if period is None or after["days"] < period.least_days:
        raise RuleForbids("keep it longer", code="too_few_days", field="days")
    if after["days"] > _MOST:
        raise RuleForbids("nobody keeps it that long", code="too_many", field="days")


async def put(
    _rt: Runtime, tx: Transaction, key: str, _before: Values, after: Values
) -> None:
    """Put it so; the next run goes by it."""
    await retention.put_period(tx, key, after["days"])
