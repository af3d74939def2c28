"""A partner that signs what it sends and repeats whatever was not answered with 2xx.

`python -m benchmarks.sender URL --reports N --pace S` prints a line for each report that was
accepted, and at the end what it saw, as JSON.
"""

import argparse
import asyncio
import base64
import hmac
import json
import time

import aiohttp

from benchmarks.service import SCREENED, SECRETS, STRANGER

TEXTS = (
    "Как получить путёвку в детский сад в Павлодаре? Ребёнку четыре года, очередь не движется.",
    "Ауылда мектепте балаларды ұрады, мұғалім қол жұмсайды, Түркістан облысы.",
    "Отчим прямо сейчас избивает ребёнка, он с ножом, помогите. Город Караганда.",
    "Соседи не кормят детей, дети одни дома целыми днями, Костанай, улица Абая.",
    "Рахмет сіздерге, мәселе шешілді, бәрі жақсы.",
)
_KEYS = {name: base64.b64decode(s.removeprefix("whsec_")) for name, s in SECRETS.items()}


def signed(external_id: str, text: str, partner: str) -> tuple[bytes, dict[str, str]]:
    """Return body and headers of one report."""
    body = json.dumps(
        {"external_id": external_id, "text": text}, ensure_ascii=False
    ).encode()
    stamp = str(int(time.time()))
    content = b".".join((external_id.encode(), stamp.encode(), body))
    digest = hmac.digest(_KEYS[partner], content, "sha256")
    return body, {
        "webhook-id": external_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
        "content-type": "application/json",
    }


class Sender:
    """Sends reports and counts what happened; one of `screened_every` is screened."""

    def __init__(
        self, url: str, http: aiohttp.ClientSession, *, screened_every: int = 1
    ) -> None:
        self._url = f"{url}/intake/partner"
        self._screened_every = screened_every
        self._http = http
        self.receipts: dict[str, set[str]] = {}
        self.repeats = 0
        self.unexpected: list[int] = []

    async def send(self, number: int, *, patience_s: float = 40.0) -> None:
        """Send report `number` until it is accepted. Errors: TimeoutError."""
        external_id, text = f"report-{number}", TEXTS[number % len(TEXTS)]
        partner = STRANGER if number % self._screened_every else SCREENED
        deadline = time.monotonic() + patience_s
        while time.monotonic() < deadline:
            body, headers = signed(external_id, text, partner)
            receipt = await self._try(body, headers)
            if receipt:
                self.receipts.setdefault(external_id, set()).add(receipt)
                return
            self.repeats += 1
            await asyncio.sleep(0.1)
        raise TimeoutError(f"{external_id} was never accepted")

    async def _try(self, body: bytes, headers: dict[str, str]) -> str | None:
        try:
            async with self._http.post(self._url, data=body, headers=headers) as answer:
                if answer.status in (200, 202):
                    return str((await answer.json())["receipt"])
                if answer.status != 503:
                    self.unexpected.append(answer.status)
        except (aiohttp.ClientError, TimeoutError):
            pass
        return None


async def send_all(url: str, reports: int, pace_s: float, screened_every: int) -> None:
    """Send `reports` at a steady pace, whatever becomes of each, and print."""
    timeout = aiohttp.ClientTimeout(total=5)
    async with aiohttp.ClientSession(timeout=timeout) as http:
        sender = Sender(url, http, screened_every=screened_every)

        async def one(number: int) -> None:
            await sender.send(number)
            print(number, flush=True)

        tasks = []
        for number in range(reports):
            tasks.append(asyncio.create_task(one(number)))
            await asyncio.sleep(pace_s)
        await asyncio.gather(*tasks)
    receipts = {name: sorted(found) for name, found in sender.receipts.items()}
    seen = {
        "receipts": receipts,
        "repeats": sender.repeats,
        "unexpected": sender.unexpected,
    }
    print(json.dumps(seen), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("--reports", type=int, required=True)
    parser.add_argument("--pace", type=float, required=True, help="seconds between two")
    parser.add_argument("--screened-every", type=int, default=1)
    asked = parser.parse_args()
    asyncio.run(send_all(asked.url, asked.reports, asked.pace, asked.screened_every))
