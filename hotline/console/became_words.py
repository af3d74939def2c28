"""What became of a person, as plain sentences for whoever read their words."""

from collections.abc import Callable, Mapping
from datetime import datetime

from hotline.console.wording import Wording
from hotline.store.own_cases import Became

_SAFE = {  # of a child, of a grown-up
    True: ("The child is safe.", "The child is not safe yet."),
    False: ("The person is safe.", "The person is not safe yet."),
}
Moment = Callable[[datetime], str]


def told(w: Wording, one: Became, named: Mapping[str, str], moment: Moment) -> list[str]:
    """Return what happened, in order; what has not happened is said too, at the end."""
    body = named.get(one.lead or "", one.lead or w.say("The body"))
    said: list[str] = []
    if one.accepted_at is not None:
        said.append(
            w.say("{body} took it, {when}.", body=body, when=moment(one.accepted_at))
        )
    elif one.offered_at is not None:
        when = moment(one.offered_at)
        said.append(
            w.say("{body} was asked, {when}, and has yet to answer.", body=body, when=when)
        )
    if one.reached_at is not None:
        when = moment(one.reached_at)
        said.append(w.say("Somebody spoke with the family, {when}.", when=when))
    if one.checked_at is not None:
        kind = w.of("check", one.check_kind) if one.check_kind else w.say("a check")
        when = moment(one.checked_at)
        said.append(w.say("It was looked into, {when}: {kind}.", kind=kind, when=when))
    if one.safe is not None:
        safe, not_yet = _SAFE[one.about_child]
        said.append(w.say(safe if one.safe else not_yet))
    return [*said, *_end(w, one, moment)]


def _end(w: Wording, one: Became, moment: Moment) -> list[str]:
    if one.status == "closed" and one.closed_at is not None:
        if one.exception:
            why = w.of("exception", one.exception)
            return [w.say("Closed, {when}: {why}.", when=moment(one.closed_at), why=why)]
        help_given = w.of("assistance", one.assistance) if one.assistance else "—"
        when = moment(one.closed_at)
        return [w.say("Closed, {when}, with help: {help}.", when=when, help=help_given)]
    if one.assistance:
        return [w.say("Help was given: {help}.", help=w.of("assistance", one.assistance))]
    if one.status == "triage":
        return [w.say("It is at 111 and waits to be passed on.")]
    return [] if one.offered_at and not one.accepted_at else [w.say("The work goes on.")]
