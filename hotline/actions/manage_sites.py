"""Use cases: where posters hang. An administrator keeps the list; a code says the site to 111."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hotline.cases.apart import OWN_QUEUE
from hotline.cases.site_code import LENGTH, made_of, read_code
from hotline.cases.terms import Role
from hotline.config.csv_table import read_table
from hotline.errors import NotAllowed, NotFound, RuleForbids
from hotline.identity.viewer import INTAKE, Viewer
from hotline.language.finding import matches
from hotline.runtime import Runtime
from hotline.store import bodies, sites
from hotline.store.transaction import Transaction

KEEPERS = frozenset({Role.ADMIN, Role.SUPERVISOR})
KINDS = ("school", "kindergarten", "college", "home", "camp", "hospital", "other")
COLUMNS = ("id", "kind", "name_kk", "name_ru", "region", "district", "body")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Site:
    """What 111 learns of a code."""

    id: str
    region: str
    district: str | None


@dataclass(frozen=True, slots=True)
class SiteGiven:
    """One site as it is told. `body`: whose it is; it never hears of what comes from there."""

    id: str
    kind: str
    name_kk: str
    name_ru: str
    region: str
    district: str | None = None
    body: str | None = None


async def site_of(rt: Runtime, typed: str) -> Site | None:
    """Return the site of a live code. What is no code costs the same question."""
    code = read_code(typed) or ""
    async with rt.transaction(INTAKE) as tx:
        row = await sites.by_code(tx, _hash(rt, code))
    return None if row is None else Site(row.id, row.region, row.district)


async def list_sites(rt: Runtime, viewer: Viewer, *, q: str = "") -> Sequence[Any]:
    """Return the sites in whose names `q` stands, with their codes. Errors: NotAllowed."""
    _require(viewer)
    async with rt.transaction(viewer) as tx:
        found = await sites.every(tx)
    return [one for one in found if matches(q, (one.id, one.name_kk, one.name_ru))]


async def read_site(rt: Runtime, viewer: Viewer, site_id: str) -> tuple[Any, Sequence[Any]]:
    """Return a site and its codes. Errors: NotAllowed, NotFound."""
    _require(viewer)
    async with rt.transaction(viewer) as tx:
        return await _known(tx, site_id), await sites.codes(tx, site_id)


async def keep_site(rt: Runtime, viewer: Viewer, given: SiteGiven) -> None:
    """Add a site or change it. Errors: NotAllowed; RuleForbids names the field."""
    await keep_sites(rt, viewer, [given])


async def keep_sites(rt: Runtime, viewer: Viewer, given: Sequence[SiteGiven]) -> int:
    """Add or change many: all of them or none; return how many. Errors: as `keep_site`."""
    _require(viewer)
    async with rt.transaction(viewer) as tx:
        named = await bodies.names(tx)
        for one in given:
            _check(rt, one, frozenset(named))
            values = {name: getattr(one, name) for name in COLUMNS[1:-1]}
            await sites.put(tx, one.id, {**values, "body_id": one.body})
        tx.record("sites_kept", data={"sites": len(given)})
    return len(given)


async def import_sites(rt: Runtime, viewer: Viewer, raw: bytes, name: str) -> int:
    """Keep the sites of a table; return how many. Errors: BadDirectory, as `keep_site`."""
    _require(viewer)
    rows = read_table(raw, name, COLUMNS, COLUMNS[:5])
    return await keep_sites(rt, viewer, [_given(row.cells) for row in rows])


async def make_code(rt: Runtime, viewer: Viewer, site_id: str) -> str:
    """Return a fresh code for a site. It is shown now and never again: only its hash is kept."""
    _require(viewer)
    code = made_of(secrets.token_bytes(LENGTH))
    async with rt.transaction(viewer) as tx:
        await _known(tx, site_id)
        await sites.add_code(tx, site_id, _hash(rt, code))
        tx.record("site_code_made", data={"site": site_id})
    return code


async def revoke_code(rt: Runtime, viewer: Viewer, site_id: str, code_id: int) -> None:
    """Revoke a code: its form still works, without a site. Errors: NotAllowed, NotFound."""
    _require(viewer)
    async with rt.transaction(viewer) as tx:
        await _known(tx, site_id)
        if await sites.revoke(tx, site_id, code_id):
            tx.record("site_code_revoked", data={"site": site_id})


def _require(viewer: Viewer) -> None:
    if viewer.role not in KEEPERS:
        raise NotAllowed("an administrator or supervisor keeps the sites")


async def _known(tx: Transaction, site_id: str) -> Any:
    found = (await sites.by_ids(tx, [site_id])).get(site_id)
    if found is None:
        raise NotFound("no such site")
    return found


def _hash(rt: Runtime, code: str) -> bytes:
    return rt.sealer.token_hash(f"site:{code}")


def _given(cells: Mapping[str, str]) -> SiteGiven:
    said = {name: (cells.get(name) or "").strip() for name in COLUMNS}
    district, body = said.pop("district") or None, said.pop("body") or None
    return SiteGiven(**said, district=district, body=body)


def _check(rt: Runtime, one: SiteGiven, known: frozenset[str]) -> None:
    """Errors: RuleForbids naming the field, its code and the site."""
    district = one.district
    place = district is None or (
        district in rt.place_names and district.startswith(one.region)
    )
    faults = {
        "id": ("bad_site_id", not _ID.fullmatch(one.id)),
        "kind": ("unknown_kind", one.kind not in KINDS),
        "name_kk": ("text_missing", not 0 < len(one.name_kk) <= _LONGEST),
        "name_ru": ("text_missing", not 0 < len(one.name_ru) <= _LONGEST),
        "region": ("unknown_region", one.region not in rt.regions),
        "district": ("unknown_district", not place),
        "body": (
            "unknown_body",
            one.body is not None and (one.body not in known or one.body == OWN_QUEUE),
        ),
    }
    for name, (code, wrong) in faults.items():
        if wrong:
            raise RuleForbids("correct this", code=code, field=name, site=one.id[:40])
