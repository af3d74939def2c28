"""Two people enable, one takes back; workers follow; the database holds it whoever writes."""

from datetime import timedelta

import asyncpg
import pytest

from hotline.actions.enable_model import enable_model, list_models, propose_model, roll_back
from hotline.errors import NotAllowed, NotFound, RuleForbids, Stale
from hotline.model.heads import no_heads, pack, version_of
from hotline.running_model import RunningModel
from hotline.store import models
from tests.builders import a_contact
from tests.learning.stand_in import CODES, FEATURES


def heads(n):
    found = no_heads("stand-in-1", CODES, FEATURES)
    found.danger[:] = n / 10
    return found


async def a_model(rt, person, n, *, against="shipped", state="compared", base="stand-in-1"):
    """Keep a model as training and a comparison would leave it; return its version."""
    weights = pack(heads(n))
    async with rt.transaction(person.viewer) as tx:
        row = {
            "model_version": version_of(weights), "base_version": base, "state": state,
            "weights": weights, "examples": 99, "replayed": 9, "made_at": tx.now,
            "made_by": person.viewer.person_id,
        }  # fmt: skip
        model_id = await models.add(tx, row)
        models.act(tx, model_id, "compared", {"against": against, "refused": []})
    return version_of(weights)


@pytest.fixture
def supervisor(people):
    return people["supervisor"]


@pytest.fixture
def admin(people):
    return people["admin"]


async def enabled(rt, one, other, n, against="shipped"):
    version = await a_model(rt, one, n, against=against)
    await propose_model(rt, one.viewer, version)
    await enable_model(rt, other.viewer, version)
    return version


async def running(rt, admin):
    return (await list_models(rt, admin.viewer)).running


async def test_one_person_proposes_and_another_enables(rt, supervisor, admin, database):
    version = await a_model(rt, supervisor, 1)
    with pytest.raises(RuleForbids) as early:
        await enable_model(rt, admin.viewer, version)
    assert early.value.code == "wrong_state"
    await propose_model(rt, supervisor.viewer, version)
    with pytest.raises(RuleForbids) as alone:
        await enable_model(rt, supervisor.viewer, version)
    assert alone.value.code == "same_person"
    assert await running(rt, admin) is None
    await enable_model(rt, admin.viewer, version)
    assert await running(rt, admin) == version
    told = await database.fetch("SELECT event, actor FROM case_events ORDER BY id")
    assert [tuple(row) for row in told] == [
        ("model_proposed", supervisor.viewer.username),
        ("model_enabled", admin.viewer.username),
    ]


async def test_the_new_one_retires_the_old_and_one_person_goes_back(rt, supervisor, admin):
    first = await enabled(rt, supervisor, admin, 1)
    second = await enabled(rt, admin, supervisor, 2, against=first)
    assert await running(rt, admin) == second
    await roll_back(rt, supervisor.viewer, first)
    assert await running(rt, admin) == first
    await roll_back(rt, supervisor.viewer, first)  # again: nothing happens
    await roll_back(rt, admin.viewer)
    assert await running(rt, admin) is None
    states = {one.version: one.state for one in (await list_models(rt, admin.viewer)).items}
    assert states == {first: "retired", second: "retired"}


async def test_a_comparison_with_another_model_than_the_running_one_is_stale(
    rt, supervisor, admin
):
    late = await a_model(rt, supervisor, 3)
    later = await a_model(rt, supervisor, 4)
    await propose_model(rt, supervisor.viewer, late)
    first = await enabled(rt, supervisor, admin, 1)
    with pytest.raises(Stale):
        await enable_model(rt, admin.viewer, late)
    with pytest.raises(Stale):
        await propose_model(rt, supervisor.viewer, later)
    assert await running(rt, admin) == first


REFUSED = [
    # what, state, error of proposing
    ("never compared", "candidate", RuleForbids),
    ("refused", "refused", RuleForbids),
    ("proposed already", "proposed", RuleForbids),
]


@pytest.mark.parametrize(("what", "state", "error"), REFUSED)
async def test_only_what_the_comparison_passed_is_proposed(
    rt, supervisor, what, state, error
):
    version = await a_model(rt, supervisor, 1, state=state)
    with pytest.raises(error):
        await propose_model(rt, supervisor.viewer, version)


async def test_nobody_goes_back_to_what_never_ran(rt, supervisor):
    version = await a_model(rt, supervisor, 1)
    with pytest.raises(RuleForbids):
        await roll_back(rt, supervisor.viewer, version)
    with pytest.raises(NotFound):
        await roll_back(rt, supervisor.viewer, "desk-unknown")


