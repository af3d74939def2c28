"""Every code that people meet has a name, and every name a Kazakh and a Russian form."""

import ast
import re
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline import i18n
from hotline.cases import terms
from hotline.console import (
    became_words,
    bulk_words,
    case_forms,
    charts,
    codes,
    conflicts,
    desk_form,
    history,
    inbox_filter,
)
from hotline.console.fields import whole
from hotline.console.pages import case, contact, desk, desk_drafts, desk_end
from hotline.console.pages.contact import marked
from hotline.console.session import safe_next
from hotline.console.shell import _RAIL
from hotline.console.wording import Wording
from tests.conftest import START

FOLDER = Path(desk.__file__).parents[1]
ACTIONS = FOLDER.parent / "actions"
_IN_QUOTES = r'"((?:[^"\\]|\\.)*)"'


def msgids():
    """Return every message of the console with the place where it stands."""
    for path in FOLDER.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for found in re.findall(rf"\b_\(\s*{_IN_QUOTES}", text):
            yield found, path.name
    for path in FOLDER.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = getattr(getattr(call, "func", None), "attr", "") == "say"
            first = call.args[0] if named and call.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value, path.name
    for name, table in codes.TABLES.items():
        yield from ((msgid, name) for msgid in table.values())
    yield from ((msgid, "history") for msgid in history.SENTENCES.values())
    yield from ((msgid, "urgency") for msgid in codes.URGENCY)
    for table in (
        case_forms.MISTAKES, desk_form.NEEDED, desk_form.IIN_WRONG, desk_drafts.NAMES,
        desk_drafts.WRONG, desk_end.WRONG, contact._WRONG, conflicts._LABELS,
    ):  # fmt: skip
        yield from ((msgid, "errors") for msgid in table.values())
    yield from ((form.done, "forms") for form in case_forms.FORMS.values())
    yield from ((row[i], "next step") for row in case._NEXT for i in (2, 3))
    yield from ((name, "tabs") for _, name in [*inbox_filter.TABS, inbox_filter.OVERSIGHT])
    for table in (bulk_words.DONE, bulk_words.REASONS, bulk_words.COLUMNS):
        yield from ((msgid, "bulk") for msgid in table.values())
    yield from ((row[2], "rail") for row in _RAIL)


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_no_word_of_the_console_lacks_a_translation(lang):
    catalogue = i18n.catalogue(lang)
    missing = [
        (msgid, where)
        for msgid, where in msgids()
        if catalogue.get(msgid) is None or not catalogue.get(msgid).string
    ]
    assert not missing


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_a_translation_keeps_every_value_of_its_message(lang):
    wrong = []
    for msgid, where in msgids():
        said = i18n.catalogue(lang).get(msgid).string
        said = said if isinstance(said, str) else said[-1]
        if set(re.findall(r"\{\w+\}", msgid)) != set(re.findall(r"\{\w+\}", said)):
            wrong.append((msgid, said, where))
    assert not wrong


NAMED = [
    ("status", terms.CaseStatus),
    ("referral", terms.ReferralStatus),
    ("clock", terms.ClockName),
    ("clock_state", terms.ClockState),
    ("decline", terms.DeclineCode),
    ("check", terms.CheckKind),
    ("assistance", terms.AssistanceCode),
    ("exception", terms.LawfulException),
    ("wrap_up", terms.WrapUp),
    ("channel", terms.Channel),
    ("service", terms.EmergencyService),
    ("role", terms.Role),
]


@pytest.mark.parametrize(("table", "kind"), NAMED)
def test_every_code_has_a_name(table, kind):
    assert set(codes.TABLES[table]) == {str(code) for code in kind}


def test_every_event_that_actions_record_has_a_sentence():
    recorded = set()
    for path in ACTIONS.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        recorded |= set(re.findall(r'record\(\s*"([a-z_]+)"', text))
        recorded |= set(re.findall(r'event="([a-z_]+)"', text))
    assert recorded - set(history.SENTENCES) == set()


