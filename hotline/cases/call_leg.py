"""Legs that we dial ourselves: each has a name that says whose it is, also after a restart."""

import re
from dataclasses import dataclass
from enum import StrEnum


class LegKind(StrEnum):
    """Whom we dial."""

    OPERATOR = "op"
    COLLEAGUE = "tr"  # another operator, into a call that goes on
    SERVICE = "to"  # 102, 103, 112 or their duty desk


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg. `who`: a person's id, or the service; `turn`: which try it is."""

    call_id: int
    kind: LegKind
    who: str
    turn: int

    @property
    def name(self) -> str:
        """Return the channel's id at the exchange."""
        return f"hotline-{self.kind}-{self.call_id}-{self.who}-{self.turn}"

    @property
    def person_id(self) -> int | None:
        """Return the operator, or None for a service."""
        return None if self.kind is LegKind.SERVICE else int(self.who)


_NAME = re.compile(r"hotline-(op|tr|to)-(\d{1,18})-(\d{1,18})-(\d{1,9})", re.ASCII)


def leg_named(name: str) -> Leg | None:
    """Return the leg behind a channel's id, or None for a channel that is no leg of ours."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    return Leg(int(found[2]), LegKind(found[1]), found[3], int(found[4]))


_ROOM = "hotline-call-"


def bridge_name(call_id: int) -> str:
    """Return the id of the bridge in which a call's people hear each other."""
    return f"{_ROOM}{call_id}"


def is_ours(bridge: str) -> bool:
    """Return whether a bridge is one that we made."""
    return bridge.startswith(_ROOM)


def recording_name(call_id: int, turn: int) -> str:
    """Return a recording's name at the exchange: ids only, since files have names too."""
    return f"hotline-rec-{call_id}-{turn}"
