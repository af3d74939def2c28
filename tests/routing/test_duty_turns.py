"""A shift that is planned: how long it may last."""

from datetime import UTC, datetime, timedelta

import pytest

from hotline.cases.terms import PersonId
from hotline.errors import RuleForbids
from hotline.routing.duty import Turn, check_turn

NOW = datetime(2026, 11, 20, 5, tzinfo=UTC)
SPANS = [
    ("a night", timedelta(hours=12), None),
    ("as long as allowed", timedelta(days=7), None),
    ("a minute longer", timedelta(days=7, minutes=1), "too_long"),
    ("almost a day longer", timedelta(days=7, hours=23), "too_long"),
]


@pytest.mark.parametrize(("what", "span", "code"), SPANS, ids=[row[0] for row in SPANS])
def test_a_shift_lasts_as_long_as_allowed_and_no_minute_longer(what, span, code):
    turn = Turn(PersonId(1), 1, NOW, NOW + span)
    if code is None:
        check_turn(turn, [], NOW, longest_days=7)
        return
    with pytest.raises(RuleForbids) as refused:
        check_turn(turn, [], NOW, longest_days=7)
    assert (refused.value.code, refused.value.facts["field"]) == (code, "to"), what
