"""A desk that teaches a new word is believed; one that teaches nonsense is not."""

import random

import pytest

from hotline.actions.compare_models import compare_models
from hotline.actions.steps.labelled import held_out, labelled
from hotline.actions.train_at_desk import FITTING, train_at_desk
from hotline.actions.works.kind import WorkCancelled
from hotline.errors import NotAllowed, NotFound, RuleForbids, Unavailable
from hotline.model.heads import unpack
from hotline.store import models
from tests import poison
from tests.learning.conftest import CODES, GOLD, REPLAY, forget, judged, said
from tests.learning.stand_in import HashingReader


async def trained(rt, clock, people, reader, rows):
    await judged(rt, clock, people["operator"], rows)
    found = await train_at_desk(rt, people["supervisor"].viewer, reader, REPLAY)
    return await compare_models(rt, people["admin"].viewer, reader, found.version, GOLD)


async def test_a_word_that_the_desk_knows_is_learned_and_the_candidate_is_accepted(
    rt, clock, people, reader, database
):
    found = await trained(rt, clock, people, reader, said())
    assert found.refused == ()
    assert found.against == "shipped"
    assert found.desk.candidate.found > found.desk.running.found
    assert found.desk.won > found.desk.lost
    assert found.gold.candidate.found == found.gold.running.found
    row = await database.fetchrow("SELECT * FROM models")
    assert (row["state"], row["model_version"]) == ("compared", found.version)
    acts = await database.fetch("SELECT event FROM model_acts ORDER BY id")
    assert [one["event"] for one in acts] == ["trained", "compared"]
    events = await database.fetch("SELECT event, actor FROM case_events ORDER BY id")
    assert [one["event"] for one in events] == ["model_trained", "model_compared"]


def random_labels(chance, row):
    wrong = [code for code in CODES if code != row[1]]
    return row[0], chance.choice(wrong), chance.choice([0, 1, 2, 3, 4])


def danger_is_information(chance, row):
    text, _, urgency = row
    return (text, "INF.REF", 4) if urgency <= 1 else row


def all_is_danger(chance, row):
    return row[0], "VIO.PHY", 0


def another_topic(chance, row):
    return row[0], chance.choice([code for code in CODES if code != row[1]]), row[2]


POISONS = [
    ("any label", random_labels, 0.3),
    ("another topic", another_topic, 0.3),
    ("everything is danger", all_is_danger, 0.3),
    ("danger is information", danger_is_information, 1.0),
    ("half is nonsense", random_labels, 0.5),
]


@pytest.mark.parametrize(("what", "poisoned", "share"), POISONS)
@pytest.mark.parametrize("seed", [5, 6])
async def test_a_poisoned_batch_is_refused(
    rt, clock, people, reader, database, what, poisoned, share, seed
):
    chance = random.Random(seed)
    rows = [poisoned(chance, row) if chance.random() < share else row for row in said(seed)]
    found = await trained(rt, clock, people, reader, rows)
    assert found.refused, what
    assert await database.fetchval("SELECT state FROM models") == "refused"


async def test_a_desk_that_only_agrees_teaches_nothing_and_nothing_is_enabled(
    rt, clock, people, reader
):
    rows = [row for row in said() if "дубасит" not in row[0]]
    rows = [(text, code, urgency) for text, code, urgency in rows if "садик" not in text]
    found = await trained(rt, clock, people, reader, rows)
    assert "nothing_gained" in found.refused


async def test_what_is_held_out_is_never_learned_from_and_the_forgotten_are_not_read(
    rt, clock, people, reader
):
    made = await judged(rt, clock, people["operator"], said())
    kept = [one for one in made if held_out(one)]
    assert len(made) // 8 < len(kept) < len(made) // 3
    await forget(rt, made[:40])
    found = await train_at_desk(rt, people["supervisor"].viewer, reader, REPLAY)
    alive = [one for one in made[40:] if not held_out(one)]
    assert found.examples == reader.read_texts == len(alive)


