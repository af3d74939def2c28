"""People of two regions over an emptied database."""

import hypothesis  # noqa: F401  Python 3.11 fails to parse it late, among greenlets
import pytest

from tests.story import Story, everybody


@pytest.fixture
async def story(rt, clock, database):
    return Story(rt, clock, database, await everybody(rt))
