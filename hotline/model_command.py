"""`hotline model ...`: what the desk taught triage, and who lets it work."""

import json
import os
import sys
from typing import TYPE_CHECKING, Any

import click

from hotline.command_line import data_dir_of, in_runtime, plainly, reach_engines

if TYPE_CHECKING:
    from hotline.routing.reading import Reader
    from hotline.runtime import Runtime

_AS = click.option("--as", "username", required=True, help="Who does this.")


@click.group()
def model() -> None:
    """Learning from the desk: train, compare, enable, roll back, report."""


def shipped_reader(rt: "Runtime") -> "Reader":
    """Return the model of this release. Errors: BadConfig."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # small sums: threads only wait
    from hotline.model.reader import ShippedReader
    from hotline.model.weights import load_weights

    return ShippedReader(load_weights(), rt.triage.danger, rt.triage.topics)


def _shipped_examples(name: str, reader: "Reader") -> Any:
    from hotline.errors import BadConfig
    from hotline.model.heads import BadWeights
    from hotline.model.kept_examples import shipped_examples

    try:
        return shipped_examples(name, reader.version)
    except BadWeights as error:
        raise BadConfig([str(error)]) from error


async def _as(rt: "Runtime", action: Any, username: str, *given: Any, **more: Any) -> Any:
    """Do `action(rt, viewer, ...)` as the person called `username`."""
    from hotline.actions.steps.named_person import person_named

    return await action(rt, await person_named(rt, username), *given, **more)


def _do(action: Any, username: str, *given: Any, **more: Any) -> Any:
    reach_engines(data_dir_of(None))

    async def run(rt: "Runtime") -> Any:
        return await _as(rt, action, username, *given, **more)

    return in_runtime(run)


@model.command()
@_AS
@plainly
def train(*, username: str) -> None:
    """Learn a candidate from what people at 111 said of contacts."""
    from hotline.actions.train_at_desk import train_at_desk
    from hotline.model.kept_examples import REPLAY

    async def run(rt: "Runtime") -> Any:
        reader = shipped_reader(rt)
        replay = _shipped_examples(REPLAY, reader)
        return await _as(rt, train_at_desk, username, reader, replay)

    reach_engines(data_dir_of(None))
    made = in_runtime(run)
    known = "" if made.fresh else " (known already)"
    click.echo(f"{made.version}: {made.examples} contacts, {made.replayed} replayed{known}")


@model.command()
@click.argument("version")
@_AS
@plainly
def compare(*, version: str, username: str) -> None:
    """Measure a candidate beside the running model; exit 1 when it is refused."""
    from hotline.actions.compare_models import compare_models
    from hotline.model.kept_examples import GOLD

    async def run(rt: "Runtime") -> Any:
        reader = shipped_reader(rt)
        gold = _shipped_examples(GOLD, reader)
        return await _as(rt, compare_models, username, reader, version, gold)

    reach_engines(data_dir_of(None))
    found = in_runtime(run)
    click.echo(f"{'':16}{'found':>9}{'missed':>9}{'false':>9}{'topics':>12}")
    for where, both in (("desk", found.desk), ("gold", found.gold)):
        for name, one in (("running", both.running), ("candidate", both.candidate)):
            click.echo(
                f"{where + ' ' + name:16}{one.found:>5}/{one.urgent:<3}"
                f"{one.missed_urgent:>9}{one.false_alarms:>9}"
                f"{one.right_code:>8}/{one.with_code:<4}"
            )
    for reason in found.refused:
        click.echo(f"refused: {reason}")
    sys.exit(1 if found.refused else 0)


@model.command()
@click.argument("version")
@_AS
@plainly
def propose(*, version: str, username: str) -> None:
    """Propose a compared model; another person enables it."""
    from hotline.actions.enable_model import propose_model

    _do(propose_model, username, version)
    click.echo(f"{version}: proposed; another person enables it")


@model.command()
@click.argument("version")
@_AS
@plainly
def enable(*, version: str, username: str) -> None:
    """Enable a model that somebody else proposed."""
    from hotline.actions.enable_model import enable_model

    _do(enable_model, username, version)
    click.echo(f"{version}: enabled; workers follow within a minute")


@model.command()
@click.argument("version", default="shipped")
@_AS
@plainly
def rollback(*, version: str, username: str) -> None:
    """Go back to VERSION, or to the shipped model, at once."""
    from hotline.actions.enable_model import roll_back

    _do(roll_back, username, version)
    click.echo(f"{version}: runs; workers follow within a minute")


@model.command()
@_AS
@click.option("--with-text", is_flag=True, help="Words that two people released.")
@click.option("--out", type=click.File("wb"), default="-")
@plainly
def export(*, username: str, with_text: bool, out: Any) -> None:
    """Write features and labels of judged contacts as JSON lines."""
    from hotline.actions.export_examples import export_examples

    async def run(rt: "Runtime") -> Any:
        reader = shipped_reader(rt)
        return await _as(rt, export_examples, username, reader, out, with_text=with_text)

    reach_engines(data_dir_of(None))
    click.echo(f"{in_runtime(run)} contacts", err=True)


@model.command()
@click.argument("receipt")
@_AS
@plainly
def release(*, receipt: str, username: str) -> None:
    """Say that you read RECEIPT's words and that they tell of nobody."""
    from hotline.actions.release_text import release_text

    people = _do(release_text, username, receipt)
    click.echo(f"{receipt}: released by {people} of 2 people")


