"""config/purposes.yaml and config/emergency.yaml: what could not work names file, key, remedy."""

import shutil
from pathlib import Path

import pytest
import yaml

from hotline.cases.terms import BodyKind
from hotline.config.load import SHIPPED, load
from hotline.errors import BadConfig
from tests.conftest import START

pytestmark = pytest.mark.slow  # reads whole folders


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(SHIPPED, tmp_path / "config"))


def change(folder, name, path, value):
    """Set, or with None remove, one key of a file; keys of the path by dots."""
    told = yaml.safe_load((folder / name).read_text(encoding="utf-8"))
    at = told
    *steps, last = path.split("/")
    for step in steps:
        at = at[step] if step in at else at[int(step)]
    last = int(last) if last not in at and last.isdigit() else last
    if value is None:
        del at[last]
    else:
        at[last] = value
    (folder / name).write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")


WRONG = [
    # what is wrong                          file              key                                     value                what is said
    ("a kind that nobody asks anything",     "purposes.yaml",  "kinds/EDU",                            None,                "kinds.EDU"),
    ("a purpose that is not there",          "purposes.yaml",  "kinds/EDU",                            ["teach"],           "unknown purpose `teach`"),
    ("a topic that is not there",            "purposes.yaml",  "purposes/give_care/hides",             ["VIO.NONE"],        "VIO.NONE"),
    ("a hand-over that goes back at once",   "purposes.yaml",  "return_within/2",                      {"clock": "PT0S"},   "return_within.2"),
    ("an urgency without a limit",           "purposes.yaml",  "return_within/4",                      None,                "return_within.4"),
    ("a term of no days",                    "purposes.yaml",  "redirect_within",                      {"work_days": 0},    "redirect_within"),
    ("a place that is none",                 "purposes.yaml",  "purposes/oversee/place",               "street",            "purposes.oversee.place"),
    ("a centre that is nowhere",             "emergency.yaml", "centre",                               "99",                "unknown region `99`"),
    ("no service",                           "emergency.yaml", "services/103",                         None,                "services.103"),
    ("itself instead of itself",             "emergency.yaml", "services/102/instead",                 ["102"],             "cannot be rung instead"),
    ("nobody instead",                       "emergency.yaml", "services/112/instead",                 [],                  "is empty"),
    ("no questions",                         "emergency.yaml", "find_the_child",                       [],                  "find_the_child"),
    ("an alarm after no call",               "emergency.yaml", "alarm_after",                          0,                   "alarm_after"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "name", "path", "value", "said"), WRONG)
def test_what_could_not_work_is_named(folder, what, name, path, value, said):
    change(folder, name, path, value)
    with pytest.raises(BadConfig) as refused:
        load(folder, START.date())
    assert any(line.startswith(name) and said in line for line in refused.value.problems), (
        what, refused.value.problems,
    )  # fmt: skip


def test_every_purpose_is_asked_of_somebody_and_speaks_both_languages(config):
    asked = {name for names in config.purposes.kinds.values() for name in names}
    assert asked == set(config.purposes.purposes)
    assert set(config.purposes.kinds) == set(BodyKind)
    for purpose in config.purposes.purposes.values():
        assert purpose.name.kk
        assert purpose.name.ru
        assert purpose.asks.kk != purpose.asks.ru
