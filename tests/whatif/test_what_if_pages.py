"""Changed rules on the pages, and the forecast beside the board: words, forms, who may not."""

import pytest

from tests import builders
from tests.console.console_world import signed_in
from tests.whatif.past import FILES
from tests.whatif.test_try_policy import changed


@pytest.fixture
async def who(rt):
    return await builders.everybody(rt)


async def test_a_file_is_changed_tried_proposed_enabled_and_taken_back(client, rt, who):
    number = await builders.a_case(rt, who["operator"], subcategory="NEG.CARE")
    one = await signed_in(client, who["supervisor"])
    await one.get("/what-if?file=referral.yaml")
    assert "GUARD: [UZPD, GUARD]" in one.html
    text = changed()["referral.yaml"].replace("\n", "\r\n")  # as browsers send it
    sent = await one.post("/what-if", {"file": "referral.yaml", "text": text, "days": "7"})
    assert sent.status == 303
    path = sent.headers["Location"]
    await one.get(path)
    for hook in ("trial-changes", "trial-load", "trial-propose"):
        assert f'data-testid="{hook}"' in one.html, hook
    assert number in one.html
    assert (await one.post(f"{path}/propose")).status == 303
    await one.get(path)
    assert 'data-testid="trial-enable"' not in one.html
    assert (await one.post(f"{path}/enable")).status == 422
    other = await signed_in(client, who["admin"])
    await other.get(path)
    assert number not in other.html  # an administrator reads figures
    assert 'data-testid="trial-load"' in other.html
    assert (await other.post(f"{path}/enable")).status == 303
    await other.get("/what-if?file=referral.yaml")
    assert "GUARD: [COMM, UZPD, GUARD]" in other.html
    await other.get(path)
    assert (await other.post(f"{path}/roll-back")).status == 303


async def test_the_same_file_changes_nothing_and_says_so(client, rt, who):
    await builders.a_case(rt, who["operator"])
    browser = await signed_in(client, who["supervisor"], lang="kk")
    await browser.get("/what-if")
    same = {"file": "sla.yaml", "text": FILES["sla.yaml"], "days": "30"}
    sent = await browser.post("/what-if", same)
    await browser.get(sent.headers["Location"])
    assert 'data-testid="nothing-changes"' in browser.html


WRONG = [
    ("no YAML", {"file": "sla.yaml", "text": "a: [", "days": "3"}),
    ("another file", {"file": "danger.yaml", "text": "", "days": "3"}),
    ("no days", {"file": "sla.yaml", "text": FILES["sla.yaml"], "days": "x"}),
]


@pytest.mark.parametrize(("told", "fields"), WRONG)
async def test_a_wrong_file_comes_back_with_what_was_typed(client, who, told, fields):
    browser = await signed_in(client, who["supervisor"])
    await browser.get("/what-if")
    refused = await browser.post("/what-if", fields)
    assert refused.status == 422, told
    html = await refused.text()
    assert 'data-testid="error-summary"' in html
    if fields["file"] != "danger.yaml":
        assert fields["text"][:20] in html


async def test_the_board_shows_what_is_likely_to_be_late(client, rt, who):
    number = await builders.a_case(rt, who["operator"])
    browser = await signed_in(client, who["supervisor"])
    await browser.get("/board")
    assert "/forecast?part=1" in browser.html
    for page in ("/forecast?part=1", "/forecast"):
        assert (await browser.get(page)).status == 200
        assert number in browser.html
        assert 'data-testid="too-little"' in browser.html
    await browser.get("/forecast?part=1&wall=1")
    assert f"/cases/{number}" not in browser.html


@pytest.mark.parametrize("name", ["operator", "commissioner", "guardian", "nobody's"])
async def test_only_keepers_try_rules(client, who, name):
    browser = await signed_in(client, who[name])
    assert (await browser.get("/what-if")).status == 404
    inside = name == "operator"
    assert (await browser.get("/forecast")).status == (200 if inside else 404)
