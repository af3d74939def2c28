"""One person writes twice, on two channels, in two alphabets; a person at 111 decides."""

import json
from datetime import timedelta

import pytest

from hotline.actions.attach_contact import attach_contact, detach_contact
from hotline.actions.compare_contacts import compare_contacts
from hotline.actions.decide_link import decide_link
from hotline.actions.forget_person import forget_person
from hotline.actions.triage_contacts import triage_contacts
from hotline.actions.undo_link import undo_link
from hotline.cases.inbound import Identity
from hotline.cases.terms import JobName, QueueName
from hotline.errors import NotFound, RuleForbids
from hotline.identity.viewer import TRIAGE
from hotline.store import outbox
from hotline.store.link_view import links_view
from hotline.workers.batch import run_batch
from tests import builders
from tests.story import PEOPLE

KAZAKH = "Балабақшаға кезек қашан жетеді? Павлодар қаласы"
RUSSIAN = "Когда подойдёт очередь в детский сад в Павлодаре?"
BEATEN = "Сосед бьёт сына ремнём, мальчик ходит в синяках, Павлодар"
NUMBER = "+77017654518"


def person(name, phone=NUMBER):
    return Identity(name=name, phone=phone)


@pytest.fixture
async def pair(story):
    """Two receipts whose names sound alike in Kazakh and Latin letters."""
    one = await story.message(KAZAKH, identity=person("Қайрат Өмірзақов"))
    two = await story.message(RUSSIAN, identity=person("Kairat Umirzakov", "+77059990000"))
    return one, two


async def seen_by(story, who, receipt):
    rt = story.rt
    async with rt.transaction(story.who(who)) as tx:
        return await links_view(tx, story.who(who), receipt, rt.number_key, rt.config.links)


async def links_of(database):
    rows = await database.fetch("SELECT * FROM links ORDER BY id")
    return [
        (row["state"], {one["code"] for one in json.loads(row["reasons"])}) for row in rows
    ]


async def clocks_of(database):
    """Every clock but the contacts' own `human_eyes`, as it stands."""
    return await database.fetch(
        "SELECT id, name, started_at, due_at, state, met_at FROM clocks"
        " WHERE name <> 'human_eyes' ORDER BY id"
    )


async def test_a_name_in_two_alphabets_is_suggested_and_joins_nothing(
    story, pair, database
):
    ((state, codes),) = await links_of(database)
    assert (state, {"name", "topic", "day"} <= codes) == ("suggested", True)
    assert await story.count("cases") == 0
    for receipt, other in (pair, pair[::-1]):
        (line,) = (await seen_by(story, "operator", receipt)).items
        assert (line.other, line.state, line.level) == (other, "suggested", "likely")


async def test_the_same_words_from_another_channel_are_suggested_without_a_name(
    story, database
):
    await story.message(BEATEN, identity=None)
    await story.message(BEATEN.replace("мальчик", "ребёнок"), identity=None)
    ((_, codes),) = await links_of(database)
    assert "text" in codes


async def test_a_family_sharing_a_phone_stays_apart(story, database):
    """The number alone: not even a suggestion under two names, and a weak one without."""
    await story.message(BEATEN, identity=person("Асель Ержанова"))
    await story.message("Қызым мектепке барғысы келмейді", identity=person("Марат Ержанов"))
    assert await links_of(database) == []
    await story.message("Здравствуйте, можно поговорить?", identity=Identity(phone=NUMBER))
    levels = {
        line.level
        for row in await database.fetch("SELECT receipt FROM contacts")
        for line in (await seen_by(story, "operator", row["receipt"])).items
    }
    assert levels <= {"weak"}
    assert await database.fetchval(
        "SELECT count(DISTINCT case_id) = count(case_id) FROM contacts"
    )


async def test_a_link_is_made_undone_and_made_again_and_changes_nothing_else(
    story, pair, database
):
    rt, operator = story.rt, story.who("operator")
    for receipt in pair:
        await story.confirm(receipt, region="55", subcategory="EDU.ACC")
    rows = "SELECT receipt, case_id, state, urgency FROM contacts ORDER BY id"
    before = await database.fetch(rows), await clocks_of(database)
    await decide_link(rt, operator, *pair, same=True)
    await decide_link(rt, operator, *pair, same=True)  # a double click
    (line,) = (await seen_by(story, "operator", pair[0])).items
    assert (line.state, line.case_open) == ("linked", True)
    await undo_link(rt, operator, *pair)
    assert (await seen_by(story, "operator", pair[0])).items == ()
    await decide_link(rt, operator, *pair[::-1], same=True)
    await undo_link(rt, operator, *pair)
    assert (await database.fetch(rows), await clocks_of(database)) == before
    with pytest.raises(RuleForbids) as refused:
        await decide_link(rt, operator, pair[0], pair[0], same=True)
    assert refused.value.code == "same_contact"


