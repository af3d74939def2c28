"""Somebody is complained of: they are out of the case everywhere, and it goes on elsewhere."""

import pytest

from hotline.actions.close_case import reopen_case
from hotline.actions.declare_conflict import candidates, declare_conflict
from hotline.actions.lift_conflict import confirm_lift, propose_lift
from hotline.actions.offer_case import offer_case
from hotline.actions.steps.accused import About
from hotline.actions.transfer_referral import transfer_referral
from hotline.cases.terms import Role
from hotline.console.live import may_know
from hotline.errors import NotAllowed, NotFound, RuleForbids
from hotline.identity.viewer import TRIAGE
from hotline.store import cases, complaints, console_reads, contact_lists, figures, lists
from hotline.store import people as stored
from hotline.store.contact_view import contact_view
from hotline.store.list_parts import CaseFilter, ContactFilter
from tests import builders


@pytest.fixture
def declare(story):
    async def say(number, *named, who="operator"):
        about = [About(*one) if isinstance(one, tuple) else one for one in named]
        await declare_conflict(story.rt, story.who(who), number, about)

    return say


async def offered(story, **said):
    """A case of region 71 that is offered; return its number and receipt."""
    receipt = await story.message(builders.QUESTION)
    given = {"subcategory": "VIO.PHY", "region": "71", "urgency": 2, **said}
    return await story.confirm(receipt, **given), receipt


async def sees(story, who, number, receipt=None):
    """Whether `who` finds the case anywhere that a person may look."""
    rt, viewer = story.rt, await again(story, who)
    found = set()
    async with rt.transaction(viewer) as tx:
        page = await lists.cases(tx, viewer, CaseFilter(), number_key=rt.number_key)
        assert page.total == len(page.items)
        searched = await lists.cases(
            tx, viewer, CaseFilter(q=number), number_key=rt.number_key
        )
        found |= {"list"} if number in {line.number for line in page.items} else set()
        found |= {"search"} if searched.items or searched.total else set()
        told = await console_reads.notices_for(tx, viewer)
        found |= {"notice"} if number in {row.number for row in told} else set()
        try:
            case = await cases.read(tx, viewer, number, rt.number_key)
            found |= {"read"}
        except NotFound:
            case = await cases.by_id(tx, builders.row_id(rt, number))
        nudge = {"k": "case", "c": case.id, "r": case.row.region}
        nudge |= {"b": list(case.nudge().bodies), "x": list(case.nudge().apart)}
        found |= {"live"} if may_know(viewer, nudge) else set()
        if viewer.at_111 and receipt is not None:
            found |= await _at_the_desk(tx, viewer, receipt, rt)
    every = {"list", "search", "read", "live"}
    assert not found or every <= found, (who, found)  # all of it or nothing
    return bool(found)


async def _at_the_desk(tx, viewer, receipt, rt):
    page = await contact_lists.contacts_page(tx, viewer, ContactFilter())
    assert page.total == len(page.items)
    found = {"contacts"} if receipt in {line.receipt for line in page.items} else set()
    try:
        await contact_view(tx, viewer, receipt, rt.number_key)
        found |= {"contact"}
    except NotFound:
        pass
    board = await figures.board(tx, viewer)
    shown = sum(region.open for region in board.regions)
    assert shown == board.open
    return found


async def again(story, who):
    """The person as they are signed in now, with their ties as they stand."""
    async with story.rt.transaction(TRIAGE) as tx:
        return await stored.viewer(tx, story.who(who).person_id)


async def test_a_body_complained_of_loses_the_case_and_its_clock_goes_on(story, declare):
    number, _ = await offered(story)
    await story.accept(number)
    before = await story.clocks(number, "safety", "written_outcome", "first_contact")
    assert await sees(story, "guardian", number)
    await declare(number, ("body", "uzpd-71"))
    assert not await sees(story, "guardian", number)
    assert not await sees(story, "second guardian", number)
    assert (await story.lead(number)) == ("edu-71", "proposed")  # one level up
    after = await story.clocks(number, "safety", "written_outcome", "first_contact")
    for name, clock in before.items():
        assert after[name]["due_at"] == clock["due_at"], name
        assert after[name]["state"] == clock["state"], name


