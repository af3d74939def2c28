"""Passwords that are refused, codes that hold, devices that are told."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.identity.device import device_of
from hotline.identity.second_factor import STEP_S, folded, new_codes, new_secret, step_of
from hotline.identity.strength import weakness

PASSWORDS = [
    ("too short", "abc", "too_short"),
    ("a run of digits", "1234567890", "too_plain"),
    ("one letter", "aaaaaaaaaaaaaa", "too_plain"),
    ("a word and digits", "password2026!", "too_common"),
    ("a word in Kazakh", "қазақстан2026", "too_common"),
    ("the own name", "somebody12", "own_name"),
    ("three words", "семь зелёных ворон", None),
    ("long and mixed", "k7#Qm-pilot-Tau", None),
    ("too long", "abcdefghij" * 30, "too_long"),
]


@pytest.mark.parametrize(("what", "password", "wrong"), PASSWORDS)
def test_a_password_is_long_and_not_everybodys(what, password, wrong):
    assert weakness(password, "somebody") == wrong


@given(st.text(max_size=300), st.text(max_size=20))
def test_any_text_is_judged(password, username):
    if weakness(password, username) is None:
        assert 10 <= len(password) <= 200
        assert len(set(password.casefold())) >= 5


@given(st.integers(0, 4_000_000_000), st.integers(-200, 200))
def test_a_code_holds_for_its_minute_and_never_twice(moment, drift):
    secret, now = new_secret(), datetime.fromtimestamp(1_700_000_000 + moment % 10**8, UTC)
    code = pyotp.TOTP(secret).at(now)
    later = now + timedelta(seconds=drift)
    steps = int(later.timestamp()) // STEP_S - int(now.timestamp()) // STEP_S
    found = step_of(secret, code, later, 0)
    if abs(steps) <= 1:
        assert found == int(now.timestamp()) // STEP_S
        assert step_of(secret, code, later, found) is None
    else:
        assert found is None


@given(st.text(max_size=40))
def test_whatever_is_typed_is_no_code_by_chance(typed):
    assert (
        step_of("JBSWY3DPEHPK3PXP", typed, datetime(2026, 1, 1, tzinfo=UTC), 10**12) is None
    )


def test_recovery_codes_are_read_however_they_are_typed():
    code = new_codes(1)[0]
    assert folded(f" {code.lower().replace('-', ' ')} ") == code.replace("-", "")


AGENTS = [
    ("Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/140 Safari/537", "chrome-windows"),
    ("Mozilla/5.0 (Linux; Android 14) Chrome/140 YaBrowser/24", "yandex-android"),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604", "safari-iphone"),
    ("curl/8", "other-other"),
    ("", "other-other"),
]


@pytest.mark.parametrize(("said", "device"), AGENTS)
def test_of_a_browser_its_kind_is_kept_and_nothing_more(said, device):
    assert device_of(said) == device
