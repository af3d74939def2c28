"""Long work that reads with the parsers of the doors: messages of a channel, read anew."""

from hotline.actions.works.kind import Bench, Made
from hotline.errors import RuleForbids
from hotline.intake.replay import parsers, replay

WELL = ("same", "changed", "new", "not_ours", "elsewhere")


async def run(bench: Bench) -> Made:
    """Parse again, message by message; cancelled, what was read anew stays so."""
    asked = bench.asked
    if asked.channel not in parsers(bench.rt):
        raise RuleForbids("nothing of this channel can be read anew", code="no_parser")
    counted = await replay(bench.rt, asked.channel, asked.since, bench.progress)
    told = {what: counted[what] for what in ("same", "changed", "new") if counted[what]}
    left = sum(n for what, n in counted.items() if what not in WELL)
    return Made({**told, **({"unreadable": left} if left else {})})
