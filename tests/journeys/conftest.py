"""A story's beginning: people of two regions, and nothing has happened yet."""

import hypothesis  # noqa: F401  Python 3.11 fails to parse it late, among greenlets
import pytest

from tests.builders import everybody
from tests.story import Story


@pytest.fixture
async def story(rt, clock, database):
    people = await everybody(rt)
    from tests.builders import a_person

    people["second operator"] = await a_person(rt, "operator", bodies=("own-111",))
    people["duty"] = await a_person(rt, "operator", bodies=("own-111",))
    people["second guardian"] = await a_person(
        rt, "guardian", region="71", bodies=("guard-71", "uzpd-71")
    )
    return Story(rt, clock, database, people)
