"""Receives reports that partners pass on (e-Otinish, NGOs), signed by Standard Webhooks.

Source: contract.md, section 6; the page for partners is docs/api-partner.md.
"""

import json
from collections.abc import Collection, Iterable, Sequence

import msgspec

from hotline.cases.inbound import ContactPolicy, Heard, Identity, Inbound
from hotline.cases.terms import Channel
from hotline.errors import BadConfig, NotGenuine
from hotline.intake.channel import Outcome, RawRequest, Reply
from hotline.intake.partner_gate import PartnerGate
from hotline.intake.partner_report import Report, attached, read_report
from hotline.intake.signature import secret_bytes, signed_by

STATUS_PATH = "/intake/partner/{receipt}"


class Partner:
    """The channel, for all partners: whose key fits is who sent it."""

    name = "partner"
    methods = ("POST",)

    def __init__(
        self,
        secrets: Iterable[tuple[str, str]],
        *,
        screened: Collection[str],
        regions: Collection[str],
        gate: PartnerGate,
        tolerance_s: float,
        json_depth: int,
    ) -> None:
        """Take (partner, `whsec_…`) pairs. Errors: BadConfig for one that is no secret."""
        self._gate = gate
        self._secrets = list(_read_secrets(secrets))
        self._screened = screened
        self._regions = regions
        self._tolerance = tolerance_s
        self._depth = json_depth
        self._known: tuple[RawRequest, str] | None = None  # the request just verified

    def verify(self, raw: RawRequest) -> None:
        """Return if a partner signed this within the tolerance, and may report now.

        Errors: NotGenuine, NotAllowed, TooSoon: the partner keeps its copy.
        """
        sender = self.admitted(raw, "report")
        self._known = (raw, sender)

    def admitted(self, raw: RawRequest, what: str) -> str:
        """Return the partner that signed `raw` and may do `what` now. Errors: as `verify`."""
        sender = self.sender(raw)
        self._gate.admit(sender, what, raw.at)
        return sender

    def sender(self, raw: RawRequest) -> str:
        """Return the partner that signed `raw`. Errors: NotGenuine."""
        now = raw.at.timestamp()
        found = signed_by(
            raw.headers, raw.body, self._secrets, now=now, tolerance=self._tolerance
        )
        if found is None:
            raise NotGenuine("no partner's signature fits, or its time is off")
        return found

    def parse(self, raw: RawRequest) -> Sequence[Heard]:
        """Return the report. Errors: RejectedInbound that names the field at fault."""
        known, self._known = self._known, None
        # `verify` came just before, for this very request: no second reckoning.
        sender = known[1] if known and known[0] is raw else raw.sender or self.sender(raw)
        report = read_report(raw.body, regions=self._regions, now=raw.at, depth=self._depth)
        return [self._inbound(report, sender, raw)]

    def ack(self, outcome: Outcome) -> Reply:
        """Return 202 with the receipt; 200 when the report was here before."""
        receipt = outcome.receipts[0]
        answer = {"receipt": receipt, "status_url": STATUS_PATH.format(receipt=receipt)}
        status = 202 if outcome.fresh else 200
        return Reply(status, msgspec.json.encode(answer), "application/json")

    def _inbound(self, report: Report, sender: str, raw: RawRequest) -> Inbound:
        policy = report.contact_policy
        return Inbound(
            channel=Channel.PARTNER,
            account=sender,
            external_id=report.external_id,
            text=report.text,
            raw=_without_reporter(raw.body, report) if report.anonymous else raw.body,
            occurred_at=report.occurred_at,
            identity=_identity(report),
            lang_hint=report.lang,
            region_hint=report.region,
            site=report.site,
            anonymous=report.anonymous,
            screened=sender in self._screened,
            media=attached(report),
            policy=ContactPolicy(
                may_write=policy.may_write if policy else False,
                hours=policy.hours if policy else None,
                code_word=policy.code_word if policy else None,
            ),
            complaint_about=tuple(
                {"kind": one.kind, "name": one.name, **({"id": one.id} if one.id else {})}
                for one in report.complaint_about
            ),
        )


def _identity(report: Report) -> Identity | None:
    who = report.reporter
    if who is None or report.anonymous:
        return None
    return Identity(name=who.name, phone=who.phone, relation=who.relation)


def _without_reporter(body: bytes, report: Report) -> bytes:
    """Return `body` without who reported: anonymous means that we do not hold it at all."""
    if report.reporter is None:
        return body
    kept = msgspec.to_builtins(msgspec.structs.replace(report, reporter=None))
    return json.dumps(kept).encode()  # in ASCII: a lone surrogate must not fail here


def _read_secrets(secrets: Iterable[tuple[str, str]]) -> Iterable[tuple[str, bytes]]:
    for name, secret in secrets:
        key = secret_bytes(secret)
        if key is None:
            what = f"the secret of `{name}` is not `whsec_` and base64; correct it"
            raise BadConfig([f"environment: HOTLINE_PARTNER_SECRETS: {what}"])
        yield name, key
