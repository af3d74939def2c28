"""One event, 300 messages in an hour: grouped, and nobody's own danger is lost in the wave."""

import asyncio
import json
import random
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from hotline.actions.close_contact import close_contact
from hotline.actions.compare_contacts import _compare as compared
from hotline.actions.compare_contacts import compare_contacts
from hotline.actions.decide_incident import (
    close_incident,
    confirm_incident,
    dismiss_incident,
    take_out,
)
from hotline.actions.triage_contacts import triage_contacts
from hotline.cases.terms import JobName, QueueName
from hotline.errors import NotFound, RuleForbids
from hotline.identity.viewer import TRIAGE
from hotline.store import sketches
from hotline.store.incident_view import incident_page, incident_view, next_member
from tests import builders
from tests.routing.wave import HIDDEN, wave
from tests.story import PEOPLE

CORPUS = Path(__file__).parents[2] / "corpus/train"
SCRIPT = {
    "kk": "Жағдай белгілі, комиссия жұмыс істеп жатыр.",
    "ru": "О случае известно, комиссия работает.",
}
AS_THE_RELAY_DOES = 25


async def written(story, text, **facts):
    """Somebody writes; nobody has read it yet."""
    return await builders.a_contact(
        story.rt, text, triaged=False, **{"identity": None, "region_hint": None, **facts}
    )


async def read_all(story):
    """Triage and compare all, in batches as the relay makes them."""
    await builders.triage_all(story.rt, batch=AS_THE_RELAY_DOES)


async def page(story, who="operator", state=None):
    async with story.rt.transaction(story.who(who)) as tx:
        return (await incident_page(tx, story.who(who), story.rt.number_key, state)).items


async def view(story, number, who="operator"):
    async with story.rt.transaction(story.who(who)) as tx:
        return await incident_view(tx, story.who(who), number, story.rt.number_key)


async def a_wave(story, count=14, seed=2):
    """A small wave within minutes; return its texts by receipt."""
    texts = wave(seed, count + len(HIDDEN))[:count]
    found = {}
    for text in texts:
        story.clock.forward(timedelta(seconds=20))
        found[await written(story, text)] = text
    await read_all(story)
    return found


