"""SMS of every gateway are parsed again by the gateway's own rules."""

from datetime import timedelta

from hotline.actions.receive_contact import receive_contact
from hotline.cases.inbound import Inbound, InboundKind
from hotline.cases.terms import Channel
from hotline.intake.replay import replay
from tests.conftest import START
from tests.intake.doors import example, opened, rows

SINCE = START - timedelta(days=1)
CAME = {
    "kannel": (example("sms_kannel_utf16_query.txt").strip(), "Көмек керек"),
    "generic": (example("sms_form_generic.txt"), "Помогите"),
    "gone": (b"text=x", ""),  # a gateway that is configured no more
}


async def test_each_gateway_reads_what_it_brought(rt, database):
    for account, (raw, _) in CAME.items():
        await receive_contact(
            rt,
            Inbound(
                channel=Channel.SMS, account=account, external_id=f"raw:{account}", text="",
                raw=raw, kind=InboundKind.UNPARSED,
            ),
        )  # fmt: skip
    assert await replay(rt, "sms", SINCE) == {"changed": 2, "refused": 1, "new": 0}
    for contact in await rows(database):
        inside = await opened(rt, database, contact)
        assert inside["text"] == CAME[contact["account"]][1]
    assert await replay(rt, "sms", SINCE) == {"same": 2, "refused": 1, "new": 0}
