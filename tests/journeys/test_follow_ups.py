"""Every message is a contact: what goes on from another joins its case, and is still read."""

import pytest

from hotline.actions.attach_contact import detach_contact
from hotline.actions.parse_again import parse_again
from hotline.actions.read_follow_up import read_follow_up
from hotline.actions.receive_contact import receive_contact
from hotline.cases.inbound import Inbound, InboundKind
from hotline.cases.terms import Channel
from hotline.errors import NotFound, RuleForbids
from hotline.store.case_view import read_case
from tests import builders

CALM = "Рахмет, мен қазір үйдемін"
HINT = "Отчим меня бьёт, он начальник полиции в нашем городе, участковый отказал"


@pytest.fixture
def write(rt):
    """Write to the bot: each call is one message; `follows` is what it amends or belongs to."""
    rt.intake.start()

    async def send(text, key, *, triaged=True, **more):
        kept = await receive_contact(
            rt,
            Inbound(
                Channel.TELEGRAM, "bot", key, text, b"{}",
                sender="71001", region_hint="71", **more,
            ),
        )  # fmt: skip
        if triaged:
            await builders.triage_all(rt)
        return kept.receipt

    return send


async def case_with(story, write, text=builders.QUESTION, **said):
    receipt = await write(text, "71001:1")
    said = {"subcategory": "VIO.PHY", "urgency": 3, "region": "71", **said}
    return await story.confirm(receipt, **said), receipt


async def test_an_edit_joins_the_case_of_its_original_and_waits_for_a_person(story, write):
    number, _ = await case_with(story, write)
    edit = await write(CALM, "71001:1:9", kind=InboundKind.EDIT, follows="71001:1")
    row = await story.contact(edit)
    case = await story.case(number)
    assert (row["state"], row["case_id"]) == ("attached", case["id"])
    assert (row["seen_at"], row["joined_by_rule"]) == (None, True)
    eyes = await story.database.fetchrow(
        "SELECT * FROM clocks WHERE contact_id = $1 AND name = 'human_eyes'", row["id"]
    )
    assert (eyes["state"], eyes["case_id"]) == ("running", case["id"])
    assert (case["urgency"], await story.count("cases")) == (3, 1)


async def test_danger_raises_the_case_and_tells_who_has_it(story, write):
    number, _ = await case_with(story, write)
    await story.accept(number)
    follow = await write(builders.DANGER, "71001:2", follows="71001:1")
    case, row = await story.case(number), await story.contact(follow)
    assert row["case_id"] == case["id"]
    assert (case["urgency"], case["urgency_by"], row["urgency"]) == (0, "machine", 0)
    told = await story.told(number)
    lead, _ = await story.lead(number)
    assert told[lead, "follow_up_danger"] == told["111", "follow_up_danger"] == 1
    assert (await story.history(number))["urgency_changed"] == 1
    assert (await story.clocks(number))["written_outcome"]["urgency"] == 0
    assert await story.count("cases") == 1


async def test_a_machine_never_lowers(story, write):
    number, _ = await case_with(story, write, builders.DANGER, urgency=0)
    await write(CALM, "71001:2", follows="71001:1")
    assert (await story.case(number))["urgency"] == 0


async def test_the_parts_of_an_album_are_one_story(story, write):
    first = await write(builders.QUESTION, "71001:1", follows="album:5")
    number = await story.confirm(first, subcategory="VIO.PHY", urgency=3, region="71")
    second = await write("", "71001:2", follows="album:5")
    edit = await write(CALM, "71001:2:7", kind=InboundKind.EDIT, follows="71001:2")
    case = await story.case(number)
    for receipt in (second, edit):
        assert (await story.contact(receipt))["case_id"] == case["id"]


async def test_what_waited_beside_its_root_joins_when_the_root_becomes_a_case(story, write):
    first = await write(builders.QUESTION, "71001:1")
    second = await write(CALM, "71001:2", follows="71001:1")
    third = await write(CALM, "71001:2:1", kind=InboundKind.EDIT, follows="71001:2")
    assert (await story.contact(second))["state"] == "triaged"
    number = await story.confirm(first, subcategory="VIO.PHY", urgency=3, region="71")
    case = await story.case(number)
    for receipt in (second, third):
        row = await story.contact(receipt)
        assert (row["case_id"], row["state"]) == (case["id"], "attached")
        assert row["seen_at"] is None


async def test_a_root_and_what_follows_in_one_batch_are_one_case(story, write):
    first = await write(builders.DANGER, "71001:1", triaged=False)
    second = await write(CALM, "71001:2", follows="71001:1", triaged=False)
    await builders.triage_all(story.rt)
    case = await story.case_of(first)
    assert (await story.contact(second))["case_id"] == case["id"]
    assert await story.count("cases") == 1


NOT_JOINED = [
    # why                                    text             more
    ("danger, and the root has no case", builders.DANGER, {"follows": "71001:1"}),
    ("a hint of power over a body", HINT, {"follows": "71001:1"}),
    ("it follows nothing that we know", CALM, {"follows": "71001:77"}),
    ("it follows itself", CALM, {"follows": "71001:2"}),
    ("unreadable", CALM, {"follows": "71001:1", "kind": InboundKind.UNPARSED}),
]


@pytest.mark.parametrize(
    ("why", "text", "more"), NOT_JOINED, ids=[n[0] for n in NOT_JOINED]
)
async def test_what_may_not_join_is_judged_as_any_other(story, write, why, text, more):
    if why.startswith("danger"):
        await write(builders.QUESTION, "71001:1")
        joined = None
    else:
        number, _ = await case_with(story, write)
        joined = (await story.case(number))["id"]
    row = await story.contact(await write(text, "71001:2", **more))
    assert row["case_id"] is None or row["case_id"] != joined
    assert not row["joined_by_rule"]
    assert (row["case_id"] is not None) == (row["urgency"] <= 1 and "kind" not in more)


