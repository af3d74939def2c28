"""One case as each reader sees it: masks, marked words, forgotten people."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from hotline.actions.decline_referral import decline_referral
from hotline.actions.record_work import add_note
from hotline.cases.inbound import Identity
from hotline.errors import NotFound
from hotline.store.case_view import read_case
from hotline.store.contact_view import contact_view
from hotline.store.opened_parts import mask_name, mask_phone
from tests.builders import DANGER, a_call, a_case, a_contact, everybody

PHONES = [
    # what it is                number               masked
    ("a mobile of Kazakhstan",  "+77017654518",      "+7 701 ••• 45 18"),
    ("with an eight",           "8 (701) 765-45-18", "+7 701 ••• 45 18"),
    ("of another country",      "+996555123456",     "+99 ••• 56"),
    ("a short one",             "1414",              "•••"),
    ("no number",               "none",              None),
    ("nothing",                 None,                None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "phone", "masked"), PHONES, ids=[row[0] for row in PHONES]
)
def test_a_phone_is_masked(what, phone, masked):
    assert mask_phone(phone) == masked


@given(st.text(max_size=40))
def test_a_mask_shows_at_most_seven_digits_and_one_letter(text):
    assert sum(c.isdigit() for c in mask_phone(text) or "") <= 8
    assert len(mask_name(text) or "") <= 3


async def view(rt, somebody, number, **more):
    async with rt.transaction(somebody.viewer) as tx:
        return await read_case(tx, somebody.viewer, number, rt.number_key, **more)


async def test_reasons_show_the_words_they_rest_on(rt):
    who = await everybody(rt)
    receipt = await a_contact(rt, DANGER)
    async with rt.transaction(who["operator"].viewer) as tx:
        found = await contact_view(tx, who["operator"].viewer, receipt, rt.number_key)
    assert found.triage is not None
    told = [r for r in found.triage.reasons if r.text]
    assert told
    assert all(r.text == DANGER[r.span[0] : r.span[1]] for r in told)


async def test_a_message_with_halves_of_surrogate_pairs_can_be_read(rt):
    who = await everybody(rt)
    identity = Identity(name="А\ud800", phone="+77017654518")
    receipt = await a_contact(rt, "Помогите \ud83d нам", identity=identity)
    number = await a_case(rt, who["operator"], receipt)
    found = await view(rt, who["operator"], number)
    assert found.narrative == "Помогите ? нам"
    assert found.identity.name == "А?"


async def test_a_supervisor_sees_who_it_is_after_giving_a_reason(rt):
    who = await everybody(rt)
    number = await a_call(rt, who["operator"])
    assert (await view(rt, who["supervisor"], number)).identity.masked
    assert not (await view(rt, who["supervisor"], number, revealed=True)).identity.masked
    assert (await view(rt, who["police"], number, revealed=True)).identity is None


async def test_another_operator_sees_a_person_masked_once_somebody_works_on_it(rt):
    who, other = await everybody(rt), (await everybody(rt))["operator"]
    number = await a_call(rt, who["operator"])
    assert not (await view(rt, who["operator"], number)).identity.masked
    assert (await view(rt, other, number)).identity.masked


async def test_a_helper_reads_its_own_and_the_leads_notes_only(rt):
    who = await everybody(rt)
    number = await a_call(rt, who["operator"])
    for name in ("operator", "guardian", "police"):
        await add_note(rt, who[name].viewer, number, f"от {name}")
    assert [n.text for n in (await view(rt, who["police"], number)).notes] == [
        "от guardian",
        "от police",
    ]
    assert len((await view(rt, who["guardian"], number)).notes) == 3


async def test_why_a_body_declined_is_read_at_111_and_not_by_the_next_body(rt):
    who = await everybody(rt)
    number = await a_call(rt, who["operator"])
    text = "это повтор другого дела"
    await decline_referral(
        rt, who["police"].viewer, number, None, code="duplicate", text=text
    )
    told = {
        r.body: r.declined_text for r in (await view(rt, who["operator"], number)).referrals
    }
    assert told["police-71"] == text
    seen = {
        r.body: r.declined_text for r in (await view(rt, who["guardian"], number)).referrals
    }
    assert seen["police-71"] is None


async def test_under_another_master_key_a_case_is_shown_without_its_words(rt):
    from hotline.store.sealing import Sealer

    who = await everybody(rt)
    number = await a_call(rt, who["operator"])
    key = rt.number_key
    rt.sealer = Sealer("quite another secret, for tests only 0123")
    async with rt.transaction(who["operator"].viewer) as tx:
        found = await read_case(tx, who["operator"].viewer, number, key)
    assert (found.narrative, found.identity, found.extract) == (None, None, None)


async def test_an_administrator_reads_no_case(rt):
    who = await everybody(rt)
    number = await a_call(rt, who["operator"])
    with pytest.raises(NotFound):
        await view(rt, who["admin"], number)
