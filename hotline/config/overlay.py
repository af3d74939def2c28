"""A configuration with some files replaced by texts that came otherwise: a trial's."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hotline.config.bodies import BodiesConfig
from hotline.config.calendar import CalendarConfig
from hotline.config.load import Config, problems
from hotline.config.loading import Section, read
from hotline.config.referral import ReferralConfig
from hotline.config.sla import SlaPolicy
from hotline.config.taxonomy import TaxonomyConfig
from hotline.errors import BadConfig

# What a replay can judge. The other files read words, and words are sealed.
REPLACEABLE: Mapping[str, tuple[str, type[Section]]] = {
    "sla.yaml": ("sla", SlaPolicy),
    "calendar.yaml": ("calendar", CalendarConfig),
    "referral.yaml": ("referral", ReferralConfig),
    "bodies.yaml": ("bodies", BodiesConfig),
    "taxonomy.yaml": ("taxonomy", TaxonomyConfig),
}


def overlaid(base: Config, files: Mapping[str, str], today: date) -> Config:
    """Return `base` with `files` (name -> text, of REPLACEABLE) in place of its own.

    Reads those files alone, then checks the whole.
    Errors: BadConfig with every problem found, each naming file, key and remedy.
    """
    if not files:
        return base
    parts: dict[str, Any] = {}
    found: list[str] = []
    with TemporaryDirectory(prefix="hotline-config-") as folder:
        for name, text in sorted(files.items()):
            field, kind = REPLACEABLE[name]
            path = Path(folder) / name
            path.write_text(text, encoding="utf-8")
            try:
                parts[field] = read(path.parent, name, kind)
            except BadConfig as error:
                found += error.problems
    if found:
        raise BadConfig(found)
    config = replace(base, **parts)
    found = problems(config, today)
    if found:
        raise BadConfig(found)
    return config


def texts(folder: Path) -> dict[str, str]:
    """Return the files of `folder` by name."""
    return {
        path.name: path.read_text(encoding="utf-8", errors="replace")
        for path in sorted(folder.glob("*.yaml"))
    }


def fingerprint(files: Mapping[str, str]) -> str:
    """Return a short hash of files: the same texts under the same names, the same hash."""
    told = hashlib.sha256()
    for name, text in sorted(files.items()):
        for part in (name.encode(), text.encode()):
            told.update(len(part).to_bytes(8, "big") + part)
    return told.hexdigest()[:16]
