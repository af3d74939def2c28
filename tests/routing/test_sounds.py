"""One name in Kazakh, Russian and Latin letters has one key; other names have others."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.routing.sounds import name_sounds, sound_of

ONE_NAME = """
Қайрат Кайрат Kairat Qairat Kayrat Qaırat
Айгүль Айгуль Aigul Aygul Aıgül
Юлия Юлія Yuliya Iuliia Yulia Julia
Жанна Zhanna Janna
Гүлжан Гульжан Gulzhan Guljan Güljan
Хадиша Khadisha Hadisha
Ғалым Галым Galym Ghalym Ğalym
Әлия Алия Aliya Aliia Älia
Өмірбек Омирбек Умирбек Omirbek Umirbek Ömirbek
Дільназ Дильназ Dilnaz
Ерлан Yerlan Erlan
Екатерина Ekaterina Yekaterina
Евгений Evgeny Yevgeniy Evgenii
Алексей Aleksey Alexei Alexey
Максим Maxim Maksim
Дмитрий Dmitriy Dmitry Dmitri
Наталья Наталия Natalya Nataliya Natalia
Щербакова Shcherbakova Scherbakova
Цой Tsoi Tsoy
Хусаинов Khusainov Husainov
Мұхаммед Мухаммед Muhammed Mukhamed
Нұрсұлтан Нурсултан Nursultan Nūrsūltan
Бауыржан Бауржан Baurzhan Bauyrzhan Bauyrjan
Жүсіп Жусип Zhusip Jusip Jüsip
Қожахмет Кожахмет Kozhakhmet Qojahmet
Төлеген Толеген Тулеген Tolegen Tulegen
Мәриям Мариям Mariyam Mariam
Ильяс Илияс Ilyas Iliyas
Ксения Kseniya Xenia
Жеңіс Женис Zhenis Zhengis Jeñis
Олжас Olzhas Oljas
Ақтоты Актоты Aktoty Aqtoty
Вячеслав Vyacheslav Viacheslav
Пётр Петр Petr Pyotr Piotr
Фёдор Федор Fedor Fyodor
Мурат Мұрат Мурад Murat
Ахмет Akhmet Ahmet Axmet
Зейнеп Зейнеб Zeinep Zeynep
Әйгерім Айгерим Aigerim Aygerim
Ивановъ Иванов Ivanov Ivanoff
ҚАЙСАР қайсар Kaisar
""".strip().splitlines()


@pytest.mark.parametrize("line", ONE_NAME)
def test_spellings_of_one_name_sound_alike(line):
    heard = {spelling: sound_of(spelling) for spelling in line.split()}
    assert len(set(heard.values())) == 1, heard


def test_different_names_keep_different_keys():
    firsts = [sound_of(line.split()[0]) for line in ONE_NAME]
    assert len(set(firsts)) == len(firsts)


OTHERS = [
    ("Айгүль", "Айнұр"), ("Серік", "Берік"), ("Марат", "Мурат"), ("Асель", "Айсель"),
    ("Дана", "Дина"), ("Ахметов", "Ахметова"), ("Жанна", "Сания"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_names_that_differ_in_a_sound_stay_apart(one, other):
    assert sound_of(one) != sound_of(other)


WHOLE = [
    # what                          one name                        another form of it
    ("other order", "Қайрат Өмірзақов", "Umirzakov Kairat"),
    ("with a patronymic", "Қайрат Өмірзақов", "Омирзаков Кайрат Серикович"),
    ("with an initial", "Қайрат Өмірзақов", "Өмірзақов Қайрат С."),
    ("with dots and commas", "Қайрат Өмірзақов", "ОМИРЗАКОВ, Кайрат."),
    ("a double name", "Анна-Мария Ким", "Ким Анна Мария"),
]


@pytest.mark.parametrize(("what", "one", "other"), WHOLE)
def test_a_name_is_found_in_another_form(what, one, other):
    assert set(name_sounds(one).searched) & set(name_sounds(other).searched), what


def test_a_first_name_alone_is_searched_by_itself_only():
    assert name_sounds("Айгүль").searched == ("аигол",)
    assert "аигол" not in name_sounds("Айгүль Серікова").searched


NAMELESS = ["", " ", "-", "5", "😀", "А.", "\ud800", "\x00", "ъь"]


@pytest.mark.parametrize("name", NAMELESS)
def test_what_is_no_name_has_no_sound(name):
    found = name_sounds(name)
    assert found.pairs == ()
    assert len(found.words) <= 1


KAZAKH = st.text("абвгғдежзийкқлмнңоөпрстуұүфхһцчшыіәя", min_size=3, max_size=9)
_2021 = dict(
    zip("абвгғджзийкқлмнңоөпрстуұүфхһшыіәце", [
        "a", "b", "v", "g", "ğ", "d", "j", "z", "i", "i", "k", "q", "l", "m", "n", "ñ", "o",
        "ö", "p", "r", "s", "t", "u", "ū", "ü", "f", "h", "h", "ş", "y", "i", "ä", "ts", "e",
    ], strict=True)
)  # fmt: skip
_PASSPORT = {
    **_2021, "ғ": "g", "ж": "zh", "қ": "k", "ң": "n", "ө": "o", "ұ": "u", "ү": "u",
    "ш": "sh", "ә": "a", "х": "kh", "һ": "h", "й": "y",
}  # fmt: skip
NAME_LETTERS = st.lists(
    st.tuples(st.sampled_from("бвгдзклмнпрт"), st.sampled_from("аоуеиіөұүә")),
    min_size=2,
    max_size=4,
).map(lambda pairs: "".join(a + b for a, b in pairs))


@given(NAME_LETTERS)
def test_any_name_sounds_alike_in_both_latin_spellings(name):
    """Syllables of a consonant and a vowel: there both ways of writing are one to one."""
    heard = {
        sound_of("".join(table.get(letter, letter) for letter in name))
        for table in ({}, _2021, _PASSPORT)
    }
    assert len(heard) == 1


@given(KAZAKH)
def test_letters_that_russian_keyboards_lack_change_nothing(name):
    plain = str.maketrans("қғңөұүәіһ", "кгноууаих")
    assert sound_of(name) == sound_of(name.translate(plain))


@given(st.text(max_size=40))
def test_any_text_has_bounded_keys(text):
    found = name_sounds(text)
    assert len(found.words) <= 4
    assert len(found.pairs) == len(list(combinations(found.words, 2)))
    assert found == name_sounds(text)