async def test_other_roles_do_nothing_with_models(rt, people, supervisor):
    version = await a_model(rt, supervisor, 1)
    for name, error in (("operator", NotAllowed), ("guardian", NotFound),
                        ("commissioner", NotFound)):  # fmt: skip
        for act in (propose_model, enable_model, roll_back):
            with pytest.raises(error):
                await act(rt, people[name].viewer, version)
        with pytest.raises(error):
            await list_models(rt, people[name].viewer)


GUARDS = [
    # what is tried in SQL, and the guard that refuses
    ("enabled by one person",
     "UPDATE models SET state = 'enabled', proposed_by = 1, enabled_by = 1, enabled_at = now()",
     "models_enabled_by_two_people"),
    ("enabled by nobody", "UPDATE models SET state = 'enabled'",
     "models_enabled_by_two_people"),
    ("an unknown state", "UPDATE models SET state = 'good'", "models_state"),
    ("other weights", "UPDATE models SET weights = ''", "HL001"),
    ("another name", "UPDATE models SET model_version = 'x'", "HL001"),
    ("deleted", "DELETE FROM models", "HL001"),
    ("history rewritten", "UPDATE model_acts SET data = '{}'", "HL001"),
    ("history deleted", "DELETE FROM model_acts", "HL001"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "statement", "guard"), GUARDS)
async def test_the_database_refuses_whoever_writes(
    rt, supervisor, database, what, statement, guard
):
    await a_model(rt, supervisor, 1)
    with pytest.raises(asyncpg.PostgresError) as refused:
        await database.execute(statement)
    found = getattr(refused.value, "constraint_name", None) or refused.value.sqlstate
    assert found == guard, what


async def test_two_models_never_run_at_once(rt, supervisor, admin, database):
    await enabled(rt, supervisor, admin, 1)
    second = await a_model(rt, supervisor, 2)
    with pytest.raises(asyncpg.UniqueViolationError):
        await database.execute(
            "UPDATE models SET state = 'enabled', proposed_by = $2, enabled_by = $3,"
            " enabled_at = now() WHERE model_version = $1",
            second, admin.viewer.person_id, supervisor.viewer.person_id,
        )  # fmt: skip


async def test_a_worker_follows_within_a_minute_and_asks_once_a_minute(
    rt, clock, supervisor, admin, reader, monkeypatch
):
    view, asked = RunningModel(reader), []
    real = models.running

    async def counted(tx, **more):
        asked.append(1)
        return await real(tx, **more)

    monkeypatch.setattr(models, "running", counted)
    assert await view.reader(rt.transaction, rt.clock.now()) is reader
    version = await enabled(rt, supervisor, admin, 9)
    before = len(asked)
    assert await view.reader(rt.transaction, rt.clock.now()) is reader
    assert len(asked) == before  # not a minute yet
    clock.forward(timedelta(seconds=61))
    assert (
        await view.reader(rt.transaction, rt.clock.now())
    ).version == f"stand-in-1+{version}"
    await roll_back(rt, admin.viewer)
    clock.forward(timedelta(seconds=61))
    assert await view.reader(rt.transaction, rt.clock.now()) is reader


async def test_weights_that_cannot_be_used_leave_the_shipped_model(
    rt, supervisor, admin, reader, database
):
    version = await enabled(rt, supervisor, admin, 1)
    reader.version = "stand-in-2"  # the next release brought other weights
    assert await RunningModel(reader).reader(rt.transaction, rt.clock.now()) is reader
    reader.version = "stand-in-1"
    await database.execute("ALTER TABLE models DISABLE TRIGGER weights_stay")
    try:
        await database.execute("UPDATE models SET weights = 'spoiled'::bytea")
    finally:
        await database.execute("ALTER TABLE models ENABLE TRIGGER weights_stay")
    assert await RunningModel(reader).reader(rt.transaction, rt.clock.now()) is reader
    await roll_back(rt, admin.viewer)
    assert version.startswith("desk-")


async def test_a_contact_is_triaged_by_the_enabled_model(
    rt, clock, supervisor, admin, reader, database
):
    rt._reader = reader  # stands where the weights of the release would be
    before = await a_contact(rt)
    version = await enabled(rt, supervisor, admin, 2)
    clock.forward(timedelta(seconds=61))
    after = await a_contact(rt)
    kept = {
        row["receipt"]: row["model"]
        for row in await database.fetch(
            "SELECT receipt, triage->>'model_version' AS model FROM contacts"
        )
    }
    assert kept == {before: "stand-in-1", after: f"stand-in-1+{version}"}