async def test_a_dismissed_pair_is_not_suggested_again(story, pair, database):
    await decide_link(story.rt, story.who("operator"), *pair, same=False)
    assert (await seen_by(story, "operator", pair[0])).items == ()
    await story.message(RUSSIAN, identity=person("Қайрат Өмірзақов", "+77059990000"))
    states = [state for state, _ in await links_of(database)]
    assert states[0] == "dismissed"
    assert states.count("suggested") == 2  # the third with each of the two


async def test_a_linked_contact_is_attached_by_a_person_and_detached_again(
    story, pair, database
):
    rt, operator = story.rt, story.who("operator")
    number = await story.confirm(pair[0], region="55", subcategory="EDU.ACC")
    before = await clocks_of(database)
    with pytest.raises(RuleForbids) as refused:
        await attach_contact(rt, operator, pair[1], number)
    assert refused.value.code == "not_linked"
    await decide_link(rt, operator, *pair, same=True)
    await story.later(minutes=20)
    await attach_contact(rt, operator, pair[1], number)
    contact = await story.contact(pair[1])
    assert (contact["state"], contact["seen_by"]) == ("attached", operator.person_id)
    assert [tuple(row)[:4] for row in await clocks_of(database)] == [
        tuple(row)[:4] for row in before
    ]
    assert {row["name"] for row in (await story.clocks(number)).values()} >= {"human_eyes"}
    await detach_contact(rt, operator, pair[1])
    contact = await story.contact(pair[1])
    assert (contact["state"], contact["case_id"], contact["seen_at"]) == (
        "triaged", None, None,
    )  # fmt: skip
    eyes = await database.fetch(
        "SELECT state, case_id FROM clocks WHERE contact_id = $1 AND name = 'human_eyes'"
        " ORDER BY id",
        contact["id"],
    )
    assert [tuple(row) for row in eyes] == [("met", None), ("running", None)]
    with pytest.raises(RuleForbids):  # the case's own contact
        await detach_contact(rt, operator, pair[0])


async def test_danger_is_never_put_under_a_calmer_case(story, pair, database):
    rt, operator = story.rt, story.who("operator")
    number = await story.confirm(pair[0], region="55", subcategory="EDU.ACC")
    await decide_link(rt, operator, *pair, same=True)
    await database.execute(
        "UPDATE contacts SET urgency = 1, danger = true WHERE receipt = $1", pair[1]
    )
    with pytest.raises(RuleForbids) as refused:
        await attach_contact(rt, operator, pair[1], number)
    assert refused.value.code == "more_urgent_than_case"


async def test_words_are_not_opened_to_a_body_by_attaching(story, pair):
    rt, operator = story.rt, story.who("operator")
    number = await story.confirm(
        pair[0], region="71", subcategory="EDU.ACC", release_narrative=True
    )
    await decide_link(rt, operator, *pair, same=True)
    with pytest.raises(RuleForbids) as refused:
        await attach_contact(rt, operator, pair[1], number)
    assert (refused.value.code, refused.value.facts["field"]) == (
        "words_would_open",
        "release",
    )
    await attach_contact(rt, operator, pair[1], number, release=True)


@pytest.mark.parametrize("who", PEOPLE)
async def test_nobody_outside_111_learns_of_a_link(story, pair, who):
    await story.confirm(pair[0], region="71", subcategory="EDU.ACC")
    viewer = story.who(who)
    if viewer.at_111:
        assert len((await seen_by(story, who, pair[0])).items) == 1
        return
    with pytest.raises(NotFound):
        await seen_by(story, who, pair[0])
    for action in (
        decide_link(story.rt, viewer, *pair, same=True),
        undo_link(story.rt, viewer, *pair),
        attach_contact(story.rt, viewer, pair[1], "26-000000-0"),
        detach_contact(story.rt, viewer, pair[1]),
    ):
        with pytest.raises(NotFound):
            await action


async def test_a_person_at_111_who_is_complained_of_sees_no_side_of_it(
    story, pair, database
):
    """The other side tells of the second operator: for them the link is not there."""
    who = story.who("second operator")
    key = f"person:{who.person_id}"
    await database.execute(
        "UPDATE contacts SET apart = ARRAY[$1] WHERE receipt = $2", key, pair[1]
    )
    assert (await seen_by(story, "second operator", pair[0])).items == ()
    assert len((await seen_by(story, "operator", pair[0])).items) == 1
    with pytest.raises(NotFound):
        await seen_by(story, "second operator", pair[1])
    for one, other in (pair, pair[::-1]):
        with pytest.raises(NotFound):
            await decide_link(story.rt, who, one, other, same=True)


async def test_a_link_stands_in_no_cases_history(story, pair, database):
    """Who reads one side's history may not know of the other; the record is kept apart."""
    for receipt in pair:
        await story.confirm(receipt, region="71", subcategory="EDU.ACC")
    await decide_link(story.rt, story.who("operator"), *pair, same=True)
    await undo_link(story.rt, story.who("operator"), *pair)
    rows = await database.fetch(
        "SELECT event, actor, case_id, contact_id FROM case_events"
        " WHERE event IN ('contact_linked', 'link_undone') ORDER BY id"
    )
    assert [tuple(row) for row in rows] == [
        ("contact_linked", "operator", None, None),
        ("link_undone", "operator", None, None),
    ]


