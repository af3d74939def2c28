"""/bodies: the directory."""

from hotline.api import reading
from hotline.api.answers import BodyLine, BodyPage
from hotline.api.call import Ask, Call, get
from hotline.store import bodies


async def listed(ask: Ask) -> BodyPage:
    """Return the bodies, in order of id."""
    region = reading.one_of(ask.query, "region", ask.rt.regions, "unknown_region")
    kind = ask.query.get("kind")
    async with ask.rt.transaction(ask.viewer) as tx:
        rows = await bodies.listed(tx, region=region, kind=kind)
    same = "id kind region district name_kk name_ru status valid_from valid_to phone"
    return BodyPage(
        items=tuple(
            BodyLine(
                **{name: getattr(row, name) for name in same.split()}, parent=row.parent_id
            )
            for row in rows
        )
    )


CALLS: list[Call] = [
    get(
        "/bodies",
        listed,
        BodyPage,
        "The directory of bodies",
        query={"region": "two-digit KATO prefix", "kind": "a kind, such as GUARD"},
        for_admin=True,
    ),
]
