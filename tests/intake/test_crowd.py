"""Very many posts at once: who is over is known, nobody is refused, and it passes."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from hotline.intake.crowd import Crowd
from hotline.intake.site_memory import REMEMBERED
from hotline.intake.spent import MOMENT, Spent
from tests.conftest import START

SECOND = timedelta(seconds=1)


def test_a_class_of_thirty_is_no_crowd_and_five_hundred_are():
    crowd = Crowd(60, 3000)
    over = [crowd.is_over(b"school", START + n * SECOND / 10) for n in range(500)]
    assert not any(over[:60])
    assert over.count(True) > 300
    assert not crowd.is_over(b"home", START)  # one address takes nothing from another's
    assert not crowd.is_over(b"school", START + timedelta(minutes=5))


@given(
    st.lists(st.tuples(st.sampled_from([b"a", b"b"]), st.integers(-5, 30)), max_size=300)
)
def test_in_a_minute_no_address_has_more_than_its_own_and_everybodys_share(posts):
    crowd, now = Crowd(10, 15), START
    for address, seconds in posts:  # a clock may also jump back
        now += timedelta(seconds=seconds)
        assert crowd.is_over(address, now) in (True, False)
    burst = [crowd.is_over(b"c", now + timedelta(days=1)) for _ in range(100)]
    assert burst.count(False) == 10


@given(st.integers(0, 10_000))
def test_a_form_sent_again_is_a_double_click_or_a_way_back(milliseconds):
    spent, later = Spent(), START + timedelta(milliseconds=milliseconds)
    assert not spent.is_spent("f", START)
    assert spent.is_spent("f", later) == (later - START > MOMENT)
    assert not spent.is_spent("g", later)


def test_a_revoked_code_is_not_believed_for_long():
    assert timedelta(0) < REMEMBERED <= timedelta(seconds=30)
