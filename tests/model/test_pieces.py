"""Words are split into the pieces whose log-probabilities sum to the most."""

from itertools import pairwise, product

from hypothesis import given
from hypothesis import strategies as st

from hotline.model.pieces import START, UNKNOWN, Pieces

LETTERS = "абв"
WORDS = st.text(LETTERS, min_size=1, max_size=7)
KNOWN = st.dictionaries(
    st.text(START + LETTERS, min_size=1, max_size=3),
    st.floats(-9, -1).map(lambda score: round(score, 2)),
    min_size=1,
    max_size=12,
)


def every_split(word):
    """All ways to cut a word, with their worth, by trying each set of cuts."""
    framed = START + word
    for cuts in product((False, True), repeat=len(framed) - 1):
        places = [0, *(at for at, cut in enumerate(cuts, 1) if cut), len(framed)]
        yield [framed[start:end] for start, end in pairwise(places)]


@given(KNOWN, WORDS)
def test_no_other_split_is_worth_more(scores, word):
    known = {
        piece: (number, score) for number, (piece, score) in enumerate(scores.items(), 3)
    }
    unknown = min(scores.values()) - 10
    names = dict(known.values())

    def worth(parts):
        total = 0.0
        for part in parts:
            if part in scores:
                total += scores[part]
            elif len(part) == 1:
                total += unknown
            else:
                return float("-inf")
        return total

    found = Pieces(known).split(word)
    mine = sum(unknown if number == UNKNOWN else names[number] for number in found)
    assert abs(mine - max(map(worth, every_split(word)))) < 1e-6


@given(st.text(max_size=300))
def test_any_text_gives_pieces_and_never_more_than_its_letters(text):
    pieces = Pieces({START: (3, -2.0), "а": (4, -1.0)})
    assert len(pieces.split(text)) <= len(text) + len(text.split())
