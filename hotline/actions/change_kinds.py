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


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of change: what stands, what may stand, how it is put, who must agree."""

    read: Reading
    check: Checking
    put: Checking
    two: Callable[[Values, Values], bool]
    undone: bool = True


def _always(_before: Values, _after: Values) -> bool:
    return True


KINDS: Mapping[str, Kind] = {
    "person": Kind(
        change_person.read, change_person.check, change_person.put, person_by_two
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
    ),
    "retention": Kind(
        change_retention.read, change_retention.check, change_retention.put, _always
    ),
}
