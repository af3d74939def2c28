"""What a code said a moment ago: a whole school that scans one poster asks the store once.

A revoked code says its site for as long as this remembers, and no longer.
"""

from collections import OrderedDict
from datetime import datetime, timedelta

from hotline.actions.manage_sites import Site, site_of
from hotline.runtime import Runtime

REMEMBERED = timedelta(seconds=10)
_MOST = 10_000


class SiteMemory:
    """Sites by code, known and unknown alike, so that neither answers sooner."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[datetime, Site | None]] = OrderedDict()

    async def site_of(self, rt: Runtime, code: str) -> Site | None:
        """Return the site of a live code. Errors: Unavailable."""
        now = rt.clock.now()
        found = self._known.get(code)
        if found is None or not timedelta(0) <= now - found[0] < REMEMBERED:
            found = (now, await site_of(rt, code))
            self._known[code] = found
            self._known.move_to_end(code)
            while len(self._known) > _MOST:
                self._known.popitem(last=False)
        return found[1]
