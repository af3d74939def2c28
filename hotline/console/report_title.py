"""What stands above a report: its title, its days, its filters, whose cases it counts."""

from hotline.cases.terms import Role
from hotline.console.wording import Wording
from hotline.identity.viewer import Viewer
from hotline.quality.reports import ReportAsk


def about_of(w: Wording, ask: ReportAsk, viewer: Viewer) -> tuple[str, tuple[str, ...]]:
    """Return the title and the lines below it."""
    period = f"{ask.period.from_:%d.%m.%Y} – {ask.period.last:%d.%m.%Y}"
    title = f"{w.of('report', ask.about.value)}, {period}"
    filters = [
        name
        for value, name in (
            (
                ask.region,
                w.short_place(ask.region) if ask.region else w.say("No place yet"),
            ),
            (ask.topic, w.category(ask.topic) if ask.topic else w.say("No topic yet")),
            (ask.channel, w.of("channel", ask.channel)),
            (ask.language, w.of("language", ask.language)),
        )
        if value is not None
    ]
    said = [w.of("report_of", ask.of.value), *filters]
    lines = [" · ".join(said), whose(w, viewer)]
    if not viewer.at_111:
        lines.append(
            w.say(
                "Counts are told in fives (10 stands for 10 to 14), below 5 as “<5”; “*”"
                " stands for what would tell it. Your list of cases counts exactly"
            )
        )
    return title, tuple(lines)


def whose(w: Wording, viewer: Viewer) -> str:
    """Return whose cases a report of this reader counts."""
    if viewer.at_111:
        return w.say("All regions")
    if viewer.role is Role.COMMISSIONER and viewer.region:
        return w.say(
            "Cases of {region} that were shown to bodies, and those offered to you",
            region=w.short_place(viewer.region),
        )
    return w.say("Cases that were offered to your body")
