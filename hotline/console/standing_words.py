"""What pages say whoever reads them, written down at set-up: a page is sent as what differs.

The order is that of the templates, whose own text, icons and translated words are taken as
they stand; what comes from a person or a case is not in a template, so it cannot be here.
The text need not be exact, nor of today: a page that differs more is only sent less small.
"""

from collections.abc import Iterator

from jinja2 import nodes

from hotline import i18n
from hotline.clock import SystemClock
from hotline.config.load import SHIPPED, Config, load
from hotline.console.bundles import PACKED
from hotline.console.region_map import shapes
from hotline.console.standing import PAGES, SUFFIX
from hotline.console.static_files import asset
from hotline.console.wording import Wording
from hotline.web.pages import environment

_FRAME = "head parts shell presence_part presence_form"
_DIALOGS = "session_dialog help_dialog"
_TEMPLATES = {  # what weighs little beside what it spares
    "desk": "queue_row desk desk_danger desk_who desk_what desk_foot",
    "cases": "case_body case_decision case_people case_work case_referrals case_field",
    "board": "board_part board_parts board_burning board_hours board_map board_regions"
    " board_operators board_bulk",
    "inbox": "inbox_tabs inbox_filters inbox_rows inbox_bulk",
}


def standing_text(config: Config, page: str, lang: str) -> str:
    """Return what a page says in `lang` whoever reads it."""
    words = Wording(config, lang)
    names = f"{_FRAME} {_TEMPLATES[page]} {_DIALOGS}".split()
    return "".join(part for name in names for part in _template(name, words))


def pack() -> None:
    """Write the standing words of each page in each language beside our packed files."""
    PACKED.mkdir(exist_ok=True)
    config = load(SHIPPED, SystemClock().now().date())
    for page in PAGES:
        for lang in i18n.LOCALES:
            text = standing_text(config, page, lang)
            (PACKED / f"{page}.{lang}{SUFFIX}").write_text(text, encoding="utf-8")


def _template(name: str, words: Wording) -> Iterator[str]:
    env = environment()
    if env.loader is not None:
        source, _, _ = env.loader.get_source(env, f"{name}.html")
        yield from _said(env.parse(source), words)


def _said(node: nodes.Node, words: Wording) -> Iterator[str]:
    if isinstance(node, nodes.TemplateData):
        yield node.data
    elif isinstance(node, nodes.Call):
        yield from _called(node, words)
    for child in node.iter_child_nodes():
        yield from _said(child, words)


def _called(call: nodes.Call, words: Wording) -> Iterator[str]:
    """Return what a call in a template says that is the same for everybody."""
    name = _name(call.node)
    given = [one.value for one in call.args if isinstance(one, nodes.Const)]
    if name == "_" and given:
        yield words.say(given[0])
    elif name in ("p.icon", "icon") and given:
        yield _icon(*given)
    elif name == "w.choices" and given:
        yield _options(words.choices(given[0]))
    elif name == "w.regions":
        yield _options(words.regions())
    elif name == "drawn.shapes":
        for code, shape in shapes().items():
            yield f'<path id="kz-{code}" d="{shape.path}" fill-rule="evenodd"/>'
    elif name == "w.topics":
        for group, topics in words.topics():
            yield f'</optgroup><optgroup label="{group}">{_options(topics)}'


def _name(node: nodes.Node) -> str:
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name):
        return f"{node.node.name}.{node.attr}"
    return node.name if isinstance(node, nodes.Name) else ""


def _icon(name: str, kind: str = "icon") -> str:
    drawn = f'<use href="{asset("vendor/icons.svg")}#{name}"/>'
    return f'<svg class="{kind}" aria-hidden="true" focusable="false">{drawn}</svg>'


def _options(choices: list[tuple[str, str]]) -> str:
    return "".join(f'<option value="{code}">{name}</option>' for code, name in choices)


if __name__ == "__main__":
    pack()
