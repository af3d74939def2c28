"""What a person types finds a name, in whatever alphabet either of them stands."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.identity.folding import fold_name, name_spellings
from hotline.language.finding import matches, spellings
from hotline.language.normalise import fold

FOUND = [
    # typed                     the name as it is kept
    ("нурлан", "Нұрлан Әбенов"),
    ("АБЕНОВ нұрлан", "Нұрлан Әбенов"),
    ("Nurlan Abenov", "Нұрлан Әбенов"),
    ("Nūrlan Äbenov", "Нұрлан Әбенов"),
    ("нұрлан", "Nurlan Abenov"),
    ("Galymzhan", "Ғалымжан Жұмабаев"),
    ("Ğalymjan Jūmabaev", "Ғалымжан Жұмабаев"),
    ("Jumabayev", "Ғалымжан Жұмабаев"),
    ("Baqytjan", "Бақытжан Сәтбаев"),
    ("Gülnūr", "Гүлнұр Мұхамеджан"),
    ("Şyñğys", "Шыңғыс Хасенов"),
    ("Qairat", "Қайрат Ыбырайұлы"),
    ("Injü", "Інжу Өмірбек"),
    ("омирбек", "Інжу Өмірбек"),
    ("Çapaev", "Чапаев ауданы"),
    ("Yelena Shchukina", "Елена Щукина"),
    ("Yuliya", "Юлия Ярцева"),
    ("Iuliia Iartseva", "Юлия Ярцева"),
    ("Solovyova", "Наталья Соловьёва"),
    ("Natalia Solovieva", "Наталья Соловьева"),
    ("Mariam", "Мариям"),
    ("Maria", "Мария"),
    ("Мария", "Maria"),
    ("Alexandr", "Александр"),
    ("Dmitrii", "Дмитрий"),
    ("семеи", "Семей қаласы"),
    ("Cemaльно", "Семальное"),  # Latin look-alikes among Cyrillic letters
    ("й".replace("й", "и\u0306") + "огурт", "Йогурт"),
    ("Ка\u0301мила", "Камила"),
    ("guard-71", "guard-71"),
    ("12 мектеп", "№ 12 мектеп-лицейі"),
    ("   ", "кто угодно"),
]
NOT_FOUND = [
    ("Нурлан Ахметов", "Нұрлан Әбенов"),
    ("Айна", "Гаухар"),
    ("%", "кто угодно"),
    ("_", "a_b"),
]


@pytest.mark.parametrize(("typed", "kept"), FOUND)
def test_is_found(typed, kept):
    assert matches(typed, [kept])


@pytest.mark.parametrize(("typed", "kept"), NOT_FOUND)
def test_is_not_found(typed, kept):
    assert not matches(typed, [kept])


def test_words_may_stand_in_different_texts():
    assert matches("nurlan guard", ["guard-71", None, "Нұрлан Әбенов"])


SEARCHED = [
    # typed at 111                 under what the name was traced
    ("Наталья Соловьёва", "Наталья Соловьёва"),
    ("Natalia Solovyova Vasilyevna", "Соловьёва Наталья Васильевна"),
    ("Ğalymjan Jūmabaev", "Ғалымжан Жұмабаев"),
    ("Aigerim Nurlankyzy", "Айгерім Нұрланқызы"),
    ("Mariam Issa", "Мариям Иса"),
    ("Ержан Сарсенбаев", "Erjan Särsenbaev"),
    ("Xenia Shchukina", "Ксения Щукина"),
]


@pytest.mark.parametrize(("typed", "kept"), SEARCHED)
def test_a_sealed_name_is_asked_for_in_every_spelling_of_the_whole_name(typed, kept):
    asked = name_spellings(typed)
    assert fold_name(kept) in asked
    assert asked[0] == fold_name(typed)
    assert len(asked) <= 129


def test_a_part_of_a_name_asks_for_no_other_name():
    assert fold_name("Айгерім Нұрланқызы") not in name_spellings("Айгерім")


CYRILLIC = st.text("аәбвгғдежзиікқлмнңоөпрстуұүфхшыя", min_size=2, max_size=12)


@given(CYRILLIC, st.sampled_from(["NFC", "NFD", "NFKD"]), st.booleans())
def test_a_name_is_found_by_itself_in_any_case_and_form(name, form, capital):
    typed = unicodedata.normalize(form, name.upper() if capital else name)
    assert matches(typed, [name])
    assert fold(name) in spellings(typed)


@given(st.text(max_size=40), st.text(max_size=40))
def test_anything_may_be_typed(typed, kept):
    assert matches(typed, [kept]) in (True, False)
    assert len(spellings(typed)) <= 40
