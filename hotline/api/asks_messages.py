"""Bodies of requests about what is written to people."""

from typing import Literal

from hotline.api.asks import Asked, Text, Word


class ReplyAsked(Asked, frozen=True):
    """Own words, or the name of a ready reply or of a template approved at the provider."""

    text: Text = ""
    ready: Word = ""
    template: Word = ""
    locale: Literal["", "kk", "ru"] = ""


class SettleAsked(Asked, frozen=True):
    """What a person found out: it arrived, or it is to go once more."""

    arrived: bool
