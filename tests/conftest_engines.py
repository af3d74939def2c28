"""Fixtures with real engines: one PostgreSQL and one Redis a test process (xdist worker)."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest

from hotline.embedded import Engines
from hotline.engines.postgres import PROGRAMS, installed_package

CREATEDB = installed_package() / PROGRAMS / "createdb"
TEMPLATE = "migrated"


@pytest.fixture(scope="session")
def engines_folder() -> Iterator[Path]:
    """A data folder that the engines' account can reach (pytest's own is closed)."""
    folder = Path(tempfile.mkdtemp(prefix="hotline-test-"))
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def engines(engines_folder: Path) -> Iterator[Engines]:
    """Both engines, shared by the tests of this process."""
    with Engines(engines_folder, durable=False) as running:
        yield running


@pytest.fixture(scope="session")
def make_database(engines: Engines) -> Callable[..., str]:
    """Return a function that makes a database of its own, migrated, and returns its URL."""
    numbers = count(1)

    def create(name: str, template: str) -> str:
        address = engines.database_url
        assert address
        sockets = address.partition("host=")[2]
        subprocess.run(
            [CREATEDB, "-h", sockets, "-U", "hotline", "-T", template, name],
            check=True,
            capture_output=True,
        )
        return address.replace("/hotline?", f"/{name}?")

    _upgrade(create(TEMPLATE, "template0"))
    return lambda: create(f"test_{next(numbers)}", TEMPLATE)


@pytest.fixture(scope="session")
def database_url(make_database: Callable[..., str]) -> str:
    """Return the migrated database that the tests of this process share."""
    return make_database()


@pytest.fixture
def fresh_database_url(make_database: Callable[..., str]) -> str:
    """Return a migrated, empty database for one test."""
    return make_database()


@pytest.fixture
def redis_url(engines: Engines) -> str:
    """Return the address of Redis; what other tests left there is still there."""
    address = engines.redis_url
    assert address
    return address


def _upgrade(url: str) -> None:
    """Migrate in a thread: the test's own thread may have an event loop."""
    from hotline.store.migrate import upgrade_now

    with ThreadPoolExecutor(1) as thread:
        thread.submit(upgrade_now, url).result()
