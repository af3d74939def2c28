"""The danger floor: every rule's own examples, scopes, invariants and bounds."""

from pathlib import Path
from time import perf_counter

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.config.danger import DangerConfig, problems
from hotline.config.loading import read
from hotline.config.taxonomy import TaxonomyConfig
from hotline.errors import BadConfig
from hotline.language.normalise import normalise
from hotline.routing.danger import compile_danger, floor

CONFIG = Path(__file__).parents[2] / "config"
DANGER = read(CONFIG, "danger.yaml", DangerConfig)
RULES = compile_danger(DANGER)
CODES = read(CONFIG, "taxonomy.yaml", TaxonomyConfig).codes()

FIRES = [(rule.id, text) for rule in DANGER.rules for text in rule.fires]
SILENT = [(rule.id, text) for rule in DANGER.rules for text in rule.silent]
SCOPES = [
    (number, text) for number, scope in enumerate(DANGER.scopes) for text in scope.fires
]


def firm(text):
    return {hit.rule for hit in floor(text, RULES).hits if hit.score >= DANGER.threshold}


@pytest.mark.parametrize(("rule", "text"), FIRES)
def test_a_rule_fires_on_its_positive_examples(rule, text):
    assert rule in firm(text)


@pytest.mark.parametrize(("rule", "text"), SILENT)
def test_a_rule_is_silent_on_its_negative_examples(rule, text):
    assert rule not in firm(text)


@pytest.mark.parametrize(("number", "text"), SCOPES)
def test_a_scope_sees_its_examples(number, text):
    concepts = {match.concept for match in RULES.lexicon.find(normalise(text))}
    assert len(DANGER.rules) + number in concepts


def test_the_file_names_only_known_codes_and_gives_every_rule_examples():
    assert problems(DANGER, CODES) == []


TEXTS = [
    ("beating denied in Russian", "мама меня не бьёт", False, None),
    ("beating denied in Kazakh by suffix", "әкем мені ұрмайды", False, None),
    ("beating denied by жоқ", "әкем мені ұрған жоқ", False, None),
    ("dying of laughter", "өлгім келіп күлдім", False, None),
    ("a game", "опять убили меня в игре майнкрафт", False, None),
    ("a general question", "как распознать признаки, что ребёнка бьют", False, None),
    ("something else denied", "он не работает и бьёт меня, мой отец", True, 1),
    ("beating, any time", "отец меня бьёт", True, 1),
    ("beating, now", "отец меня бьёт прямо сейчас", True, 0),
    ("progressive Kazakh verb is now", "әкем мені ұрып жатыр", True, 0),
    ("word order turned round", "меня ремнём каждый вечер лупит отчим", True, 1),
    ("Latin Kazakh", "akem meni uryp jatyr", True, 0),
    ("look-alikes and repeats", "xочу умeреееть", True, 1),
    ("particle joined to the verb", "нехочу жить", True, 1),
    ("first disclosure, long past", "в детстве отчим трогал меня, никому не говорила", True, 1),
    ("a laughing face", "меня похитил мой кот 😂 и бьёт меня", False, None),
    ("brackets for a smile", "отец бьёт меня ))))", False, None),
    ("a rumour that was refuted", "говорили, отец бьёт сына, оказалось неправда", False, None),
    ("an adult on a long past", "Мне 41. В детстве меня трогал отчим", False, None),
    ("a child's secret game is no game", "деда зовёт в секретную игру, снимает трусы", True, 1),
    ("a body that was not hit", "сын здоров, следов побоев медсестра не видит", False, None),
    ("to be, not to beat", "какой должна быть мама", False, None),
    ("nothing at all", "какой у вас график работы", False, None),
    ("empty", "", False, None),
    ("one emoji", "😢", False, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("case", "text", "danger", "urgency"), TEXTS, ids=[t[0] for t in TEXTS]
)
def test_the_floor_of(case, text, danger, urgency):
    seen = floor(text, RULES)
    assert (seen.danger, seen.urgency) == (danger, urgency)


def test_a_lowered_hit_keeps_a_score_for_a_persons_look():
    seen = floor("отец меня не бьёт", RULES)
    assert not seen.danger
    assert 0 < seen.score < DANGER.threshold
    assert seen.hits[0].lowered_by == "negation"


def test_spans_point_to_the_words_in_the_original():
    text = "Здравствуйте! Отчим меня бьёт."
    hit = floor(text, RULES).hits[0]
    assert text[hit.span[0] : hit.span[1]] == hit.text
    assert "бьёт" in hit.text


@given(st.text(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_text_gets_urgency_0_or_1_exactly_with_danger(text):
    seen = floor(text, RULES)
    assert seen.danger == (seen.urgency in (0, 1))
    assert 0.0 <= seen.score <= 1.0
    assert all(0 <= hit.span[0] < hit.span[1] <= len(text) for hit in seen.hits)


WORDS = st.sampled_from(
    [
        "отец",
        "бьёт",
        "меня",
        "не",
        "сейчас",
        "нож",
        "әкем",
        "ұрды",
        "мені",
        "жоқ",
        "игре",
        "хочу",
        "умереть",
    ]
)


@given(st.lists(WORDS, max_size=40).map(" ".join))
@settings(max_examples=150, deadline=None)
def test_more_words_of_danger_never_break_the_invariant(text):
    seen = floor(text, RULES)
    assert seen.danger == (seen.urgency in (0, 1)) == (seen.score >= DANGER.threshold)


@pytest.mark.parametrize(
    "unit", ["отец бьёт меня ", "не не не ", "<", "&", "a'", "😀", "\u200b"]
)
def test_time_grows_no_faster_than_the_text(unit):
    def seconds(size):
        text = (unit * size)[:size]
        best = []
        for _ in range(3):
            started = perf_counter()
            floor(text, RULES, limit=200_000)
            best.append(perf_counter() - started)
        return min(best)

    seconds(100)
    assert seconds(40_000) < 12 * seconds(10_000) + 0.05  # quadratic would be 16 times


def test_a_rule_that_spares_no_scope_of_the_file_is_named():
    rule = msgspec.structs.replace(DANGER.rules[0], spares=["nothing"])
    found = problems(msgspec.structs.replace(DANGER, rules=[rule]), CODES)
    assert found == [
        "danger.yaml: key `rules.beaten_at_home.spares`: `nothing` is no scope; correct it"
    ]


def test_a_stem_that_names_no_group_is_an_error_with_its_file():
    bad = DangerConfig(
        version="1", threshold=0.5, groups={}, rules=[DANGER.rules[0]], scopes=[]
    )
    with pytest.raises(BadConfig, match=r"danger\.yaml: `@hit` names no shared group"):
        compile_danger(bad)


SUPPOSED_OR_QUOTED = [
    ("supposed for the sake of a question", "допустим, отец избивает ребёнка", False),
    ("supposed in Kazakh", "әкесі баласын ұрып жатыр делік", False),
    ("a proverb", "пословица: муж бьёт, значит любит", False),
    ("a threat that hangs on a condition", "если расскажу, он меня убьёт", True),
    ("a child who asks what if", "что если папа трогает меня", True),
    (
        "proverbs said beside real blows",
        "муж бьет меня, а свекровь говорит пословицы",
        True,
    ),
]


@pytest.mark.parametrize(
    ("what", "text", "rings"),
    SUPPOSED_OR_QUOTED,
    ids=[row[0] for row in SUPPOSED_OR_QUOTED],
)
def test_what_is_only_supposed_or_quoted_does_not_ring(what, text, rings):
    assert floor(text, RULES).danger is rings