@pytest.mark.parametrize(
    ("who", "kind", "named"),
    [
        ("second operator", "person", "second operator"),
        ("supervisor", "handler", "supervisor"),
        ("duty", "relative", "duty"),
    ],
)
async def test_a_person_at_111_complained_of_does_not_find_the_case_or_its_contacts(
    story, declare, who, kind, named
):
    number, receipt = await offered(story)
    other, other_receipt = await offered(story)
    assert await sees(story, who, number, receipt)
    await declare(number, (kind, named))
    assert not await sees(story, who, number, receipt)
    assert await sees(story, who, other, other_receipt)
    assert await sees(story, "operator", number, receipt)
    assert await sees(story, "guardian", number)  # a colleague at 111 shuts nobody else out


async def test_a_specialist_is_out_alone_and_a_head_takes_the_body_along(story, declare):
    number, _ = await offered(story)
    await declare(number, ("person", "guardian"))
    assert not await sees(story, "guardian", number)
    assert await sees(story, "second guardian", number)
    second = story.who("second guardian").person_id
    await story.database.execute(
        "UPDATE memberships SET position = 'head' WHERE person_id = $1", second
    )
    story.rt.forget_directory()
    await declare(number, ("person", "second guardian"))
    assert not await sees(story, "second guardian", number)
    third = await builders.a_person(story.rt, Role.GUARDIAN, bodies=("guard-71",))
    async with story.rt.transaction(third.viewer) as tx:
        with pytest.raises(NotFound):
            await cases.read(tx, third.viewer, number, story.rt.number_key)


async def test_who_becomes_head_later_is_out_with_the_body_from_then_on(story, declare):
    number, _ = await offered(story)
    await declare(number, ("person", "guardian"))
    assert await sees(story, "second guardian", number)
    await story.database.execute(
        "UPDATE memberships SET position = 'head' WHERE person_id = $1",
        story.who("guardian").person_id,
    )
    assert not await sees(story, "second guardian", number)


async def test_who_moves_to_another_body_takes_the_exclusion_along(story, declare):
    number, _ = await offered(story)
    await declare(number, ("body", "uzpd-71"))
    guardian = story.who("guardian").person_id
    await story.database.execute(
        "UPDATE memberships SET ended_at = now() - interval '1 day' WHERE person_id = $1",
        guardian,
    )
    await story.database.execute(
        "INSERT INTO memberships (person_id, body_id) VALUES ($1, 'edu-71')", guardian
    )
    story.rt.forget_directory()
    assert not await sees(story, "guardian", number)


async def test_a_complaint_is_set_aside_by_two_people_of_whom_one_is_a_supervisor(
    story, declare
):
    number, receipt = await offered(story)
    await declare(number, ("person", "second operator"))
    async with story.rt.transaction(TRIAGE) as tx:
        (row,) = await complaints.of_case(tx, builders.row_id(story.rt, number))
    rt, who = story.rt, story.who
    with pytest.raises(NotFound):  # who is out decides nothing
        await propose_lift(rt, await again(story, "second operator"), number, row.id, "нет")
    with pytest.raises(RuleForbids):
        await confirm_lift(rt, who("supervisor"), number, row.id)  # nobody proposed it
    await propose_lift(rt, who("supervisor"), number, row.id, "Однофамилец")
    with pytest.raises(RuleForbids):
        await confirm_lift(rt, who("supervisor"), number, row.id)  # the same person
    with pytest.raises(NotAllowed):
        await confirm_lift(rt, who("operator"), number, row.id)
    assert not await sees(story, "second operator", number, receipt)
    await confirm_lift(rt, who("second supervisor"), number, row.id)
    assert await sees(story, "second operator", number, receipt)


async def test_outside_111_one_declares_oneself_only(story, declare):
    number, _ = await offered(story)
    await story.accept(number)
    with pytest.raises(NotAllowed):
        await declare(number, ("person", "second guardian"), who="guardian")
    with pytest.raises(NotFound):
        await declare(number, ("person", "family"), who="other family")
    await declare(number, ("person", "guardian"), who="guardian")
    assert not await sees(story, "guardian", number)
    assert await story.lead(number) == ("uzpd-71", "accepted")  # the body keeps it
    second = story.who("second guardian").person_id
    assert (await story.case(number))["assignee_id"] == second


async def test_a_body_that_says_so_itself_is_out_by_the_same_rows(story):
    number, _ = await offered(story)
    await story.decline(number, code="conflict")
    assert not await sees(story, "guardian", number)
    bodies = await story.database.fetch("SELECT body_id, declared_by FROM complaints")
    assert [row["body_id"] for row in bodies] == ["uzpd-71"]
    assert bodies[0]["declared_by"] == story.who("guardian").person_id
    await offer_case(story.rt, story.who("operator"), number)
    with pytest.raises(RuleForbids) as refused:
        await transfer_referral(
            story.rt, story.who("operator"), number,
            await _lead_id(story, number), to_body="guard-71", text="Назад",
        )  # fmt: skip
    assert refused.value.facts["field"] == "to_body"


