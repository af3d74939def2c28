"""The corpus itself: enough of everything, labels that hold, nothing twice, nobody real."""

from collections import Counter

import pytest

from hotline.cases.terms import Channel
from hotline.config.danger import DangerConfig
from hotline.config.load import SHIPPED
from hotline.config.loading import read
from training.check import LEAST, read_all, wrong_in
from training.corpus import FOLDER, PARTS, load
from training.labels import LANGS, known
from training.near import twins


@pytest.fixture(scope="module")
def placed():
    found, problems = read_all(FOLDER)
    assert problems == []
    return found


@pytest.fixture(scope="module")
def parts(placed):
    return {part: [one.line for one in placed if one.part == part] for part in PARTS}


def test_labels_agree_with_each_other_and_with_the_configuration(placed):
    names = known(SHIPPED)
    assert list(wrong_in(placed, names, dict.fromkeys(PARTS, 0), nearness=False)) == []


@pytest.mark.slow
def test_no_message_stands_twice_or_nearly_twice_in_one_part_or_in_two(placed):
    found = twins([one.line.text for one in placed])
    assert [(placed[one].where, placed[other].where) for one, other, _ in found] == []


def test_what_training_reads_is_what_was_checked(placed):
    read_for_training = [message.text for part in PARTS for message in load(part)]
    assert read_for_training == [one.line.text for one in placed]


def test_at_least_six_thousand_messages_teach(parts):
    assert len(parts["train"]) >= 6_000


@pytest.mark.parametrize(("part", "least"), LEAST.items())
def test_every_code_is_told_often_enough(parts, part, least):
    counts = Counter(line.category for line in parts[part])
    assert {c: counts[c] for c in known(SHIPPED).codes if counts[c] < least} == {}


@pytest.mark.parametrize(
    ("part", "key", "values", "least"),
    [
        ("train", "lang", LANGS, 150),
        ("validation", "lang", LANGS, 20),
        ("test", "lang", LANGS, 15),
        ("train", "channel", Channel, 150),
        ("validation", "channel", Channel, 15),
        ("train", "urgency", (0, 1, 3, 4), 400),
        ("validation", "urgency", (0, 1, 3, 4), 40),
        ("train", "region", sorted(known(SHIPPED).regions), 100),
        ("validation", "region", sorted(known(SHIPPED).regions), 10),
        ("test", "region", sorted(known(SHIPPED).regions), 8),
    ],
)
def test_every_language_channel_urgency_and_region_is_there(
    parts, part, key, values, least
):
    counts = Counter(getattr(line, key) for line in parts[part])
    assert {value: counts[value] for value in values if counts[value] < least} == {}


def test_no_author_writes_for_two_parts(placed):
    homes = {(one.author, one.part) for one in placed}
    assert len(homes) == len({author for author, _ in homes})
    assert len([author for author, part in homes if part == "train"]) >= 6


def test_there_are_long_letters_with_and_without_danger(parts):
    long = [line for part in parts.values() for line in part if len(line.text) > 500]
    assert len(long) >= 250
    assert sum(line.danger for line in long) >= 60
    assert sum(not line.danger for line in long) >= 60


def test_every_code_that_a_danger_rule_raises_has_harmless_twins(parts):
    rules = {rule.code for rule in read(SHIPPED, "danger.yaml", DangerConfig).rules}
    calm = Counter(line.category for line in parts["train"] if not line.danger)
    assert {code: calm[code] for code in rules if calm[code] < 5} == {}


def test_the_harmless_stream_of_a_school_s_qr_code_is_there(parts):
    stream = [line for line in parts["train"] if line.channel == "qr" and not line.danger]
    assert len(stream) >= 800
    assert len({line.category for line in stream}) >= 30


def test_somebody_s_power_is_told_over_every_body(parts):
    for part, least in (("train", 30), ("validation", 3), ("test", 3)):
        counts = Counter(kind for line in parts[part] for kind in line.conflict)
        assert len(counts) == 6
        assert min(counts.values()) >= least
