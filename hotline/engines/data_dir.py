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
    path = data_dir / "lock"
    held: list[IO[bytes]] = []

    def taken() -> bool:
        lock = path.open("ab")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Who held it may have removed it at its end: then this is no longer the lock.
            if os.path.samestat(os.fstat(lock.fileno()), path.stat()):
                held.append(lock)
        except (BlockingIOError, FileNotFoundError):
            pass
        if not held:
            lock.close()
        return bool(held)

    if not process.wait_for(taken, 0.5):  # `running_engines` holds it for a moment
        raise Unavailable(
            f"another `hotline up` runs on {data_dir}; stop it, or give --data-dir"
        )
    return held[0]


def let_go(data_dir: Path, lock: IO[bytes]) -> None:
    """Remove the lock file, still held, and let go of it: nothing is left behind."""
    (data_dir / "lock").unlink(missing_ok=True)
    lock.close()


def log_file(path: Path) -> Path:
    """Return `path`, its older content set aside when it has grown long."""
    if path.exists() and path.stat().st_size > _LARGEST_LOG:
        path.replace(path.with_suffix(".old.log"))
    return path
