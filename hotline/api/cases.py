"""/cases: lists, one case, its history and decisions, logged calls."""

from hotline.actions.record_call import LoggedCall, record_call
from hotline.actions.view_case import record_view
from hotline.api import reading
from hotline.api.answers import DecisionPage, HistoryPage, OutOfSight
from hotline.api.asks import CallAsked
from hotline.api.call import Ask, Call, get, post
from hotline.cases.inbound import ContactPolicy, Identity
from hotline.cases.terms import CaseStatus, Regime
from hotline.errors import NotFound, RejectedInbound
from hotline.store import history, lists
from hotline.store.case_view import read_case
from hotline.store.list_parts import NOBODY, CaseFilter, CasePage
from hotline.store.view_parts import CaseView

_STATUSES = frozenset({*(str(status) for status in CaseStatus), "open"})
_REGIMES = frozenset(str(regime) for regime in Regime)
_HANDS, _ORDERS = frozenset({"me", "nobody"}), frozenset({"newest"})


async def listed(ask: Ask) -> CasePage:
    """Return one page of the cases that the viewer may know of."""
    query, rt = ask.query, ask.rt
    asked = CaseFilter(
        region=reading.one_of(query, "region", rt.regions, "unknown_region"),
        status=reading.one_of(query, "status", _STATUSES, "unknown_status"),
        urgency=reading.number(query, "urgency", 0, 4),
        category=_category(ask),
        body=query.get("body"),
        overdue=reading.yes_or_no(query, "overdue"),
        q=query.get("q"),
        tab=query.get("tab"),
        district=query.get("district"),
        regime=reading.one_of(query, "regime", _REGIMES, "unknown_regime"),
        assignee=_assignee(ask),
        newest=reading.one_of(query, "order", _ORDERS, "unknown_order") is not None,
    )
    most = rt.config.service.limits.api_page
    limit = reading.number(query, "limit", 1, most) or most
    async with rt.transaction(ask.viewer) as tx:
        if asked.body is not None and asked.body not in await _bodies(ask, tx):
            raise RejectedInbound("no such body", code="unknown_body", field="body")
        return await lists.cases(
            tx,
            ask.viewer,
            asked,
            number_key=rt.number_key,
            cursor=query.get("cursor"),
            limit=limit,
        )


async def _bodies(ask: Ask, tx: object) -> set[str]:
    directory = await ask.rt.directory(tx)  # type: ignore[arg-type]
    return {str(body.id) for body in directory.bodies}


def _assignee(ask: Ask) -> int | None:
    who = reading.one_of(ask.query, "assignee", _HANDS, "unknown_assignee")
    if who is None:
        return None
    return int(ask.viewer.person_id) if who == "me" else NOBODY


def _category(ask: Ask) -> str | None:
    codes = ask.rt.codes
    known = frozenset({*codes, *(code.partition(".")[0] for code in codes)})
    return reading.one_of(ask.query, "category", known, "unknown_category")


async def one(ask: Ask) -> CaseView:
    """Return a case; reading it is an event in its history."""
    rt, number = ask.rt, ask.path["number"]
    async with rt.transaction(ask.viewer) as tx:
        view = await read_case(tx, ask.viewer, number, rt.number_key)
        case_id = reading.id_of(number, rt.number_key)
        if case_id is not None:
            await record_view(tx, case_id, "api")
        return view


async def fresh_case(ask: Ask, number: str) -> CaseView:
    """Return a case as it stands now. Errors: NotFound."""
    async with ask.rt.transaction(ask.viewer) as tx:
        return await read_case(tx, ask.viewer, number, ask.rt.number_key)


async def case_or_gone(ask: Ask, number: str) -> CaseView | OutOfSight:
    """Return a case after a move that may have closed it to the viewer."""
    try:
        return await fresh_case(ask, number)
    except NotFound:
        return OutOfSight(number=number)


async def history_of(ask: Ask) -> HistoryPage:
    """Return what happened to a case."""
    rt = ask.rt
    async with rt.transaction(ask.viewer) as tx:
        return HistoryPage(
            items=await history.of_case(tx, ask.viewer, ask.path["number"], rt.number_key)
        )


async def decisions_of(ask: Ask) -> DecisionPage:
    """Return what a case's decisions rested on."""
    rt = ask.rt
    async with rt.transaction(ask.viewer) as tx:
        found = await history.decisions_of(
            tx, ask.viewer, ask.path["number"], rt.number_key
        )
        return DecisionPage(items=found)


async def log_call(ask: Ask) -> str:
    """Log a call as a contact with its case; return the case's number."""
    body: CallAsked = ask.body
    who, policy = body.reporter, body.contact_policy
    call = LoggedCall(
        text=body.text,
        subcategory=body.subcategory,
        urgency=body.urgency,
        region=body.region,
        district=body.district,
        identity=Identity(
            name=who.name,
            phone=who.phone,
            handle=who.handle,
            relation=who.relation,
            address=who.address,
        )
        if who
        else None,
        anonymous=body.anonymous,
        policy=ContactPolicy(
            may_write=policy.may_write,
            may_call=policy.may_call,
            hours=policy.hours,
            code_word=policy.code_word,
        )
        if policy
        else ContactPolicy(),
        channel=body.channel,
        # Once a key even when this process dies between the commit and the answer.
        external_id=f"api:{ask.viewer.person_id}:{ask.key}" if ask.key else None,
        offer=body.offer,
        extract=body.extract,
        release_narrative=body.release_narrative,
        regime=body.regime,
        safety_note=body.safety_note,
    )
    return await record_call(ask.rt, ask.viewer, call)


CALLS: list[Call] = [
    get(
        "/cases",
        listed,
        CasePage,
        "Cases: open ones by urgency, deadline and number, then closed ones, newest first",
        query={
            "region": "two-digit KATO prefix",
            "status": "a status, or `open`",
            "urgency": "0 to 4",
            "category": "a category or subcategory",
            "body": "id of a body",
            "overdue": "true or false",
            "q": "a number; at 111 also a phone or a full name",
            "tab": "new, work, waiting, closed, oversight",
            "district": "a KATO code",
            "regime": "signal or appeal",
            "assignee": "me or nobody",
            "order": "newest: the newest first",
            "cursor": "`next_cursor` of the page before",
            "limit": "items a page",
        },
    ),
    post(
        "/cases",
        CallAsked,
        log_call,
        fresh_case,
        CaseView,
        "Log a call: a contact, its case and the offers, all at once",
        status=201,
    ),
    get("/cases/{number}", one, CaseView, "One case; reading it is an event"),
    get("/cases/{number}/history", history_of, HistoryPage, "What happened to a case"),
    get(
        "/cases/{number}/decisions", decisions_of, DecisionPage, "Why it went where it went"
    ),
]
