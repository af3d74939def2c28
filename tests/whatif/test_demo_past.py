"""The demo's past: the rules that made it change nothing in it, and nothing is passed over."""

import hypothesis  # noqa: F401  Python 3.11 fails to parse it late, among greenlets
import pytest

from hotline.actions.forecast_breaches import forecast_breaches
from hotline.actions.replay_past import replay_past
from hotline.config.load import load
from hotline.demo import seed
from hotline.identity.viewer import TRIAGE
from hotline.store import people
from tests.whatif.past import TODAY


@pytest.mark.slow
async def test_identical_rules_give_an_empty_diff_on_the_demos_past(
    rt, database, monkeypatch
):
    monkeypatch.setenv("HOTLINE_DEMO_PASSWORD", "a-demo-password")
    await seed(rt, empty=False)
    found = await replay_past(rt, load(rt.settings.config_dir, TODAY), 60)
    kept = await database.fetchval(
        "SELECT count(*) FROM decisions WHERE kind IN ('route', 'person')"
    )
    assert (found.changes, found.load, found.cannot_replay) == ((), (), {})
    assert (found.decisions, found.drifted) == (kept, 0)
    assert kept > 0
    async with rt.transaction(TRIAGE) as tx:
        row = await people.by_username(tx, "supervisor")
        supervisor = await people.viewer(tx, row.id)
    seen = await forecast_breaches(rt, supervisor)
    # A month of a demo is too short to be right about: it must say so, not guess.
    assert seen.clocks > 0
    assert seen.enough is False
    assert {one.p24 for one in seen.cases} == {None}
