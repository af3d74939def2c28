"""How fast a messenger's webhook is answered at a steady 50 a second, all processes running.

`python -m benchmarks.webhooks [RATE]`. Answered means committed. Three messages a body now
and then, and every tenth body comes twice, as providers do.
"""

import asyncio
import hashlib
import hmac
import json
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from benchmarks.latency import percentile
from benchmarks.sender import TEXTS
from benchmarks.service import WHATSAPP_NUMBER, WHATSAPP_SECRET, Service, fill_directory
from hotline.embedded import Engines
from hotline.store.migrate import upgrade

RATE, MESSAGES, WARM_UP, LIMIT_MS = 50, 1_500, 100, 100.0


@dataclass(frozen=True, slots=True)
class Answered:
    """Milliseconds to each answer; how many messages no contact stands for."""

    milliseconds: list[float]
    lost: int
    doubled: int


def body(number: int) -> tuple[bytes, int]:
    """Return one body and how many messages it holds."""
    many = 3 if number % 7 == 0 else 1
    messages = [
        {
            "from": f"7700{number:07d}",
            "id": f"wamid.BENCH{number}.{part}",
            "timestamp": str(int(time.time())),
            "type": "text",
            "text": {"body": TEXTS[number % len(TEXTS)]},
        }
        for part in range(many)
    ]
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"phone_number_id": WHATSAPP_NUMBER},
        "messages": messages,
    }
    entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
    told = {"object": "whatsapp_business_account", "entry": [entry]}
    return json.dumps(told, ensure_ascii=False).encode(), many


async def measure(service: Service, *, rate: int, messages: int) -> Answered:
    """Post and count; the first WARM_UP do not count for the time."""
    took: dict[int, float] = {}
    kept = 0
    async with aiohttp.ClientSession() as http:

        async def one(number: int, content: bytes) -> None:
            digest = hmac.new(WHATSAPP_SECRET.encode(), content, hashlib.sha256).hexdigest()
            headers = {"X-Hub-Signature-256": f"sha256={digest}"}
            began = time.monotonic()
            url = f"{service.url}/intake/whatsapp"
            async with http.post(url, data=content, headers=headers) as answer:
                await answer.read()
                if answer.status != 200:
                    raise RuntimeError(f"answered {answer.status}")
            took[number] = (time.monotonic() - began) * 1000

        began, tasks = time.monotonic(), []
        for number in range(messages + WARM_UP):
            await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
            content, many = body(number)
            kept += many
            tasks.append(asyncio.create_task(one(number, content)))
            if number % 10 == 0:
                tasks.append(asyncio.create_task(one(number, content)))
        await asyncio.gather(*tasks)
    connection = await service.connect()
    found = await connection.fetchval("SELECT count(*) FROM contacts")
    await connection.close()
    late = [took[number] for number in range(WARM_UP, messages + WARM_UP)]
    return Answered(late, max(0, kept - found), max(0, found - kept))


async def run(*, rate: int = RATE, messages: int = MESSAGES) -> Answered:
    """Measure on engines and processes of its own."""
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with Engines(folder / "data") as engines:
            await upgrade(engines.database_url)
            service = Service(engines.database_url, engines.redis_url, folder)
            await fill_directory(service.settings)
            service.start(
                "web", "worker-urgent", "worker-bulk", "worker-outward", "supervisor"
            )
            try:
                await service.ready()
                return await measure(service, rate=rate, messages=messages)
            finally:
                service.stop()


def report(found: Answered, rate: int = RATE) -> None:
    """Print percentiles."""
    p50, p99 = percentile(found.milliseconds, 0.5), percentile(found.milliseconds, 0.99)
    print(
        f"WhatsApp at {rate}/s: n={len(found.milliseconds)} p50={p50:.0f} ms p99={p99:.0f} ms"
        f" lost={found.lost} doubled={found.doubled}"
    )


if __name__ == "__main__":
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else RATE
    report(asyncio.run(run(rate=asked)), asked)
