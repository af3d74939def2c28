"""Pages: Jinja templates of every door, with words, dates and language at hand."""

import os
import sys
from functools import cache, partial
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import (
    BytecodeCache,
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    StrictUndefined,
)

from hotline import i18n
from hotline.web.keys import LOCALE

PUBLIC_CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self';"
    " font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HOTLINE = Path(__file__).parents[1]
# Template names are unique over all folders; each door keeps its own beside its code.
FOLDERS = tuple(_HOTLINE / door / "templates" for door in ("web", "intake", "console"))


@cache
def environment() -> Environment:
    """Return the one environment: everything is escaped, an unknown name is an error."""
    return Environment(
        loader=FileSystemLoader(FOLDERS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=_compiled(),
    )


def _compiled() -> BytecodeCache | None:
    """Return where compiled templates are kept, beside compiled modules and by their rules.

    All of them take seconds to compile; the first page of a process takes one of these.
    """
    kept = Path(__file__).with_name("__pycache__") / "templates"
    try:
        kept.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    writes = not sys.dont_write_bytecode and os.access(kept, os.W_OK)
    return FileSystemBytecodeCache(str(kept)) if writes else None


def prepare() -> None:
    """Read the words of every language and every page, so that nobody waits for it."""
    for locale in i18n.LOCALES:
        i18n.catalogue(locale)
    for name in environment().list_templates(extensions=["html"]):
        environment().get_template(name)


def locale_of(request: web.Request) -> str:
    """Return the page's language: set by a handler, asked for by ?lang=, or accepted."""
    found: str | None = request.get(LOCALE)
    if found is None:
        accept = request.headers.get("Accept-Language", "")
        found = i18n.choose(request.query.get("lang"), accept=accept)
    return found


def render_public(
    request: web.Request, template: str, *, status: int = 200, **values: Any
) -> web.Response:
    """Return a page for everybody: its script may not talk to any address at all."""
    response = render(request, template, status=status, **values)
    response.headers["Content-Security-Policy"] = PUBLIC_CSP
    return response


def render(
    request: web.Request, template: str, *, status: int = 200, **values: Any
) -> web.Response:
    """Return the page `template` in the reader's language."""
    locale = locale_of(request)
    text = words(locale, template, path=request.path, **values)
    return web.Response(
        status=status,
        # A lone surrogate in what a person typed must not fail the page.
        body=text.encode("utf-8", "replace"),
        content_type="text/html",
        charset="utf-8",
        headers={"Content-Language": locale, "Vary": "Accept-Language"},
    )


def words(locale: str, template: str, **values: Any) -> str:
    """Return what `template` says in the language `locale`."""
    return environment().get_template(template).render(
        lang=locale,
        _=partial(i18n.gettext, locale),
        ngettext=partial(i18n.ngettext, locale),
        moment=i18n.moment,
        **values,
    )  # fmt: skip
