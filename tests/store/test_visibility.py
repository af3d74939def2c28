"""What SQL lets through is what roles.sees allows, on rows that no action would make too."""

import pytest
from sqlalchemy import select

from hotline.errors import NotFound
from hotline.identity.roles import sees
from hotline.identity.viewer import TRIAGE
from hotline.store import cases, lists
from hotline.store.list_parts import CaseFilter
from hotline.store.tables import cases as case_rows
from hotline.store.visibility import scope_of, visible_to
from tests.store.case_rows import BODIES, VIEWERS, a_viewer, complain, fill

OUT = ["guard-71", "comm-71", "police-39", "fsc-10", "edu-71"]  # whom cases complain of


async def complained(database):
    """Let cases complain of bodies and of two people; return viewers that this touches."""
    people = [
        await database.fetchval(
            "INSERT INTO people (username, display_name, role, password_hash)"
            " VALUES ($1, $1, 'body', '-') RETURNING id",
            name,
        )
        for name in ("head", "operator")
    ]
    head, operator = people
    await complain(database, bodies=OUT, people=people)
    return [
        *VIEWERS,
        a_viewer("operator", person=operator),
        a_viewer("operator", ties=[f"person:{head}"]),
        a_viewer("supervisor", ties=["police-39"]),  # once worked there
        a_viewer("guardian", bodies=["guard-39"], ties=["edu-71"]),
        a_viewer("commissioner", region="71", ties=["omb", f"person:{head}"]),
        a_viewer("body", bodies=BODIES),
    ]


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_the_predicate_and_the_rule_agree_on_any_rows(rt, database, seed):
    await fill(database, rt, 150, seed=seed, wild=True)
    viewers = await complained(database)
    async with rt.transaction(TRIAGE) as tx:
        ids = [row.id for row in await tx.rows(select(case_rows.c.id))]
        opened = [await cases.by_id(tx, case_id) for case_id in ids]
        for viewer in viewers:
            rows = await tx.rows(select(case_rows.c.id).where(visible_to(viewer)))
            allowed = {case.id for case in opened if sees(viewer, case.access)}
            assert {row.id for row in rows} == allowed, viewer
            for case in opened:
                if case.id not in allowed:
                    with pytest.raises(NotFound):
                        scope_of(viewer, case)


@pytest.mark.parametrize("limit", [7, 200])
async def test_all_pages_together_are_what_the_viewer_may_see_each_once(
    rt, database, limit
):
    await fill(database, rt, 160, seed=4)
    viewers = await complained(database)
    async with rt.transaction(TRIAGE) as tx:
        ids = [row.id for row in await tx.rows(select(case_rows.c.id))]
        opened = [await cases.by_id(tx, case_id) for case_id in ids]
        for viewer in viewers:
            allowed = {str(case.row.number) for case in opened if sees(viewer, case.access)}
            found = await every_page(tx, viewer, rt, CaseFilter(), limit)
            assert sorted(found) == sorted(allowed), viewer


async def every_page(tx, viewer, rt, asked, limit):
    """Return the numbers on all pages, and check that `total` says how many there are."""
    found, cursor = [], None
    while True:
        page = await lists.cases(
            tx, viewer, asked, number_key=rt.number_key, cursor=cursor, limit=limit
        )
        found += [line.number for line in page.items]
        cursor = page.next_cursor
        if cursor is None:
            assert page.total == len(found), (viewer, asked)
            return found
