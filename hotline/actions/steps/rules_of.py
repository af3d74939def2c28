"""Step: a configuration with the directory of bodies that would go with it."""

from dataclasses import fields

from hotline.cases.terms import BodyId, BodyKind
from hotline.config.bodies import entries
from hotline.config.directory_rules import Entry
from hotline.config.load import Config
from hotline.routing.directory import Body, Directory
from hotline.store import bodies
from hotline.store.transaction import Transaction
from hotline.whatif.rules import Rules

_SAME = tuple({f.name for f in fields(Body)} & {f.name for f in fields(Entry)})


async def rules_of(tx: Transaction, *configs: Config) -> list[Rules]:
    """Return each configuration with its directory; writes nothing.

    As `sync_bodies` would leave it: what people keep by hand stays, and a body that a file
    no longer names stays too (end it by `valid_to`).
    """
    stored = await bodies.directory(tx)
    kept = await bodies.by_hand(tx)
    found = []
    for config in configs:
        named = {
            entry.id: _body(entry)
            for entry in entries(config.bodies, config.places)
            if entry.id not in kept
        }
        both = {str(body.id): body for body in stored.bodies} | named
        listed = tuple(both[name] for name in sorted(both))
        found.append(Rules(config, Directory(listed, stored.version, stored.people)))
    return found


def _body(entry: Entry) -> Body:
    same = {name: getattr(entry, name) for name in _SAME}
    same |= {"id": BodyId(entry.id), "kind": BodyKind(entry.kind)}
    return Body(**same)
