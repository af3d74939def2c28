"""The command line: `hotline ...` or `python -m hotline ...`.

Heavy imports come late, so that light commands stay light.
"""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import click

from hotline.bodies_command import export_bodies, import_bodies, succeed, sync_bodies
from hotline.command_line import data_dir_of, in_runtime, plainly, reach_engines, telling
from hotline.errors import BadConfig
from hotline.model_command import model
from hotline.process_command import PROCESSES
from hotline.replay_command import replay
from hotline.verify_command import verify
from hotline.whatif_command import what_if

# Structlog loads rich where a developer has it: 10 MB in each process, for colours that no
# log of ours has. What is None here counts as not installed.
sys.modules.setdefault("rich", None)  # type: ignore[arg-type]


@click.group()
def main() -> None:
    """Case routing and triage for contact centre 111."""


main.add_command(model)
main.add_command(verify)
main.add_command(replay)
main.add_command(what_if)
for _process in PROCESSES:
    main.add_command(_process)


@main.command()
@click.option("--demo", is_flag=True, help="Demo users and a believable past of 30 days.")
@click.option("--empty", is_flag=True, help="With --demo: users, but no past.")
@click.option("--host", default=lambda: os.environ.get("HOTLINE_HOST", "127.0.0.1"))
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=lambda: os.environ.get("HOTLINE_PORT", "8111"),
    help="Also HOTLINE_PORT; 8111.",
)
@click.option("--data-dir", type=click.Path())
@click.option("--config", "config_dir", type=click.Path(exists=True, file_okay=False))
@plainly
def up(
    *, demo: bool, empty: bool, host: str, port: int, data_dir: str | None, config_dir: str
) -> None:
    """Start everything on this machine; SIGTERM or Ctrl-C stops it in order."""
    from hotline.up import UpOptions
    from hotline.up import up as run

    config = Path(config_dir) if config_dir else None
    sys.exit(run(UpOptions(demo, empty, host, port, data_dir_of(data_dir), config)))


@main.command()
@plainly
def migrate() -> None:
    """Bring the database to the newest version."""
    from hotline.settings import DATABASE_SCHEMES
    from hotline.store.migrate import upgrade_now

    url = os.environ.get("HOTLINE_DATABASE_URL")
    if not url:
        raise BadConfig(["environment: HOTLINE_DATABASE_URL: is not set; give a URL"])
    if not url.startswith(DATABASE_SCHEMES):
        wanted = " or ".join(DATABASE_SCHEMES)
        raise BadConfig(
            [f"environment: HOTLINE_DATABASE_URL: is no such URL; begin it with {wanted}"]
        )
    done = upgrade_now(url)
    if done or not _has_bodies(url):
        _take_over_bodies(url)


def _take_over_bodies(url: str) -> None:
    """Take bodies.yaml over; where it contradicts the directory kept so far, that goes on.

    A service for emergencies does not stay down because of a file; what is wrong is told.
    """
    from hotline.actions.sync_bodies import sync_bodies as take_over
    from hotline.config.directory_faults import BadDirectory

    try:
        in_runtime(take_over)
    except BadDirectory as error:
        if not _has_bodies(url):
            raise
        for problem in error.problems:
            click.echo(problem, err=True)
        click.echo(
            "bodies.yaml was not taken over; the directory stays as it was. Correct the file"
            " (a body that is renamed or left out keeps its pattern, with `valid_to`), then"
            " run `hotline admin sync-bodies`",
            err=True,
        )


def _has_bodies(url: str) -> bool:
    from hotline.store.migrate import any_row

    return asyncio.run(any_row(url, "bodies"))


@main.command()
@click.option("--empty", is_flag=True)
@plainly
def demo(*, empty: bool) -> None:
    """Add the demo's users, and unless --empty a believable past."""
    from hotline.identity.passwords import verify_password
    from hotline.store.migrate import demo_password_hash

    known = asyncio.run(demo_password_hash(os.environ.get("HOTLINE_DATABASE_URL", "")))
    if known is None:
        from hotline.demo import seed

        in_runtime(seed, empty=empty)
    elif not verify_password(known, os.environ["HOTLINE_DEMO_PASSWORD"]):
        from hotline.demo import set_password

        in_runtime(set_password)


