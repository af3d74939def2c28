"""The place files hold together, and every name in them can be found."""

import gc
import time
from pathlib import Path

import msgspec
import pytest

from hotline.config.places import DefaultRegion, load_places, problems
from hotline.language.normalise import fold_phrase
from hotline.routing.gazetteer import compile_gazetteer, name_problems
from tests.shipped import GAZETTEER

CONFIG = Path(__file__).parents[2] / "config"
PLACES = load_places(CONFIG)


def changed(**parts):
    return msgspec.structs.replace(PLACES, **parts)


def test_the_shipped_files_have_no_problems():
    assert problems(PLACES) + name_problems(PLACES) == []


def test_all_regions_districts_and_towns_are_there():
    listed = [town for town in PLACES.towns if town.id is not None]
    assert (len(PLACES.regions), len(PLACES.districts), len(listed)) == (20, 228, 351)


def test_a_town_whose_region_is_uncertain_has_none():
    assert sum(town.region is None for town in PLACES.towns) <= 5


def test_every_name_of_every_place_is_found_with_its_region():
    lost = [
        (name, place.region)
        for place in (*PLACES.districts, *PLACES.towns)
        if place.region is not None
        for name in (place.kk, place.ru, *place.names)
        if place.region
        not in {ref.region for ref in GAZETTEER.forms[" ".join(fold_phrase(name))].refs}
    ]
    assert lost == []


@pytest.mark.slow
def test_loading_and_compiling_cost_little_more_than_folding_every_form():
    """A ratio of one run: seconds would tell how busy the machine is. 0.44 s on an idle core.

    Without the collector, whose turns cost what other tests have left in the process.
    """

    def spent(act):
        gc.disable()
        try:
            started = time.process_time()
            act()
            return time.process_time() - started
        finally:
            gc.enable()

    def load():
        compile_gazetteer(load_places(CONFIG))

    def fold():
        for form in GAZETTEER.forms:
            fold_phrase(form)

    turns = [(spent(load), spent(fold)) for _ in range(3)]
    loading, folding = (min(column) for column in zip(*turns, strict=True))
    assert loading < 2.2 * folding  # 1.0 on an idle core


REGION, DISTRICT, TOWN = PLACES.regions[0], PLACES.districts[0], PLACES.towns[0]
replace = msgspec.structs.replace

BROKEN = [
    # what is wrong                     places                                                           part of the message
    ("a town in an unknown region",     {"towns": (replace(TOWN, region="98"),)},                        "unknown region `98`"),
    ("a district in an unknown region", {"districts": (replace(DISTRICT, region="98"),)},                "unknown region `98`"),
    ("a district of another's code",    {"districts": (replace(DISTRICT, kato="750000000"),)},           "is not of 10"),
    ("a district without code or note", {"districts": (replace(DISTRICT, kato=None),)},                  "no kato and no note"),
    ("a town without a Kazakh name",    {"towns": (replace(TOWN, kk=" "),)},                             ".kk`: empty name"),
    ("a district without Russian name", {"districts": (replace(DISTRICT, ru=""),)},                      ".ru`: empty name"),
    ("a region twice",                  {"regions": (*PLACES.regions, REGION)},                          "stands twice"),
    ("a region missing",                {"regions": PLACES.regions[1:]},                                 "19 of 20 codes"),
    ("a prefix in two regions",         {"regions": (*PLACES.regions[:-1], replace(PLACES.regions[-1], phones=("7172",)))}, "7172 is also in 71"),
    ("part of an unknown region",       {"regions": (replace(REGION, part_of="98"), *PLACES.regions[1:])}, "`10.part_of`"),
    ("a default of an unknown region",  {"words": replace(PLACES.words, defaults=(DefaultRegion(name="Х", region="98"),))}, "`defaults` (Х)"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "parts", "message"), BROKEN, ids=[c[0] for c in BROKEN])
def test_a_broken_file_is_named_with_key_and_remedy(what, parts, message):
    found = [line for line in problems(changed(**parts)) if message in line]
    assert found
    assert all(".yaml: " in line and "; " in line for line in found)


def test_a_name_of_two_regions_must_be_decided_or_listed():
    words = replace(PLACES.words, ambiguous=())
    assert any("Абай is a name in" in line for line in name_problems(changed(words=words)))
