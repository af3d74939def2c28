"""The data folder: made, held by one process, with files for the owner's eyes only."""

import fcntl
import os
from pathlib import Path
from typing import IO

from hotline.engines import process
from hotline.errors import Unavailable

_LARGEST_LOG = 10 * 2**20


def make_data_dir(data_dir: Path) -> Path:
    """Return the absolute data folder, made when it is missing.

    Root's may be passed through by others (not listed): the engines' account has to.
    """
    whole = Path(os.path.abspath(data_dir))  # noqa: PTH100  symbolic links stay
    if not whole.exists():
        whole.mkdir(parents=True)
        whole.chmod(0o711 if os.geteuid() == 0 else 0o700)
    if not os.access(whole, os.R_OK | os.W_OK | os.X_OK):
        raise Unavailable(
            f"the data folder {whole} belongs to another user; choose one with --data-dir"
        )
    return whole


def write_private(path: Path, text: str) -> None:
    """Write `text` to `path`, whole or not at all, for the owner's eyes only."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.touch(mode=0o600)
    unfinished.write_text(f"{text}\n", encoding="utf-8")
    unfinished.replace(path)


def take(data_dir: Path) -> IO[bytes]:
    """Return the held lock file; the kernel lets go of it when this process ends.

    Errors: Unavailable when another process holds it.
    """
    lock = (data_dir / "lock").open("ab")

    def taken() -> bool:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    if not process.wait_for(taken, 0.5):  # `running_engines` holds it for a moment
        lock.close()
        raise Unavailable(
            f"another `hotline up` runs on {data_dir}; stop it, or give --data-dir"
        )
    return lock


def log_file(path: Path) -> Path:
    """Return `path`, its older content set aside when it has grown long."""
    if path.exists() and path.stat().st_size > _LARGEST_LOG:
        path.replace(path.with_suffix(".old.log"))
    return path
