"""Which messages tell of one event, and whose danger is not the event's."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.config.likeness import problems
from hotline.routing.incident import (
    Fit,
    Message,
    Place,
    event_of,
    fit_of,
    gather,
    join,
    own_danger,
    place_of,
    topic_of,
)
from hotline.routing.likeness import common_stems, sketch_of
from tests.conftest import START
from tests.routing.wave import wave

HERE = Place("55", "5522", None)
PLACES = [
    # what                 message                       event                      fit
    ("one site", Place("55", "5522", "s"), Place("55", None, "s"), Fit.SITE),
    ("one district", HERE, HERE, Fit.DISTRICT),
    ("no district said", Place("55"), HERE, Fit.REGION),
    ("next district", Place("55", "5510"), HERE, Fit.ELSEWHERE),
    ("no place said", Place(), HERE, Fit.UNKNOWN),
    ("another region", Place("71", "7110"), HERE, None),
]


@pytest.mark.parametrize(("what", "message", "event", "fit"), PLACES)
def test_how_well_a_place_fits(what, message, event, fit):
    assert fit_of(message, event) is fit, what


@pytest.fixture(scope="module")
def written(config):
    common = common_stems(config.incident.common)

    def message(number, text, place=HERE, minute=0, **facts):
        sketch = sketch_of(text, b"key", common)
        facts = {"subcategory": "EDU.NUTR", "sender": b"%d" % number, **facts}
        at = START + timedelta(minutes=minute)
        return Message(number, at, place, sketch=sketch, **facts)

    return message


@pytest.fixture(scope="module")
def members(written):
    return [written(n, text, minute=n) for n, text in enumerate(wave(2, 41)[:34])]


@pytest.fixture(scope="module")
def event(members):
    return event_of(1, HERE, members, START)


JOINS = [
    # what                          text                                 place    topic  joins
    ("in Russian", "В Экибастузе дети отравились в столовой", HERE, "EDU.NUTR", True),
    ("in Kazakh", "Екібастұзда балалар асханада уланды", HERE, "EDU.NUTR", True),
    ("in both", "Асханада отравились, рвота, Экибастуз", HERE, "EDU.NUTR", True),
    ("another topic seen", "Отравились в столовой, рвота", HERE, "HLT.EMER", True),
    ("no place said", "В 23 школе отравились в столовой, рвота и тошнота",
     Place(), "EDU.NUTR", True),
    ("in another region", "Дети отравились в школьной столовой, рвота",
     Place("71", "7110"), "EDU.NUTR", False),
    ("the same town, something else", "Муж не платит алименты второй год",
     HERE, "FAM.ALIM", False),
    ("the same town and topic", "Кто отвечает за витамины для первоклассников?",
     HERE, "EDU.NUTR", False),
    ("nothing said", "Алло", HERE, "INF.SIL", False),
]  # fmt: skip


@pytest.mark.parametrize(("what", "text", "place", "topic", "joins"), JOINS)
def test_who_belongs_to_an_event(config, written, event, what, text, place, topic, joins):
    message = written(99, text, place, minute=50, subcategory=topic)
    assert (join(message, [event], config.incident) is not None) is joins, what


def test_nothing_joins_an_event_that_has_gone_quiet(config, written, event):
    late = config.incident.quiet_minutes + 60
    message = written(99, "В Экибастузе дети отравились в столовой", minute=late)
    assert join(message, [event], config.incident) is None


def test_eight_different_senders_within_the_hour_are_a_wave(config, members):
    asked = config.incident.senders
    *earlier, newest = members[:asked]
    few = gather(newest, earlier[1:], config.incident)
    enough = gather(newest, members[: asked + 6], config.incident)
    assert few == ()
    assert {m.contact_id for m in enough} <= {m.contact_id for m in members}
    assert len(enough) >= asked


def test_one_sender_who_repeats_is_one(config, members):
    same = [replace(member, sender=b"one") for member in members]
    assert gather(same[0], same[1:], config.incident) == ()


def test_one_text_from_nobody_is_one(config, members):
    copies = [replace(members[0], contact_id=n, sender=None) for n in range(100, 140)]
    assert gather(copies[0], copies[1:], config.incident) == ()


def test_what_came_before_the_hour_is_not_counted(config, members):
    early = [replace(m, at=START - timedelta(hours=3)) for m in members[1:]]
    assert gather(members[0], early, config.incident) == ()


def test_an_event_is_where_and_what_most_say(members):
    strange = replace(members[0], place=Place("55", "5510"), subcategory="HLT.EMER")
    group = [strange, replace(members[1], place=Place("55")), *members[2:10]]
    assert place_of(group) == HERE
    assert topic_of(group) == "EDU.NUTR"


DANGERS = [
    # what                                 facts                                    marked
    ("no danger at all", {}, False),
    ("the event's own danger", {"urgency": 1, "rules": frozenset({"danger:poisoned"})}, False),
    ("a rule nobody else met", {"urgency": 1, "rules": frozenset({"danger:armed"})}, True),
    ("a topic unlike the event's", {"urgency": 1, "subcategory": "VIO.PHY"}, True),
    ("a level few reach", {"urgency": 0}, True),
]  # fmt: skip


@pytest.mark.parametrize(("what", "facts", "marked"), DANGERS)
def test_whose_danger_is_their_own(config, written, members, what, facts, marked):
    ill = [replace(m, urgency=1, rules=frozenset({"danger:poisoned"})) for m in members]
    event = event_of(1, HERE, ill, START)
    message = written(99, "В Экибастузе дети отравились в столовой", **facts)
    assert (own_danger(message, event, config.incident) > 0) is marked, what


def test_in_an_event_without_danger_every_danger_is_ones_own(config, written, event):
    message = written(99, "В Экибастузе отравились в столовой", danger_score=0.4, urgency=1)
    assert own_danger(message, event, config.incident) > 0


@given(levels=st.lists(st.integers(0, 4), min_size=1, max_size=40), level=st.integers(0, 1))
def test_who_alone_is_in_danger_is_always_marked(config, written, levels, level):
    calm = [
        written(n, "отравились в столовой", urgency=max(2, found))
        for n, found in enumerate(levels)
    ]
    event = event_of(1, HERE, calm, START)
    message = written(99, "отравились в столовой", urgency=level)
    assert own_danger(message, event, config.incident) > 0


@given(st.lists(st.sampled_from(["55", "71", None]), max_size=20))
def test_a_place_is_never_one_that_nobody_named(regions):
    group = [
        Message(n, START, Place(region), "EDU.NUTR", sketch_of("", b"k", frozenset()))
        for n, region in enumerate(regions)
    ]
    found = place_of(group) if group else Place()
    known = Counter(region for region in regions if region)
    assert found.region is None or known[found.region] == max(known.values())


BROKEN = [
    ("a wave of two", "incident", {"senders": 2}, "incident.yaml: key `senders`"),
    ("no time", "incident", {"minutes": 0}, "incident.yaml: key `minutes`"),
    ("steps out of order", "links", {"likely_from": 0.1}, "links.yaml: key `likely_from`"),
    ("a phone that joins families", "links", {"weak_at_most": 0.9},
     "links.yaml: key `weak_at_most`"),
    ("nobody compared", "links", {"candidates": 0}, "links.yaml: key `candidates`"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "part", "change", "named"), BROKEN)
def test_a_configuration_that_cannot_hold_is_named(config, what, part, change, named):
    import msgspec

    parts = {"links": config.links, "incident": config.incident}
    assert problems(parts["links"], parts["incident"]) == []
    parts[part] = msgspec.structs.replace(parts[part], **change)
    assert any(line.startswith(named) for line in problems(**parts)), what
