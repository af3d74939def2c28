"""The fixed words that go to people: neutral, without a name, an organisation or a link.

A phone may be read over a shoulder. So no line says who answers, what it is about or whom to
call: 102 and 112 in a chat would tell that somebody asked for help. They stand in the bot's
fixed description and on pages that the person opens. Each line fits one SMS in kk and in ru.
"""

from collections.abc import Mapping
from datetime import datetime

from hotline.i18n import gettext, moment

SMS = 70  # characters of one SMS that holds Kazakh letters
BOTH = "kk+ru"  # where nothing says which of the two the person reads
ACK = "received"
LINES: Mapping[str, str] = {  # name -> what stands in the catalogues
    ACK: "Received. No. {receipt}",
    "redirected": "No. {receipt} was passed on.",
    "extended": "The answer to No. {receipt} will come by {day}.",
    "outcome": "There is an answer to No. {receipt}. Write to hear it.",
    "may_we_write": "Answer here if you may be written to.",  # word for word at the provider
}
# What an operator may send with one press; longer answers they type.
REPLIES: Mapping[str, str] = {
    "read": "We have read it and will answer here.",
    "when": "When is it convenient for you to be written to?",
    "where": "Which town or district is it?",
    "convenient": "Is it convenient for you to write now?",
    "thanks": "Thank you, we will go on and write here.",
}


def line(name: str, locale: str, receipt: str, until: datetime | None = None) -> str:
    """Return a fixed line; in BOTH languages kk stands first."""
    if locale == BOTH:
        return "\n".join(line(name, one, receipt, until) for one in ("kk", "ru"))
    day = moment(until).partition(",")[0] if until else ""
    return gettext(locale, LINES[name], receipt=receipt, day=day)


def reply(name: str, locale: str) -> str:
    """Return one of the operators' ready replies. Errors: KeyError."""
    return gettext(locale, REPLIES[name])
