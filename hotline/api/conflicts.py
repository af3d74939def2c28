"""/cases/{number}/conflicts: whom a case complains of, and setting that aside."""

from hotline.actions.declare_conflict import candidates, declare_conflict
from hotline.actions.lift_conflict import confirm_lift, propose_lift
from hotline.actions.steps.accused import About
from hotline.api import reading
from hotline.api.answers import OutOfSight
from hotline.api.asks import NothingAsked
from hotline.api.asks_conflicts import ConflictAsked, LiftAsked
from hotline.api.asks_duty import row_id
from hotline.api.call import Ask, Call, get, post
from hotline.api.cases import case_or_gone
from hotline.cases.apart import ComplaintKind
from hotline.errors import RejectedInbound
from hotline.store import complaint_view
from hotline.store.complaint_view import ComplaintView
from hotline.store.view_parts import CaseView, View

_KINDS = frozenset(str(kind) for kind in ComplaintKind)


class ConflictPage(View, frozen=True):
    """The complaints of a case, oldest first."""

    items: tuple[ComplaintView, ...]


class CandidateLine(View, frozen=True):
    """A body (by id) or a person (by user name) who may be meant."""

    id: str
    name_kk: str
    name_ru: str
    person: bool


class CandidatePage(View, frozen=True):
    """Who may be meant."""

    items: tuple[CandidateLine, ...]


async def declare(ask: Ask) -> str:
    """Say whom a case complains of."""
    named = [About(one.kind, one.id, one.name, one.elsewhere, one.text) for one in ask.body]
    number = ask.path["number"]
    await declare_conflict(ask.rt, ask.viewer, number, named, ask.version)
    return number


async def listed(ask: Ask) -> ConflictPage:
    """Return the complaints of a case."""
    rt = ask.rt
    async with rt.transaction(ask.viewer) as tx:
        found = await complaint_view.of_case(
            tx, ask.viewer, ask.path["number"], rt.number_key
        )
    return ConflictPage(items=found)


async def offered(ask: Ask) -> CandidatePage:
    """Return who of the directory a name may mean."""
    kind = reading.one_of(ask.query, "kind", _KINDS, "unknown_kind")
    if kind is None or not ask.query.get("name"):
        raise RejectedInbound("`name`: give kind and name", code="bad_value", field="name")
    found = await candidates(
        ask.rt, ask.viewer, ask.path["number"], kind, ask.query["name"]
    )
    return CandidatePage(
        items=tuple(
            CandidateLine(
                id=one.id, name_kk=one.name_kk, name_ru=one.name_ru, person=one.person
            )
            for one in found
        )
    )


async def lift(ask: Ask) -> str:
    """Propose to set a complaint aside."""
    number = ask.path["number"]
    await propose_lift(
        ask.rt, ask.viewer, number, _complaint(ask), ask.body.reason, ask.version
    )
    return number


async def confirm(ask: Ask) -> str:
    """Confirm that a complaint is set aside."""
    number = ask.path["number"]
    await confirm_lift(ask.rt, ask.viewer, number, _complaint(ask), ask.version)
    return number


def _complaint(ask: Ask) -> int:
    return row_id(ask.path["complaint"])


_ANSWER = CaseView | OutOfSight
_ON = "/cases/{number}/conflicts"
CALLS: list[Call] = [
    get(_ON, listed, ConflictPage, "Whom a case complains of (111)"),
    get(
        f"{_ON}/candidates",
        offered,
        CandidatePage,
        "Who of the directory a name may mean (111)",
        query={"kind": "what they are complained of as", "name": "words of the name"},
    ),
    post(
        _ON,
        list[ConflictAsked],
        declare,
        case_or_gone,
        _ANSWER,
        "Say whom a case complains of: they are out of it from now on",
    ),
    post(
        f"{_ON}/{{complaint}}/lift",
        LiftAsked,
        lift,
        case_or_gone,
        _ANSWER,
        "Propose to set a complaint aside",
    ),
    post(
        f"{_ON}/{{complaint}}/confirm-lift",
        NothingAsked,
        confirm,
        case_or_gone,
        _ANSWER,
        "Confirm, as a second person, that a complaint is set aside",
    ),
]
