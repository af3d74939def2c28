"""Errors that a caller can act on; everything else is a bug and crashes loudly."""

from typing import Any


class HotlineError(Exception):
    """Something a caller can act on. `code` is stable; `text` is for people."""

    status = 500
    code = "internal"

    def __init__(self, text: str = "", *, code: str | None = None, **facts: Any) -> None:
        super().__init__(text or code or self.code)
        self.text = text or code or self.code
        if code:
            self.code = code
        self.facts = facts  # ids and field names only: they are shown and logged


class RejectedInbound(HotlineError):
    """A request at the door that is genuine but cannot be read. Nothing was kept."""

    status = 400
    code = "bad_request"


class NotGenuine(HotlineError):
    """A request whose sender could not be verified. Nothing was kept."""

    status = 401
    code = "bad_signature"


class TooLarge(HotlineError):
    """A body over the limit. Nothing was kept."""

    status = 413
    code = "too_large"


class NotAllowed(HotlineError):
    """The person is known, and may know of the thing, but may not do this."""

    status = 403
    code = "not_allowed"


class NotFound(HotlineError):
    """No such thing, or one that the viewer may not know of."""

    status = 404
    code = "not_found"


class Stale(HotlineError):
    """The caller acted on an old version of a case."""

    status = 409
    code = "stale"


class RuleForbids(HotlineError):
    """The state of the case or a rule forbids this move; `facts` name the field."""

    status = 422
    code = "rule_forbids"


class TooSoon(HotlineError):
    """Slowed down, for instance after wrong PINs; `facts["retry_after"]` in seconds."""

    status = 429
    code = "slow_down"


class Unavailable(HotlineError):
    """The store cannot be reached; the sender should try again."""

    status = 503
    code = "unavailable"


class BadConfig(HotlineError):
    """Configuration does not hold. Every entry of `problems` names file, key and remedy."""

    code = "bad_config"

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
