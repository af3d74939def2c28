"""Long work: what a channel brought is parsed again, after a parser was mended.

The parsers belong to the doors, above us: `hotline.work_process` brings what does it.
"""

from datetime import datetime

from hotline.actions.works.kind import Asked, Kind
from hotline.cases.terms import Channel, Role


class ReplayChannel(Asked, frozen=True):
    """`since`: with its zone."""

    channel: Channel
    since: datetime


KIND = Kind(frozenset({Role.ADMIN}), ReplayChannel)
