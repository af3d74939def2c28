"""Use case: make every stored choice of body and person again, from its facts alone."""

from dataclasses import dataclass

from hotline.identity.viewer import Machine
from hotline.routing.replay import differences
from hotline.runtime import Runtime
from hotline.store import decisions

VERIFY = Machine("verify")
BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Verified:
    """How many choices were made again, how many are of an older format, what differs."""

    decisions: int
    older: int
    differences: tuple[str, ...]  # "decision 7 (route): choice"


async def verify_decisions(rt: Runtime) -> Verified:
    """Make every choice again, a batch at a time; nothing is written."""
    found: list[str] = []
    seen = older = after = 0
    while True:
        async with rt.transaction(VERIFY) as tx:
            rows = await decisions.chosen_after(tx, after, BATCH)
        if not rows:
            return Verified(seen, older, tuple(found))
        for number, kind, columns in rows:
            differs = differences(kind, columns)
            if differs is None:
                older += 1
            else:
                seen += 1
                found += [f"decision {number} ({kind}): {name}" for name in differs]
        after = rows[-1][0]
