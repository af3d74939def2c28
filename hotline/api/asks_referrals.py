"""Bodies of requests about one referral: who helps, what a body is told, how a part ends."""

from hotline.api.asks import Asked, Text, Word


class AddReferralAsked(Asked, frozen=True):
    """One more body. Without `extract`, what its purpose says, from codes alone."""

    body: Word
    lead: bool = False
    purpose: Word | None = None
    extract: Text | None = None
    anyway: bool = False  # the extract is meant, although it exposes somebody


class ExtractAsked(Asked, frozen=True):
    """What a body is told; what is left out stays, but what nobody wrote follows the purpose."""

    referral: int
    extract: Text | None = None
    purpose: Word | None = None
    narrative: bool | None = None
    anyway: bool = False


class ReleaseAsked(Asked, frozen=True):
    """Which proposed referral its body may read from now on."""

    referral: int


class WrongBodyAsked(Asked, frozen=True):
    """Why it is not this body's matter, and whose it is, when known."""

    text: Text
    referral: int | None = None
    to_body: Word | None = None


class PartDoneAsked(Asked, frozen=True):
    """What the body did."""

    text: Text
    referral: int | None = None


class EndPartAsked(Asked, frozen=True):
    """Whose part ends, and why."""

    referral: int
    reason: Text
