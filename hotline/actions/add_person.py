"""Use case: a person gets a user name, a role and their bodies."""

from hotline.cases.terms import Role
from hotline.errors import RuleForbids
from hotline.identity.passwords import hash_password
from hotline.identity.viewer import Machine
from hotline.runtime import Runtime
from hotline.store import bodies, people

CONSOLE = Machine("admin")
SHORTEST_PASSWORD = 10


async def add_person(
    rt: Runtime,
    *,
    username: str,
    display_name: str,
    role: str,
    password: str,
    region: str | None = None,
    body_ids: list[str] | None = None,
) -> int:
    """Add a person and return the id. Errors: RuleForbids names the field."""
    if role not in set(Role):
        raise RuleForbids(f"role: use one of {', '.join(Role)}", field="role")
    if len(password) < SHORTEST_PASSWORD:
        raise RuleForbids(
            f"password: at least {SHORTEST_PASSWORD} characters", field="password"
        )
    if region is not None and region not in rt.regions:
        raise RuleForbids("region: use a two-digit KATO prefix", field="region")
    wanted = body_ids or []
    async with rt.transaction(CONSOLE) as tx:
        if await people.by_username(tx, username) is not None:
            raise RuleForbids(f"user `{username}` is there already", field="username")
        known = await bodies.names(tx)
        unknown = [body for body in wanted if body not in known]
        if unknown:
            raise RuleForbids(f"no such body: {', '.join(unknown)}", field="body")
        values = {
            "username": username,
            "display_name": display_name,
            "role": role,
            "region": region,
            "password_hash": hash_password(password),
        }
        return await people.add(tx, values, wanted)
