"""What an act of a visit tells, and what it must not lack. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hotline.errors import RuleForbids

LONGEST = 10_000  # characters of one field
TOLD = (
    "place",
    "seen",
    "alone",
    "children",
    "dwelling",
    "danger",
    "measure",
    "present",
    "unseen",
)
FIELDS = ("at", *TOLD, "next")
_NEEDED = ("seen", "children", "measure")
_NEEDED_OF_NOBODY = ("seen",)  # what was found instead


@dataclass(frozen=True, slots=True)
class Act:
    """One visit in words. `next_at`: when the family is seen again."""

    at: datetime
    told: Mapping[str, str]
    next_at: datetime | None = None

    @property
    def nobody_seen(self) -> bool:
        """Return whether the visit found nobody: it is kept, and checks nothing."""
        return self.told.get("unseen") == "yes"

    @property
    def danger(self) -> bool:
        """Return whether somebody is in danger now."""
        return self.told.get("danger") == "yes"


def checked(act: Act, now: datetime) -> Act:
    """Return `act` trimmed. Errors: RuleForbids names the field."""
    told = {name: act.told.get(name, "").strip() for name in TOLD}
    for name, said in told.items():
        if len(said) > LONGEST:
            raise RuleForbids("too long", code="text_too_long", field=name)
    nobody = told["unseen"] == "yes"
    for name in _NEEDED_OF_NOBODY if nobody else _NEEDED:
        if not told[name]:
            raise RuleForbids("say what was seen", code="text_missing", field=name)
    if not nobody and told["danger"] not in ("yes", "no"):
        raise RuleForbids(
            "say whether there is danger", code="danger_unsaid", field="danger"
        )
    if act.next_at is not None and act.next_at <= now:
        raise RuleForbids("the next date lies ahead", code="in_past", field="next")
    return Act(act.at, told, act.next_at)
