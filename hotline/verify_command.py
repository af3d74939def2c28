"""`hotline verify ...`: what is stored is replayed and compared; exit 1 on a difference."""

import sys
from functools import partial

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


@verify.command("intake")
@plainly
def verify_intake() -> None:
    """Check that everything that came in still stands somewhere, channel by channel."""
    from hotline.actions.verify_intake import verify_intake as run

    reach_engines(data_dir_of(None))
    found = in_runtime(run)
    for one in found.balances:
        click.echo(
            f"{one.channel}: received {one.received} = new {one.new} + attached"
            f" {one.attached} + spam {one.spam} + quarantined {one.quarantined} + pending"
            f" {one.pending}; difference {one.difference}"
        )
    for line in found.faults[:_SHOWN]:
        click.echo(line)
    total = sum(one.difference for one in found.balances)
    click.echo(f"intake: difference {total}, faults {len(found.faults)}")
    sys.exit(0 if found.holds else 1)


@verify.command("audit")
@click.option(
    "--against", multiple=True, metavar="SEAL",
    help="A seal that was kept outside, such as 123:0123456789abcdef; several times for several.",
)  # fmt: skip
@plainly
def verify_audit(against: tuple[str, ...]) -> None:
    """Check the chain over the logs: nothing was altered, added behind it or taken out."""
    from hotline.actions.seal_audit import read_mark
    from hotline.actions.seal_audit import verify_audit as run

    for mark in against:
        try:
            read_mark(mark)
        except ValueError as wrong:
            raise click.BadParameter(
                f"`{mark}` is no seal: BLOCK:SIXTEEN_DIGITS"
            ) from wrong
    reach_engines(data_dir_of(None))
    found = in_runtime(partial(run, against=against))
    broken = found.broken
    if broken is not None and found.why == "cut":
        click.echo(f"block {broken.id} was sealed and is gone: the end was cut off")
    elif broken is not None:
        click.echo(
            f"block {broken.id} ({broken.source}, rows {broken.from_id} to {broken.to_id})"
            f" does not hold: {found.why}"
        )
    newest = f", newest seal {found.newest}" if found.newest else ""
    click.echo(
        f"audit: {found.blocks} blocks, {found.rows} rows hold, {found.unsealed} not sealed"
        f" yet{newest}"
    )
    sys.exit(1 if broken is not None else 0)
