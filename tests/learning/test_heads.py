"""Heads: nought is the shipped model, correcting is bounded, learning is deterministic."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.model.course import Abandoned, Course
from hotline.model.desk import DeskReader, with_heads
from hotline.model.fit import Example, choose_pull, fit, learning_steps
from hotline.model.heads import (
    BadWeights,
    correct,
    no_heads,
    pack,
    pack_arrays,
    unpack,
    version_of,
)
from hotline.model.kept_examples import (
    GOLD,
    pack_examples,
    shipped_examples,
    unpack_examples,
)
from tests.learning.stand_in import CODES, FEATURES, HashingReader, reading

FILLER = ("вчера", "у", "нас", "дома", "пожалуйста", "скажите", "она", "он", "кеше", "үйде")


def texts(n, telling, seed=1):
    chance = random.Random(seed)
    return [" ".join([*chance.sample(FILLER, 3), telling]) for _ in range(n)]


def taught(n=40):
    """A word that the shipped model does not know: people call it VIO.PHY and urgent."""
    new = [Example(reading(text), "VIO.PHY", 1) for text in texts(n, "дубасит")]
    old = [Example(reading(text), "INF.REF", 4) for text in texts(n, "справка", 2)]
    return fit(new, old, base_version="stand-in-1", codes=CODES, pull=0.3)


def top(found):
    return max(found.codes, key=found.codes.get)


def test_heads_of_nought_are_the_shipped_model():
    heads = no_heads("stand-in-1", CODES, FEATURES)
    for text in texts(20, "справка"):
        before, after = reading(text), correct(heads, reading(text))
        assert after.codes == pytest.approx(before.codes)
        assert after.danger == pytest.approx(before.danger)
        assert after.urgency == pytest.approx(before.urgency)
        assert after.confidence == pytest.approx(before.confidence)


def test_a_new_word_is_learned_and_the_old_ones_are_not_forgotten():
    heads = taught()
    fresh = reading("она сказала дубасит вчера")
    assert top(fresh) != "VIO.PHY" or fresh.codes["VIO.PHY"] < 0.3
    after = correct(heads, fresh)
    assert top(after) == "VIO.PHY"
    assert after.danger > 0.3 > fresh.danger
    assert after.confidence > fresh.confidence
    assert top(correct(heads, reading("скажите телефон"))) == "INF.REF"


def test_one_correction_alone_moves_little():
    wrong = Example(reading("он дома справка"), "VIO.PHY", 0)
    old = [Example(reading(text), "INF.REF", 4) for text in texts(60, "справка", 2)]
    heads = fit([wrong], old, base_version="stand-in-1", codes=CODES, pull=0.3)
    after = correct(heads, wrong.reading)
    assert top(after) == "INF.REF"
    assert after.danger < 0.1


def test_the_same_examples_give_the_same_weights():
    assert taught().version == taught().version
    assert pack(taught()) == pack(taught())
    assert taught().version != taught(39).version


def test_the_slope_is_nought_where_fitting_ends():
    """Moving any weight a little from where it ended must make the loss no smaller."""
    examples = [Example(reading(text), "VIO.PHY", 1) for text in texts(30, "дубасит")]
    one = fit(examples, [], base_version="x", codes=CODES, pull=2.0)
    other = fit(examples, [], base_version="x", codes=CODES, pull=2.0000001)
    assert np.abs(one.danger - other.danger).max() < 1e-5
    strong = fit(examples, [], base_version="x", codes=CODES, pull=1e6)
    assert np.abs(strong.code).max() < 1e-3  # pulled to nought


probabilities = st.floats(0, 1)


@given(
    st.dictionaries(st.sampled_from(CODES), probabilities, min_size=1),
    probabilities,
    st.lists(st.floats(-50, 50), min_size=FEATURES, max_size=FEATURES),
)
def test_a_corrected_reading_holds_probabilities_and_lowers_danger_little(
    codes, danger, features
):
    from dataclasses import replace

    plain = replace(reading("x"), codes=codes, danger=danger, features=tuple(features))
    found = correct(HEADS, plain)
    assert sum(found.codes.values()) == pytest.approx(sum(codes.values()))
    assert all(0 <= share <= 1 + 1e-9 for share in found.urgency.values())
    assert 0 <= found.danger <= 1
    if 0.01 < danger < 0.99:
        odds = found.danger / (1 - found.danger) if found.danger < 1 else 1e9
        assert odds >= danger / (1 - danger) * 0.6  # e to the power of -0.5, at the least


HEADS = taught()


def test_a_reading_without_its_features_stays_as_it_is():
    from dataclasses import replace

    whole = reading("она дубасит")
    for less in (replace(whole, whole=False), replace(whole, features=(1.0, 2.0))):
        assert correct(HEADS, less) is less


def test_weights_survive_being_kept_and_are_checked():
    kept = pack(HEADS)
    found = unpack(kept, HEADS.version)
    assert pack(found) == kept
    assert version_of(kept) == found.version
    with pytest.raises(BadWeights, match="their name"):
        unpack(kept, "desk-0000000000000000")


BROKEN = [
    ("nothing", b""),
    ("no archive", b"PK not really"),
    ("cut short", pack(HEADS)[:-200]),
    ("parts missing", pack_arrays({"base_version": "x", "codes": []}, {})),
    ("a list", pack_arrays([], {})),
    (
        "shapes that do not fit",
        pack_arrays(
            {"base_version": "x", "codes": ["a"]},
            {
                name: np.zeros(3, np.float32)
                for name in ("centre", "scale", "code", "danger", "urgency")
            },
        ),
    ),
]


@pytest.mark.parametrize(("what", "kept"), BROKEN)
def test_broken_weights_are_refused(what, kept):
    with pytest.raises(BadWeights):
        unpack(kept)


def test_what_would_run_code_when_read_is_refused():
    import io
    import pickle

    class Trap:
        def __reduce__(self):
            return (pytest.fail, ("code ran",))

    held = io.BytesIO()
    np.savez(held, told=np.asarray([Trap()], dtype=object))
    for kept in (held.getvalue(), pickle.dumps(Trap())):
        with pytest.raises(BadWeights):
            unpack(kept)


def test_heads_for_other_weights_change_nothing():
    base = HashingReader()
    assert with_heads(base, None) is base
    assert with_heads(base, no_heads("another", CODES, FEATURES)) is base
    found = with_heads(base, HEADS)
    assert isinstance(found, DeskReader)
    assert found.version == f"stand-in-1+{HEADS.version}"
    assert top(found.read(["она дубасит"])[0]) == "VIO.PHY"


def test_examples_survive_being_kept(tmp_path):
    examples = [Example(reading("он бьёт"), "VIO.PHY", 0), Example(reading("ок"), None, 4)]
    (tmp_path / GOLD).write_bytes(pack_examples(examples, "stand-in-1", CODES))
    found = shipped_examples(GOLD, "stand-in-1", tmp_path)
    assert [(one.code, one.urgency) for one in found] == [("VIO.PHY", 0), (None, 4)]
    assert found[0].reading.features == pytest.approx(examples[0].reading.features)
    assert found[0].reading.codes == pytest.approx(examples[0].reading.codes)
    with pytest.raises(BadWeights, match="other weights"):
        shipped_examples(GOLD, "stand-in-2", tmp_path)
    with pytest.raises(BadWeights, match="make train"):
        shipped_examples("nothing.npz", "stand-in-1", tmp_path)
    with pytest.raises(BadWeights):
        unpack_examples(pack(HEADS))


def test_a_few_labels_without_sense_are_pulled_harder_than_many_that_agree():
    known = {"base_version": "stand-in-1", "codes": CODES}
    replay = [Example(reading(text), "INF.REF", 4) for text in texts(40, "справка", 2)]
    agreed = [Example(reading(text), "VIO.PHY", 1) for text in texts(100, "дубасит")]
    known_words = [reading(text) for text in texts(25, "садик", 4)]
    chance = random.Random(3)
    mixed = [
        Example(one, *(("EDU.ACC", 4) if n % 5 == 0 else (chance.choice(CODES), 1)))
        for n, one in enumerate(known_words)
    ]
    assert choose_pull(agreed, replay, **known) == 0.1
    assert choose_pull(mixed, replay, **known) == 3.0


def test_a_fitting_tells_each_of_its_steps_and_ends_when_nobody_waits():
    examples = [Example(reading(text), "VIO.PHY", 1) for text in texts(10, "дубасит")]
    known, course = {"base_version": "x", "codes": CODES}, Course(learning_steps(CODES))
    assert course.share == 0.0
    choose_pull(examples, [], **known, course=course)
    assert 0.7 < course.share < 1.0
    fit(examples, [], **known, pull=1.0, course=course)
    assert course.share == 1.0
    course.unwanted = True
    with pytest.raises(Abandoned):
        fit(examples, [], **known, pull=1.0, course=course)


def test_nothing_to_learn_from_is_said():
    with pytest.raises(ValueError, match="same features"):
        fit([], [], base_version="x", codes=CODES, pull=1.0)