@pytest.mark.slow
async def test_a_wave_is_grouped_and_danger_of_ones_own_stands_on_top(story, database):
    chance = random.Random(5)
    lines = [
        line
        for path in sorted(CORPUS.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    ordinary = [json.loads(line) for line in chance.sample(lines, 200)]
    stream = [(text, None, "wave") for text in wave()]
    stream += [(one["text"], one["region"], "ordinary") for one in ordinary]
    chance.shuffle(stream)
    kinds = {}
    for text, region, kind in stream:
        story.clock.forward(timedelta(seconds=3600 / len(stream)))
        kinds[await written(story, text, region_hint=region)] = (kind, text)
    await read_all(story)
    (line,) = await page(story)
    rows = await database.fetch(
        "SELECT c.receipt, i.own_danger FROM incident_contacts i"
        " JOIN contacts c ON c.id = i.contact_id"
        " ORDER BY i.own_danger DESC, c.urgency, c.danger_score DESC"
    )
    grouped = [kinds[row["receipt"]] for row in rows]
    of_the_wave = sum(kind == "wave" for kind, _ in grouped)
    assert of_the_wave >= 0.95 * 300
    assert len(grouped) - of_the_wave <= 0.02 * len(ordinary)
    on_top = [text for kind, text in grouped if kind == "wave"][: len(HIDDEN)]
    assert set(on_top) == set(HIDDEN)
    found = await view(story, line.number)
    assert all(one.own_danger for one in found.people[: len(HIDDEN)])
    assert line.region == "55"


async def test_members_keep_urgency_clocks_and_a_persons_look(story, database):
    """The same messages with and without an incident: nothing of theirs differs."""
    kept = (
        "SELECT c.receipt, c.state, c.urgency, c.danger, c.danger_score, c.seen_at,"
        " array_agg((k.name, k.state, k.due_at)::text ORDER BY k.id)"
        " FROM contacts c JOIN clocks k ON k.contact_id = c.id GROUP BY c.id ORDER BY c.id"
    )
    await a_wave(story)
    (line,) = await page(story)
    before = await database.fetch(kept)
    operator = story.who("operator")
    await confirm_incident(story.rt, operator, line.number, script=SCRIPT)
    await close_incident(story.rt, operator, line.number)
    assert await database.fetch(kept) == before
    assert {row["state"] for row in before} <= {"triaged", "attached"}
    assert all(row["seen_at"] is None for row in before)


async def test_in_a_wave_like_words_suggest_no_duplicates(story):
    """Everybody writes the same; only an account, a number or a name says who it was."""
    await a_wave(story)
    assert await story.count("links") == 0


async def test_a_batch_takes_few_statements_however_many_came_before(story):
    counted = [0]

    def note(*_):
        counted[-1] += 1

    event.listen(story.rt.engine.sync_engine, "before_cursor_execute", note)
    for size in (25, 50, 25):  # the last one above those that lie there
        ids = []
        for text in wave(size, size + len(HIDDEN))[:size]:
            story.clock.forward(timedelta(seconds=5))
            receipt = await written(story, text, identity=builders.WHO)
            ids.append(builders.row_id(story.rt, receipt))
        await read_all(story)
        async with story.rt.transaction(TRIAGE) as tx:
            for contact_id in ids[-25:]:
                await sketches.forget(tx, contact_id)
            tx.promise(JobName.COMPARE_CONTACT, QueueName.BULK, ids)
        again = await builders.owed(story.rt, JobName.COMPARE_CONTACT)
        counted.append(0)
        assert await compare_contacts(story.rt, again) == len(ids)
        counted.append(0)
    event.remove(story.rt.engine.sync_engine, "before_cursor_execute", note)
    few, _, many = counted[1::2][:3]
    assert max(few, many) <= 24
    assert many <= few + 2


async def test_a_person_confirms_with_a_script_and_a_members_case(story, database):
    texts = await a_wave(story)
    (line,) = await page(story)
    operator, rt = story.who("operator"), story.rt
    assert (line.state, line.members) == ("suggested", len(texts))
    number = await story.confirm(next(iter(texts)), region="55")
    with pytest.raises(RuleForbids) as refused:
        await confirm_incident(rt, operator, line.number, script={"kk": "Бар", "ru": " "})
    assert refused.value.facts["field"] == "script_ru"
    stranger = await story.confirm(await story.message(builders.QUESTION))
    for case, code in ((stranger, "not_of_a_member"), ("26-000000-0", "unknown_case")):
        with pytest.raises(RuleForbids) as refused:
            await confirm_incident(rt, operator, line.number, script=SCRIPT, case=case)
        assert refused.value.code == code
    await confirm_incident(rt, operator, line.number, script=SCRIPT, case=number)
    found = await view(story, line.number)
    assert (found.state, found.case) == ("confirmed", number)
    assert (found.script_kk, found.script_ru) == (SCRIPT["kk"], SCRIPT["ru"])
    assert not await database.fetchval(
        "SELECT bool_or(position(convert_to($1, 'UTF8') in sealed_script) > 0)"
        " FROM incidents",
        SCRIPT["ru"],
    )


async def test_members_are_looked_at_one_by_one(story):
    await a_wave(story)
    (line,) = await page(story)
    looked = []
    while True:
        async with story.rt.transaction(story.who("operator")) as tx:
            receipt = await next_member(
                tx, story.who("operator"), line.number, story.rt.number_key
            )
        if receipt is None:
            break
        looked.append(receipt)
        if (await story.contact(receipt))["case_id"] is None:
            await close_contact(
                story.rt, story.who("operator"), receipt, "information_given"
            )
        else:
            await story.confirm(receipt)
    assert len(looked) == line.members == len(set(looked))
    (line,) = await page(story)
    assert (line.members, line.waiting) == (len(looked), 0)


async def test_one_person_who_writes_often_is_no_wave(story):
    for text in wave(3, 20)[:13]:
        await written(story, text, identity=builders.WHO)
    await read_all(story)
    assert await page(story) == ()


async def test_a_dismissed_incident_is_not_suggested_again(story):
    await a_wave(story)
    (line,) = await page(story)
    await dismiss_incident(story.rt, story.who("operator"), line.number)
    await dismiss_incident(story.rt, story.who("operator"), line.number)
    await a_wave(story, seed=9)
    assert await page(story) == ()
    with pytest.raises(RuleForbids):
        await confirm_incident(story.rt, story.who("operator"), line.number, script=SCRIPT)


async def test_a_wrong_member_is_taken_out(story):
    texts = await a_wave(story)
    (line,) = await page(story)
    receipt = next(iter(texts))
    await take_out(story.rt, story.who("operator"), line.number, receipt)
    with pytest.raises(RuleForbids):
        await take_out(story.rt, story.who("operator"), line.number, receipt)
    people = (await view(story, line.number)).people
    assert receipt not in {one.receipt for one in people}


async def test_only_111_knows_of_incidents_and_nobody_of_what_complains_of_them(
    story, database
):
    texts = await a_wave(story)
    (line,) = await page(story)
    for who in PEOPLE:
        if story.who(who).at_111:
            assert (await view(story, line.number, who)).members == len(texts)
            continue
        with pytest.raises(NotFound):
            await page(story, who)
        with pytest.raises(NotFound):
            await view(story, line.number, who)
        with pytest.raises(NotFound):
            await dismiss_incident(story.rt, story.who(who), line.number)
    second = story.who("second operator")
    receipt = next(iter(texts))
    await database.execute(
        "UPDATE contacts SET apart = ARRAY[$1] WHERE receipt = $2",
        f"person:{second.person_id}",
        receipt,
    )
    found = await view(story, line.number, "second operator")
    assert found.members == len(texts) - 1
    assert receipt not in {one.receipt for one in found.people}


async def test_an_incident_all_of_whose_members_complain_of_somebody_is_not_there_for_them(
    story, database
):
    """Nor its topic, place and script; a colleague whom nobody complains of has it whole."""
    texts = await a_wave(story)
    (line,) = await page(story)
    rt, operator, second = story.rt, story.who("operator"), story.who("second operator")
    await confirm_incident(rt, operator, line.number, script=SCRIPT)
    await database.execute(
        "UPDATE contacts SET apart = ARRAY[$1]", f"person:{second.person_id}"
    )
    assert await page(story, "second operator") == ()
    assert await page(story, "second operator", state="confirmed") == ()
    for hidden in (
        view(story, line.number, "second operator"),
        close_incident(rt, second, line.number),
        dismiss_incident(rt, second, line.number),
        confirm_incident(rt, second, line.number, script=SCRIPT),
        take_out(rt, second, line.number, next(iter(texts))),
    ):
        with pytest.raises(NotFound):
            await hidden
    assert [one.state for one in await page(story)] == ["confirmed"]
    for receipt in texts:
        await take_out(rt, operator, line.number, receipt)
    assert (await view(story, line.number)).members == 0  # emptied, it is still there


async def test_an_incident_whose_lead_case_complains_of_somebody_is_not_there_for_them(
    story, database
):
    texts = await a_wave(story)
    (line,) = await page(story)
    rt, second = story.rt, story.who("second operator")
    number = await story.confirm(next(iter(texts)), region="55")
    await confirm_incident(
        rt, story.who("operator"), line.number, script=SCRIPT, case=number
    )
    assert len(await page(story, "second operator")) == 1
    await database.execute(
        "UPDATE cases SET apart = ARRAY[$1] WHERE number = $2",
        f"person:{second.person_id}",
        number,
    )
    assert await page(story, "second operator") == ()
    with pytest.raises(NotFound):
        await close_incident(rt, second, line.number)
    assert len(await page(story)) == 1


async def test_who_loses_the_race_to_open_an_incident_lets_its_rest_join(story, database):
    """One worker has opened it and not committed; the other waits with its own half."""
    for text in wave(4, 40)[:33]:
        await written(story, text)
    await triage_contacts(story.rt, await builders.owed(story.rt, JobName.TRIAGE_CONTACT))
    owed = await builders.owed(story.rt, JobName.COMPARE_CONTACT)
    subjects = await database.fetch("SELECT id, subject_id FROM outbox")
    subject = {row["id"]: row["subject_id"] for row in subjects}
    waits = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    async with story.rt.transaction(TRIAGE) as tx:
        await compared(story.rt, tx, [subject[one] for one in owed[::2]])
        losing = asyncio.create_task(compare_contacts(story.rt, owed[1::2]))
        async with asyncio.timeout(20):
            while not await database.fetchval(waits):
                await asyncio.sleep(0.01)
    await losing
    (line,) = await page(story)
    assert line.members == len(owed) == 33


async def test_two_workers_at_once_open_one_incident(story, database):
    """Both read a half of the wave at the same time."""
    for text in wave(4, 40)[:33]:
        await written(story, text)
    for job, act in (
        (JobName.TRIAGE_CONTACT, triage_contacts),
        (JobName.COMPARE_CONTACT, compare_contacts),
    ):
        owed = await builders.owed(story.rt, job)
        await asyncio.gather(act(story.rt, owed[::2]), act(story.rt, owed[1::2]))
    assert len(await page(story)) == 1