async def _lead_id(story, number):
    return await story.database.fetchval(
        "SELECT r.id FROM referrals r JOIN cases c ON c.id = r.case_id"
        " WHERE c.number = $1 AND r.lead ORDER BY r.id DESC",
        number,
    )


async def test_a_case_that_is_closed_and_opened_again_stays_closed_to_them(story, declare):
    number, receipt = await offered(story)
    await story.accept(number)
    await story.outcome(number)
    await story.close(number)
    await declare(number, ("employer", "guard-71"), ("person", "second operator"))
    assert not await sees(story, "second operator", number, receipt)
    await reopen_case(story.rt, story.who("operator"), number, "Снова жалоба")
    assert not await sees(story, "second operator", number, receipt)
    assert await story.lead(number) == ("edu-71", "proposed")  # who led is out since
    case = await story.case(number)
    assert (case["status"], case["assignee_id"]) == ("reopened", None)
    assert (await story.told(number, "111"))[("111", "conflict_rerouted")] == 1


WRONG = [
    # what is said, the code of the refusal, its field
    (About("nobody", "guard-71"), "unknown_kind", "[0].kind"),
    (About("body", "guard-99"), "unknown_id", "[0].id"),
    (About("person", "no such user"), "unknown_id", "[0].id"),
    (About("body", "own-111"), "name_the_person", "[0].id"),
    (About("person"), "id_or_name", "[0].name"),
    (About("body", None, "опеки Астана"), "which_one", "[0].name"),
]


@pytest.mark.parametrize(("about", "code", "field"), WRONG)
async def test_what_is_no_choice_is_refused_and_changes_nothing(
    story, declare, about, code, field
):
    number, _ = await offered(story)
    before = await story.case(number)
    with pytest.raises(RuleForbids) as refused:
        await declare(number, about)
    assert (refused.value.code, refused.value.facts["field"]) == (code, field)
    assert await story.case(number) == before
    assert await story.count("complaints") == 0


async def test_candidates_are_offered_by_name_and_whole_names_are_taken(story, declare):
    number, _ = await offered(story)
    found = await candidates(story.rt, story.who("operator"), number, "person", "guardian")
    assert {one.id for one in found} == {"guardian", "second guardian", "other guardian"}
    with pytest.raises(NotFound):
        await candidates(story.rt, story.who("guardian"), number, "person", "guardian")
    await declare(number, About("person", None, "Guardian"))
    assert not await sees(story, "guardian", number)
    assert await sees(story, "second guardian", number)


async def test_somebody_outside_every_body_is_kept_sealed_and_shuts_nobody_out(
    story, declare
):
    number, _ = await offered(story)
    await declare(number, About("person", None, "Guardian", elsewhere=True))
    assert await sees(story, "guardian", number)
    row = await story.database.fetchrow("SELECT * FROM complaints")
    assert (row["person_id"], row["body_id"]) == (None, None)
    assert "Guardian" not in str(dict(row))


async def test_a_site_by_name_shuts_out_the_bodies_that_answer_for_it(story, declare):
    number, _ = await offered(story)
    await declare(number, About("site", None, "Школа-лицей №9"))
    rows = await story.database.fetch("SELECT kind, body_id FROM complaints")
    assert [tuple(row) for row in rows] == [("site", "edu-71")]


async def test_a_contact_that_waits_is_closed_to_whom_it_complains_of(story):
    about = ({"kind": "person", "name": "Second Operator"},)
    receipt = await story.message(builders.QUESTION, complaint_about=about)
    rt = story.rt
    for who, there in (("second operator", False), ("operator", True)):
        viewer = await again(story, who)
        async with rt.transaction(viewer) as tx:
            page = await contact_lists.contacts_page(tx, viewer, ContactFilter())
            assert page.total == len(page.items) == int(there)
    with pytest.raises(NotFound):
        await story.confirm(receipt, who="second operator", subcategory="VIO.PHY")
    number = await story.confirm(receipt, subcategory="VIO.PHY", region="71", urgency=2)
    assert not await sees(story, "second operator", number, receipt)