def test_no_part_of_the_service_passes_for_a_person():
    found = set()
    for path in FOLDER.parent.rglob("*.py"):
        found |= set(re.findall(r'Machine\("(\w+)"\)', path.read_text(encoding="utf-8")))
    assert found - codes.MACHINES <= {"admin"}  # a person may be called that


def test_an_event_that_lacks_a_value_is_still_a_sentence(config):
    event = SimpleNamespace(id=1, event="clock_started", at=START, actor="sweep", data={})
    line = history.tell(Wording(config, "ru"), event, {})
    assert line.sentence == "Срок пошёл: —, до —"
    assert line.actor == "Система"


SAFE = [
    # of a child  safe   in Russian
    (True, True, "Ребёнок в безопасности."),
    (True, False, "Ребёнок ещё не в безопасности."),
    (False, True, "Человек в безопасности."),
    (False, False, "Человек ещё не в безопасности."),
]


@pytest.mark.parametrize(("child", "safe", "told"), SAFE)
def test_what_became_of_a_grown_up_is_not_told_of_a_child(config, child, safe, told):
    nothing = dict.fromkeys(became_words.Became.__struct_fields__)
    one = SimpleNamespace(**nothing | {"about_child": child, "safe": safe})
    said = became_words.told(Wording(config, "ru"), one, {}, str)
    assert told in said
    kazakh = became_words.told(Wording(config, "kk"), one, {}, str)
    assert not {"child", "person"} & set(" ".join(kazakh).split())


REGION_NAMES = [("kk", "19", "Алматы обл."), ("kk", "75", "Алматы"), ("ru", "63", "ВКО")]


@pytest.mark.parametrize(("lang", "code", "name"), REGION_NAMES)
def test_short_names_of_regions(config, lang, code, name):
    assert Wording(config, lang).short_place(code) == name


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_no_two_regions_share_a_short_name(config, lang):
    words = Wording(config, lang)
    for naming in (words.short_place, words.tile):
        names = [naming(code) for code, _ in words.regions()]
        assert len(set(names)) == 20


NUMBERS = [
    ("plain", "12", 12),
    ("with spaces", " 7 ", 7),
    ("nothing", "", None),
    ("negative", "-1", None),
    ("other digits", "١٢", None),
    ("too long for a row id", "9" * 19, None),
]


@pytest.mark.parametrize(("name", "typed", "found"), NUMBERS)
def test_a_typed_number(name, typed, found):
    assert whole(typed) == found


@given(st.text())
def test_a_way_back_never_leaves_the_site(wanted):
    found = safe_next(wanted, "/desk")
    assert found == "/desk" or (found.startswith("/") and found[1:2] not in ("/", "\\"))


@given(
    st.text(max_size=60),
    st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70)), max_size=8),
)
def test_marking_loses_no_letter(text, spans):
    reasons = [SimpleNamespace(rule="danger:x", span=span) for span in spans]
    assert "".join(words for words, _ in marked(text, reasons)) == text


@given(st.lists(st.integers(0, 10_000), min_size=1))
def test_the_scale_of_a_chart_holds_every_value(values):
    top = charts.scale_top(values)
    assert top >= max(values)
    assert top % 4 == 0


SHADES = [(0, 10, 0), (1, 10, 1), (5, 10, 3), (10, 10, 5), (3, 0, 0)]


@pytest.mark.parametrize(("value", "highest", "step"), SHADES)
def test_shade(value, highest, step):
    assert charts.shade(value, highest) == step


def test_the_hour_that_runs_is_drawn_apart():
    line = charts.hours_line([3, 4, 5] + [0] * 21, [1] * 24, 2)
    assert len(line.today.split()) == 2
    assert line.open_hour.split()[0] == line.today.split()[-1]
    assert timedelta(hours=len(line.week_ago.split())) == timedelta(hours=24)
