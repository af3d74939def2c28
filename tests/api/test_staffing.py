"""Bodies beside the staffing norm: posts, children, open work; counts for who plans, no cases."""

from datetime import date

import pytest
from sqlalchemy import text

from hotline.identity.viewer import TRIAGE
from tests.builders import a_case


async def test_a_body_stands_beside_the_norm(api, who, rt):
    async with rt.transaction(TRIAGE) as tx:
        await tx.run(text("UPDATE bodies SET children = 12000 WHERE id = 'uzpd-71'"))
        await tx.run(
            text("UPDATE people SET share = 0.5 WHERE username LIKE 'guardian-71%'")
        )
    await a_case(rt, who["operator"], urgency=2)
    _, page = await api(who["supervisor"], "GET", "/staffing?region=71", status=200)
    assert page["children_per_specialist"] == 5_000
    line = next(one for one in page["items"] if one["body"] == "uzpd-71")
    assert (line["people"], line["posts"], line["posts_needed"]) == (1, 0.5, 2.4)
    assert (line["short"], line["target_share"]) == (True, 1.0)
    assert line["open"] == [0, 0, 1, 0, 0]
    assert line["load"] == 6.0  # one case of urgency 2 weighs 3, on half a post


@pytest.mark.parametrize(
    ("name", "status"),
    [("admin", 200), ("supervisor", 200), ("operator", 403), ("guardian", 403),
     ("commissioner", 403)],
)  # fmt: skip
async def test_staffing_is_for_who_plans(api, who, name, status):
    answer, _ = await api(who[name], "GET", "/staffing", status=status)
    assert answer.status == status


async def test_shares_of_a_region_are_of_who_acts_there_and_add_up_to_one(api, who, rt):
    copied = (
        "INSERT INTO bodies (id, kind, region, district, name_kk, name_ru, valid_from,"
        " valid_to, status, children) SELECT id || :tag, kind, region, :district, name_kk,"
        " name_ru, valid_from, CAST(:valid_to AS date), :status, :children FROM bodies"
        " WHERE id = 'guard-39'"
    )
    places = [
        # id's end, district, last day, status, children
        ("-a", "391000000", None, "active", 4_000),
        ("-b", "391600000", None, "active", 2_000),
        ("-planned", "392000000", None, "planned", 9_000),
        ("-ended", "392400000", date(2026, 1, 1), "active", 9_000),
    ]
    async with rt.transaction(TRIAGE) as tx:
        for row in places:
            names = ("tag", "district", "valid_to", "status", "children")
            await tx.run(text(copied), dict(zip(names, row, strict=True)))
        await tx.run(text("UPDATE bodies SET children = 10000 WHERE id = 'guard-39'"))
    rt.forget_directory()
    _, page = await api(who["supervisor"], "GET", "/staffing?region=39", status=200)
    shares = {one["body"]: one["target_share"] for one in page["items"]}
    found = {name: share for name, share in shares.items() if name.startswith("guard-39")}
    assert found == {
        "guard-39": 0.4,
        "guard-39-a": 0.4,
        "guard-39-b": 0.2,
        "guard-39-planned": None,
        "guard-39-ended": None,
    }
