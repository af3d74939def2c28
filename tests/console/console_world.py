"""Browsers for tests: signed in over HTTP, and a real Chromium where the machine has one."""

import os
import re
import shutil
from html import unescape

from tests.builders import PASSWORD

ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
CHROMIUM = os.environ.get("HOTLINE_CHROMIUM") or shutil.which("chromium") or ""
HTMX = {"HX-Request": "true"}


class Browser:
    """A person who reads pages and sends the forms that they hold."""

    def __init__(self, client, cookie):
        self.client, self.cookie, self.html = client, cookie, ""
        self.token = None  # of the page around the part that was read last

    async def get(self, path, **headers):
        answer = await self.client.get(
            path, headers={"Cookie": self.cookie, **headers}, allow_redirects=False
        )
        self.html = await answer.text() if "event-stream" not in answer.content_type else ""
        found = re.search(r'name="csrf" value="([^"]*)"', self.html)
        self.token = unescape(found[1]) if found else self.token
        return answer

    async def post(self, path, fields=None, *, csrf=None, **headers):
        if csrf is None:
            csrf = self.token
        return await self.client.post(
            path,
            data={"csrf": csrf, **(fields or {})},
            headers={"Cookie": self.cookie, **headers},
            allow_redirects=False,
        )

    def hidden(self, name):
        return unescape(re.search(rf'name="{name}" value="([^"]*)"', self.html)[1])


async def signed_in(client, somebody, lang="ru"):
    """Return a browser of `somebody` after a real login, with its first page read."""
    client.session.cookie_jar.clear()
    answer = await client.post(
        "/login",
        data={"username": somebody.viewer.username, "password": PASSWORD},
        allow_redirects=False,
    )
    assert answer.status == 303
    token = answer.cookies["hotline_session"].value
    client.session.cookie_jar.clear()
    found = Browser(client, f"hotline_session={token}; hotline_lang={lang}")
    await found.get(answer.headers["Location"])
    return found
