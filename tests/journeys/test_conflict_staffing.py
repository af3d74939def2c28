"""How much a body has open leaves out, for whom a case complains of, that case."""

import pytest

from hotline.actions.show_staffing import show_staffing
from tests.journeys.test_conflict_declared import again, declare, offered

__all__ = ["declare"]


@pytest.mark.parametrize("out", ["supervisor", "admin"])
async def test_staffing_counts_no_case_that_complains_of_its_reader(story, declare, out):
    number, _ = await offered(story)
    await offered(story)
    await declare(number, ("handler", out))
    for who, counted in (("second supervisor", 2), (out, 1)):
        lines = await show_staffing(story.rt, await again(story, who), "71")
        open_now = {line.body: line.open for line in lines}
        for body in ("uzpd-71", "police-71"):
            assert open_now[body] == (0, 0, counted, 0, 0), (who, body)