async def test_another_account_with_the_same_ids_is_somebody_else(story, write, rt):
    await case_with(story, write)
    other = Inbound(
        Channel.TELEGRAM,
        "other-bot",
        "71001:2",
        CALM,
        b"",
        sender="71001",
        follows="71001:1",
    )
    kept = await receive_contact(rt, other)
    await builders.triage_all(rt)
    assert (await story.contact(kept.receipt))["case_id"] is None


async def test_a_closed_case_takes_nothing_in(story, write):
    number, _ = await case_with(story, write, subcategory="INF.OTH", urgency=4)
    await story.accept(number, "duty")
    await story.outcome(number, "duty")
    await story.close(number, "duty")
    row = await story.contact(await write(CALM, "71001:2", follows="71001:1"))
    assert (row["case_id"], row["state"]) == (None, "triaged")


async def test_who_is_out_of_the_root_is_out_of_what_follows(story, write):
    first = await write(builders.QUESTION, "71001:1")
    await story.database.execute(
        "UPDATE contacts SET apart = '{guard-71}' WHERE receipt = $1", first
    )
    follow = await write(CALM, "71001:2", follows="71001:1")
    assert (await story.contact(follow))["apart"] == ["guard-71"]


async def test_bodies_read_it_only_after_a_person_at_111_has(story, write, rt):
    number, _ = await case_with(story, write, release_narrative=True)
    await story.accept(number)
    follow = await write("Тағы бір құпия сөз", "71001:2", follows="71001:1")

    async def read(who):
        viewer = story.who(who)
        async with rt.transaction(viewer) as tx:
            return (await read_case(tx, viewer, number, rt.number_key)).narrative

    assert "құпия" in await read("operator")
    for who in ("guardian", "commissioner"):
        assert "құпия" not in (await read(who) or "")
    await story.confirm(follow)
    assert "құпия" in await read("guardian")


async def test_a_person_takes_it_out_again(story, write):
    _, first = await case_with(story, write)
    follow = await write(CALM, "71001:2", follows="71001:1")
    await detach_contact(story.rt, story.who("operator"), follow)
    row = await story.contact(follow)
    assert (row["case_id"], row["state"], row["joined_by_rule"]) == (None, "triaged", False)
    with pytest.raises(NotFound):
        await detach_contact(story.rt, story.who("guardian"), first)


async def test_reading_it_meets_its_clock_and_changes_nothing_of_the_case(story, write):
    number, first = await case_with(story, write, builders.DANGER, urgency=1)
    follow = await write("Рақмет сізге", "71001:2", follows="71001:1")
    before = dict(await story.case(number))
    assert await read_follow_up(story.rt, story.who("operator"), follow) == number
    assert await read_follow_up(story.rt, story.who("operator"), follow) == number
    row, after = await story.contact(follow), dict(await story.case(number))
    assert row["seen_at"] is not None
    eyes = await story.database.fetchval(
        "SELECT state FROM clocks WHERE contact_id = $1 AND name = 'human_eyes'", row["id"]
    )
    assert eyes == "met"
    same = ("urgency", "subcategory", "region", "status", "held")
    assert [before[name] for name in same] == [after[name] for name in same]
    with pytest.raises(RuleForbids):
        await read_follow_up(story.rt, story.who("operator"), first)
    with pytest.raises(NotFound):
        await read_follow_up(story.rt, story.who("guardian"), follow)


@pytest.fixture
def mended(rt):
    """What a mended parser reads in the bytes of a contact."""

    async def parse(receipt, key, text):
        contact = builders.row_id(rt, receipt)
        heard = Inbound(
            Channel.TELEGRAM, "bot", key, text, b"{}", sender="71001",
            region_hint="71",
        )  # fmt: skip
        done, _ = await parse_again(rt, contact, [heard])
        await builders.triage_all(rt)
        return done

    return parse


async def words_for(story, number, who):
    viewer = story.who(who)
    async with story.rt.transaction(viewer) as tx:
        found = await read_case(tx, viewer, number, story.rt.number_key)
    return found.narrative or ""


async def test_released_words_that_are_read_anew_are_read_by_a_person_before_a_body(
    story, write, mended
):
    number, receipt = await case_with(story, write, release_narrative=True)
    await story.accept(number)
    assert builders.QUESTION in await words_for(story, number, "guardian")
    before = await story.contact(receipt)
    assert await mended(receipt, "71001:1", f"{builders.QUESTION} {CALM}") == "changed"
    row = await story.contact(receipt)
    assert (row["state"], row["seen_at"]) == (
        before["state"],
        None,
    )  # it waits for a person
    assert CALM in await words_for(story, number, "operator")
    for who in ("guardian", "commissioner"):
        assert CALM not in await words_for(story, number, who)
    reader = story.who("second operator")
    assert await read_follow_up(story.rt, reader, receipt) == number
    assert CALM in await words_for(story, number, "guardian")
    row = await story.contact(receipt)
    assert (row["seen_by"], row["read_anew"]) == (before["seen_by"], False)


async def test_a_follow_up_that_is_read_anew_stays_with_its_case(story, write, mended):
    number, _ = await case_with(story, write)
    follow = await write("?", "71001:2", follows="71001:1")
    assert await mended(follow, "71001:2", CALM) == "changed"
    row = await story.contact(follow)
    assert (row["state"], row["seen_at"]) == ("attached", None)
    assert row["case_id"] == (await story.case(number))["id"]
