"""Use case: a way in says that it works, or why it does not; the board watches it."""

import structlog

from hotline.errors import Unavailable
from hotline.identity.viewer import INTAKE
from hotline.runtime import Runtime
from hotline.store import signs

log = structlog.get_logger()


async def note_sign(rt: Runtime, name: str, failure: str | None = None) -> None:
    """Write that `name` was just heard of, or failed with the code `failure`.

    What was kept is kept: without the store the sign is left out.
    """
    try:
        async with rt.transaction(INTAKE) as tx:
            if failure is None:
                await signs.heard(tx, name)
            else:
                await signs.failed(tx, name, failure)
    except Unavailable as error:
        log.warning("sign_not_noted", code=error.code)
