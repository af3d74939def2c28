"""What a duty person is told: neutral words, no name, no story, nothing of the person helped."""

from dataclasses import dataclass

from hotline.i18n import gettext

_WITH_LINK = "111: {number}, urgency {urgency}, {body}. Answer: {link}"
_WITHOUT = "111: {number}, urgency {urgency}, {body}. Answer in the console, code {code}"
_VISIT = {  # a colleague is missed: the urgency of the case says nothing of it
    True: "111: {number}, a colleague on a visit needs you, {body}. Answer: {link}",
    False: "111: {number}, a colleague on a visit needs you, {body}. Code {code}",
}
SUBJECT = "111: you are on duty, please answer"


@dataclass(frozen=True, slots=True)
class Message:
    """One page, for one person; `page_id` lets a provider know a repetition."""

    page_id: int
    locale: str
    number: str  # of the case or contact
    urgency: int
    body: str
    code: str  # answers the page, opens nothing
    base_url: str = ""  # where the service is reached from outside; empty: not said
    cause: str = ""  # why they are woken

    @property
    def link(self) -> str | None:
        """Return the address with one button, or None where none is known."""
        return f"{self.base_url.rstrip('/')}/page/{self.code}" if self.base_url else None

    @property
    def text(self) -> str:
        """Return the words."""
        plain = _WITH_LINK if self.link else _WITHOUT
        return gettext(
            self.locale,
            _VISIT[self.link is not None] if self.cause == "visit" else plain,
            number=self.number,
            urgency=self.urgency,
            body=self.body,
            link=self.link,
            code=self.code,
        )

    @property
    def subject(self) -> str:
        """Return what stands above a letter."""
        return gettext(self.locale, SUBJECT)
