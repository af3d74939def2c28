"""CI guards counts, not times: how many Redis commands one contact costs."""

import pytest
import redis

from benchmarks.redis_commands import measure
from benchmarks.service import Service, fill_directory

LIMIT = 5.0
CONTACTS = 250


@pytest.mark.slow
async def test_a_saturated_queue_costs_at_most_5_redis_commands_a_contact(
    fresh_database_url, redis_url, engines_folder
):
    with redis.Redis.from_url(redis_url) as line:
        line.flushall()
    service = Service(fresh_database_url, redis_url, engines_folder)
    await fill_directory(service.settings)
    commands = await measure(service, CONTACTS)
    assert sum(commands.values()) / CONTACTS <= LIMIT, commands
