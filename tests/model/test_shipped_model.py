"""The shipped weights: trusted only as they are, equal in any company, bounded in time."""

import json
import shutil
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.errors import BadConfig
from hotline.model.encoder import TooSlowError
from hotline.model.open import open_reader
from hotline.model.reader import ShippedReader
from hotline.model.weights import ABOUT, ENCODER, NGRAMS, SHIPPED, Weights, load_weights
from hotline.model.windows import MOST
from hotline.routing.triage import TriageFacts, triage
from tests.shipped import POLICY

pytestmark = pytest.mark.slow  # the weights are opened once: a second, and 80 MB

TEXTS = [
    "мені әкем ұрады",
    "Когда придёт пособие на ребёнка?",
    "ol meni qorqytady",
    "😭",
    "",
    "он опять заходит ко мне ночью. " * 30,
]


@pytest.fixture(scope="module")
def reader():
    return open_reader(POLICY)


def test_a_text_is_read_alike_alone_and_in_company(reader):
    together = reader.read(TEXTS)
    for text, one in zip(TEXTS, together, strict=True):
        alone = reader.read([text])[0]
        assert alone.danger == pytest.approx(one.danger, abs=1e-3)
        assert max(alone.codes, key=alone.codes.get) == max(one.codes, key=one.codes.get)


def test_all_answers_are_probabilities(reader):
    for one in reader.read(TEXTS):
        assert sum(one.codes.values()) == pytest.approx(1, abs=1e-3)
        assert sum(one.urgency.values()) == pytest.approx(1, abs=1e-3)
        assert all(
            0 <= share <= 1 for share in [one.danger, one.confidence, *one.power.values()]
        )
        assert one.whole
        assert len(one.features) == 384


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_answered(reader, text):
    one = reader.read([text])[0]
    assert 0 <= one.danger <= 1
    assert all(0 <= start < end <= len(text) for _, (start, end) in spans(one))


def spans(one):
    return [(word.answer, word.span) for word in one.words]


def test_a_huge_text_costs_no_more_than_its_most_feared_windows(reader):
    letter = ("Бүгін мектепте жиналыс болды, балалар ән айтты. " * 3000)[:100_000]
    seen = []
    vectors = reader._encoder.vectors
    reader._encoder.vectors = lambda found, deadline: (
        seen.append(len(found)),
        vectors(found, deadline),
    )[1]
    try:
        reader.read([letter])
    finally:
        del reader._encoder.vectors
    assert seen == [MOST]


def test_the_danger_in_the_middle_of_a_long_letter_is_among_what_is_read(reader):
    calm = "Здравствуйте. Мы переехали весной, школа хорошая, учителя внимательные. "
    letter = calm * 60 + "Отчим ночью приходит ко мне и трогает меня. " + calm * 60
    seen = triage(TriageFacts(letter), POLICY, reader.read([letter])[0], reader.version)
    assert seen.danger


def test_an_encoder_that_is_too_slow_leaves_the_answer_to_the_rest(reader, monkeypatch):
    monkeypatch.setattr("hotline.model.reader._PATIENCE_S", -1.0)
    one = reader.read(["меня бьёт отец"])[0]
    assert not one.whole
    assert one.danger > 0.1
    seen = triage(TriageFacts("меня бьёт отец"), POLICY, one, reader.version)
    assert seen.needs_human
    assert seen.model_version.endswith(":no-encoder")


def test_a_deadline_that_has_passed_stops_the_encoder(reader):
    with pytest.raises(TooSlowError):
        reader._encoder.vectors([[1, 5, 2]], time.monotonic() - 1)


def test_without_the_encoder_s_file_the_n_grams_answer():
    whole = load_weights()
    reader = ShippedReader(
        Weights(whole.about, None, whole.ngrams), POLICY.danger, POLICY.topics
    )
    one = reader.read(["балам мектептен келмеді, жоғалып кетті"])[0]
    assert not one.whole
    assert one.features == ()
    assert sum(one.codes.values()) == pytest.approx(1, abs=1e-3)


@pytest.fixture
def copied(tmp_path):
    folder = tmp_path / "weights"
    folder.mkdir()
    for name in (ABOUT, ENCODER, NGRAMS):
        shutil.copy(SHIPPED / name, folder / name)
    return folder


def changed_threshold(folder):
    told = json.loads((folder / ABOUT).read_text())
    told["whole"]["threshold"] = 0.99
    (folder / ABOUT).write_text(json.dumps(told))


def changed_weight(folder):
    with np.load(folder / NGRAMS) as stored:
        arrays = {name: stored[name].copy() for name in stored.files}
    arrays["bias"][0] += 1
    np.savez(folder / NGRAMS, **arrays)


def pickled(folder):
    np.savez(folder / NGRAMS, bias=np.array([{}], dtype=object))


SPOILT = [
    ("a threshold that somebody moved", changed_threshold, "hash"),
    ("a weight that somebody moved", changed_weight, "hash"),
    ("a pickle inside", pickled, "cannot be read"),
    ("an encoder cut short", lambda f: (f / ENCODER).write_bytes(b"PK"), "cannot be read"),
    ("no n-grams", lambda f: (f / NGRAMS).unlink(), "missing"),
    ("no model.json", lambda f: (f / ABOUT).unlink(), "missing"),
    ("an empty model.json", lambda f: (f / ABOUT).write_text("{}"), "cannot be read"),
]


@pytest.mark.parametrize(("what", "spoil", "told"), SPOILT, ids=[row[0] for row in SPOILT])
def test_weights_that_cannot_be_trusted_are_refused_and_rules_go_on(
    copied, what, spoil, told
):
    spoil(copied)
    with pytest.raises(BadConfig, match=told):
        load_weights(copied)
    assert open_reader(POLICY, copied) is None
