"""`hotline admin import-bodies`, `export-bodies`, `succeed`: the directory of bodies."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hotline.command_line import data_dir_of, in_runtime, plainly, reach_engines, telling
from hotline.errors import BadConfig

if TYPE_CHECKING:
    from hotline.runtime import Runtime

_FILE = click.Path(dir_okay=False, path_type=Path)
_WHOLE = click.option(
    "--whole", is_flag=True, help="The table is everything: what it leaves out ends today."
)
_LOOK = click.option("--look", is_flag=True, help="Say what would change; change nothing.")


@click.command("import-bodies")
@click.argument("file", type=_FILE)
@_WHOLE
@_LOOK
@plainly
def import_bodies(*, file: Path, whole: bool, look: bool) -> None:
    """Take bodies, or people of bodies, from the CSV FILE; the heading says which."""
    from hotline.config.csv_table import heading_of

    raw = _bytes(file)
    people = "username" in heading_of(raw, file.name)
    reach_engines(data_dir_of(None))
    tell = telling(file.name)

    async def told(done: int, total: int | None) -> None:
        tell(done, total)

    how = {"raw": raw, "name": file.name, "whole": whole, "only_look": look, "told": told}
    for line in in_runtime(_members if people else _bodies, **how):
        click.echo(line)
    if look:
        click.echo("nothing was changed")


@click.command("export-bodies")
@click.argument("file", type=_FILE)
@click.option("--people", is_flag=True, help="Who belongs to which body, instead.")
@plainly
def export_bodies(*, file: Path, people: bool) -> None:
    """Write the directory as CSV into FILE; import-bodies reads it again."""
    from hotline.actions import export_bodies as action

    async def run(rt: "Runtime") -> bytes:
        act = action.export_members if people else action.export_bodies
        return await act(rt, _machine())

    reach_engines(data_dir_of(None))
    content = in_runtime(run)
    try:
        file.write_bytes(content)
    except OSError as error:
        raise BadConfig(
            [f"{file.name}: cannot be written ({error.strerror}); name another file"]
        ) from error
    rows = content.count(b"\r\n") - 1
    click.echo(f"{file.name}: {rows} rows")


@click.command("sync-bodies")
@plainly
def sync_bodies() -> None:
    """Take config/bodies.yaml over; what people imported or changed stays theirs."""
    from hotline.actions.sync_bodies import sync_bodies as action

    reach_engines(data_dir_of(None))
    click.echo(f"{in_runtime(action)} bodies of bodies.yaml")


@click.command("succeed")
@click.argument("old")
@click.argument("new")
@click.option("--on", "on_day", type=click.DateTime(["%Y-%m-%d"]), required=True)
@click.option(
    "--person", "usernames", multiple=True, help="Who goes along; else everybody."
)
@plainly
def succeed(*, old: str, new: str, on_day: datetime, usernames: tuple[str, ...]) -> None:
    """Let the body NEW take the place of OLD: people and open cases move on the day."""
    from hotline.actions.plan_succession import plan_succession

    async def run(rt: "Runtime") -> int:
        return await plan_succession(
            rt, _machine(), old, new, on_day.date(), usernames or None
        )

    reach_engines(data_dir_of(None))
    plan = in_runtime(run)
    click.echo(f"{old} -> {new}: plan {plan}, from {on_day.date()} on")


def _machine() -> Any:
    from hotline.actions.sync_bodies import DIRECTORY

    return DIRECTORY


async def _bodies(rt: "Runtime", **how: Any) -> list[str]:
    from hotline.actions.import_bodies import import_bodies as run

    done = await run(rt, _machine(), **how)
    lines = [
        f"{change.body}: {change.what}"
        + "".join(f"; {c}: {was or '-'} -> {now or '-'}" for c, was, now in change.fields)
        for change in done.changes
    ]
    counts = ", ".join(f"{done.count(what)} {what}" for what in ("new", "changed", "ended"))
    return [*lines, f"{done.rows} rows: {counts}; {done.left} others stay as they are"]


async def _members(rt: "Runtime", **how: Any) -> list[str]:
    from hotline.actions.import_members import import_members as run

    done = await run(rt, _machine(), **how)
    lines = [f"{body}: {person} new" for body, person in done.new]
    lines += [f"{body}: {person} ended" for body, person in done.ended]
    told = f"{len(done.new)} new, {done.changed} changed, {len(done.ended)} ended"
    return [*lines, f"{done.rows} rows: {told}; {done.left} others stay as they are"]


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadConfig(
            [f"{file.name}: cannot be read ({error.strerror}); give a readable file"]
        ) from error
