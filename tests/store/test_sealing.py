"""Sealing: what is sealed opens for its owner, its part and its master key, and no other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.errors import BadConfig, NotFound
from hotline.store.sealing import Forgotten, Sealer

SEALER = Sealer("one-master-secret-of-enough-letters-1")
OTHER = Sealer("one-master-secret-of-enough-letters-2")
ANY_TEXT = st.text(st.characters(codec=None), max_size=200)  # lone surrogates and NUL too


@given(ANY_TEXT)
def test_any_text_comes_back_as_it_was(text):
    key, wrapped = SEALER.new_key(7)
    sealed = key.seal_text("narrative", text)
    assert SEALER.open_key(7, wrapped).open_text("narrative", sealed) == text


@given(st.binary(min_size=8, max_size=200))
def test_sealed_bytes_do_not_hold_the_plain_ones(plain):
    key, wrapped = SEALER.new_key(7)
    assert plain not in key.seal("raw", plain)
    assert plain not in wrapped


def test_the_same_text_never_seals_to_the_same_bytes():
    key, _ = SEALER.new_key(7)
    assert len({key.seal_text("note", "да") for _ in range(100)}) == 100


def attempts():
    key, wrapped = SEALER.new_key(7)
    sealed = key.seal_text("narrative", "слово")
    spoilt = sealed[:-1] + bytes([sealed[-1] ^ 1])
    neighbour, _ = SEALER.new_key(8)
    return [
        ("another part of the same owner", lambda: key.open("identity", sealed)),
        ("another owner's key", lambda: neighbour.open("narrative", sealed)),
        ("one bit changed", lambda: key.open("narrative", spoilt)),
        ("cut short", lambda: key.open("narrative", sealed[:20])),
        ("nothing but a nonce", lambda: key.open("narrative", sealed[:12])),
        ("empty", lambda: key.open("narrative", b"")),
        ("another master key", lambda: OTHER.open_key(7, wrapped)),
        ("a key put under another owner", lambda: SEALER.open_key(8, wrapped)),
        ("a wrapped key cut short", lambda: SEALER.open_key(7, wrapped[:20])),
        ("an empty wrapped key", lambda: SEALER.open_key(7, b"")),
    ]


@pytest.mark.parametrize("what", [what for what, _ in attempts()])
def test_nothing_else_opens_it(what):
    with pytest.raises(NotFound):
        dict(attempts())[what]()


def test_a_destroyed_key_says_forgotten():
    with pytest.raises(Forgotten):
        SEALER.open_key(7, None)


def test_a_short_master_key_is_refused_with_a_remedy():
    with pytest.raises(BadConfig, match="HOTLINE_SECRET_KEY: needs at least 32"):
        Sealer("short")


def test_keyed_hashes_depend_on_kind_value_and_master_key():
    seen = {
        SEALER.trace("phone", "+77017654518"),
        SEALER.trace("name", "+77017654518"),
        SEALER.trace("phone", "+77017654519"),
        OTHER.trace("phone", "+77017654518"),
        SEALER.token_hash("phone:+77017654518"),
    }
    assert len(seen) == 5
    assert SEALER.trace("phone", "1") == SEALER.trace("phone", "1")
    assert SEALER.derive("a") != SEALER.derive("b")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("+7 701 765 45 18", "87017654518", True),
        ("8 (701) 765-45-18", "+77017654518", True),
        ("+77017654518", "+77017654519", False),
        ("не знаю", "12", True),  # neither is a number: no trace at all
    ],
)
def test_a_phone_is_found_however_it_is_written(one, other, same):
    from hotline.identity.folding import fold_phone

    assert (fold_phone(one) == fold_phone(other)) is same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Гүлнара Сейтқали", "сейткали гулнара"),
        ("Алёна Ким", "Ким  Алена"),
    ],
)
def test_a_name_is_found_in_another_order_and_spelling(one, other):
    from hotline.identity.folding import fold_name

    assert fold_name(one) == fold_name(other) is not None
    assert fold_name("  ") is None
