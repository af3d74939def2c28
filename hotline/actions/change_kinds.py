"""What can be changed by the one mechanism: people, rights, periods of keeping."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hotline.actions.steps import (
    change_channel,
    change_factor,
    change_password,
    change_person,
    change_retention,
    change_rights,
)
from hotline.identity.changes import Values, link_by_two, person_by_two
from hotline.runtime import Runtime
from hotline.store.transaction import Transaction

Reading = Callable[[Runtime, Transaction, str], Awaitable[dict[str, Any]]]
Checking = Callable[[Runtime, Transaction, str, Values, Values], Awaitable[None]]
AlsoTwo = Callable[[Transaction, str, Values, Values], Awaitable[bool]]
Alone = Callable[[Transaction, str, Values, Values], None]


async def _nobody_more(
    _tx: Transaction, _key: str, _before: Values, _after: Values
) -> bool:
    return False


def _nothing_said(_tx: Transaction, _key: str, _before: Values, _after: Values) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of change: what stands, what may stand, how it is put, who must agree."""

    read: Reading
    check: Checking
    put: Checking
    two: Callable[[Values, Values], bool]
    undone: bool = True
    # What the database knows beside: whether one more must agree; what is said of one alone.
    also_two: AlsoTwo = _nobody_more
    made_alone: Alone = _nothing_said


def _always(_before: Values, _after: Values) -> bool:
    return True


KINDS: Mapping[str, Kind] = {
    "person": Kind(
        change_person.read,
        change_person.check,
        change_person.put,
        person_by_two,
        also_two=change_person.also_two,
        made_alone=change_person.made_alone,
    ),
    "rights": Kind(change_rights.read, change_rights.check, change_rights.put, _always),
    "factor": Kind(
        change_factor.read, change_factor.check, change_factor.put, _always, undone=False
    ),
    "channel": Kind(
        change_channel.read,
        change_channel.check,
        change_channel.put,
        change_channel.by_two,
        undone=False,
    ),
    "password": Kind(
        change_password.read,
        change_password.check,
        change_password.put,
        link_by_two,
        undone=False,
        also_two=change_password.also_two,
    ),
    "retention": Kind(
        change_retention.read, change_retention.check, change_retention.put, _always
    ),
}
