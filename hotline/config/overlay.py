"""A configuration as files: the folder's, with some replaced by texts that came otherwise."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from hotline.config.load import Config, load


def load_overlaid(folder: Path, files: Mapping[str, str], today: date) -> Config:
    """Return the configuration of `folder` with `files` (name -> text) in place of its own.

    Errors: BadConfig names file, key and remedy. Names must be plain file names.
    """
    if not files:
        return load(folder, today)
    with TemporaryDirectory(prefix="hotline-config-") as name:
        merged = Path(name)
        for path in sorted(folder.glob("*.yaml")):
            (merged / path.name).write_bytes(path.read_bytes())
        for file, text in files.items():
            (merged / Path(file).name).write_text(text, encoding="utf-8")
        return replace(load(merged, today), folder=folder)


def texts(folder: Path, names: tuple[str, ...] | None = None) -> dict[str, str]:
    """Return the files of `folder` by name; `names`: only these, where they are there."""
    found = (path for path in sorted(folder.glob("*.yaml")))
    return {
        path.name: path.read_text(encoding="utf-8", errors="replace")
        for path in found
        if names is None or path.name in names
    }


def fingerprint(files: Mapping[str, str]) -> str:
    """Return a short hash of files: the same texts under the same names, the same hash."""
    told = hashlib.sha256()
    for name, text in sorted(files.items()):
        for part in (name.encode(), text.encode()):
            told.update(len(part).to_bytes(8, "big") + part)
    return told.hexdigest()[:16]
