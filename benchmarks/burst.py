"""A lesson in every school at once: 3,000 messages in a minute from posters' codes.

`hotline up --demo --empty` runs beside it; then
`python -m benchmarks.burst --url http://127.0.0.1:8111 --token TOKEN --password PASSWORD`,
where TOKEN is what `hotline token operator` prints, PASSWORD the demo's. Each message loads the form and sends it, as
a telephone does. Promised: none lost, all triaged within 120 s, urgent ones a case within 2 s.
"""

import argparse
import asyncio
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

import aiohttp

from benchmarks.latency import percentile

MESSAGES, SPAN_S = 3_000, 60.0
TRIAGED_WITHIN_S, URGENT_WITHIN_S = 120.0, 2.0
EVERY = 20  # one in so many tells of danger
HARMLESS = (
    "Сәлем, мектепте дәріс болды, сұрағым бар: үйірмеге қалай жазылуға болады? {n}",
    "Здравствуйте, нам рассказали про 111. Как записаться в кружок рисования? {n}",
    "Рахмет, бәрі жақсы, тек көргім келді {n}",
    "Подскажите, где получить справку для школы? {n}",
)
DANGER = "Отчим прямо сейчас избивает ребёнка, он с ножом, помогите {n}"
SITE = {
    "site": "burst-school", "kind": "school", "name_kk": "Сынақ мектебі",
    "name_ru": "Пробная школа", "region": "71", "district": "", "body": "",
}  # fmt: skip


@dataclass
class Seen:
    """What became of the posts. Units: seconds."""

    answers: Counter[int] = field(default_factory=Counter)
    receipts: set[str] = field(default_factory=set)
    took: list[float] = field(default_factory=list)
    dangers: list[str] = field(default_factory=list)
    urgent: list[float] = field(default_factory=list)
    late: float = 0.0  # by how much the sender fell behind its own plan


def hidden(page: str, name: str) -> str:
    """Return a hidden field of a page."""
    found = re.search(f'name="{name}" value="([^"]*)"', page)
    if found is None:
        raise RuntimeError(f"the page has no field {name}")
    return found[1]


async def a_code(http: aiohttp.ClientSession, url: str, password: str) -> str:
    """Return a fresh code of a site that the demo's administrator enters."""
    said = {"username": "admin", "password": password}
    async with http.post(f"{url}/login", data=said) as answer:
        answer.raise_for_status()
    async with http.get(f"{url}/admin/sites") as answer:
        csrf = hidden(await answer.text(), "csrf")
    async with http.post(f"{url}/admin/sites", data={"csrf": csrf, **SITE}) as answer:
        answer.raise_for_status()
    sent = {"csrf": csrf, "as": "file"}
    async with http.post(f"{url}/admin/sites/burst-school/codes", data=sent) as answer:
        found = re.search(r"/q/([0-9a-z-]+)</text>", await answer.text())
    if found is None:
        raise RuntimeError("no poster was made")
    return found[1].replace("-", "")


async def send(
    http: aiohttp.ClientSession, url: str, code: str, number: int, seen: Seen
) -> None:
    """Load the form behind `code` and send it."""
    danger = number % EVERY == 0
    text = (DANGER if danger else HARMLESS[number % len(HARMLESS)]).format(n=number)
    async with http.get(f"{url}/q/{code}?lang=kk") as answer:
        page = await answer.text()
    fields = {name: hidden(page, name) for name in ("csrf", "form_id", "lang", "code")}
    began = time.monotonic()
    same = {"Sec-Fetch-Site": "same-origin"}
    async with http.post(
        f"{url}/report", data={**fields, "text": text}, headers=same
    ) as answer:
        done = await answer.text()
        seen.answers[answer.status] += 1
    seen.took.append(time.monotonic() - began)
    found = re.search(r'data-testid="receipt">([^<]*)<', done)
    if found:
        seen.receipts.add(found[1])
        if danger:
            seen.dangers.append(found[1])


async def case_after(
    http: aiohttp.ClientSession, url: str, receipt: str, token: str
) -> float:
    """Return how long after its receipt a contact had a case, by the service's own clock."""
    headers = {"Authorization": f"Bearer {token}"}
    async with http.get(f"{url}/api/v1/contacts/{receipt}", headers=headers) as answer:
        contact = await answer.json()
    if not contact.get("case"):
        return TRIAGED_WITHIN_S
    asked = f"{url}/api/v1/cases/{contact['case']}"
    async with http.get(asked, headers=headers) as answer:
        opened = datetime.fromisoformat((await answer.json())["opened_at"])
    return (opened - datetime.fromisoformat(contact["received_at"])).total_seconds()


async def waiting(http: aiohttp.ClientSession, url: str, token: str) -> int:
    """Return how many contacts are still to be triaged."""
    headers = {"Authorization": f"Bearer {token}"}
    asked = f"{url}/api/v1/contacts?channel=qr&state=pending"
    async with http.get(asked, headers=headers) as answer:
        return int((await answer.json())["total"])


async def run(url: str, token: str, password: str, messages: int, span_s: float) -> bool:
    """Send the burst, print the figures, return whether the promises held."""
    line = aiohttp.TCPConnector(limit=200)
    wait = aiohttp.ClientTimeout(total=60)
    jar = aiohttp.DummyCookieJar()
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as admin:
        code = await a_code(admin, url, password)
    async with aiohttp.ClientSession(connector=line, timeout=wait, cookie_jar=jar) as http:
        seen, tasks, began = Seen(), [], time.monotonic()
        for number in range(messages):
            due = began + number * span_s / messages
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            seen.late = max(seen.late, time.monotonic() - due)
            tasks.append(asyncio.create_task(send(http, url, code, number, seen)))
        await asyncio.gather(*tasks)
        sent = time.monotonic() - began
        while left := await waiting(http, url, token):
            if time.monotonic() - began > span_s + 2 * TRIAGED_WITHIN_S:
                break
            await asyncio.sleep(1)
        triaged = time.monotonic() - began
        for receipt in seen.dangers:
            seen.urgent.append(await case_after(http, url, receipt, token))
    return _report(seen, messages, sent, triaged, left)


def _report(seen: Seen, messages: int, sent: float, triaged: float, left: int) -> bool:
    lost = messages - len(seen.receipts)
    slow = sum(one > URGENT_WITHIN_S for one in seen.urgent)
    print(f"sent {messages} in {sent:.1f} s (at most {seen.late:.2f} s behind plan)")
    print(f"answers {dict(seen.answers)}, receipts {len(seen.receipts)}, lost {lost}")
    print(
        f"POST p50 {percentile(seen.took, 0.5):.3f} s, p99 {percentile(seen.took, 0.99):.3f} s"
    )
    print(f"all triaged {triaged:.1f} s after the first post, {left} left")
    print(
        f"urgent {len(seen.urgent)}: case after p50 {percentile(seen.urgent or [0.0], 0.5):.2f} s,"
        f" most {max(seen.urgent, default=0):.2f} s, {slow} over {URGENT_WITHIN_S:.0f} s"
    )
    return not (lost or left or slow) and triaged <= TRIAGED_WITHIN_S


def main() -> int:
    """Read the arguments, run, return the exit code."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--url", default="http://127.0.0.1:8111")
    asked.add_argument("--token", required=True)
    asked.add_argument("--password", required=True)
    asked.add_argument("--messages", type=int, default=MESSAGES)
    asked.add_argument("--span", type=float, default=SPAN_S)
    given = asked.parse_args()
    held = asyncio.run(
        run(given.url, given.token, given.password, given.messages, given.span)
    )
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
