"""`hotline replay`: what a channel brought is parsed again, after a parser was mended."""

import sys
from datetime import datetime, timedelta, timezone

import click

from hotline.command_line import data_dir_of, in_runtime, plainly, reach_engines

ALMATY = timezone(timedelta(hours=5))
_WELL = ("same", "changed", "new", "not_ours", "elsewhere")


@click.command()
@click.option("--channel", required=True, help="As in /intake/CHANNEL, or email.")
@click.option(
    "--since", required=True, type=click.DateTime(), help="In Almaty: 2026-11-20T08:00:00."
)
@plainly
def replay(*, channel: str, since: datetime) -> None:
    """Parse stored raw messages again; exit 1 while any is still unreadable."""
    from hotline.intake.replay import replay as run

    reach_engines(data_dir_of(None))
    counted = in_runtime(run, channel=channel, since=since.replace(tzinfo=ALMATY))
    for what in sorted(counted):
        click.echo(f"{what}: {counted[what]}")
    left = sum(n for what, n in counted.items() if what not in _WELL)
    click.echo(f"replayed: {sum(n for what, n in counted.items() if what != 'new')}")
    sys.exit(1 if left else 0)
