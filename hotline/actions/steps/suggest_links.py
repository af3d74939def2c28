"""Step: who may have written before. Suggestions with reasons; a person at 111 decides."""

from collections.abc import Collection, Sequence

from hotline.routing.same_person import best
from hotline.runtime import Runtime
from hotline.store import links
from hotline.store.transaction import Transaction

_OF_A_PERSON = frozenset({"thread", "number", "name"})


async def suggest_links(
    rt: Runtime, tx: Transaction, contact_ids: Sequence[int], in_a_wave: Collection[int]
) -> int:
    """Suggest links for new contacts; return how many suggestions are new.

    Candidates come from indexes, a bounded number for each trace. In a wave everybody writes
    the same: there, a like text alone is no sign of one person.
    """
    policy = rt.config.links
    shared = await links.candidates(tx, contact_ids, policy.candidates)
    wanted = {*shared, *(other for others in shared.values() for other in others)}
    traces = await links.traces(tx, wanted)
    found = []
    for contact_id, others in shared.items():
        if contact_id not in traces:
            continue
        known = [traces[other] for other in others if other in traces]
        for likeness in best(traces[contact_id], known, policy):
            codes = {reason.code for reason in likeness.reasons}
            if contact_id not in in_a_wave or codes & _OF_A_PERSON:
                found.append((contact_id, likeness))
    return await links.suggest(tx, found)
