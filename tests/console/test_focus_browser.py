"""Where a person stands on a page, in a real Chromium: no refresh takes it away."""

from hotline.actions.record_work import add_note
from tests.builders import a_call, row_id
from tests.console import test_browser as chromium
from tests.console.test_board_browser import due_in
from tests.console.test_browser import async_api, hook, live

pytestmark = chromium.pytestmark
desk = chromium.desk
HERE = "document.activeElement.dataset.case"
PARTS = {"#board": "part=1", "#rows": "rows=1"}
TICKED = "[data-pick]:checked"


async def order_of(page, rows):
    return await page.locator(rows).evaluate_all(
        "all => all.map((one) => one.dataset.case)"
    )


async def anew(page, again):
    """Let the list read itself anew, and wait until it stands."""
    async with page.expect_response(lambda answer: PARTS[again] in answer.url):
        await page.evaluate("at => htmx.trigger(at, 'refresh')", again)
    await page.wait_for_function(
        "() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')"
    )


async def stands_at(page, number):
    await page.wait_for_function(
        "n => document.activeElement.dataset.case === n", arg=number
    )


async def test_a_row_keeps_the_focus_through_a_refresh_and_hands_it_on_when_it_goes(
    desk, rt, clock, database
):
    operator = desk.people["operator"]
    numbers = [await a_call(rt, operator, urgency=3) for _ in range(3)]
    for n, number in enumerate(numbers):
        await due_in(database, rt, clock, number, minutes=20 + n)
    supervisor = await desk.at("supervisor", "/board")
    guardian = await desk.at("guardian", "/inbox")
    for page, again in ((supervisor, "#board"), (guardian, "#rows")):
        await live(page)
        shown = await order_of(page, "[data-row]")
        assert len(shown) == 3
        for press in ("j", "j", "x"):
            await page.keyboard.press(press)
        assert await page.evaluate(HERE) == shown[1]
        await async_api.expect(page.locator(TICKED)).to_have_count(1)
        await anew(page, again)
        await stands_at(page, shown[1])
    sooner = await a_call(rt, operator, urgency=1)  # a row above all others
    await due_in(database, rt, clock, sooner, minutes=5)
    for page, again in ((supervisor, "#board"), (guardian, "#rows")):
        await anew(page, again)
        await async_api.expect(
            page.locator(f"[data-row][data-case='{sooner}']")
        ).to_be_visible()
        await stands_at(page, (await order_of(page, "[data-row]"))[2])
        await async_api.expect(page.locator(TICKED)).to_have_count(1)
    for page, again in ((supervisor, "#board"), (guardian, "#rows")):
        await anew(page, again)
        shown = await order_of(page, "[data-row]")
        here = shown.index(await page.evaluate(HERE))
        gone = row_id(rt, await page.evaluate(HERE))
        await due_in(database, rt, clock, shown[here], days=3)
        await database.execute("UPDATE cases SET region = '62' WHERE id = $1", gone)
        await database.execute(
            "UPDATE referrals SET status = 'withdrawn' WHERE case_id = $1", gone
        )
        await anew(page, again)
        await async_api.expect(page.locator(f"[data-case='{shown[here]}']")).to_have_count(
            0
        )
        near = [*shown[here + 1 :], *shown[:here][::-1]]
        await stands_at(page, near[0])
        await page.keyboard.press("x")  # meant for the row that went away
        await async_api.expect(page.locator(TICKED)).to_have_count(0)
        await page.keyboard.press("k")
        left = [number for number in shown if number in near]
        assert await page.evaluate(HERE) == left[left.index(near[0]) - 1]


async def test_on_a_phone_a_case_folds_what_is_seldom_needed_and_keeps_it_as_it_was_put(
    desk, rt
):
    number = await a_call(rt, desk.people["operator"], urgency=1)
    context = await desk.browser(lang="kk", size=(390, 844))
    page = await desk.sign_in(context, "guardian", f"/cases/{number}")
    await live(page)
    clocks, bodies = page.locator("#case-clocks"), page.locator("#case-bodies")
    for fold in (clocks, bodies):
        await async_api.expect(fold.locator("ul")).to_be_hidden()
        assert (await fold.locator("summary").first.bounding_box())["height"] >= 44
    for shown in ("#case-head [data-due]", ".decision", ".case-bar", "#note-text"):
        await async_api.expect(page.locator(shown).first).to_be_visible()
    await clocks.locator("summary").first.click()
    await clocks.locator(".working summary").first.click()
    working = clocks.locator(".working-lines").first
    await async_api.expect(working).to_be_visible()
    await add_note(rt, desk.people["operator"].viewer, number, "Тағы хабарласты")
    await async_api.expect(hook(page, "timeline")).to_contain_text("Тағы хабарласты")
    await async_api.expect(working).to_be_visible()
    await async_api.expect(bodies.locator("ul")).to_be_hidden()
    await page.set_viewport_size({"width": 1280, "height": 800})
    await async_api.expect(bodies.locator("ul")).to_be_visible()
