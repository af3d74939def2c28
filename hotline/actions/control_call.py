"""Use cases: the buttons of the call bar, where 111's exchange is one that we lead.

Each asks the exchange first and writes down what it did. Nothing here dials by itself: a
person presses each button, and 102, 103 and 112 too are dialled by a person's hand only.
"""

from typing import Any

from hotline.actions.follow_call import say
from hotline.actions.follow_leg import legs_of, note_leg
from hotline.actions.record_handoff import handoff_called
from hotline.cases.call_event import CallWhat
from hotline.cases.call_leg import Leg, LegKind, bridge_name
from hotline.cases.call_people import Step
from hotline.cases.terms import CallState, EmergencyService
from hotline.errors import NotFound, RuleForbids, Unavailable
from hotline.identity.viewer import Viewer
from hotline.notify.ari import Answer
from hotline.notify.ari_line import asking, configured
from hotline.routing.emergency import dialled
from hotline.runtime import Runtime
from hotline.store import call_bar, calls, cases, contacts, presence

EXCHANGE = "ari:"
_IN_TALK = (CallState.CONNECTED, CallState.HELD)


def can_control(rt: Runtime, call: Any) -> bool:
    """Return whether the buttons work for a call: not for an exchange that only tells."""
    return configured(rt.settings) and call.pbx.startswith(EXCHANGE)


async def hold_call(rt: Runtime, viewer: Viewer, call_id: int) -> None:
    """Let the caller hear music, and nobody hear them. Errors: NotFound, RuleForbids."""
    row = await own_call(rt, viewer, call_id, CallState.CONNECTED)
    async with asking(rt.settings) as ari:
        done(await ari.leave(bridge_name(row.id), row.call_ref))
        await ari.music(row.call_ref, on=True)
    await say(rt, row, CallWhat.HELD, f"held:{rt.clock.now().isoformat()}")


async def resume_call(rt: Runtime, viewer: Viewer, call_id: int) -> None:
    """Take the caller back. Errors: NotFound, RuleForbids."""
    row = await own_call(rt, viewer, call_id, CallState.HELD)
    async with asking(rt.settings) as ari:
        await ari.music(row.call_ref, on=False)
        done(await ari.join(bridge_name(row.id), row.call_ref))
    await say(rt, row, CallWhat.RESUMED, f"resumed:{rt.clock.now().isoformat()}")


async def hang_up_call(rt: Runtime, viewer: Viewer, call_id: int) -> None:
    """End the call; that it ended is heard from the exchange. Errors: NotFound, RuleForbids."""
    row = await own_call(rt, viewer, call_id, *_IN_TALK)
    async with asking(rt.settings) as ari:
        answer = await ari.hang_up(row.call_ref)
    if not answer.gone:
        done(answer)


async def transfer_call(rt: Runtime, viewer: Viewer, call_id: int, to: str) -> None:
    """Ring a colleague, by user name or extension, into the call; they have it by answering.

    Until then it stays with the viewer. Errors: NotFound, RuleForbids naming `to`.
    """
    row = await own_call(rt, viewer, call_id, CallState.CONNECTED)
    async with rt.transaction(viewer) as tx:
        person = await presence.person_at(tx, to.strip())
        if person is not None and await call_bar.kept_out(tx, row, person):
            person = None  # of whom the caller complains
        colleague = await presence.of_person(tx, person) if person is not None else None
        busy = person is not None and await calls.of_operator(tx, person)
    if person is None or colleague is None or colleague.extension is None:
        raise RuleForbids(
            "nobody is at that telephone", code="no_such_colleague", field="to"
        )
    if person == viewer.person_id or busy:
        raise RuleForbids("they are in a call", code="colleague_busy", field="to")
    rules = rt.config.channels.phone
    endpoint = rules.operator_endpoint.format(extension=colleague.extension)
    await _dial(rt, viewer, row, LegKind.COLLEAGUE, str(person), endpoint)


async def hand_to_service(
    rt: Runtime, viewer: Viewer, call_id: int, service: str, number: str
) -> None:
    """Ring 102, 103 or 112 (or its duty desk) into the call, pressed by a person.

    When it answers it hears caller and operator; the operator may then leave. Who there
    accepted is typed with `handoff_accepted`. Errors: NotFound, RuleForbids naming `number`.
    """
    if service not in set(EmergencyService):
        raise NotFound("no such service")
    rung = dialled(number)
    row = await own_call(rt, viewer, call_id, CallState.CONNECTED)
    plain = "".join(sign for sign in rung if sign.isdigit() or sign == "+")
    endpoint = rt.config.channels.phone.outside_endpoint.format(number=plain)
    await _dial(rt, viewer, row, LegKind.SERVICE, service, endpoint)
    async with rt.transaction(viewer) as tx:
        contact = (await contacts.by_ids(tx, [row.contact_id]))[0]
        case = await cases.number_of_case(tx, contact.case_id)
    if case is not None:
        await handoff_called(rt, viewer, case, service, number_called=rung)


async def ask_to_press_one(rt: Runtime, viewer: Viewer, call_id: int) -> None:
    """Play "press 1 if you cannot speak" to caller and operator. Errors: NotFound."""
    row = await own_call(rt, viewer, call_id, CallState.CONNECTED)
    prompt = rt.config.channels.phone.silence_prompt
    if prompt:
        async with asking(rt.settings) as ari:
            done(await ari.announce(bridge_name(row.id), prompt))
    await say(rt, row, CallWhat.SILENT, "silent")


async def _dial(
    rt: Runtime, viewer: Viewer, row: Any, kind: LegKind, who: str, endpoint: str
) -> None:
    async with rt.transaction(viewer) as tx:
        tried = len({one.leg for one in await legs_of(tx, row.id)})
    leg = Leg(row.id, kind, who, tried + 1)
    await note_leg(rt, leg, Step.DIALLED)
    async with asking(rt.settings) as ari:
        answer = await ari.originate(
            leg.name,
            endpoint,
            f"{kind},{row.id},{who}",
            originator=row.call_ref,
            timeout_s=rt.config.channels.phone.ring_operator_s * 2,
        )
    if not answer.well:
        await note_leg(rt, leg, Step.FAILED)
        done(answer)


async def own_call(rt: Runtime, viewer: Viewer, call_id: int, *states: CallState) -> Any:
    """Return one's own call. Errors: NotFound; RuleForbids when it stands elsewhere."""
    async with rt.transaction(viewer) as tx:
        row = await calls.of_person(tx, viewer, call_id)
    if not can_control(rt, row):
        raise RuleForbids("this exchange only tells of its calls", code="no_exchange")
    if states and row.state not in states:
        raise RuleForbids("the call stands elsewhere now", code="call_state")
    return row


def done(answer: Answer) -> None:
    """Return if the exchange did it. Errors: Unavailable; RuleForbids for a call that ended."""
    if answer.well:
        return
    if answer.status == 0:
        raise Unavailable("the exchange does not answer", code="exchange_away")
    code = "call_gone" if answer.gone else "exchange_refused"
    raise RuleForbids("the exchange did not do it", code=code)
