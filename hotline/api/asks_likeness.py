"""Bodies of requests about links and incidents."""

from typing import Literal

from hotline.api.asks import Asked, Text, Word


class LinkAsked(Asked, frozen=True):
    """What a person says of this contact and another: the same, not the same, or undone."""

    other: Word
    decision: Literal["linked", "dismissed", "undone"]


class AttachAsked(Asked, frozen=True):
    """The open case of a linked contact; `release`: its bodies may read these words too."""

    case: Word
    release: bool = False


class ScriptAsked(Asked, frozen=True):
    """What operators say, in both languages, and the one lead case."""

    script_kk: Text
    script_ru: Text
    case: Word | None = None


class MemberAsked(Asked, frozen=True):
    """A contact by its receipt."""

    receipt: Word
