"""The letter of the day: counts and numbers of cases; no topic, no name, no place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage
from email.utils import format_datetime

from hotline.i18n import gettext

_MOST = 12  # numbers in a line


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the letter: what is counted, how many, and the first of them."""

    msgid: str
    count: int
    numbers: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Digest:
    """One letter for one person."""

    locale: str
    day: date
    parts: Sequence[Part]
    link: str  # of the console; empty: not known
    seal: str = ""  # the newest of the log, for who supervises: a letter lies outside

    @property
    def text(self) -> str:
        """Return the words."""
        lines = [gettext(self.locale, "Your day at 111, {day}", day=f"{self.day:%d.%m.%Y}")]
        lines += ["", *(self._line(part) for part in self.parts), ""]
        if self.seal:
            lines.append(gettext(self.locale, "Seal of the log: {seal}", seal=self.seal))
        if self.link:
            lines.append(gettext(self.locale, "Open the console: {link}", link=self.link))
        lines.append(gettext(self.locale, "You switch this letter off under “My day”."))
        return "\n".join(lines) + "\n"

    def _line(self, part: Part) -> str:
        named = ", ".join(part.numbers[:_MOST])
        more = " …" if len(part.numbers) > _MOST or part.count > len(part.numbers) else ""
        said = f"{gettext(self.locale, part.msgid)}: {part.count}"
        return f"{said} ({named}{more})" if named else said

    def letter(self, sender: str, to: str, now: datetime, mark: str) -> EmailMessage:
        """Return the letter. `mark`: tells one day's letter of one person from all others."""
        letter = EmailMessage()
        letter["From"], letter["To"] = sender, to
        letter["Subject"] = f"111 · {self.day:%d.%m.%Y}"
        letter["Date"] = format_datetime(now)
        letter["Message-ID"] = f"<day-{mark}@{sender.rpartition('@')[2]}>"
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(self.text)
        return letter
