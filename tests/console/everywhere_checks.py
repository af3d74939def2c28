"""What is asked of every page: axe, width, and words of the reader's own language."""

import re
from functools import cache

from hotline import i18n
from tests.console.test_browser import AXE, TAGS

# All rules in the theme that the page has, contrast in the other one; then every menu and every
# dialog, opened alone: an open menu lies over the page, and axe calls what is under it too small.
_LOOK = """async ({tags, themed, shared}) => {
  const root = document.documentElement, found = [];
  const broken = (where, seen) => {
    for (const one of seen.violations) found.push([where, one.id, one.nodes[0].html.slice(0, 200)]);
  };
  for (const one of document.querySelectorAll('main details:not(.menu)')) one.open = true;
  const contrast = {runOnly: ['color-contrast']};
  broken('page', await axe.run({runOnly: tags}));
  const first = root.dataset.theme;
  const other = first === 'dark' ? 'light' : 'dark';
  const both = async (where, part) => {
    broken(where, await axe.run(part, {runOnly: tags}));
    if (!themed) return;
    root.dataset.theme = other;
    broken(where + ' ' + other, await axe.run(part, contrast));
    root.dataset.theme = first;
  };
  if (themed) { root.dataset.theme = other; broken(other, await axe.run(contrast)); root.dataset.theme = first; }
  const menus = [...document.querySelectorAll((shared ? '' : 'main ') + 'details.menu')];
  for (const menu of menus.filter(one => one.checkVisibility())) {
    for (const one of menus) one.open = one === menu;
    await both('menu ' + menu.innerText.slice(0, 20), menu);
  }
  for (const one of menus) one.open = false;
  for (const dialog of document.querySelectorAll('dialog')) {
    if (!shared && dialog.matches('#help, #session')) continue;
    if (dialog.open) dialog.close();
    dialog.showModal();
    await both(dialog.id || 'dialog', dialog);
    dialog.close();
  }
  return found;
}"""
# Nothing stands out sideways: of the page, of a pane, of what a pane holds, of an open menu.
_WIDE = """() => {
  const wide = document.documentElement.clientWidth, scrolls = '.table-pane';
  const name = e => e.tagName + '#' + e.id + '.' + (e.getAttribute('class') || '') + ' ' + Math.round(e.getBoundingClientRect().right);
  const found = [];
  if (document.documentElement.scrollWidth > wide) found.push('document ' + document.documentElement.scrollWidth);
  for (const e of document.querySelectorAll('main, main *, .top, .top *, .rail, .rail *')) {
    if (!e.checkVisibility() || !e.getClientRects().length || e.closest('.unseen, svg')) continue;
    const pane = ['auto', 'scroll'].includes(getComputedStyle(e).overflowX);
    if (pane && !e.matches(scrolls) && e.scrollWidth > e.clientWidth + 1) found.push('pane ' + name(e));
    if (!e.closest(scrolls) && e.getBoundingClientRect().right > wide + 1 && e.offsetWidth > 0) found.push(name(e));
  }
  const menus = [...document.querySelectorAll('details.menu')];
  for (const menu of menus.filter(one => one.checkVisibility())) {
    for (const one of menus) one.open = one === menu;
    for (const e of menu.querySelectorAll('.menu-sheet, .menu-sheet *')) {
      const at = e.getBoundingClientRect();
      if (e.checkVisibility() && !e.closest('.unseen, svg') && (at.right > wide + 1 || at.left < -1)) found.push('menu ' + at.left + ' ' + name(e));
    }
  }
  for (const one of menus) one.open = false;
  return found.slice(0, 5);
}"""
# What is said in the page's language: not what is marked as quoted in another one.
_WORDS = """() => {
  const lang = document.documentElement.lang, found = new Set();
  const ours = e => { const at = e.closest('[lang]'); return !at || at.lang === lang; };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode.data.trim().replace(/\\s+/g, ' '), e = walk.currentNode.parentElement;
    if (text && ours(e) && !e.closest('script, style, textarea, kbd, mark, q, .words, .said')) found.add(text);
  }
  for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'value']) {
    for (const e of document.querySelectorAll(`[${name}]`)) {
      if (name === 'value' && !e.matches('input[type=submit], input[type=button]')) continue;
      const text = e.getAttribute(name).trim();
      if (text && ours(e)) found.add(text);
    }
  }
  found.add(document.title);
  return [...found];
}"""
_ENGLISH = re.compile(
    r"\b[A-Za-z]{3,} [A-Za-z]{2,} [A-Za-z]{2,}\b|\b[A-Z][a-z]+ [a-z]{3,}\b"
)


NAMES = {"Қазақша", "Русский", "English"}  # each language calls itself so


async def look(page, *, themed=True, shared=True):
    """Return what axe finds wrong with a page that has settled.

    `themed`: the page has both themes of the console; `shared`: the dialogs of every page too.
    """
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    return await page.evaluate(_LOOK, {"tags": TAGS, "themed": themed, "shared": shared})


async def wide(page, *sizes):
    """Return what stands out sideways at each width."""
    found, before = [], page.viewport_size
    for size in sizes:
        await page.set_viewport_size({"width": size, "height": 700})
        found += [(size, one) for one in await page.evaluate(_WIDE)]
    await page.set_viewport_size(before)
    return found


async def words(page):
    """Return every text that a page says in its own language."""
    return await page.evaluate(_WORDS)


async def settled(page):
    """Wait until everything that a page brings by itself is there."""
    await page.wait_for_function(
        "() => !window.htmx || !document.querySelector('.htmx-request')"
    )


@cache
def _catalogue(locale):
    """Return the texts of a language: {msgid: text}, plural forms too."""
    found = {}
    for message in i18n.catalogue(locale):
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        for msgid in ids:
            found[msgid] = strings
    return found


@cache
def _shapes(locale):
    """Return a pattern of each text of `locale` that has something filled in."""
    texts = {text for forms in _catalogue(locale).values() for text in forms if "{" in text}
    long = [text for text in texts if len(re.sub(r"{\w+}", "", text).strip()) > 8]
    return [
        re.compile(re.sub(r"\\{\w+\\}", ".+", re.escape(text))) for text in sorted(long)
    ]


def _fits(text, locale):
    return any(shape.fullmatch(text) for shape in _shapes(locale))


def foreign(texts, locale):
    """Return those of `texts` that stand in another language than the reader's."""
    mine = {text for forms in _catalogue(locale).values() for text in forms}
    other = "ru" if locale == "kk" else "kk"
    others = {text for forms in _catalogue(other).values() for text in forms} - mine
    msgids = set(_catalogue(locale)) - mine
    found = []
    for text in sorted(set(texts) - mine - NAMES):
        known = text in msgids or text in others or _ENGLISH.search(text)
        if known or (_fits(text, other) and not _fits(text, locale)):
            found.append(text)
    return found
