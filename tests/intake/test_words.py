"""Every word of ours has its Kazakh and Russian form."""

import ast
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from jinja2 import nodes

from hotline import i18n
from hotline.web.pages import FOLDERS, environment

HOTLINE = Path(i18n.__file__).parent


def in_templates():
    for folder in FOLDERS:
        for path in sorted(folder.rglob("*.*")) if folder.exists() else []:
            tree = environment().parse(path.read_text(encoding="utf-8"))
            for call in tree.find_all(nodes.Call):
                name = getattr(call.node, "name", None)
                first = call.args[0] if call.args else None
                if name in ("_", "ngettext", "gettext") and isinstance(first, nodes.Const):
                    yield first.value, path.name


def in_code():
    """`_("…")`, `gettext(locale, "…")`, `ngettext(locale, "…", …)` in any module."""
    for path in sorted(HOTLINE.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            name = getattr(call.func, "id", getattr(call.func, "attr", ""))
            at = {"_": 0, "say": 0, "many": 0, "gettext": 1, "ngettext": 1}.get(name)
            if at is not None and len(call.args) > at:
                argument = call.args[at]
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value, path.name


def used():
    from hotline.web.problems import _HEADINGS

    return sorted(
        {
            *in_templates(),
            *in_code(),
            *((text, "problems.py") for text in _HEADINGS.values()),
        }
    )


@pytest.mark.slow
@pytest.mark.parametrize("locale", ["kk", "ru"])
def test_no_word_is_missing(locale):
    catalogue = i18n.catalogue(locale)
    missing = []
    for msgid, where in used():
        message = catalogue.get(msgid)
        forms = message.string if message else ""
        forms = forms if isinstance(forms, tuple | list) else [forms]
        if not all(forms):
            missing.append(f"{where}: {msgid}")
    assert len(used()) > 50
    assert missing == []


# Tables whose values are no msgids: names of products, forms of one language, wire words.
NO_WORDS = {"BROWSER", "SYSTEM", "SHORT", "_ENGLISH", "_SHOWN_LINKS", "NEW"}
SPEAKING = ("actions", "cases", "config", "console", "intake", "notify")


def in_tables():
    """Words that a table holds and some code looks up: the letter of the day, heads of files."""
    for folder in SPEAKING:
        for path in sorted((HOTLINE / folder).rglob("*.py")):
            for line in ast.parse(path.read_text(encoding="utf-8")).body:
                known = isinstance(line, ast.Assign | ast.AnnAssign)
                if not known or not line.value or isinstance(line.value, ast.Constant):
                    continue
                target = line.targets[0] if isinstance(line, ast.Assign) else line.target
                if getattr(target, "id", "") not in NO_WORDS:
                    for one in ast.walk(line.value):
                        if isinstance(one, ast.Constant) and isinstance(one.value, str):
                            yield one.value, path.name


SENTENCE = re.compile(r"[A-Za-z“(][^<>_/\\=`|]*( [^<>_/\\=`|]+|[.!?:])")
CAPITAL = re.compile(r"[A-Z][a-z]{2,}")


@pytest.mark.parametrize("locale", ["kk", "ru"])
def test_no_word_of_a_table_is_missing(locale):
    catalogue = i18n.catalogue(locale)
    missing = {
        (text, where)
        for text, where in in_tables()
        if SENTENCE.fullmatch(text) or CAPITAL.fullmatch(text)
        if catalogue.get(text) is None or not catalogue.get(text).string
    }
    assert missing == set()


# File types, keys of a keyboard, a language's own name, a trap for robots.
AS_THEY_ARE = {"CSV", "JSON", "XLSX", "Esc", "Enter", "Alt", "Ctrl", "English", "Website"}


def plain_text(path):
    """The words of a template that no translation passes over."""
    text = re.sub(
        r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", path.read_text("utf-8"), flags=re.DOTALL
    )
    told = r'\b(?:title|aria-label|placeholder|alt)="([^"]*)"'
    between = re.findall(r">([^<>=\"]+)(?=<)", text)
    return [
        w
        for piece in between + re.findall(told, text)
        if not re.fullmatch(r"\s*[\w/-]*[-/][\w/-]*\s*", piece)  # a class, a path
        for w in re.findall(r"[A-Za-z]{3,}", piece)
    ]


def test_no_template_says_a_word_of_its_own():
    said = {
        (word, path.name)
        for folder in FOLDERS
        for path in folder.glob("*.html")
        for word in plain_text(path)
    }
    assert {one for one in said if one[0] not in AS_THEY_ARE} == set()


def test_no_script_says_a_word_of_its_own():
    """What a script says stands in the page's data attributes, in the reader's language."""
    own = re.compile(r"[а-яё]|^[A-Z][a-z]+ [a-z]+|[a-z]+ [a-z]+[.!?]$")
    said = []
    for door in ("console", "intake"):
        for path in (HOTLINE / door / "static").glob("*.js"):
            text = path.read_text("utf-8")
            code = re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", text, flags=re.DOTALL)
            found = re.findall(r"\"([^\"\n]*)\"|'([^'\n]*)'|`([^`]*)`", code)
            said += [(one, path.name) for one in map("".join, found) if own.search(one)]
    assert said == []


@pytest.mark.parametrize("locale", i18n.LOCALES)
def test_a_catalogue_is_sorted_and_keeps_the_values_names(locale):
    path = i18n.FOLDER / f"{locale}.po"
    with path.open("rb") as file:
        messages = [message for message in read_po(file, locale=locale) if message.id]
    keys = [m.id if isinstance(m.id, str) else m.id[0] for m in messages]
    assert keys == sorted(keys)
    assert len(keys) == len(set(keys))
    for message, key in zip(messages, keys, strict=True):
        forms = (
            message.string if isinstance(message.string, tuple | list) else [message.string]
        )
        for form in forms:
            assert set(re.findall(r"{\w+}", form)) <= set(re.findall(r"{\w+}", key)) | {
                "{n}"
            }


NUMBERS = r"\{(n|m|s|rows|new|changed|ended|left|late|all|mb|waiting|open)\}"
UNITS = {"с", "ч", "мин", "дн", "КБ", "МБ", "s", "h", "min", "d", "KB", "MB"}
NOT_COUNTED = {  # what stands behind a number and is no noun that it counts
    "of", "из", "more", "too", "since", "на",
}  # fmt: skip


def test_a_number_beside_a_noun_has_the_forms_of_its_language():
    """In Kazakh a noun behind a number keeps one form, so English and Russian are read."""
    single = []
    for message in i18n.catalogue("ru"):
        if not message.id or isinstance(message.id, tuple):
            continue
        for text in (message.id, message.string):
            for _, word in re.findall(NUMBERS + r"[ \u00a0]([^\W\d_]+)", text):
                if word not in UNITS | NOT_COUNTED:
                    single.append((message.id, word))
    assert single == []


PLURALS = [
    # language   seconds   sentence
    ("kk", 1, "1 секундтан кейін қайталай аласыз."),
    ("kk", 5, "5 секундтан кейін қайталай аласыз."),
    ("ru", 1, "Попробовать снова можно через 1 секунду."),
    ("ru", 3, "Попробовать снова можно через 3 секунды."),
    ("ru", 11, "Попробовать снова можно через 11 секунд."),
    ("en", 1, "You can try again in 1 second."),
    ("en", 2, "You can try again in 2 seconds."),
]


@pytest.mark.parametrize(("locale", "n", "sentence"), PLURALS)
def test_numerals_take_their_form(locale, n, sentence):
    one, many = "You can try again in {n} second.", "You can try again in {n} seconds."
    assert i18n.ngettext(locale, one, many, n) == sentence


def test_moments_are_written_as_people_here_write_them():
    assert i18n.moment(datetime(2026, 11, 21, 9, 32, tzinfo=UTC)) == "21.11.2026, 14:32"


def test_kazakh_letters_stand_where_the_alphabet_has_them():
    words = [
        "Ұлытау",
        "Қостанай",
        "Абай",
        "Ақмола",
        "Жамбыл",
        "Астана",
        "Түркістан",
        "Шымкент",
    ]
    assert sorted(words, key=i18n.alphabetical) == [
        "Абай", "Ақмола", "Астана", "Жамбыл", "Қостанай", "Түркістан", "Ұлытау", "Шымкент",
    ]  # fmt: skip


ORDERED = [
    # what               in order
    ("capitals", ["абай", "Ағила", "айна"]),
    ("numbers", ["№ 2 мектеп", "№12 мектеп", "«Ақбота» үйі", "Басқарма"]),
    ("Latin marks", ["Arman", "Äsel", "Bota", "Асан"]),
    ("one letter in two forms", ["Еңлік", "Жанна", "Йогурт", "И\u0306од", "Камила"]),
    ("every letter", list("аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя")),
]


@pytest.mark.parametrize(("name", "words"), ORDERED)
def test_names_stand_in_the_order_of_the_alphabet(name, words):
    assert sorted(set(words), key=i18n.alphabetical) == words
