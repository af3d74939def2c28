"""What ends beside cases: remarks, forms nobody sent, marks of the day; never what is held."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import insert

from hotline.actions.begin_oversight import Begun, begin_oversight
from hotline.actions.fetch_recording import sweep_recordings
from hotline.actions.forget_person import forget_person
from hotline.actions.hand_shift_over import hand_shift_over
from hotline.actions.keep_and_delete import (
    hold_case,
    keep_and_delete,
    lift_hold,
    show_keeping,
)
from hotline.actions.sign_in import sign_in
from hotline.cases.oversight import OversightKind
from hotline.identity.viewer import TRIAGE
from hotline.store import case_drafts, drafts, handovers, keys, reply_drafts
from hotline.store.tables_channels import calls, recordings
from hotline.store.tables_field import act_drafts
from hotline.store.tables_inbox import bulk_changes, bulk_runs, digests_sent
from tests.builders import PASSWORD, a_case, everybody

LEFT = {
    "handovers": "SELECT count(*) FROM handovers h JOIN keyring.keys k ON k.owner_id = h.id"
    " WHERE k.wrapped IS NOT NULL",
    "desk drafts": "SELECT count(*) FROM drafts",
    "act drafts": "SELECT count(*) FROM act_drafts",
    "case drafts": "SELECT count(*) FROM case_drafts",
    "reply drafts": "SELECT count(*) FROM reply_drafts",
    "letters": "SELECT count(*) FROM digests_sent",
    "presses": "SELECT count(*) FROM bulk_runs",
    "sessions": "SELECT count(*) FROM sessions",
    "recordings": "SELECT count(*) FROM recordings WHERE sealed_content IS NOT NULL",
}


async def left(database):
    return {name: await database.fetchval(asked) for name, asked in LEFT.items()}


async def of_case(rt, database, people, number):
    """Write a draft of an act, of a reply, a press and a recording of one case."""
    case_id = await database.fetchval("SELECT id FROM cases WHERE number = $1", number)
    contact = await database.fetchrow("SELECT * FROM contacts WHERE case_id = $1", case_id)
    me = int(people["operator"].viewer.person_id)
    async with rt.transaction(people["operator"].viewer) as tx:
        sealed = (await keys.load_one(tx, case_id)).seal_text("act_draft", "{}")
        form = {"saved_at": tx.now, "once": number, "turn": 1, "sealed_fields": sealed}
        await tx.run(insert(act_drafts).values(case_id=case_id, person_id=me, **form))
        await case_drafts.keep(tx, case_id, "note", {"text": "x"}, page="p", turn=1)
        await reply_drafts.keep(tx, contact_of(contact), me, "Өтінемін")
        run = await tx.one(
            insert(bulk_runs)
            .values(at=tx.now, person_id=me, once=number, kind="note", results=[])
            .returning(bulk_runs.c.id)
        )
        referral = await database.fetchval(
            "SELECT id FROM referrals WHERE case_id = $1", case_id
        )
        known = {"run_id": run.id, "case_id": case_id, "referral_id": referral}
        await tx.run(insert(bulk_changes).values(event="assigned", after_id=me, **known))
        call = await tx.one(
            insert(calls)
            .values(
                pbx="own", call_ref=number, contact_id=contact["id"], state="closed",
                started_at=tx.now, ended_at=tx.now, ended="hangup",
            )
            .returning(calls.c.id)
        )  # fmt: skip
        await tx.run(
            insert(recordings).values(
                call_id=call.id, contact_id=contact["id"], name=number, state="stored",
                started_at=tx.now, seconds=1, keep_until=tx.now + timedelta(days=90),
                sealed_content=(await keys.load_one(tx, contact["id"])).seal("recording", b"x"),
            )
        )  # fmt: skip


def contact_of(row):
    return SimpleNamespace(**dict(row))


@pytest.fixture
async def people(rt):
    return await everybody(rt)


async def test_all_of_it_ends_in_its_time_and_nothing_of_a_held_case(
    rt, clock, people, database
):
    chief, operator = people["supervisor"].viewer, people["operator"]
    held, free = [await a_case(rt, operator) for _ in range(2)]
    for number in (held, free):
        await of_case(rt, database, people, number)
    await hand_shift_over(rt, operator.viewer, f"Жаңа іс {held.replace('-', ' ')}")
    await hand_shift_over(rt, chief, f"Қоңырау шалу керек: {free}")
    async with rt.transaction(TRIAGE) as tx:
        draft = await rt.numbers.take(tx.now)
        await drafts.save(tx, operator.viewer.person_id, draft, "{}")
        gone = {"person_id": operator.viewer.person_id, "day": tx.now.date()}
        await tx.run(
            insert(digests_sent).values(state="sent", tries=1, next_at=tx.now, **gone)
        )
    await sign_in(rt, operator.viewer.username, PASSWORD)
    await hold_case(rt, chief, held, "court")
    clock.forward(timedelta(days=13))
    await keep_and_delete(rt, now=True)
    before = await left(database)
    assert before == {
        "handovers": 2, "desk drafts": 1, "act drafts": 2, "reply drafts": 2,
        "case drafts": 2, "letters": 1, "presses": 2, "sessions": 1, "recordings": 2,
    }  # fmt: skip
    clock.forward(timedelta(days=187))
    found = {one.period.kind: one for one in (await show_keeping(rt, chief)).kinds}
    told = {
        kind: (found[kind].due, found[kind].held) for kind in ("handover", "draft", "daily")
    }
    assert told == {"handover": (2, 1), "draft": (7, 3), "daily": (3, 1)}
    await keep_and_delete(rt, now=True)
    await sweep_recordings(rt)
    kept = dict.fromkeys(LEFT, 1) | {"desk drafts": 0, "letters": 0, "sessions": 0}
    assert await left(database) == kept
    async with rt.transaction(TRIAGE) as tx:
        assert await keys.load(tx, [draft]) == {}, "a form's key outlived it"
    await lift_hold(rt, chief, held)
    await keep_and_delete(rt, now=True)
    await sweep_recordings(rt)
    assert set((await left(database)).values()) == {0}
    least = {one.kind: one.least_days for one in rt.config.admin.retention.kinds}
    shown = handovers.KEPT.days
    assert shown < least["handover"], "a sheet may not end while it is shown"


async def alive(database):
    found = await database.fetch(
        "SELECT owner_id FROM keyring.keys WHERE wrapped IS NOT NULL"
    )
    return {row[0] for row in found}


@pytest.mark.parametrize("way", ["forgotten", "kept long enough"])
async def test_no_key_is_left_to_anything_that_was_written_of_a_case(
    rt, clock, people, database, way
):
    """Acts, files, letters, drafts, what a commissioner wrote of the child: all unreadable."""
    before = await alive(database)
    number = await a_case(rt, people["operator"])
    await of_case(rt, database, people, number)
    asked = Begun(
        OversightKind.INQUIRY, "Мектеп", "Бала сабаққа бара ма?", once="a", case=number
    )
    await begin_oversight(rt, people["commissioner"].viewer, asked)
    assert len(await alive(database) - before) == 3
    if way == "forgotten":
        receipts = await database.fetch("SELECT receipt FROM contacts")
        found = [row["receipt"] for row in receipts]
        assert await forget_person(rt, people["supervisor"].viewer, found) == 1
    else:
        await database.execute(
            "UPDATE cases SET status = 'closed', closed_at = $1, exception_by = $2,"
            " exception_code = 'no_person_in_need', exception_second = $3",
            clock.now(), people["operator"].viewer.person_id,
            people["supervisor"].viewer.person_id,
        )  # fmt: skip
        clock.forward(timedelta(days=9000))
        await keep_and_delete(rt, now=True)
    assert await alive(database) <= before
    assert await database.fetchval("SELECT count(*) FROM oversight_acts") == 1
