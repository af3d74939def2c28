"""At 02:00 with nobody logged in, a grave case of every region ends with a name."""

from datetime import datetime

from hotline import demo
from hotline.actions.send_pages import send_pages
from hotline.actions.wake_duty import wake_duty
from hotline.clock import FixedClock
from hotline.identity.viewer import TRIAGE
from hotline.store import outbox, people
from tests.builders import Somebody, a_case
from tests.conftest import ALMATY

NIGHT = datetime(2026, 11, 21, 2, 0, tzinfo=ALMATY)  # a Saturday


async def deliver(rt):
    """Sweep and worker until nothing is due: no provider, no browser, nobody there."""
    while True:
        more = await wake_duty(rt)
        async with rt.transaction(TRIAGE) as tx:
            owed = await tx.rows(
                outbox.outbox.select().where(
                    outbox.outbox.c.done_at.is_(None), outbox.outbox.c.job == "wake_duty"
                )
            )
        if owed:
            await send_pages(rt, [row.id for row in owed])
        if not more and not owed:
            return


async def test_at_two_in_the_morning_every_region_ends_with_a_name(
    rt, database, monkeypatch
):
    monkeypatch.setenv("HOTLINE_DEMO_PASSWORD", "invented-for-tests")
    rt.clock.forward(NIGHT - rt.clock.now())
    assert isinstance(rt.clock, FixedClock)
    await demo.seed(rt, empty=True)
    async with rt.transaction(TRIAGE) as tx:
        row = await people.by_username(tx, "operator")
        operator = Somebody(await people.viewer(tx, row.id), "")
    numbers = {
        region: await a_case(rt, operator, region=region, urgency=0)
        for region in sorted(rt.regions)
    }
    assert len(numbers) == 20
    await deliver(rt)
    for region, number in numbers.items():
        woken = await database.fetch(
            "SELECT p.body_id, p.state, u.display_name FROM pages p JOIN cases k"
            " ON k.id = p.case_id LEFT JOIN people u ON u.id = p.person_id"
            " WHERE k.number = $1 ORDER BY p.id",
            number,
        )
        names = [one["display_name"] for one in woken if one["display_name"]]
        lead = await database.fetchval(
            "SELECT r.body_id FROM referrals r JOIN cases k ON k.id = r.case_id"
            " WHERE k.number = $1 AND r.lead",
            number,
        )
        assert names, region
        assert woken[0]["body_id"] == lead, region  # the body itself has somebody on duty
        # Nobody could be reached: 111's own people were woken by name, then its shift in red.
        assert "Айжан С." in names, region
        assert (woken[-1]["body_id"], woken[-1]["display_name"]) == ("own-111", None), (
            region
        )
