"""What every command does alike: errors in plain words, the running engines, one runtime.

Heavy imports come late, so that light commands stay light.
"""

import asyncio
import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from hotline.errors import BadConfig, HotlineError

LONG = 500  # rows; less is done before anybody wonders
CLONE = Path(__file__).parents[1]


def plainly(command: Callable[..., Any]) -> Callable[..., Any]:
    """Print errors that a person can act on, a line each, and exit with 1."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except BadConfig as error:
            for problem in error.problems:
                click.echo(problem, err=True)
            sys.exit(1)
        except HotlineError as error:
            click.echo(f"{error.code}: {error.text}", err=True)
            sys.exit(1)

    return run


def telling(what: str) -> Callable[[int, int | None], None]:
    """Return what tells people at a terminal each tenth of long work, and nobody of short."""
    told = 0

    def tell(done: int, total: int | None) -> None:
        nonlocal told
        tenths = 10 * done // total if total and total >= LONG else 0
        if tenths > told:
            told = tenths
            click.echo(f"{what}: {10 * tenths} %", err=True)

    return tell


def data_dir_of(given: str | None) -> Path:
    """Return the data folder: as given, by HOTLINE_DATA_DIR, or .hotline in the clone."""
    return Path(given or os.environ.get("HOTLINE_DATA_DIR") or CLONE / ".hotline")


def reach_engines(data_dir: Path) -> None:
    """Let a second process find the running engines and the kept secret."""
    from hotline.embedded import running_engines
    from hotline.engines.kept import kept_secret_key

    found = running_engines(data_dir)
    if found is not None:
        os.environ.setdefault("HOTLINE_DATABASE_URL", found.database_url or "")
        os.environ.setdefault("HOTLINE_REDIS_URL", found.redis_url or "")
    secret = kept_secret_key(data_dir)
    if secret:
        os.environ.setdefault("HOTLINE_SECRET_KEY", secret)


def in_runtime(action: Callable[..., Any], **options: Any) -> Any:
    """Run `action(rt, **options)` in a runtime of its own."""
    from hotline.actions.follow_policy import Followed, follow_policy
    from hotline.runtime import open_runtime
    from hotline.settings import from_environment

    async def run() -> Any:
        rt = open_runtime(from_environment())
        try:
            if await follow_policy(rt) is Followed.UNREADABLE:
                click.echo("the enabled trial cannot be read; config/ goes on", err=True)
            return await action(rt, **options)
        finally:
            await rt.stop()

    return asyncio.run(run())
