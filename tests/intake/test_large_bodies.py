"""A body of thousands of messages: every one is kept once, and nobody waits for its parsing."""

import io
import threading
from dataclasses import replace

from hotline.intake.channel import RawRequest
from hotline.intake.receive import LARGE, parsed
from tests.intake.doors import NOW, whatsapp
from tests.intake.whatsapp_bodies import CHANNEL, body_of, change, text


class Watched:
    """The channel, and in which thread it parsed."""

    def __init__(self):
        self.parsed_in = []

    def parse(self, raw):
        self.parsed_in.append(threading.current_thread())
        return CHANNEL.parse(raw)


async def test_a_small_body_is_parsed_at_once_and_a_large_one_in_a_thread():
    here, channel = threading.current_thread(), Watched()
    small = RawRequest("POST", {}, {}, body_of(change(text())), NOW)
    large = replace(small, body=body_of(change(text("a" * LARGE))))
    for raw in (small, large):
        [one] = await parsed(channel, raw)
        assert one.sender == "77000000011"
    assert [thread is here for thread in channel.parsed_in] == [True, False]


async def test_a_thousand_messages_in_one_body_are_a_thousand_contacts_once(
    client, database
):
    several = [text("көмек", id=f"wamid.{number}") for number in range(1_000)]
    body = body_of(change(*several), change(*several[:5]))
    for _ in range(2):
        sent = io.BytesIO(body)
        answer = await client.post("/intake/whatsapp", data=sent, headers=whatsapp(body))
        assert answer.status == 200
        assert await database.fetchval("SELECT count(*) FROM contacts") == 1_000
