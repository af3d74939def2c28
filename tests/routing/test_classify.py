"""Which code a text is about."""

from pathlib import Path

import pytest

from hotline.config.loading import read
from hotline.config.taxonomy import TaxonomyConfig
from hotline.config.topics import Topic, TopicsConfig, problems
from hotline.errors import BadConfig
from hotline.language.normalise import normalise
from hotline.routing.classify import classify, compile_topics
from hotline.routing.danger import Hit

CONFIG = Path(__file__).parents[2] / "config"
CODES = tuple(read(CONFIG, "taxonomy.yaml", TaxonomyConfig).by_code)
TOPICS = read(CONFIG, "topics.yaml", TopicsConfig)
RULES = compile_topics(TOPICS, CODES)

ROWS = [
    ("Алименты не платит третий год, пристав не отвечает", "FAM.ALIM"),
    ("Жәрдемақыны неге тоқтатты?", "FAM.BEN"),
    ("Ұлым аутист, тьютор бермейді", "EDU.SEN"),
    ("Балабақшаға кезек қашан келеді", "EDU.ACC"),
    ("подскажите как усыновить малыша из дома малютки", "GRD.ADOPT"),
    ("в чате класса про меня создали фейк аккаунт", "BUL.CYB"),
    ("работодатель сократил меня в декрете", "WOM.LAB"),
    ("в столовой дают испорченный обед", "EDU.NUTR"),
    ("ауылда үйірме жоқ балаларға", "EDU.CLUB"),
    ("оңалту орталығына жолдама керек", "HLT.REHAB"),
    ("какой статус моего обращения", "INF.STAT"),
    ("Баламның туу туралы куәлігін қалай аламын", "FAM.DOC"),
    ("мошенники сняли деньги с карты дочери", "DIG.FRD"),
    ("aliment tolemei jur", "FAM.ALIM"),
]


@pytest.mark.parametrize(("text", "code"), ROWS)
def test_the_first_code_of(text, code):
    assert classify(normalise(text), RULES).ranked[0].code == code


@pytest.mark.parametrize("text", ["", "😀", "ыаываыва", "алименты"])
def test_at_least_three_suggestions_always(text):
    ranked = classify(normalise(text), RULES).ranked
    assert len({found.code for found in ranked}) == len(ranked) >= 3
    assert [found.score for found in ranked] == sorted(
        (f.score for f in ranked), reverse=True
    )


def test_at_least_three_suggestions_where_nothing_speaks_at_all():
    few = compile_topics(TOPICS, ("VIO.PHY", "VIO.SEX", "EDU.ACC", "FAM.ALIM"))
    ranked = classify(normalise("ыаываыва"), few).ranked
    assert [found.score for found in ranked] == [0, 0, 0]


def test_a_text_that_says_nothing_is_unsure():
    assert classify(normalise("ыаываыва"), RULES).confidence < 0.3
    assert classify(normalise("алименты не платит алимент"), RULES).confidence > 0.5


def test_danger_weighs_more_than_a_topic_word():
    text = normalise("в школе очередь в столовую")
    hit = Hit("x", "MEN.SUI", 1, 0.9, (0, 1), "в")
    assert classify(text, RULES, [hit]).ranked[0].code == "MEN.SUI"


def test_every_code_has_words_and_every_topic_a_code():
    assert problems(TOPICS, set(CODES)) == []
    broken = TopicsConfig(
        version="1", strong_weight=1, word_weight=1, topics={"XXX.Y": Topic(words="а")}
    )
    found = problems(broken, {"VIO.PHY"})
    assert [line.partition(": ")[0] for line in found] == ["topics.yaml"] * 2


def test_a_stem_that_cannot_be_used_names_the_file():
    topics = {code: Topic(words="слово") for code in CODES} | {
        CODES[0]: Topic(words="= слово")
    }
    config = TopicsConfig(version="1", strong_weight=1, word_weight=1, topics=topics)
    with pytest.raises(BadConfig, match=r"topics\.yaml"):
        compile_topics(config, CODES)
