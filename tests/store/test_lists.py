"""Order, filters, totals and cursors of the lists."""

from datetime import timedelta
from itertools import product

import pytest

from hotline.errors import NotFound, RejectedInbound
from hotline.identity.viewer import TRIAGE
from hotline.store import lists
from hotline.store.contact_lists import contacts_page
from hotline.store.cursors import pack, unpack
from hotline.store.list_parts import FAR, CaseFilter, ContactFilter
from tests.builders import DANGER, QUESTION, WHO, a_call, a_case, a_contact, everybody
from tests.store.case_rows import VIEWERS, a_viewer, fill
from tests.store.test_visibility import every_page

OPERATOR = a_viewer("operator")
FILTERS = [
    # what is asked,                    filter
    ("one region",                      CaseFilter(region="71")),
    ("open",                            CaseFilter(status="open")),
    ("closed",                          CaseFilter(status="closed")),
    ("one status",                      CaseFilter(status="offered")),
    ("one urgency",                     CaseFilter(urgency=0)),
    ("late",                            CaseFilter(overdue=True)),
    ("not late",                        CaseFilter(overdue=False)),
    ("one body",                        CaseFilter(body="guard-71")),
    ("late with one body",              CaseFilter(body="guard-71", overdue=True)),
    ("one category",                    CaseFilter(category="VIO")),
    ("another category",                CaseFilter(category="FAM")),
    ("waiting to be accepted",          CaseFilter(tab="new")),
    ("in work",                         CaseFilter(tab="work")),
    ("closed, as a tab",                CaseFilter(tab="closed")),
    ("by oversight",                    CaseFilter(tab="oversight")),
]  # fmt: skip


@pytest.mark.parametrize(("what", "asked"), FILTERS, ids=[row[0] for row in FILTERS])
async def test_the_total_is_the_number_of_lines_for_everybody(rt, database, what, asked):
    await fill(database, rt, 90, seed=5)
    async with rt.transaction(TRIAGE) as tx:
        for viewer in VIEWERS:
            everything = set(await every_page(tx, viewer, rt, CaseFilter(), 100))
            narrowed = await every_page(tx, viewer, rt, asked, 13)
            assert len(narrowed) == len(set(narrowed))
            assert set(narrowed) <= everything


async def test_open_cases_come_by_urgency_then_deadline_and_closed_ones_last(rt, database):
    await fill(database, rt, 120, seed=6)
    async with rt.transaction(TRIAGE) as tx:
        keys, cursor = [], None
        while True:
            page = await lists.cases(
                tx, OPERATOR, CaseFilter(), number_key=rt.number_key, cursor=cursor, limit=9
            )
            keys += [
                (line.status == "closed", line.urgency, line.due_at or FAR)
                for line in page.items
            ]
            cursor = page.next_cursor
            if cursor is None:
                break
    opened = [key for key in keys if not key[0]]
    assert opened == sorted(opened)
    assert keys == opened + [key for key in keys if key[0]]


def test_a_cursor_is_read_back_as_it_was_made():
    for key in product((0, 4), (FAR, FAR - timedelta(days=3)), (1, 26 * 10**9)):
        assert tuple(unpack(pack("o", *key), str, int, type(FAR), int)) == ("o", *key)


CURSORS = ["x", "é", "bnVsbA", "W10", pack("o", 9, FAR, 1), pack("o", 1, 2), pack("z", 1), "[" * 300,
           pack("c", 2**80), pack("c", True), "W" * 199]  # fmt: skip


@pytest.mark.parametrize("cursor", CURSORS)
async def test_a_cursor_that_is_not_ours_is_refused(rt, database, cursor):
    async with rt.transaction(TRIAGE) as tx:
        with pytest.raises(RejectedInbound):
            await lists.cases(
                tx, OPERATOR, CaseFilter(), number_key=rt.number_key, cursor=cursor
            )
        if cursor != pack("c", True):
            with pytest.raises(RejectedInbound):
                await contacts_page(
                    tx, OPERATOR, ContactFilter(state="waiting"), cursor=cursor
                )


async def test_111_finds_a_case_by_number_receipt_phone_and_name_and_bodies_by_number(rt):
    who = await everybody(rt)
    receipt = await a_contact(rt, identity=WHO)
    number = await a_case(rt, who["operator"], receipt)
    await a_call(rt, who["operator"], identity=None)
    words = [number, receipt, "8 701 765 45 18", "+77017654518", "сейткали гульнара"]
    for name, found in (
        ("supervisor", words),
        ("guardian", [number]),
        ("commissioner", [number]),
    ):
        viewer = who[name].viewer
        async with rt.transaction(viewer) as tx:
            for word in words:
                page = await lists.cases(
                    tx, viewer, CaseFilter(q=word), number_key=rt.number_key
                )
                assert [line.number for line in page.items] == [number] * (word in found), (
                    word
                )
                assert page.total == len(page.items)


async def test_the_waiting_queue_shows_danger_first_and_other_lists_the_newest(rt):
    operator = (await everybody(rt))["operator"].viewer
    calm = await a_contact(rt, QUESTION)
    grave = await a_contact(rt, DANGER)
    late = await a_contact(rt, QUESTION, triaged=False)
    async with rt.transaction(operator) as tx:
        waiting = await contacts_page(tx, operator, ContactFilter(state="waiting"))
        assert waiting.items[0].receipt == grave
        assert waiting.total == 3
        assert waiting.items[0].human_eyes_due_at is not None
        pending = await contacts_page(tx, operator, ContactFilter(state="pending"))
        assert [line.receipt for line in pending.items] == [late]
        newest = await contacts_page(tx, operator, ContactFilter())
        assert [line.receipt for line in newest.items] == [late, grave, calm]


async def test_contacts_of_every_filter_are_counted_as_they_are_listed(rt, clock):
    who = await everybody(rt)
    operator = who["operator"].viewer
    for i in range(4):
        await a_contact(rt, DANGER if i % 2 else QUESTION, screened=i == 3)
    clock.forward(timedelta(hours=1))
    since = clock.now()
    number_of_receipt = await a_contact(rt)
    await a_case(rt, who["operator"], number_of_receipt)
    states = (None, "waiting", "pending", "triaged", "attached", "received", "closed")
    async with rt.transaction(operator) as tx:
        for state, channel, moment, danger in product(
            states, (None, "partner", "sms"), (None, since), (None, True, False)
        ):
            asked = ContactFilter(state=state, channel=channel, since=moment, danger=danger)
            seen, cursor = [], None
            while True:
                page = await contacts_page(tx, operator, asked, cursor=cursor, limit=2)
                seen += [line.receipt for line in page.items]
                cursor = page.next_cursor
                if cursor is None:
                    break
            assert page.total == len(seen) == len(set(seen)), asked


async def test_nobody_outside_111_lists_contacts(rt):
    who = await everybody(rt)
    for name in ("guardian", "commissioner", "admin", "police"):
        async with rt.transaction(who[name].viewer) as tx:
            with pytest.raises(NotFound):
                await contacts_page(tx, who[name].viewer, ContactFilter())
