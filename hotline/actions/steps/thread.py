"""Step: which thread a message belongs to, without keeping anybody's address."""

from hotline.runtime import Runtime


def thread_of(rt: Runtime, channel: str, account: str, sender: str) -> bytes:
    """Return the keyed hash under which a thread's contacts and answers are found."""
    return rt.sealer.trace("thread", f"{channel}:{account}:{sender}")
