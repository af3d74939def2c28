"""`hotline model ...` from a second process's point of view: plain words, exit codes."""

import asyncio
import io
import json

import pytest
from click.testing import CliRunner

from hotline import model_command
from hotline.__main__ import main
from hotline.clock import SystemClock
from hotline.model import kept_examples
from hotline.model.kept_examples import pack_examples
from tests import poison
from tests.conftest import SECRET_KEY
from tests.learning.conftest import GOLD, REPLAY, judged, said
from tests.learning.stand_in import CODES, HashingReader


@pytest.fixture
def command(rt, people, monkeypatch, tmp_path):
    """Return a function that runs `hotline model ...` beside the running service."""
    rt.clock = SystemClock()  # a command has the world's time
    monkeypatch.setenv("HOTLINE_DATABASE_URL", rt.settings.database_url)
    monkeypatch.setenv("HOTLINE_REDIS_URL", rt.settings.redis_url)
    monkeypatch.setenv("HOTLINE_SECRET_KEY", SECRET_KEY)
    monkeypatch.setenv("HOTLINE_DATA_DIR", str(tmp_path))
    for name, examples in (("replay.npz", REPLAY), ("gold.npz", GOLD)):
        (tmp_path / name).write_bytes(pack_examples(examples, "stand-in-1", CODES))
    monkeypatch.setattr(model_command, "shipped_reader", lambda _: HashingReader())
    real = kept_examples.shipped_examples
    monkeypatch.setattr(
        kept_examples, "shipped_examples", lambda name, base: real(name, base, tmp_path)
    )

    async def run(*words, by="supervisor"):
        given = ["model", *words, "--as", people[by].viewer.username]
        return await asyncio.to_thread(CliRunner().invoke, main, given)

    return run


async def test_from_corrections_to_a_model_that_runs_and_back(rt, people, command):
    await judged(rt, rt.clock, people["operator"], said())
    made = await command("train")
    assert made.exit_code == 0, made.output
    version = made.output.partition(":")[0]
    compared = await command("compare", version)
    assert compared.exit_code == 0, compared.output
    assert "desk candidate" in compared.output
    assert (await command("propose", version)).exit_code == 0
    alone = await command("enable", version)
    assert (alone.exit_code, alone.output) == (
        1,
        "same_person: another person must enable it\n",
    )
    assert (await command("enable", version, by="admin")).exit_code == 0
    assert f"running: {version}" in (await command("list")).output
    assert (await command("rollback")).exit_code == 0
    assert "running: shipped" in (await command("list", by="admin")).output


async def test_a_refused_candidate_ends_with_1_and_its_reasons(rt, people, command):
    await judged(
        rt, rt.clock, people["operator"], [(t, "VIO.PHY", 0) for t, _, _ in said()]
    )
    version = (await command("train")).output.partition(":")[0]
    compared = await command("compare", version)
    assert compared.exit_code == 1
    assert "refused: calm_labels_doubtful" in compared.output
    assert "refused: " in (await command("list")).output


async def test_the_report_and_an_export(rt, people, command):
    await judged(rt, rt.clock, people["operator"], [(poison.STORY, "VIO.PHY", 1)] * 3)
    told = await command("report")
    assert "3 judged contacts" in told.output
    found = json.loads((await command("report", "--json", by="admin")).output)
    assert found["judged"] == 3
    out = await command("export")
    assert out.exit_code == 0
    lines = [json.loads(line) for line in io.StringIO(out.stdout)]
    assert len(lines) == 3
    assert poison.leaks(out.output.encode()) == []


async def test_who_may_not_is_told_so(command):
    assert (await command("list", by="operator")).output.startswith("not_allowed")
    assert (await command("report", by="guardian")).output.startswith("not_found")
    assert (await command("sample", by="operator")).exit_code == 1
    assert (await command("sample", "--size", "5")).output.startswith("0 contacts")


async def test_examples_that_are_not_there_are_named_with_the_remedy(
    command, monkeypatch, tmp_path
):
    (tmp_path / "replay.npz").unlink()
    missing = await command("train")
    assert (missing.exit_code, missing.output) == (
        1,
        "replay.npz is not beside the weights; run `make train`\n",
    )
