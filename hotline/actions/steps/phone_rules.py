"""Step: the rules of config/channels.yaml for calls, in the form that the pure rules ask for."""

from datetime import timedelta

from hotline.cases.call_due import Patience
from hotline.runtime import Runtime


def patience(rt: Runtime) -> Patience:
    """Return how long each thing of a call may last."""
    rules = rt.config.channels.phone
    return Patience(
        menu_after=timedelta(seconds=rules.menu_after_s),
        silence=timedelta(seconds=rules.silence_s),
        ring_operator=timedelta(seconds=rules.ring_operator_s),
    )
