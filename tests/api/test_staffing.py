"""Bodies beside the staffing norm: posts, children, open work; counts for who plans, no cases."""

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
