"""Whether our own mail server found that a letter is from whom it says.

Source: RFC 8601. A result counts only in the topmost Authentication-Results, under a name
that config/channels.yaml lists: anybody may write such a header into a letter, and only a
mail server of ours that removes foreign ones makes it worth anything.
"""

import re
from collections.abc import Iterator

from hotline.intake.mail_headers import Headers

_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"\s*(spf|dkim|dmarc)\s*=\s*(\w+)(.*)", re.IGNORECASE | re.DOTALL)
_PROPERTY = re.compile(
    r"\b(smtp\.mailfrom|header\.d|header\.i|header\.from)\s*=\s*\"?([^\s;\"]+)",
    re.IGNORECASE,
)


def proven(headers: Headers, sender: str, authserv_ids: frozenset[str]) -> str | None:
    """Return by what the sender's domain is proved ("dmarc", "dkim", "spf"), or None."""
    value = headers.first("authentication-results")
    server, _, told = _COMMENT.sub(" ", value).partition(";")
    name = server.strip().partition(" ")[0].lower()
    domain = sender.rpartition("@")[2]
    if not domain or name not in authserv_ids:
        return None
    return next((how for how, of in _passed(told) if of == domain), None)


def _passed(told: str) -> Iterator[tuple[str, str]]:
    """Return (method, domain) of every result that is a pass."""
    for part in told.split(";"):
        found = _RESULT.match(part)
        if found and found[2].lower() == "pass":
            for _, value in _PROPERTY.findall(found[3]):
                yield found[1].lower(), value.rpartition("@")[2].lower()