@main.command("check-config")
@click.option("--config", "config_dir", type=click.Path(file_okay=False))
@plainly
def check_config(*, config_dir: str | None) -> None:
    """Validate config/; every error names file, key and remedy."""
    from hotline.clock import SystemClock
    from hotline.config.load import SHIPPED, load
    from hotline.routing.gazetteer import name_problems
    from hotline.routing.triage import compile_policy

    folder = Path(config_dir or os.environ.get("HOTLINE_CONFIG_DIR") or SHIPPED)
    config = load(folder, SystemClock().now().date())
    found = name_problems(config.places)
    if found:
        raise BadConfig(found)
    compile_policy(config)
    click.echo(f"{folder.name}: in order")


@main.command()
@click.option("--config", "config_dir", type=click.Path(file_okay=False))
@plainly
def triage(*, config_dir: str | None) -> None:
    """Triage JSON lines from standard input; no database."""
    from hotline.config.load import SHIPPED
    from hotline.triage_command import arriving, run

    folder = Path(config_dir or os.environ.get("HOTLINE_CONFIG_DIR") or SHIPPED)
    run(arriving(sys.stdin.buffer), sys.stdout.buffer, folder)


@main.command()
@click.argument("username")
@plainly
def token(*, username: str) -> None:
    """Print a fresh bearer token for USERNAME."""
    from hotline.actions.sign_in import issue_token

    reach_engines(data_dir_of(None))
    click.echo(in_runtime(issue_token, username=username))


@main.group()
def user() -> None:
    """People who sign in."""


@user.command("add")
@click.argument("username")
@click.option("--name", "display_name", required=True)
@click.option("--role", required=True)
@click.option("--region")
@click.option("--body", "body_ids", multiple=True)
@click.password_option()
@plainly
def user_add(*, body_ids: tuple[str, ...], **person: Any) -> None:
    """Add a person; the password is asked for, or given with --password.

    A commissioner oversees --region while in its commissioner's office: name that with --body.
    """
    from hotline.actions.add_person import add_person

    reach_engines(data_dir_of(None))
    in_runtime(add_person, body_ids=list(body_ids), **person)
    click.echo(f"{person['username']}: added")
    if person["role"] == "commissioner" and not body_ids:
        click.echo("oversees nothing until a commissioner's office is given (--body)")


@main.group()
def admin() -> None:
    """Rare and weighty acts."""


for _command in (import_bodies, export_bodies, sync_bodies, succeed):
    admin.add_command(_command)


@admin.command("forget")
@click.argument("receipts", nargs=-1, required=True)
@click.option("--as", "username", required=True, help="The supervisor or administrator.")
@plainly
def forget(*, receipts: tuple[str, ...], username: str) -> None:
    """Destroy the keys behind RECEIPTS: nothing of these people can be read again."""
    from hotline.actions.forget_person import forget_as

    reach_engines(data_dir_of(None))
    gone = in_runtime(forget_as, username=username, receipts=receipts)
    click.echo(f"forgotten: {gone} of {len(receipts)}")


@admin.command("import-kato")
@click.argument("register", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--config", "config_dir", type=click.Path(exists=True, file_okay=False))
@plainly
def import_kato(*, register: Path, config_dir: str | None) -> None:
    """Take villages and codes from the official REGISTER of places (KATO; CSV or JSON)."""
    from hotline.actions.import_kato import import_kato as run
    from hotline.config.load import SHIPPED

    folder = Path(config_dir or os.environ.get("HOTLINE_CONFIG_DIR") or SHIPPED)
    done = run(register, folder, telling(register.name))
    what = f"{done.places} villages and rural districts, {done.districts} districts"
    said = "written; it counts after the next start" if done.changed else "as it was"
    click.echo(f"{register.name}: {done.rows} rows; {what}")
    click.echo(f"{folder.name}/{done.written.name}: {said}")


@main.command()
@plainly
def doctor() -> None:
    """Look at engines, migrations, calendar, workers and lag; exit 1 on a failure."""
    from hotline.doctor import examine

    reach_engines(data_dir_of(None))
    lines = in_runtime(examine)
    for line in lines:
        click.echo(f"{'ok  ' if line.ok else 'FAIL'} {line.what}: {line.found}")
    sys.exit(0 if all(line.ok for line in lines) else 1)


if __name__ == "__main__":
    main()