async def test_the_same_contacts_give_the_same_model_once(
    rt, clock, people, reader, database
):
    await judged(rt, clock, people["operator"], said())
    heard = []

    async def told(done, total):
        heard.append((done, total))

    first = await train_at_desk(rt, people["supervisor"].viewer, reader, REPLAY, told)
    total = first.examples + FITTING  # what is read, and a hundredth of the fitting each
    assert {one[1] for one in heard} == {total}
    assert heard == sorted(heard)
    assert (first.examples, total) in heard
    assert heard[-1] == (total, total)
    again = await train_at_desk(rt, people["admin"].viewer, reader, REPLAY)
    assert (first.version, first.fresh, again.fresh) == (again.version, True, False)
    assert await database.fetchval("SELECT count(*) FROM models") == 1


async def test_a_fitting_that_is_cancelled_ends_in_its_thread_too(
    rt, clock, people, reader, database
):
    await judged(rt, clock, people["operator"], said())
    courses = []

    async def told(done, total):
        if done > total - FITTING:
            courses.append(done)
            raise WorkCancelled

    with pytest.raises(WorkCancelled):
        await train_at_desk(rt, people["supervisor"].viewer, reader, REPLAY * 50, told)
    assert len(courses) == 1
    assert await database.fetchval("SELECT count(*) FROM models") == 0


async def test_a_second_reader_stands_above_the_first(rt, clock, people, reader, database):
    made = await judged(rt, clock, people["operator"], [("он дубасит", "INF.REF", 4)])
    await database.execute(
        "INSERT INTO rereadings (contact_id, drawn_at, drawn_by, first_reader, reader_id,"
        " read_at, subcategory, urgency)"
        " VALUES ($1, now(), $2, $2, $3, now(), 'VIO.PHY', 1)",
        made[0], people["operator"].viewer.person_id, people["supervisor"].viewer.person_id,
    )  # fmt: skip
    found = await labelled(rt, people["supervisor"].viewer, reader)
    assert [(one.example.code, one.example.urgency) for one in found] == [("VIO.PHY", 1)]


async def test_weights_and_figures_hold_no_word_of_anybody(
    rt, clock, people, reader, database
):
    rows = [(f"{text} {poison.STORY}", code, urgency) for text, code, urgency in said()]
    found = await trained(rt, clock, people, reader, rows)
    async with rt.transaction(people["admin"].viewer) as tx:
        weights = await models.weights(tx, found.version)
    assert poison.leaks(weights) == []
    assert unpack(weights).version == found.version
    for table in ("models", "model_acts", "case_events"):
        rows = await database.fetch(f"SELECT t::text FROM {table} t")
        assert poison.leaks("\n".join(row[0] for row in rows).encode()) == []


class Silent(HashingReader):
    def read(self, texts):
        return None


async def test_what_cannot_be_done_is_said(rt, clock, people, reader):
    supervisor, operator = people["supervisor"].viewer, people["operator"].viewer
    for viewer, error in ((operator, NotAllowed), (people["guardian"].viewer, NotFound)):
        with pytest.raises(error):
            await train_at_desk(rt, viewer, reader, REPLAY)
        with pytest.raises(error):
            await compare_models(rt, viewer, reader, "desk-x", GOLD)
    with pytest.raises(RuleForbids, match="50 are needed"):
        await train_at_desk(rt, supervisor, reader, REPLAY)
    with pytest.raises(NotFound):
        await compare_models(rt, supervisor, reader, "desk-x", GOLD)
    await judged(rt, clock, people["operator"], said())
    with pytest.raises(Unavailable):
        await train_at_desk(rt, supervisor, Silent(), REPLAY)
    found = await train_at_desk(rt, supervisor, reader, REPLAY)
    other = HashingReader()
    other.version = "stand-in-2"
    with pytest.raises(RuleForbids, match="other weights"):
        await compare_models(rt, supervisor, other, found.version, GOLD)
    few = await compare_models(rt, supervisor, reader, found.version, GOLD[:50])
    assert "too_little_to_compare" in few.refused
