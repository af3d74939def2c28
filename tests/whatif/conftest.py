"""People and a story over a real database."""

import pytest

from tests.story import Story, everybody


@pytest.fixture
async def people(rt):
    return await everybody(rt)


@pytest.fixture
async def story(rt, clock, database, people):
    return Story(rt, clock, database, people)
