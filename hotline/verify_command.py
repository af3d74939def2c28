"""`hotline verify ...`: what is stored is replayed and compared; exit 1 on a difference."""

import sys

import click

from hotline.command_line import data_dir_of, in_runtime, plainly, reach_engines

_SHOWN = 20


@click.group()
def verify() -> None:
    """Replay what is stored and compare it with what stands there."""


@verify.command("clocks")
@plainly
def verify_clocks() -> None:
    """Replay the ledger of every clock and compare it with the clock's row."""
    from hotline.actions.verify_clocks import verify_clocks as run

    reach_engines(data_dir_of(None))
    found = in_runtime(run)
    for line in found.differences[:_SHOWN]:
        click.echo(line)
    click.echo(f"clocks: {found.clocks}, differences: {len(found.differences)}")
    sys.exit(1 if found.differences else 0)


@verify.command("decisions")
@plainly
def verify_decisions() -> None:
    """Make every choice of body and person again from its facts, and compare."""
    from hotline.actions.verify_decisions import verify_decisions as run

    reach_engines(data_dir_of(None))
    found = in_runtime(run)
    for line in found.differences[:_SHOWN]:
        click.echo(line)
    click.echo(
        f"decisions: {found.decisions}, differences: {len(found.differences)},"
        f" of an older format: {found.older}"
    )
    sys.exit(1 if found.differences else 0)
