"""Long texts are read in windows of whole sentences."""

from hypothesis import given
from hypothesis import strategies as st

from hotline.model.windows import SHORT, WINDOW, windows

SENTENCES = st.lists(st.lists(st.integers(0, 9), max_size=90), max_size=30)


@given(SENTENCES)
def test_every_piece_is_read_once_and_in_order(sentences):
    flat = [piece for sentence in sentences for piece in sentence]
    assert [piece for window in windows(sentences) for piece in window] == flat


@given(SENTENCES)
def test_a_window_is_never_longer_than_the_encoder_knows_places_for(sentences):
    found = windows(sentences)
    assert found
    assert all(len(window) <= max(SHORT, WINDOW) for window in found)


def test_a_short_text_is_one_look_and_a_sentence_is_not_torn_without_need():
    assert windows([[1] * 40, [2] * 40]) == [[1] * 40 + [2] * 40]
    assert windows([[1] * 40, [2] * 40, [3] * 40]) == [[1] * 40, [2] * 40, [3] * 40]
