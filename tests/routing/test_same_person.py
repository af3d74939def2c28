"""Whether two contacts may tell of one person: what weighs, and what never does alone."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.routing.likeness import Sketch, alike, bands, sketch_of, unpacked
from hotline.routing.same_person import Level, Names, Traces, best, compare, names_of
from tests.conftest import START

KEY = b"a key of tests"
TEXT = "Сосед бьёт сына ремнём, мальчик ходит в синяках и боится идти домой, Павлодар"


def sketch(text):
    return sketch_of(text, KEY, frozenset())


def called(*words):
    """A name's hashes, as the store keeps them."""
    hashed = [word.encode() for word in sorted(words)]
    pairs = {b" ".join((a, b)) for i, a in enumerate(hashed) for b in hashed[i + 1 :]}
    return {"name_words": frozenset(hashed), "name_pairs": frozenset(pairs)}


OLD = Traces(1, START, **called("асел", "ержанова"))
PHONE = frozenset({b"+7701"})
ROWS = [
    # what both have                   of the old one           of the new one      level
    ("nothing", {}, {}, None),
    ("one name, two words", {}, called("асел", "ержанова"), Level.WEAK),
    ("name and number", {"phones": PHONE},
     {"phones": PHONE, **called("асел", "ержанова")}, Level.LIKELY),
    ("name, number, words", {"phones": PHONE, "sketch": sketch(TEXT)},
     {"phones": PHONE, "sketch": sketch(TEXT), **called("асел", "ержанова")}, Level.STRONG),
    ("one account, no name", {"thread": b"t"}, {"thread": b"t"}, Level.LIKELY),
    ("the number alone", {"phones": PHONE}, {"phones": PHONE}, Level.WEAK),
    ("the family's number", {"phones": PHONE},
     {"phones": PHONE, **called("марат", "ержанов")}, Level.WEAK),
    ("the family's number and much else",
     {"phones": PHONE, "region": "55", "district": "5510", "site": "s", "category": "VIO"},
     {"phones": PHONE, "region": "55", "district": "5510", "site": "s", "category": "VIO",
      **called("марат", "ержанов")}, Level.WEAK),
    ("one account under two names", {"thread": b"t"},
     {"thread": b"t", **called("марат", "ержанов")}, Level.WEAK),
    ("the same words", {"sketch": sketch(TEXT)}, {"sketch": sketch(TEXT)}, Level.STRONG),
    ("place, topic and day only", {"region": "55", "site": "s", "category": "VIO"},
     {"region": "55", "site": "s", "category": "VIO"}, None),
]  # fmt: skip


@pytest.mark.parametrize(("what", "old", "new", "level"), ROWS)
def test_what_two_contacts_have_in_common(config, what, old, new, level):
    found = compare(Traces(2, START, **new), replace(OLD, **old), config.links)
    assert (found and found.level) == level, (what, found)


def test_one_place_and_day_never_pair_two_strangers(config):
    """However much a site is made to weigh: somebody must be in common."""
    weights = msgspec.structs.replace(config.links.weights, site=0.95)
    heavy = msgspec.structs.replace(config.links, weights=weights)
    assert compare(Traces(2, START, site="s"), replace(OLD, site="s"), heavy) is None


def test_a_number_shared_by_differing_names_says_why_it_is_weak(config):
    old = replace(OLD, phones=PHONE)
    new = Traces(2, START, phones=PHONE, **called("марат", "ержанов"))
    found = compare(new, old, config.links)
    assert {r.code for r in found.reasons} == {"number", "day", "names_differ"}


NAMES = [
    (("асел", "ержанова"), ("асел", "ержанова"), Names.SAME),
    (("асел", "ержанова"), ("асел", "ержанова", "маратовна"), Names.SAME),
    (("асел",), ("асел", "ержанова"), Names.FIRST),
    (("асел", "ержанова"), ("марат", "ержанова"), Names.PARTLY),
    (("асел", "ержанова"), ("марат", "ким"), Names.DIFFER),
    ((), ("марат", "ким"), Names.UNKNOWN),
]


