"""Long work that asks for other long work: a trial of changed rules on a long past."""

from hotline.actions.try_policy import replay_trial
from hotline.actions.works.kind import Bench, Made
from hotline.errors import RuleForbids


async def run(bench: Bench) -> Made:
    """Replay the trial; cancelled, nothing of it is kept. Errors: RuleForbids, Unavailable."""
    await bench.progress(0)
    replay = replay_trial(bench.rt, bench.asked.trial, bench.progress)
    kept = await bench.progress.beside(replay)
    if kept.get("state") == "refused":
        raise RuleForbids("the trial was refused", code=kept["result"]["why"])
    found = kept["result"]["found"]
    return Made(
        {"decisions": found["decisions"], "changes": sum(found["changed"].values())}
    )
