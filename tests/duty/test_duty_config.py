"""config/duty.yaml: what cannot work is refused, with file, key and remedy."""

from datetime import timedelta

import msgspec
import pytest

from hotline.config.duty import problems

WRONG = [
    ("nobody is waited for", {"answer_within": {0: timedelta(0)}}, "answer_within[0]"),
    ("an urgency that is none", {"answer_within": {0: timedelta(1), 7: timedelta(1)}}, "answer_within[7]"),
    ("life at risk wakes nobody", {"answer_within": {1: timedelta(minutes=5)}}, "urgency 0 is missing"),
    ("no time for a provider", {"way_timeout_s": 0}, "way_timeout_s"),
    ("no shift may last", {"longest_shift_days": 0}, "longest_shift_days"),
    ("nobody is ever at the console", {"at_the_console": timedelta(0)}, "at_the_console"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "change", "named"), WRONG)
def test_a_wrong_number_is_refused(config, text, change, named):
    found = problems(msgspec.structs.replace(config.duty, **change))
    assert len(found) == 1
    assert found[0].startswith("duty.yaml: ")
    assert named in found[0]


def test_the_shipped_file_is_right(config):
    assert problems(config.duty) == []