@pytest.mark.parametrize(("one", "other", "found"), NAMES)
def test_how_two_names_stand_to_each_other(one, other, found):
    a, b = (Traces(i, START, **called(*name)) for i, name in enumerate((one, other)))
    assert names_of(a, b) is names_of(b, a) is found


def test_another_region_halves_what_a_name_says(config):
    far = compare(
        Traces(2, START, region="71", phones=PHONE, **called("асел", "ержанова")),
        replace(OLD, region="55", phones=PHONE),
        config.links,
    )
    near = compare(
        Traces(2, START, region="55", phones=PHONE, **called("асел", "ержанова")),
        replace(OLD, region="55", phones=PHONE),
        config.links,
    )
    assert far.score < near.score
    assert "elsewhere" in {r.code for r in far.reasons}


def test_what_lies_too_far_back_is_not_compared(config):
    span = timedelta(days=config.links.days + 1)
    assert compare(replace(OLD, contact_id=2, at=START + span), OLD, config.links) is None


hashes = st.frozensets(st.sampled_from([b"a", b"b", b"c"]), max_size=2)
some = st.builds(
    Traces,
    contact_id=st.integers(1, 9),
    at=st.timedeltas(timedelta(0), timedelta(days=400)).map(lambda d: START + d),
    thread=st.sampled_from([None, b"t", b"u"]),
    phones=hashes,
    name_pairs=hashes,
    name_words=hashes,
    region=st.sampled_from([None, "55", "71"]),
    district=st.sampled_from([None, "d"]),
    site=st.sampled_from([None, "s"]),
    category=st.sampled_from([None, "VIO"]),
    sketch=st.frozensets(st.integers(0, 9), max_size=6).map(Sketch),
)


@given(one=some, other=some)
def test_comparing_is_the_same_from_both_sides_and_bounded(config, one, other):
    there, back = compare(one, other, config.links), compare(other, one, config.links)
    assert (there is None) == (back is None)
    if there:
        assert there.score == back.score <= 1
        assert there.score >= config.links.suggest_from


@given(one=some, other=some)
def test_a_number_never_weighs_more_than_weak_by_itself(config, one, other):
    """Neither name, account nor text in common: whatever else fits, it stays weak."""
    one = replace(one, phones=PHONE, thread=None, sketch=Sketch(), name_pairs=frozenset())
    found = compare(one, replace(other, phones=PHONE), config.links)
    assert found is None or found.level is Level.WEAK


@given(st.lists(some, max_size=12))
def test_few_suggestions_best_first(config, others):
    found = best(replace(OLD, phones=PHONE), others, config.links)
    assert len(found) <= config.links.suggestions
    assert [f.score for f in found] == sorted((f.score for f in found), reverse=True)


ALIKE = [
    ("the very same", TEXT, TEXT, 1.0, 1.0),
    ("another ending", TEXT, TEXT.replace("синяках", "синяке"), 0.9, 1.0),
    ("in capitals", TEXT, TEXT.upper(), 1.0, 1.0),
    ("two words more", TEXT, TEXT + ". Помогите срочно", 0.7, 0.99),
    ("about something else", TEXT, "Когда откроют запись в детский сад?", 0.0, 0.1),
    ("nothing", TEXT, "", 0.0, 0.0),
]


@pytest.mark.parametrize(("what", "one", "other", "least", "most"), ALIKE)
def test_how_alike_two_texts_are(what, one, other, least, most):
    assert least <= alike(sketch(one), sketch(other)) <= most, what


def test_a_sketch_under_another_key_has_nothing_in_common():
    assert (
        alike(sketch_of(TEXT, b"one", frozenset()), sketch_of(TEXT, b"two", frozenset()))
        == 0
    )


def test_like_texts_share_a_band_and_greetings_have_none():
    near = TEXT + ". Помогите срочно"
    assert set(bands(sketch(TEXT))) & set(bands(sketch(near)))
    assert bands(sketch("Сәлеметсіз бе?")) == ()


@given(st.text(max_size=300))
def test_any_text_has_a_bounded_sketch_that_survives_packing(text):
    found = sketch(text)
    assert len(found.words) <= 64
    assert unpacked(found.packed()) == found
