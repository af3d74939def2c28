"""What leaves is numbers and labels; words only after two different people read them."""

import io
import json

import pytest

from hotline.actions.export_examples import export_examples
from hotline.actions.release_text import release_text
from hotline.cases.numbers import number_of
from hotline.errors import NotAllowed, NotFound
from tests import poison
from tests.learning.conftest import forget, judged
from tests.learning.stand_in import FEATURES

ROWS = [(f"{poison.STORY} {n}", "VIO.PHY", 1) for n in range(5)] + [
    ("справка", "INF.REF", 4)
]
FIELDS = {
    "features", "code", "urgency", "danger", "language", "channel", "machine", "features_of",
}  # fmt: skip


async def exported(rt, person, reader, **more):
    out = io.BytesIO()
    n = await export_examples(rt, person.viewer, reader, out, **more)
    rows = [json.loads(line) for line in out.getvalue().splitlines()]
    assert len(rows) == n
    return rows, out.getvalue()


async def test_an_export_holds_numbers_and_labels_and_no_word(
    rt, clock, people, reader, database
):
    made = await judged(rt, clock, people["operator"], ROWS)
    rows, raw = await exported(rt, people["supervisor"], reader)
    assert all(set(row) == FIELDS for row in rows)
    assert {len(row["features"]) for row in rows} == {FEATURES}
    assert sorted(row["code"] for row in rows) == ["INF.REF"] + ["VIO.PHY"] * 5
    assert poison.leaks(raw) == []
    for contact_id in made:
        assert str(contact_id).encode() not in raw
        assert number_of(contact_id, rt.number_key).encode() not in raw
    told = await database.fetchrow("SELECT event, data FROM case_events")
    assert (told["event"], json.loads(told["data"])) == (
        "examples_exported",
        {"examples": 6, "texts": 0},
    )


async def test_words_leave_only_after_two_different_people(
    rt, clock, people, reader, database
):
    made = await judged(rt, clock, people["operator"], ROWS)
    receipts = [number_of(one, rt.number_key) for one in made]
    operator, supervisor = people["operator"].viewer, people["supervisor"].viewer
    assert await release_text(rt, operator, receipts[-1]) == 1
    assert await release_text(rt, operator, receipts[-1]) == 1  # twice by one is one
    assert await release_text(rt, operator, receipts[0]) == 1
    rows, raw = await exported(rt, people["supervisor"], reader, with_text=True)
    assert not any("text" in row for row in rows)
    assert await release_text(rt, supervisor, receipts[-1]) == 2
    rows, raw = await exported(rt, people["supervisor"], reader, with_text=True)
    assert [row["text"] for row in rows if "text" in row] == ["справка"]
    assert poison.leaks(raw) == []
    rows, _ = await exported(rt, people["supervisor"], reader)  # not asked for
    assert not any("text" in row for row in rows)
    events = [row["event"] for row in await database.fetch("SELECT event FROM case_events")]
    assert events.count("text_released") == 3
    assert events.count("text_exported") == 1
    await forget(rt, [made[-1]])
    rows, _ = await exported(rt, people["supervisor"], reader, with_text=True)
    assert len(rows) == 5


async def test_who_may_release_and_export(rt, clock, people, reader):
    made = await judged(rt, clock, people["operator"], ROWS[-1:])
    receipt = number_of(made[0], rt.number_key)
    for name in ("admin", "guardian", "commissioner"):
        with pytest.raises(NotFound):
            await release_text(rt, people[name].viewer, receipt)
    for name, error in (
        ("admin", NotAllowed),
        ("operator", NotAllowed),
        ("guardian", NotFound),
    ):
        with pytest.raises(error):
            await export_examples(rt, people[name].viewer, reader, io.BytesIO())
    await forget(rt, made)
    with pytest.raises(NotFound):
        await release_text(rt, people["operator"].viewer, receipt)
