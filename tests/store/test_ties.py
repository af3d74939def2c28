"""What SQL says of a signed-in person is what the rule says of the whole directory."""

import random

import pytest

from hotline.cases.apart import person_key
from hotline.identity.roles import CaseAccess, kept_out
from hotline.identity.viewer import TRIAGE
from hotline.routing.conflicted import keep_out
from hotline.store import bodies, complaints, people

BODIES = [
    f"{kind}-{region}" for kind in ("guard", "edu", "comm") for region in ("10", "71")
]
BODIES += ["omb", "kopd", "own-111"]


@pytest.mark.parametrize("seed", range(4))
async def test_who_is_kept_out_is_the_same_by_sql_and_by_rule(rt, database, seed):
    dice = random.Random(seed)
    for body in BODIES[:-1]:  # any tree, a loop included
        parent = dice.choice([*BODIES[:-1], None, None])
        await database.execute(
            "UPDATE bodies SET parent_id = $2 WHERE id = $1", body, parent
        )
    ids = [
        await database.fetchval(
            "INSERT INTO people (username, display_name, role, password_hash)"
            " VALUES ($1, $1, 'body', '-') RETURNING id",
            f"tied-{n}",
        )
        for n in range(12)
    ]
    for person in ids:
        for body in dice.sample(BODIES, dice.randrange(3)):
            await database.execute(
                "INSERT INTO memberships (person_id, body_id, position, ended_at)"
                " VALUES ($1, $2, $3, CASE WHEN $4 THEN now() - interval '9 years' END)",
                person, body, dice.choice(["head", "deputy", "specialist"]),
                dice.random() < 0.3,
            )  # fmt: skip
    async with rt.transaction(TRIAGE) as tx:
        directory = await bodies.directory(tx)
        former = await complaints.former(tx)
        viewers = [await people.viewer(tx, person) for person in ids]
    for _ in range(40):
        named = dice.sample([*BODIES, *map(person_key, ids)], dice.randrange(4))
        apart = frozenset(named)
        out = keep_out(directory, apart, former)
        case = CaseAccess("71", True, None, {}, apart)
        for viewer in viewers:
            expected = viewer.person_id in out.people
            assert kept_out(viewer, case) is expected, (viewer, apart)
