"""Use case: bring the directory of bodies into the database, as config/bodies.yaml says."""

from typing import Any

from hotline.config.bodies import BodyPattern
from hotline.config.load import Config
from hotline.identity.viewer import Machine
from hotline.runtime import Runtime
from hotline.store import bodies

DIRECTORY = Machine("directory")


def rows_of(config: Config) -> list[dict[str, Any]]:
    """Return one row for each body that the patterns of config/bodies.yaml stand for."""
    regions = {region.code: region.name for region in config.places.regions}
    return [
        _row(
            pattern,
            code,
            regions[code].kk if code else "",
            regions[code].ru if code else "",
        )
        for pattern in config.bodies.bodies
        for code in (pattern.regions or [""])
    ]


async def sync_bodies(rt: Runtime) -> int:
    """Insert or correct every body of the configuration; return how many there are."""
    rows = rows_of(rt.config)
    async with rt.transaction(DIRECTORY) as tx:
        await bodies.put(tx, rows)
    return len(rows)


def _row(pattern: BodyPattern, code: str, kk: str, ru: str) -> dict[str, Any]:
    words = {"region": code, "kk": kk, "ru": ru}
    return {
        "id": pattern.id.format(**words),
        "kind": pattern.kind,
        "region": code or None,
        "district": None,
        "name_kk": pattern.name.kk.format(**words),
        "name_ru": pattern.name.ru.format(**words),
        "status": pattern.status,
        "valid_from": pattern.valid_from,
        "valid_to": pattern.valid_to,
        "parent_id": pattern.parent.format(**words) if pattern.parent else None,
        "phone": pattern.phone,
    }
