"""`hotline what-if`: another configuration tried on the stored past, from the command line."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hotline.command_line import data_dir_of, in_runtime, plainly, reach_engines

if TYPE_CHECKING:
    from hotline.runtime import Runtime
    from hotline.store.trial_view import FoundView

_SHOWN = 20  # changes in plain text; --json has all


@click.command("what-if")
@click.option(
    "--config",
    "folder",
    type=click.Path(exists=True, file_okay=False),
    required=True,
    help="The configuration to try.",
)
@click.option("--days", type=click.IntRange(1, 366), default=30, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Everything, as JSON.")
@plainly
def what_if(*, folder: str, days: int, as_json: bool) -> None:
    """Replay stored decisions and clocks under another configuration; write nothing."""
    import msgspec

    reach_engines(data_dir_of(None))
    found, apart = in_runtime(_replayed, folder=Path(folder), days=days)
    if as_json:
        told = {**msgspec.to_builtins(found), "not_judged": apart}
        click.echo(msgspec.json.encode(told).decode())
        return
    for line in _lines(found, apart):
        click.echo(line)


async def _replayed(rt: "Runtime", *, folder: Path, days: int) -> tuple[Any, list[str]]:
    """Return what would change, and what differs that a replay cannot judge."""
    from hotline.actions.replay_past import REPLAY, replay_past
    from hotline.config.load import load
    from hotline.config.overlay import texts
    from hotline.store import trial_view
    from hotline.whatif.rules import REPLAYED, unjudged

    today: date = rt.clock.now().date()
    other = load(folder, today)
    found = await replay_past(rt, other, days)
    ours, theirs = texts(rt.settings.config_dir), texts(folder)
    changed = {name for name in {*ours, *theirs} if ours.get(name) != theirs.get(name)}
    async with rt.transaction(REPLAY) as tx:
        shown = await trial_view.shown(tx, None, found)
    return shown, [*sorted(changed - {*REPLAYED}), *unjudged(rt.config, other)]


def _lines(found: "FoundView", apart: list[str]) -> list[str]:
    """Return the answer in plain words."""
    clocks = sum(one.replayed for one in found.clocks)
    told = [
        f"{found.decisions} decisions and {clocks} clocks since {found.since:%Y-%m-%d}",
        *(f"cannot be replayed: {n} ({why})" for why, n in found.cannot_replay.items()),
        *(f"not judged by a replay: {name}" for name in apart),
    ]
    if not found.changed:
        return [*told, "nothing changes"]
    told += [f"{n} {kind} answers change" for kind, n in sorted(found.changed.items())]
    told += [
        f"{one.name}: {one.earlier} earlier, {one.later} later, {one.begun} begin,"
        f" {one.dropped} fall away; late {one.late_before} -> {one.late_after}"
        for one in found.clocks
        if one.earlier or one.later or one.begun or one.dropped
    ]
    told += [f"{one.body}: {one.before} -> {one.after} cases" for one in found.load]
    told += [
        f"{one.case or one.contact} {one.kind} {one.what}: {one.before} -> {one.after}"
        for one in found.changes[:_SHOWN]
    ]
    more = sum(found.changed.values()) - _SHOWN
    return [*told, f"and {more} more (--json)"] if more > 0 else told
