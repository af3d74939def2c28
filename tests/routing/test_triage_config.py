"""config/taxonomy.yaml and what is said when it does not hold."""

from pathlib import Path

import msgspec
import pytest

from hotline.cases.terms import BodyKind
from hotline.config.danger import DangerConfig
from hotline.config.danger import problems as danger_problems
from hotline.config.loading import read
from hotline.config.taxonomy import TaxonomyConfig, problems
from hotline.errors import BadConfig

CONFIG = Path(__file__).parents[2] / "config"
TAXONOMY = read(CONFIG, "taxonomy.yaml", TaxonomyConfig)
DANGER = read(CONFIG, "danger.yaml", DangerConfig)


def test_twelve_categories_and_sixty_one_codes_hold():
    assert len(TAXONOMY.categories) == 12
    assert len(TAXONOMY.codes()) == 61
    assert set(TAXONOMY.bodies) == set(BodyKind)
    assert problems(TAXONOMY) == []


def with_first_sub(**change):
    plain = msgspec.to_builtins(TAXONOMY)
    plain["categories"][0]["subs"][0] |= change
    return msgspec.convert(plain, TaxonomyConfig)


ROWS = [
    (
        "police cannot lead",
        {"lead": "POLICE"},
        "categories.VIO.PHY.lead`: `POLICE` cannot lead",
    ),
    ("an urgency of 7", {"default_urgency": 7}, "categories.VIO.PHY.default_urgency`: 7;"),
    (
        "no Kazakh name",
        {"name": {"kk": " ", "ru": "б"}},
        "VIO.PHY.name.kk`: is empty; write",
    ),
    ("a code of another top", {"code": "BUL.SCH"}, "does not begin with `VIO.`; correct"),
    (
        "a code twice",
        {"code": "VIO.SEX"},
        "categories.VIO.SEX`: is written twice; remove one",
    ),
]


@pytest.mark.parametrize(("case", "change", "said"), ROWS, ids=[row[0] for row in ROWS])
def test_a_broken_taxonomy_is_told_with_key_and_remedy(case, change, said):
    found = "\n".join(problems(with_first_sub(**change)))
    assert said in found
    assert found.startswith("taxonomy.yaml: key `")


def test_a_category_whose_body_is_nowhere_is_an_error():
    plain = msgspec.to_builtins(TAXONOMY)
    del plain["bodies"]["GUARD"]
    found = problems(msgspec.convert(plain, TaxonomyConfig))
    line = "key `categories.VIO.PHY.lead`: no body of kind `GUARD`; add it under `bodies`"
    assert any(line in text for text in found)


def test_a_category_without_a_lead_is_an_error_of_reading(tmp_path):
    raw = (CONFIG / "taxonomy.yaml").read_text().replace("    lead: GUARD\n", "", 1)
    (tmp_path / "taxonomy.yaml").write_text(raw)
    with pytest.raises(BadConfig, match=r"taxonomy\.yaml.*lead"):
        read(tmp_path, "taxonomy.yaml", TaxonomyConfig)


def test_names_fall_back_to_russian():
    name = TAXONOMY.by_code["VIO.PHY"].name
    assert name.in_language("kk") == name.kk
    assert name.in_language("de") == name.ru


def test_a_danger_rule_without_code_urgency_or_examples_is_told():
    broken = msgspec.structs.replace(
        DANGER.rules[0], code="NO.WHERE", urgency=3, score=2.0, fires=[], all=[]
    )
    config = msgspec.structs.replace(DANGER, rules=[broken, broken], threshold=1.0)
    found = danger_problems(config, TAXONOMY.codes())
    for part in (
        "used twice",
        ".code`",
        ".urgency`",
        ".score`",
        ".all`",
        ".fires`",
        "threshold",
    ):
        assert any(part in line for line in found), part