async def test_forgetting_a_person_takes_what_they_were_compared_by(story, pair, database):
    await forget_person(story.rt, story.who("supervisor"), [pair[1]])
    contact = (await story.contact(pair[1]))["id"]
    for table in ("sketches", "contact_traces"):
        assert not await database.fetchval(
            f"SELECT count(*) FROM {table} WHERE contact_id = $1", contact
        )
    assert await links_of(database) == [("dismissed", set())]
    assert (await seen_by(story, "operator", pair[0])).items == ()


REPEATS = [
    # who writes again                   name                  number           repeat
    ("the same person in Latin letters", "Kairat Umirzakov", NUMBER, True),
    ("the family on the same phone", "Асель Өмірзақова", NUMBER, False),
    ("nobody knows who, same phone", None, NUMBER, False),
    ("the same name on another phone", "Қайрат Өмірзақов", "+77059990000", False),
]


@pytest.mark.parametrize(("what", "name", "number", "repeat"), REPEATS)
async def test_a_repeat_raises_urgency_by_strong_traces_only(
    story, what, name, number, repeat
):
    await story.message(BEATEN, identity=person("Қайрат Өмірзақов"))
    story.clock.forward(timedelta(days=30))
    again = await story.message(BEATEN, identity=person(name, number))
    triage = json.loads((await story.contact(again))["triage"])
    rules = {reason["rule"] for reason in triage["reasons"]}
    assert ("urgency:repeat_within_90_days" in rules) is repeat, what


@pytest.mark.parametrize("linked", [True, False])
async def test_a_repeat_is_known_through_a_persons_link(story, linked):
    """The grandmother wrote from her phone; a person said that it is the same child."""
    mother = await story.message(BEATEN, identity=person("Қайрат Өмірзақов"))
    story.clock.forward(timedelta(days=10))
    other = await story.message(BEATEN, identity=person("Роза Ким", "+77059990000"))
    if linked:
        await decide_link(story.rt, story.who("operator"), mother, other, same=True)
    story.clock.forward(timedelta(days=85))  # 95 after the first, 85 after the second
    again = await story.message(BEATEN, identity=person("Қайрат Өмірзақов"))
    triage = json.loads((await story.contact(again))["triage"])
    rules = {reason["rule"] for reason in triage["reasons"]}
    assert ("urgency:repeat_within_90_days" in rules) is linked


NO_REPEATS = [
    ("within the same conversation", timedelta(hours=2)),
    ("after ninety days", timedelta(days=91)),
]


@pytest.mark.parametrize(("what", "span"), NO_REPEATS)
async def test_it_is_no_repeat(story, what, span):
    await story.message(BEATEN, identity=person("Қайрат Өмірзақов"))
    story.clock.forward(span)
    again = await story.message(BEATEN, identity=person("Қайрат Өмірзақов"))
    triage = json.loads((await story.contact(again))["triage"])
    assert not any(
        r["rule"] == "urgency:repeat_within_90_days" for r in triage["reasons"]
    ), what


async def test_comparing_that_fails_leaves_triage_as_it_is_and_is_done_later(
    story, database, monkeypatch
):
    """A hint is never worth a decision; and a failure of the moment loses no hint."""
    receipt = await story.message(
        BEATEN, identity=person("Қайрат Өмірзақов"), triaged=False
    )
    await triage_contacts(story.rt, await builders.owed(story.rt, JobName.TRIAGE_CONTACT))
    with monkeypatch.context() as broken:
        broken.setattr("hotline.actions.compare_contacts.gather_incidents", None)
        owed = await builders.owed(story.rt, JobName.COMPARE_CONTACT)
        await run_batch(story.rt, JobName.COMPARE_CONTACT, owed, compare_contacts)
    failed = await database.fetchrow("SELECT * FROM outbox WHERE id = $1", owed[0])
    assert (failed["failures"], failed["done_at"]) == (1, None)
    assert (await story.contact(receipt))["triaged_at"] is not None
    assert await story.count("sketches") == 0
    await run_batch(story.rt, JobName.COMPARE_CONTACT, owed, compare_contacts)
    assert await story.count("sketches") == 1


async def test_a_worker_killed_after_triage_loses_no_hint(story):
    """Comparing is promised in the commit that keeps the decision; a relay sends it again."""
    await story.message(BEATEN, triaged=False)
    await triage_contacts(story.rt, await builders.owed(story.rt, JobName.TRIAGE_CONTACT))
    lease = timedelta(seconds=story.rt.config.service.work.lease_s)
    async with story.rt.transaction(TRIAGE) as tx:
        assert await outbox.lease(tx, QueueName.BULK, limit=9, span=lease) == []
    story.clock.forward(lease)
    async with story.rt.transaction(TRIAGE) as tx:
        (again,) = await outbox.lease(tx, QueueName.BULK, limit=9, span=lease)
    assert again.job is JobName.COMPARE_CONTACT
    assert await compare_contacts(story.rt, [again.id]) == 1
    assert await compare_contacts(story.rt, [again.id]) == 0
    assert await story.count("sketches") == 1