async def test_work_is_not_handed_to_a_colleague_who_is_out(story, declare):
    number, _ = await offered(story)
    await story.accept(number)
    await declare(number, ("person", "second guardian"))
    with pytest.raises(RuleForbids) as refused:
        await transfer_referral(
            story.rt, story.who("guardian"), number, None,
            text="Передаю", to_person="second guardian",
        )  # fmt: skip
    assert refused.value.facts["field"] == "to_person"


async def test_a_hand_over_to_somebody_who_is_out_since_is_called_off(story, declare):
    number, _ = await offered(story)
    await story.accept(number)
    await transfer_referral(
        story.rt, story.who("guardian"), number, None,
        text="Передаю", to_person="second guardian",
    )  # fmt: skip
    await declare(number, ("person", "second guardian"))
    waiting = await story.database.fetch("SELECT handed_to, return_at FROM referrals")
    assert {tuple(row) for row in waiting} == {(None, None)}
    assert not await sees(story, "second guardian", number)


BULLIED = "Здравствуйте, мою дочь травят одноклассники, учителя не вмешиваются"
ABOUT_SCHOOL = ({"kind": "site", "name": "Школа №9"},)
MISPLACED = [
    # where the machine thought it was; who answers for a school there
    ("nowhere", None, set()),
    ("another region", "71", {"edu-71"}),
]


@pytest.mark.parametrize(("what", "hint", "before"), MISPLACED, ids=["none", "other"])
async def test_a_site_shuts_out_the_bodies_of_the_corrected_place(
    story, what, hint, before
):
    receipt = await story.message(
        BULLIED, screened=True, region_hint=hint, complaint_about=ABOUT_SCHOOL
    )
    assert (await story.case_of(receipt))["region"] == hint
    number = await story.confirm(receipt, subcategory="BUL.SCH", region="75")
    rows = await story.database.fetch("SELECT body_id FROM complaints")
    assert {row["body_id"] for row in rows} == before | {"edu-75"}, what
    assert (await story.referrals(number)).get("edu-75") is None, what


async def test_a_site_that_a_person_named_is_looked_for_at_the_corrected_place(
    story, declare
):
    receipt = await story.message(BULLIED, screened=True, region_hint=None)
    number = (await story.case_of(receipt))["number"]
    await declare(number, About("site", None, "Школа №9"))
    await story.confirm(receipt, subcategory="BUL.SCH", region="75")
    rows = await story.database.fetch("SELECT kind, body_id FROM complaints ORDER BY id")
    assert [tuple(row) for row in rows] == [("site", None), ("site", "edu-75")]
    assert "edu-75" not in await story.referrals(number)


async def test_what_two_people_set_aside_a_corrected_place_does_not_bring_back(story):
    about = ({"kind": "body", "name": "Школы", "id": "edu-75"},)
    receipt = await story.message(
        BULLIED, screened=True, region_hint="71", complaint_about=about
    )
    number = (await story.case_of(receipt))["number"]
    (row,) = await story.database.fetch("SELECT id FROM complaints")
    await propose_lift(story.rt, story.who("operator"), number, row["id"], "Не то")
    await confirm_lift(story.rt, story.who("supervisor"), number, row["id"])
    await story.confirm(receipt, subcategory="BUL.SCH", region="75")
    assert (await story.referrals(number))["edu-75"] == "offered"


async def test_a_district_is_corrected_where_the_region_stays(story):
    receipt = await story.message(BULLIED, screened=True, region_hint="39")
    for district, rural in (("393200000", True), ("391000000", False)):
        assert await _placed(story, receipt) == ("39", None, False)
        number = await story.confirm(
            receipt, subcategory="BUL.SCH", region="39", district=district, offer=False
        )
        assert await _placed(story, receipt) == ("39", district, rural)
        await story.confirm(receipt, offer=False, region="39")  # says nothing of it
        assert await _placed(story, receipt) == ("39", district, rural)
        await story.confirm(receipt, offer=False, region="39", district="")
    assert await story.lead(number) == ("comm-39", "proposed")


async def test_a_district_names_its_region_and_another_region_forgets_it(story):
    receipt = await story.message(BULLIED, screened=True, region_hint="71")
    await story.confirm(receipt, district="393200000", offer=False)
    assert await _placed(story, receipt) == ("39", "393200000", True)
    await story.confirm(receipt, region="75", offer=False)
    assert await _placed(story, receipt) == ("75", None, False)


async def _placed(story, receipt):
    case = await story.case_of(receipt)
    return case["region"], case["district"], case["rural"]
