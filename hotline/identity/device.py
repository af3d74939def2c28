"""What kind of browser somebody signed in with: enough to know it again, no more."""

_BROWSERS = (  # the first that is named: every browser claims to be its elders too
    ("YaBrowser", "yandex"),
    ("Edg", "edge"),
    ("OPR", "opera"),
    ("SamsungBrowser", "samsung"),
    ("Firefox", "firefox"),
    ("Chrome", "chrome"),
    ("Safari", "safari"),
)
_SYSTEMS = (
    ("Android", "android"),
    ("iPhone", "iphone"),
    ("iPad", "ipad"),
    ("Windows", "windows"),
    ("Mac OS X", "mac"),
    ("Linux", "linux"),
)
OTHER = "other"


def device_of(user_agent: str) -> str:
    """Return a kind such as `chrome-windows`; of versions and addresses nothing is kept."""
    return f"{_named(user_agent, _BROWSERS)}-{_named(user_agent, _SYSTEMS)}"


def _named(said: str, known: tuple[tuple[str, str], ...]) -> str:
    return next((code for name, code in known if name in said), OTHER)
