"""Which files of which npm packages the browser gets, and the icon sprite."""

import gzip
import re
import shutil
from pathlib import Path

CLONE = Path(__file__).resolve().parent.parent
OWN = CLONE / "hotline" / "console" / "static"
VENDOR, PACKED = OWN / "vendor", OWN / "packed"  # git-ignored

FILES = (
    "htmx.org/dist/htmx.min.js",
    "idiomorph/dist/idiomorph-ext.min.js",
    "@fontsource-variable/golos-text/files/golos-text-latin-wght-normal.woff2",
    "@fontsource-variable/golos-text/files/golos-text-latin-ext-wght-normal.woff2",
    "@fontsource-variable/golos-text/files/golos-text-cyrillic-wght-normal.woff2",
    "@fontsource-variable/golos-text/files/golos-text-cyrillic-ext-wght-normal.woff2",
)
LICENCES = ("htmx.org", "idiomorph", "@fontsource-variable/golos-text", "lucide-static")
ICONS = """
activity archive arrow-left arrow-right baby ban bell building-2 calendar calendar-clock
chart-column check chevron-down chevron-left chevron-right circle circle-alert circle-check
circle-question-mark circle-x clock copy corner-up-left diamond download external-link eye
eye-off file-text flag folder globe heart-handshake history house inbox info keyboard
languages link list lock lock-open log-in log-out mail map-pin menu merge message-circle
message-square-text minus moon octagon-alert paperclip pencil phone phone-incoming plus
qr-code refresh-cw save search send settings shield shield-alert shield-check siren sun
timer trash-2 triangle-alert undo-2 upload user user-round-check users wifi-off x
""".split()  # noqa: SIM905  a list is read better as a text here
_PRESENTATION = (
    'viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
    'stroke-linecap="round" stroke-linejoin="round"'
)


def copy(packages: Path) -> None:
    """Fill the vendor folder from `packages` (node_modules), whole or not at all."""
    unfinished = VENDOR.with_name("vendor.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    (unfinished / "licences").mkdir(parents=True)
    for name in FILES:
        shutil.copyfile(packages / name, unfinished / Path(name).name)
    for package in LICENCES:
        target = package.replace("/", "-").removeprefix("@")
        shutil.copyfile(packages / package / "LICENSE", unfinished / "licences" / target)
    icons = packages / "lucide-static" / "icons"
    (unfinished / "icons.svg").write_text(sprite(icons), encoding="utf-8")
    _compress(unfinished)
    shutil.rmtree(VENDOR, ignore_errors=True)
    unfinished.rename(VENDOR)


def sprite(icons: Path) -> str:
    """Return one SVG with a symbol for every icon; pages use `icons.svg#name`."""
    symbols = "".join(
        f'<symbol id="{name}" {_PRESENTATION}>{_drawing(icons / f"{name}.svg")}</symbol>\n'
        for name in ICONS
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}</svg>\n'


def _drawing(icon: Path) -> str:
    """Return what is drawn: the file without its outermost element."""
    whole = icon.read_text(encoding="utf-8")
    inner = re.search(r"<svg[^>]*>(.*)</svg>", whole, re.DOTALL)
    if inner is None:
        raise ValueError(icon.name)
    return " ".join(inner[1].split())


def _compress(folder: Path) -> None:
    """Write a .gz beside what compresses; fonts are compressed already."""
    for path in [*folder.glob("*.js"), *folder.glob("*.svg")]:
        small = gzip.compress(path.read_bytes(), 9, mtime=0)
        path.with_name(f"{path.name}.gz").write_bytes(small)