@model.command()
@click.option("--size", default=50, show_default=True)
@_AS
@plainly
def sample(*, size: int, username: str) -> None:
    """Draw contacts that were judged harmless, for a second reading."""
    from hotline.actions.sample_rereading import draw_sample

    click.echo(f"{_do(draw_sample, username, size)} contacts wait for a second reader")


@model.command("list")
@_AS
@plainly
def list_all(*, username: str) -> None:
    """Show every model, newest first."""
    from hotline.actions.enable_model import list_models

    page = _do(list_models, username)
    click.echo(f"running: {page.running or 'shipped'}")
    for one in page.items:
        refused = ", ".join((one.compared or {}).get("refused", []))
        click.echo(
            f"{one.version}  {one.state:<9} {one.made_at:%Y-%m-%d %H:%M}"
            f"  {one.examples} contacts  made by {one.made_by}"
            + (f"  refused: {refused}" if refused else "")
        )


@model.command()
@_AS
@click.option("--json", "as_json", is_flag=True)
@plainly
def report(*, username: str, as_json: bool) -> None:
    """Show how often triage was right, what it missed, and what has changed."""
    import msgspec

    from hotline.actions.quality_report import quality_report

    found = _do(quality_report, username)
    if as_json:
        click.echo(json.dumps(msgspec.to_builtins(found), ensure_ascii=False))
        return
    click.echo(
        f"{found.judged} judged contacts since {found.since:%Y-%m-%d}; {found.running}"
    )
    click.echo(f"{'':10}{'topic':>22}{'urgency':>22}{'danger found':>22}")
    for line in (found.all, *found.languages, *found.codes):
        shares = (line.topic, line.urgency, line.danger)
        click.echo(f"{line.name or 'all':10}" + "".join(f"{_told(s):>22}" for s in shares))
    click.echo(f"missed urgent, of harmless ones read again: {_told(found.missed_urgent)}")
    click.echo(f"false urgent of 1,000: {found.false_urgent}")
    for moved in found.drift:
        if moved.drift.verdict in ("watch", "moved"):
            click.echo(f"{moved.week} {moved.of}: {moved.drift.verdict}")


def _told(share: Any) -> str:
    """Return "88 % (81-93) of 120", or a dash."""
    if share.share is None:
        return "-"
    low, middle, high = (round(100 * part) for part in (share.low, share.share, share.high))
    return f"{middle} % ({low}-{high}) of {share.n}"
