"""config/scripts.yaml: every kind of matter has its words; what could not work is named."""

import pytest

from hotline.config.load import SHIPPED, load
from hotline.config.loading import read
from hotline.config.scripts import ScriptsConfig
from hotline.errors import BadConfig
from tests.conftest import START
from tests.routing.test_purposes_config import change, folder

__all__ = ["folder"]
pytestmark = pytest.mark.slow  # reads whole folders
SCRIPTS = read(SHIPPED, "scripts.yaml", ScriptsConfig)

WRONG = [
    # what is wrong                      key                           value        what is said
    ("a fact that nothing reads",        "questions/height",           {"ask": {"kk": "?", "ru": "?", "en": "?"}}, "nothing reads this fact"),
    ("a danger that is none",            "questions/weapon/danger",    3,           "questions.weapon`.danger"),
    ("a topic that is not there",        "questions/weapon/topics",    ["VIO.X"],   "unknown code `VIO.X`"),
    ("a script of a topic that is none", "scripts/0/topics",           ["XXX"],     "unknown code `XXX`"),
    ("no script for the rest",           "scripts/0/topics",           [],          "exactly one must have no topics"),
    ("nothing that is never said",       "scripts/1/never",            [],          "scripts[1].never"),
    ("a sentence in one language alone", "scripts/1/ask",              [{"kk": "Қайда?", "ru": ""}], "scripts[1].ask"),
    ("a key that is unknown",            "scripts/1/hello",            "x",         "unknown field"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "path", "value", "said"), WRONG)
def test_what_could_not_work_is_named(folder, what, path, value, said):
    change(folder, "scripts.yaml", path, value)
    with pytest.raises(BadConfig) as refused:
        load(folder, START.date())
    assert any(
        line.startswith("scripts.yaml") and said in line for line in refused.value.problems
    ), (what, refused.value.problems)


SPOKEN = [
    ("the code is named",          "VIO.SEX",  "Sexual abuse"),
    ("the category is named",      "VIO.PHY",  "Violence"),
    ("a child that went missing",  "NEG.MISS", "Runaway"),
    ("the rest of neglect",        "NEG.CARE", "Neglect"),
    ("nobody names it",            "INF.OTH",  "General"),
    ("no topic yet",               "",         "General"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "code", "name"), SPOKEN)
def test_the_nearest_script_is_taken(what, code, name):
    assert SCRIPTS.script(code).name.en == name, what


UNKEPT = [
    # what 111 cannot promise                        words of such a promise
    ("that nothing is said without a consent",       ["келісіміңмен ғана", "только с твоего согласия"]),
    ("a line that never breaks",                     ["желіде боламын", "остаюсь на линии"]),
    ("what the school will hear from others",        ["баланың атын бізден білмейді", "не узнает имя ребёнка"]),
    ("who will look into it",                        ["тексеруді уәкіл", "проверит уполномоченный"]),
    ("that an outcome is told to a stranger",        ["не болғанын хабарлаймыз", "о результате сообщим"]),
    ("what the police does",                         ["Іздеу бірден басталады", "Поиск начинают сразу"]),
]  # fmt: skip


@pytest.mark.parametrize(("what", "words"), UNKEPT)
def test_nothing_is_promised_that_111_cannot_keep(what, words):
    said = [
        text
        for script in SCRIPTS.scripts
        for promise in script.promise
        for text in (promise.kk, promise.ru)
    ]
    assert not [text for text in said for word in words if word in text], what
