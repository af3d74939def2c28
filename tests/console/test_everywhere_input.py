"""Every form of every page, filled with what hurts: text stays text, and nothing breaks.

The forms are those that the pages of one world hold: a new form is tried the day it is there.
"""

import re
from html.parser import HTMLParser

import pytest

from tests.builders import everybody
from tests.console import everywhere
from tests.console.console_world import HTMX, signed_in
from tests.outbound.conftest import provider, settings, work

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
__all__ = ["provider", "settings", "work"]

SCRIPT = "\"'><img src=x onerror=alert(1)><script>alert(2)</script>"
BIDI = "\u202eкот\u2066ב\u2069"
LONG = 10_000
FILLS = {
    "a script and an override": SCRIPT + BIDI + " {{7*7}} ${x} %s é\u0301 👩\u200d👦",
    "ten thousand and one": "ұ" * (LONG + 1),
}
RUNS = re.compile(r"<img src=x|<script>alert|49\b(?=\s*\$\{x\})")
# Ends the session that walks, or is tried where it belongs (tests of signing in).
NOT_TRIED = re.compile(r"^/(logout|settings|login|session)")
WORDS = ("", "text", "search")  # what is kept as it was typed
TEXTS = (*WORDS, "tel", "email", "url", "number", "date", "time", "password")


class Forms(HTMLParser):
    """The POST forms of a page: [address, fields as they stand, texts, words among them]."""

    def __init__(self):
        super().__init__()
        self.found, self._form, self._select, self._area = [], None, None, None

    def handle_starttag(self, tag, given):
        of = {name: value or "" for name, value in given}
        if tag == "form":
            address = of.get("hx-post") or of.get("action", "")
            post = of.get("method", "").lower() == "post" or "hx-post" in of
            self._form = [address, {}, set(), set()] if post else None
            if post and "enctype" not in of:
                self.found.append(self._form)
        if self._form is None or not of.get("name"):
            return
        _, fields, texts, words = self._form
        name, kind = of["name"], of.get("type", "")
        if tag == "select":
            fields[name] = ""
            self._select = name
        elif tag == "textarea" or (tag == "input" and kind in TEXTS):
            fields[name] = of.get("value", "")
            texts.add(name)
            if kind in WORDS:
                words.add(name)
        elif kind == "radio" or of.get("required") == "":
            fields.setdefault(name, of.get("value", "on"))
        elif (tag == "input" and kind not in ("checkbox", "radio", "file")) or (
            tag in ("input", "button") and name not in fields and kind != "file"
        ):
            fields[name] = of.get("value", "on")

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        if tag == "select":
            self._select = None

    def handle_startendtag(self, tag, given):
        self.handle_starttag(tag, given)


class Options(Forms):
    """The same, with the first choice of every list that is a choice."""

    def handle_starttag(self, tag, given):
        super().handle_starttag(tag, given)
        of = dict(given)
        if tag == "option" and self._select and self._form and of.get("value"):
            fields = self._form[1]
            fields[self._select] = fields.get(self._select) or of["value"]


def shape(address, fields):
    """Return what makes a form another one: its address without ids, and its fields."""
    return re.sub(r"\d[\d-]*|[A-Z]{3}\.\w+", "#", address.partition("?")[0]), tuple(
        sorted(fields)
    )


@pytest.fixture
async def world(rt, client, clock, database, provider, work):
    exchange = everywhere.exchange_of(client, clock)
    people = await everybody(rt)
    made = everywhere.World(rt, clock, database, people, exchange)
    return await made.make(provider, work)


async def test_whatever_is_typed_into_any_form_stays_text_and_breaks_nothing(client, world):
    browsers = {name: await signed_in(client, world.people[name])
                for name in everywhere.ROLES}  # fmt: skip

    async def opens(name, path):
        answer = await browsers[name].get(path)
        return answer.status, "<html" in browsers[name].html

    pages, _ = await everywhere.pages(world, client.server.app, opens)
    seen, wrong, tried = set(), [], 0
    for path, name in pages:
        browser = browsers[name]
        if (await browser.get(path)).status != 200:
            continue  # a form before it took the page away
        forms = Options()
        forms.feed(browser.html)
        for action, fields, texts, words in forms.found:
            address = action or path
            kind = (name, *shape(address, fields))
            if not texts or kind in seen or NOT_TRIED.match(address):
                continue
            seen.add(kind)
            for what, filling in FILLS.items():
                filled = texts if len(filling) > LONG else words
                sent = {**fields, **dict.fromkeys(filled, filling)}
                csrf = sent.pop("csrf", "")
                answer = await browser.post(address, sent, csrf=csrf, **HTMX)
                tried += 1
                said = await answer.text()
                if answer.status >= 500 or RUNS.search(said):
                    wrong.append((name, path, address, what, answer.status))
    for path, name in pages:
        answer = await browsers[name].get(path)
        if answer.status >= 500 or RUNS.search(browsers[name].html):
            wrong.append((name, path, "shown", answer.status))
    assert wrong == [], "\n".join(map(str, wrong))
    assert tried > 100
