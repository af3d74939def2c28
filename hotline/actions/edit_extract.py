"""Use cases: what one body is told, before and after; and showing it to that body alone."""

from collections.abc import Mapping
from typing import Any

from hotline.actions.steps import offer
from hotline.actions.steps.exposure import checked
from hotline.actions.steps.extracts import told_by_default
from hotline.actions.steps.move import Moving, moving
from hotline.actions.steps.release import look_at_hint
from hotline.cases.lifecycle import Move
from hotline.cases.terms import BodyId, BodyKind, ReferralStatus
from hotline.errors import RuleForbids
from hotline.identity.viewer import Viewer
from hotline.routing.extract import Exposes
from hotline.runtime import Runtime
from hotline.store import cases, keys, notes, notices, referrals
from hotline.store.cases import OpenedCase

LIVE = (ReferralStatus.PROPOSED, ReferralStatus.OFFERED, ReferralStatus.ACCEPTED)


async def edit_extract(
    rt: Runtime,
    viewer: Viewer,
    number: str,
    referral_id: int,
    *,
    extract: str | None = None,
    purpose: str | None = None,
    narrative: bool | None = None,
    anyway: bool = False,
    version: int | None = None,
) -> None:
    """Set what a body is told, what it is asked for, and whether it may read the words.

    What is left out stays; a text that nobody wrote follows the purpose. After release it is
    a new event, and what was told before is kept among the notes of 111.
    Errors: RuleForbids names the field; NotFound, NotAllowed, Stale.
    """
    async with moving(rt, viewer, number, Move.REFER, version) as moved:
        tx, case = moved.tx, moved.case
        referral = moved.referral(referral_id)
        if referral.status not in LIVE:
            raise RuleForbids("it has ended already", code="not_open", field="referral")
        change, found = await _change(rt, moved, referral, extract, purpose, anyway)
        if not anyway:
            _check_words(referral, change, narrative)
        if narrative is not None and narrative != referral.narrative_released:
            change["narrative_released"] = narrative
        if not change:
            raise RuleForbids("nothing is changed", code="text_missing", field="extract")
        await referrals.change(tx, referral.id, change)
        await cases.change(tx, case.id, {})
        data = {
            "body": referral.body_id,
            "referral": referral.id,
            "after_release": referral.released_at is not None,
            "narrative": change.get("narrative_released"),
            "exposes": [str(one) for one in found],
        }
        tx.record("extract_edited", case_id=case.id, data=data)
        if referral.released_at is not None:
            notices.put(tx, BodyId(referral.body_id), "extract_edited", case_id=case.id)


async def _change(
    rt: Runtime,
    moved: Moving,
    referral: Any,
    extract: str | None,
    purpose: str | None,
    anyway: bool,
) -> tuple[dict[str, Any], tuple[Exposes, ...]]:
    """Return the columns to set, and what the new extract exposes."""
    tx, case = moved.tx, moved.case
    if extract is None and purpose is None:
        return {}, ()
    directory = await rt.directory(tx)
    body = directory.body(BodyId(referral.body_id))
    kind = BodyKind(body.kind) if body else BodyKind.OWN
    told = told_by_default(rt, case.row, kind, purpose or referral.purpose)
    key = await keys.load_one(tx, case.id)
    before = key.open_text("extract", referral.sealed_extract)
    written = extract if extract is not None else _by_hand(rt, case, kind, referral, before)
    text = told.text
    found: tuple[Exposes, ...] = ()
    if written is not None:
        found = await checked(rt, tx, case, written, hides=told.hides, anyway=anyway)
        text = written.strip()
    if referral.released_at is not None:
        await notes.add(
            tx, case.id, "earlier_extract", before or "-", referral_id=referral.id
        )
    change = {
        "sealed_extract": key.seal_text("extract", text),
        "purpose": told.purpose,
        "hides": list(told.hides),
    }
    return change, found


def _by_hand(
    rt: Runtime, case: OpenedCase, kind: BodyKind, referral: Any, before: str | None
) -> str | None:
    """Return what the body is told where a person wrote it, None where codes alone did."""
    if before and referral.purpose in rt.config.purposes.kinds[kind]:
        by_codes = told_by_default(rt, case.row, kind, referral.purpose).text
        return None if before == by_codes else before
    return before or None


def _check_words(referral: Any, change: Mapping[str, Any], narrative: bool | None) -> None:
    """Errors: RuleForbids where the words would newly tell what is closed to the body."""
    opens = referral.narrative_released if narrative is None else narrative
    hides = frozenset(change.get("hides", referral.hides))
    stood = referral.narrative_released and hides <= frozenset(referral.hides)
    if opens and hides and not stood:
        raise RuleForbids(
            "this body is not told the topic; the words would tell it",
            code="extract_exposes",
            field="narrative",
            what=[str(Exposes.WORDS)],
        )


async def release_referral(
    rt: Runtime,
    viewer: Viewer,
    number: str,
    referral_id: int,
    version: int | None = None,
) -> None:
    """Show a proposed referral to its body, and to no other. Errors: RuleForbids."""
    async with moving(rt, viewer, number, Move.OFFER, version) as moved:
        tx, case = moved.tx, moved.case
        referral = moved.referral(referral_id)
        if referral.status != ReferralStatus.PROPOSED:
            raise RuleForbids(
                "it was released already", code="nothing_proposed", field="referral"
            )
        await look_at_hint(tx, case)
        await offer.offer_all(rt, tx, case.id, by=offer.PERSON, only=referral.body_id)
