"""One person writes twice, on two channels, in two alphabets; a person at 111 is told."""

import json

from hotline.cases.inbound import Identity


async def links_of(database):
    rows = await database.fetch("SELECT * FROM links ORDER BY id")
    return [
        (row["state"], {one["code"] for one in json.loads(row["reasons"])}) for row in rows
    ]


async def test_a_name_in_two_alphabets_is_suggested_and_joins_nothing(story, database):
    await story.message(
        "Көршінің баласы түнде жылап жүр, үйінде ешкім жоқ, Павлодар қаласы",
        identity=Identity(name="Қайрат Өмірзақов", phone="+77017654518"),
    )
    await story.message(
        "Сосед оставил ребёнка одного ночью, Павлодар",
        identity=Identity(name="Kairat Umirzakov", phone="+77059990000"),
    )
    ((state, codes),) = await links_of(database)
    assert (state, {"name", "region", "topic"} <= codes) == ("suggested", True)
    assert await story.count("cases") == 0
