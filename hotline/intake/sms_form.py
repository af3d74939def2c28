"""Receives SMS from any gateway that calls an address with a form.

What the fields are called, in which letters they come and what is answered stands in
config/channels.yaml, `sms_gateways`; so does how a gateway signs, where it does.
"""

import hashlib
import hmac
from collections.abc import Sequence

from hotline.cases.inbound import Heard, Inbound, InboundKind
from hotline.cases.terms import Channel
from hotline.config.channels import FormGateway, FormSignature
from hotline.errors import NotGenuine
from hotline.intake.channel import Outcome, RawRequest, Reply
from hotline.intake.sms_gateway import (
    column,
    identity_of,
    key_without_id,
    prove,
    refuse_large,
    refuse_what_is_no_form,
)
from hotline.intake.sms_text import (
    Fields,
    fields_of,
    first,
    moment_of,
    plain,
    readable,
    sender_of,
    text_of,
    without,
)


class FormSms:
    """One gateway. `secrets` may hold old and new; none means that nothing is genuine."""

    methods = ("GET", "POST")

    def __init__(self, name: str, rules: FormGateway, secrets: tuple[str, ...]) -> None:
        self.name = f"sms/form/{name}"
        self.account = rules.account
        self._rules = rules
        self._secrets = secrets

    def verify(self, raw: RawRequest) -> None:
        """Return if the secret is there, and the signature holds. Errors: NotGenuine, TooLarge."""
        refuse_large(raw)
        if self._rules.secret_field:
            prove(raw, self._rules.secret_field, self._secrets)
        recipe = self._rules.signature
        if recipe is not None and not _signed(recipe, fields_of(raw.body), self._secrets):
            raise NotGenuine("the signature does not hold")

    def parse(self, raw: RawRequest) -> Sequence[Heard]:
        """Return the one SMS of a form. Errors: RejectedInbound when it is no form."""
        rules, fields = self._rules, fields_of(raw.body)
        rest = without(raw.body, rules.secret_field) if rules.secret_field else raw.body
        if not any(name in fields for name in (rules.sender, rules.text, rules.id)):
            refuse_what_is_no_form(rest)
        sender = sender_of(first(fields, rules.sender))
        text = text_of(fields.get(rules.text, [rest]), rules.charset)
        known = rules.text in fields and readable(text)
        return [
            Inbound(
                channel=Channel.SMS,
                account=self.account,
                external_id=self._key(rest, fields, raw),
                text=text,
                raw=raw.body,
                kind=InboundKind.MESSAGE if known else InboundKind.UNPARSED,
                occurred_at=moment_of(first(fields, rules.time)) if rules.time else None,
                identity=identity_of(sender),
                sender=sender.address,
            )
        ]

    def ack(self, outcome: Outcome) -> Reply:  # noqa: ARG002  the same for all
        """Return the 200 with the text that this gateway waits for, usually none."""
        return Reply(body=self._rules.answer.encode())

    def _key(self, rest: bytes, fields: Fields, raw: RawRequest) -> str:
        number = plain(first(fields, self._rules.id))
        if number:
            return column(number)
        dated = self._rules.time is not None and self._rules.time in fields
        return key_without_id(rest, raw, dated=dated)


def _signed(recipe: FormSignature, fields: Fields, secrets: tuple[str, ...]) -> bool:
    """Return whether a hash over the named fields and one of `secrets` is what was given."""
    given = plain(first(fields, recipe.field)).lower().encode("utf-8", "replace")
    known = []
    for secret in secrets:
        words = [
            secret.encode() if name == recipe.secret else first(fields, name) or b""
            for name in recipe.of
        ]
        made = hashlib.new(recipe.hash, recipe.join.encode().join(words)).hexdigest()
        known.append(hmac.compare_digest(given, made.encode()))
    return any(known)
