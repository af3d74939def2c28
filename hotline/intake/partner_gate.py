"""What each partner may do, and how often: a bucket in this process, filled by the second."""

from collections.abc import Callable
from datetime import datetime

from hotline.config.channels import PartnerRules
from hotline.errors import NotAllowed, TooSoon


class PartnerGate:
    """Scopes and limits. A partner over its limit is told when to come again."""

    def __init__(self, rules: Callable[[str], PartnerRules]) -> None:
        self._rules = rules
        self._left: dict[str, tuple[float, datetime]] = {}

    def admit(self, partner: str, what: str, now: datetime) -> None:
        """Return if `partner` may do `what` now.

        Errors: NotAllowed `scope`; TooSoon `rate_limited` with `retry_after`.
        """
        rules = self._rules(partner)
        if what not in rules.may:
            raise NotAllowed(f"this partner may not do: {what}", code="scope")
        most = float(rules.a_minute)
        left, since = self._left.get(partner, (most, now))
        passed = max(0.0, (now - since).total_seconds())  # a clock may jump back
        left = min(most, left + passed * most / 60)
        if left < 1:
            self._left[partner] = (left, now)
            wait = max(1, round((1 - left) * 60 / most))
            raise TooSoon("too many requests", code="rate_limited", retry_after=wait)
        self._left[partner] = (left - 1, now)
