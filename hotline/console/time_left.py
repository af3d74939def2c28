"""How long a browser's session lasts if its person does nothing more."""

from datetime import timedelta

from hotline.actions.sign_in import Session
from hotline.runtime import Runtime


def seconds_left(rt: Runtime, session: Session) -> int:
    """Return the seconds until the session ends. Units: whole seconds, 0 or more."""
    now = rt.clock.now()
    sign = rt.config.service.sign
    idle = session.idle_until or now + timedelta(minutes=sign.idle_minutes)
    return max(0, int((min(session.expires_at, idle) - now).total_seconds()))
