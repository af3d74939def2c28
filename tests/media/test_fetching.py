"""What people send is fetched from each provider, looked at, sealed; what cannot be is told."""

import hashlib

from hotline.cases.inbound import Media
from hotline.cases.terms import Channel
from tests.media.foreign_host import BEARER, OGG, png


async def test_a_picture_of_the_bot_is_fetched_by_its_id_and_sealed(sender, host):
    host.telegram("F1", png())
    await sender.picture()
    assert await sender.states() == [("promised", None)]
    assert await sender.fetch() == 1
    [row] = await sender.media()
    assert (row["state"], row["mime"], row["size"]) == ("kept", "image/png", len(png()))
    assert png() not in row["sealed_content"]
    assert await sender.content(row) == png()
    assert await sender.fetch() == 0
