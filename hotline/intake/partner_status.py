"""GET /intake/partner/{receipt}: a partner asks for the state of its own report.

Signed like a POST, over an empty body. Another partner's receipt is not found.
"""

from aiohttp import web

from hotline.actions.open_thread import Thread, partner_thread
from hotline.cases.stage import stage
from hotline.intake.partner import Partner
from hotline.intake.receive import raw_request
from hotline.web.keys import RT
from hotline.web.problems import Handler


def _passed_on(thread: Thread) -> dict[str, str]:
    """Return the notice of a redirection, which a partner hands to the applicant."""
    moment = thread.passed_on_at
    return {} if moment is None else {"passed_on_at": moment.isoformat()}


def state_of(channel: Partner) -> Handler:
    """Return the handler for the channel's own status addresses."""

    async def handle(request: web.Request) -> web.StreamResponse:
        partner = channel.admitted(await raw_request(request), "status")
        rt = request.app[RT]
        thread = await partner_thread(rt, request.match_info["receipt"], partner)
        return web.json_response(
            {
                "receipt": thread.receipt,
                "state": thread.state,
                "stage": stage(thread.state, thread.case_status),
                "received_at": thread.received_at.isoformat(),
                **_passed_on(thread),
            }
        )

    return handle
