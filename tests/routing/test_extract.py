"""What a body is told: from codes, for its purpose; and what an edit would give away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.cases.terms import BodyKind
from hotline.errors import RuleForbids
from hotline.routing.extract import Exposes, Matter, default_extract, exposes, hidden

WORDS = "Мою соседку Айгерим бьёт отчим, каждый вечер слышно, как она плачет за стеной"


def matter(config, code="VIO.SEX", kazakh=False):
    name = config.taxonomy.by_code[code].name
    topic = name.kk if kazakh else name.ru
    return Matter(code, topic, "город Астана", "район Есиль", kazakh)


@pytest.mark.parametrize("kind", BodyKind)
@pytest.mark.parametrize("kazakh", [False, True])
def test_every_kind_of_body_is_told_something_and_the_purpose_fits_it(config, kind, kazakh):
    told = default_extract(config.purposes, kind, matter(config, kazakh=kazakh))
    assert told.purpose == config.purposes.kinds[kind][0]
    assert told.text.endswith(".")
    assert (config.taxonomy.by_code["VIO.SEX"].name.ru in told.text) <= (
        not hidden(told.hides, "VIO.SEX")
    )


SCHOOL = [
    # what the case is about     told to the education department
    ("VIO.SEX",                  False),
    ("MEN.SUI",                  False),
    ("NEG.CARE",                 False),
    ("BUL.SCH",                  True),
    ("EDU.NUTR",                 True),
]  # fmt: skip


@pytest.mark.parametrize(("code", "told"), SCHOOL)
def test_a_school_s_office_is_never_told_what_would_expose_the_child(config, code, told):
    extract = default_extract(config.purposes, BodyKind.EDU, matter(config, code))
    assert (config.taxonomy.by_code[code].name.ru in extract.text) is told
    assert "Есиль" not in extract.text
    assert "111" in extract.text


def test_a_purpose_that_is_not_the_body_s_is_refused(config):
    with pytest.raises(RuleForbids) as refused:
        default_extract(config.purposes, BodyKind.EDU, matter(config), "protect_child")
    assert refused.value.facts["field"] == "purpose"


EDITS = [
    # what is wrong                 the extract                                   found
    ("nothing",                     "Проверьте обстановку дома",                  ()),
    ("four words alike",            "слышно, как она плачет",                     ()),
    ("five of the person's words",  "Слышно как она плачет за дверью",            ("words",)),
    ("a phone",                     "Звоните 8 701 765-45-18",                    ("number",)),
    ("an identity number",          "ИИН 150101500123",                           ("number",)),
    ("a house and a flat",          "ул. Абая 15, кв. 122",                       ()),
    ("the caller's name",           "Сообщила Гульнара",                          ("name",)),
    ("the topic that is closed",    "Сексуальное насилие: проверьте",             ("topic",)),
]  # fmt: skip


@pytest.mark.parametrize(("what", "extract", "found"), EDITS)
def test_an_edit_says_what_it_would_give_away(what, extract, found):
    narrative = "Каждый вечер слышно, как она плачет за стеной"
    if found == ("words",):
        extract = "Пишут: «слышно, как она плачет за стеной»"
    seen = exposes(
        extract,
        narrative=narrative,
        names=["Гульнара Сейткали"],
        hidden_topic="Сексуальное насилие",
    )
    assert seen == tuple(Exposes(one) for one in found), what


@given(st.integers(0, 9), st.integers(5, 14))
def test_any_five_words_in_a_row_are_a_quotation(start, length):
    words = WORDS.split()
    part = " ".join(words[start : start + length])
    quoted = len(words[start : start + length]) >= 5
    assert (Exposes.WORDS in exposes(part, narrative=WORDS, names=[])) is quoted
