"""Whatever JSON can hold: for parsers that may not fail and may not lose a message."""

from hypothesis import strategies as st

# Lone surrogates too: JSON can carry them.
strange_text = st.text(st.characters() | st.sampled_from("\ud800\udfff\0"))
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | strange_text,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(strange_text, inner, max_size=4)
    ),
    max_leaves=12,
)
