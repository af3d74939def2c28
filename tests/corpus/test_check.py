"""`python -m training.check` on copies of the corpus: sound ones pass, broken ones are told."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training import near
from training.check import main
from training.corpus import FOLDER, PARTS
from training.labels import personal

pytestmark = pytest.mark.slow  # reads whole folders

FIRST = 40  # lines of each file that are copied


@pytest.fixture
def copied(tmp_path):
    """A small corpus: one author a part."""
    for part in PARTS:
        whole = min((FOLDER / part).glob("*.jsonl"))
        (tmp_path / part).mkdir()
        lines = whole.read_text("utf-8").splitlines(keepends=True)[:FIRST]
        (tmp_path / part / whole.name).write_text("".join(lines), "utf-8")
    return tmp_path


def only_file(folder, part="train"):
    return next((folder / part).glob("*.jsonl"))


def change(folder, part="train", line=7, **keys):
    """Change keys of one line; a key set to ... is taken away."""
    path = only_file(folder, part)
    rows = [json.loads(row) for row in path.read_text("utf-8").splitlines()]
    row = rows[line - 1] | keys
    rows[line - 1] = {key: value for key, value in row.items() if value is not ...}
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text(text, "utf-8")


def text_of(folder, part, line):
    return json.loads(only_file(folder, part).read_text("utf-8").splitlines()[line - 1])[
        "text"
    ]


def asked(folder, least=0):
    return main([str(folder), "--least", str(least)])


def test_a_sound_copy_passes_and_is_counted(copied, capsys):
    assert asked(copied) == 0
    said = capsys.readouterr().out
    assert "0 problems" in said
    assert f"all                   {FIRST:12}{FIRST:12}{FIRST:12}" in said


BROKEN = [
    ("a code of nobody", {"category": "VIO.NEW"}, "category: `VIO.NEW`"),
    ("an accepted code of nobody", {"accept": ["X"]}, "accept: `X`"),
    ("its own code accepted", {"category": "EDU.FEE", "accept": ["EDU.FEE"]}, "accept: `EDU.FEE` stands twice"),
    ("an urgency that nobody labels", {"urgency": 2, "danger": False}, "urgency: 2"),
    ("danger without urgency", {"urgency": 3, "danger": True}, "danger: is True with urgency 3"),
    ("urgency without danger", {"urgency": 1, "danger": False}, "danger: is False with urgency 1"),
    ("a region of nowhere", {"region": "99"}, "region: `99`"),
    ("a channel of nobody", {"channel": "pigeon"}, "channel: `pigeon`"),
    ("a language of nobody", {"lang": "kz"}, "lang: `kz`"),
    ("Cyrillic said to be Latin", {"lang": "ru-latn", "text": "совсем не латиница"}, "lang: ru-latn, but"),
    ("Latin said to be Cyrillic", {"lang": "kk", "text": "bul latyn arpimen jazylgan"}, "lang: kk, but"),
    ("a power of nobody", {"conflict": ["army"]}, "conflict: `army`"),
    ("an empty text", {"text": " "}, "text: is empty"),
    ("a break that is unseen", {"lang": "ru", "text": "раз\u2028два"}, "text: holds a line break"),
    ("a missing key", {"danger": ...}, "missing required field `danger`"),
    ("a key too many", {"name": "x"}, "unknown field `name`"),
    ("a number for a text", {"text": 5}, "Expected `str`"),
    ("an id of another author", {"id": "other-0007"}, "id: `other-0007`"),
    ("an id that stands above", {"id": ""}, "id: `` is not"),
    ("a phone", {"text": "звоните мне 8 701 245 36 98 вечером"}, "text: a number of 11 digits"),
    ("an IIN", {"text": "мой иин 040512650123"}, "text: a number of 12 digits"),
    ("a card", {"text": "карта 4400 4301 2345 6789"}, "text: a number of 16 digits"),
    ("a handle", {"text": "пишите @kto_to_tut"}, "text: an address or handle"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "keys", "told"), BROKEN, ids=[row[0] for row in BROKEN])
def test_every_break_is_told_with_file_and_line(copied, capsys, what, keys, told):
    change(copied, line=7, **keys)
    assert asked(copied) == 1
    said = [line for line in capsys.readouterr().out.splitlines() if told in line]
    assert len(said) == 1
    assert said[0].startswith(f"train/{only_file(copied).name}:7: ")


def test_a_line_that_is_no_json_is_told(copied, capsys):
    with only_file(copied).open("ab") as file:
        file.write(b"{not json}\n\xff\n")
    assert asked(copied) == 1
    said = capsys.readouterr().out
    assert f":{FIRST + 1}: " in said
    assert f":{FIRST + 2}: " in said


def test_an_id_that_stands_twice_is_told(copied, capsys):
    name = only_file(copied).stem
    change(copied, line=7, id=f"{name}-0003")
    assert asked(copied) == 1
    assert f"id: {name}-0003 is also at train/{name}.jsonl:3" in capsys.readouterr().out


@pytest.mark.parametrize("part", PARTS)
def test_a_message_near_one_of_training_is_told_in_every_part(copied, capsys, part):
    change(
        copied, line=3, text="Бір топ бала інімді күнде мектеп артында күтеді", lang="kk"
    )
    change(
        copied, part, 9, text="бір топ бала інімди күнде мектеп артында кутеді!", lang="kk"
    )
    assert asked(copied) == 1
    said = capsys.readouterr().out
    assert f"{part}/{only_file(copied, part).name}:9: text: is" in said
    assert ("in another part" in said) is (part != "train")


def test_an_author_of_two_parts_is_told(copied, capsys):
    path = only_file(copied)
    (copied / "test" / path.name).write_bytes(path.read_bytes())
    assert asked(copied) == 1
    assert f"{path.stem}: wrote for test and train" in capsys.readouterr().out


def test_a_code_with_too_few_messages_is_told(copied, capsys):
    assert asked(copied, least=FIRST) == 1
    assert "test: VIO.PHY: " in capsys.readouterr().out


@pytest.mark.parametrize(
    "text",
    ["+7 777 777 77 77", "87011234567", "пишите на anna@example.org", "111, 102 или 112",
     "зарплата 1 340 000 тенге", "дом 12, кв 45, 3 подъезд", "1,5 кг в 10:30"],
)  # fmt: skip
def test_numbers_of_nobody_are_left_alone(text):
    assert list(personal(text)) == []


words = st.sampled_from(
    [
        "ана",
        "бала",
        "мектеп",
        "түнде",
        "келді",
        "үйде",
        "жоқ",
        "қайда",
        "кім",
        "неге",
        "көмек",
        "керек",
    ]
)
texts = st.lists(words, min_size=3, max_size=9).map(" ".join)


@given(st.lists(texts, max_size=12))
def test_no_near_pair_is_missed_by_looking_at_rare_groups_only(some):
    groups = [
        near._groups(" ".join(t.folded for t in near.normalise(s).tokens)) for s in some
    ]
    expected = {
        (one, other)
        for other in range(len(some))
        for one in range(other)
        if len(groups[one] & groups[other]) >= near.NEAR * len(groups[one] | groups[other])
    }
    assert {(one, other) for one, other, _ in near.twins(some)} == expected
