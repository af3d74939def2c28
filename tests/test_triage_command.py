"""`hotline triage`: JSON lines in, JSON lines out."""

import io
import json
from pathlib import Path

import pytest

from hotline.errors import BadConfig
from hotline.triage_command import run

pytestmark = pytest.mark.slow  # each run compiles the policy anew

CONFIG = Path(__file__).parents[1] / "config"
KEYS = {
    "id", "category", "subcategory", "alternatives", "urgency", "danger", "danger_score",
    "region", "region_candidates", "language", "script", "needs_human", "conflict_hint",
    "reasons", "policy_version", "model_version",
}  # fmt: skip


def answers(*lines, config=CONFIG):
    out = io.BytesIO()
    run(
        [
            [
                line if isinstance(line, bytes) else json.dumps(line).encode()
                for line in lines
            ]
        ],
        out,
        config,
    )
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_one_line_each_in_order_with_every_field():
    asked = [{"id": f"m{n}", "text": "балама тегін дәрі берілмей жатыр"} for n in range(5)]
    got = answers(*asked)
    assert [line["id"] for line in got] == [line["id"] for line in asked]
    assert all(set(line) == KEYS for line in got)
    assert set(got[0]["alternatives"][0]) == {"code", "score"}
    assert set(got[0]["reasons"][0]) == {"rule", "span", "text"}


BAD = [
    ("not JSON", b"{oops", None),
    ("not UTF-8", b'{"id": 1, "text": "\xff"}', 1),
    ("no text", b'{"id": "a"}', "a"),
    ("text of another type", b'{"id": 7, "text": 5}', 7),
    ("a line cut short", '{"id": "c", "text": "балам'.encode(), "c"),
    ("a line cut inside its id", b'{"id": "c', None),
    ("a list", b"[1, 2]", None),
    ("deep nesting", b"[" * 5_000, None),
]


@pytest.mark.parametrize(("case", "line", "name"), BAD, ids=[row[0] for row in BAD])
def test_a_malformed_line_is_answered_and_the_run_goes_on(case, line, name):
    bad, good = answers(line, {"id": 2, "text": "сәлем"})
    assert set(bad) == {"id", "error"}
    assert bad["id"] == name
    assert good["id"] == 2


def test_half_an_emoji_hides_no_danger():
    text = r"\ud83d \u04d9\u043a\u0435\u043c \u04b1\u0440\u044b\u043f \u0436\u0430\u0442\u044b\u0440 \ude00"
    (got,) = answers(b'{"id": 8, "text": "%s"}' % text.encode())
    assert got["danger"] is True
    assert got["id"] == 8


def test_unknown_channels_and_fields_are_accepted():
    got = answers({"id": 1, "text": "сәлем", "channel": "pigeon", "mood": "calm"})
    assert "error" not in got[0]


def test_hints_of_the_region_are_used():
    got = answers({"id": 1, "text": "бьёт отец", "region_hint": "75"})
    assert got[0]["region"] == "75"


def test_empty_lines_are_passed_over():
    assert len(answers(b"\n", {"id": 1, "text": "а"}, b"  \n")) == 1


def test_a_broken_configuration_is_told_before_the_first_answer(tmp_path):
    for path in CONFIG.glob("*.yaml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    raw = (
        (tmp_path / "danger.yaml").read_text().replace("code: VIO.PHY", "code: VIO.NIL", 1)
    )
    (tmp_path / "danger.yaml").write_text(raw)
    with pytest.raises(
        BadConfig, match=r"danger\.yaml: key `rules\.\w+\.code`: `VIO\.NIL`"
    ):
        answers({"id": 1, "text": "а"}, config=tmp_path)
