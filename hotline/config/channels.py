"""config/channels.yaml: what each channel may say, take and be silent for."""

import codecs
import re
from typing import Literal

import msgspec

from hotline.cases.terms import Channel
from hotline.config.loading import Section

_DEEPEST_LETTER = 100  # parts in each other; Python itself goes no deeper than 1,000 calls
_GATEWAY = re.compile(r"[a-z0-9-]{1,40}")
_HOST = re.compile(
    r"\*|(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?|https?://[^/@\s]+", re.IGNORECASE
)


class ChannelRules(Section, frozen=True):
    """One channel. Units: `longest` in characters, `window_hours` in hours."""

    # Decided before triage, and not by it.
    by_itself: Literal["nothing", "line", "if_asked", "page"]
    replies: bool  # whether a person at 111 may answer here
    foreign: bool = False  # off until an administrator records the decision
    window_hours: int | None = None  # free words only so long after the person's last
    longest: int = 4000
    per_second: float = 20.0  # messages to the provider at most
    timeout_s: float = 8.0  # for one request to the provider
    attempts: int = (
        6  # where the provider surely did not take it; then a person is shown it
    )
    templates: list[str] = []  # approved at the provider, for outside its window


class MediaRules(Section, frozen=True):
    """What is fetched and how. Units: bytes, seconds, pixels."""

    largest_bytes: int
    timeout_s: float
    most_pixels: int  # of one picture, as its header says
    images: list[str]
    other: list[str]
    tries: int = 24  # of one contact: the last after some six hours
    first_pause_s: float = 15.0  # doubled with each, up to 64 times
    hosts: dict[str, list[str]] = {}  # by channel: who may be asked beside the base URL


class PhoneRules(Section, frozen=True):
    """Calls. Units: seconds but for `callback_tries`, `keep_recordings_days`, `shrinkage`."""

    wrap_up_s: int
    silence_s: int
    abandoned_after_s: int  # shorter waits are not counted as abandoned
    answered_within_s: int
    answered_share: float
    callback_again_s: int
    callback_tries: int
    keep_recordings_days: int
    longest_call_s: int
    shrinkage: float
    # Where 111's exchange is an Asterisk that we lead (docs/howto/phone.md).
    menu_after_s: int = 4  # it just rings so long; then the call is taken, with music
    ring_operator_s: int = 15  # then the next operator is rung
    operator_endpoint: str = "PJSIP/{extension}"
    outside_endpoint: str = "PJSIP/{number}@outside"
    silence_prompt: str = ""  # "sound:...": press 1 if you cannot speak
    recording_prompt: str = ""  # "sound:...": said before any recording


class PartnerRules(Section, frozen=True):
    """One partner of HOTLINE_PARTNER_SECRETS; those not named have `default`."""

    a_minute: int
    may: list[Literal["report", "status", "calls", "hooks"]]
    media_hosts: list[str] = []  # where its attachments lie; docs/api-partner.md
    hook_origins: list[str] = []  # of hooks within our own network; all others are public


class SilenceRules(Section, frozen=True):
    """When a channel that is usually busy counts as silent. Units: hours, days, messages."""

    look_back_days: int
    times_the_usual_gap: float
    least_messages: int
    least_days: int  # with messages: a single busy day is no habit
    least_minutes: int  # nothing is silent sooner
    token_warning_days: int


class FormSignature(Section, frozen=True):
    """How a gateway signs a form: a hash over fields, one of them our secret."""

    field: str  # which holds the signature, in hexadecimal
    hash: Literal["md5", "sha1", "sha256", "sha512"]
    of: list[str]  # names of fields, in order
    join: str = ""
    secret: str = "secret"  # noqa: S105  the word in `of` that stands for our secret


class FormGateway(Section, frozen=True):
    """An SMS gateway that posts or gets a form: which field is what."""

    account: str
    secret_field: str  # empty: only the signature proves it
    sender: str
    text: str
    id: str
    to: str | None = None
    time: str | None = None
    charset: str = "utf-8"
    answer: str = ""
    signature: FormSignature | None = None


class MailRules(Section, frozen=True):
    """Letters. Units: bytes, seconds but for `depth`, `parts`, `clients`."""

    account: str = "111"  # one for all addresses: a letter to two of them is one
    addresses: list[str] = []  # ours, beside HOTLINE_SMTP_FROM; others are refused
    authserv_ids: list[str] = []  # mail servers of ours that remove foreign results
    folder: str = "INBOX"
    done_folder: str = ""  # where fetched letters go; empty: they stay, marked as seen
    poll_s: float = 20.0
    largest_bytes: int = 26_214_400
    depth: int = 20
    parts: int = 100
    clients: int = 60  # SMTP clients at a time
    client_timeout_s: float = 60.0


class ThreadRules(Section, frozen=True):
    """What the thread's page says of psychologists. Units: hours of a working day."""

    psychologist_from: int
    psychologist_to: int


class ChannelsConfig(Section, frozen=True):
    """The whole file."""

    version: str
    channels: dict[str, ChannelRules]
    media: MediaRules
    phone: PhoneRules
    partners: dict[str, PartnerRules]
    demo_a_minute: int
    silence: SilenceRules
    sms_gateways: dict[str, FormGateway] = {}
    thread: ThreadRules = ThreadRules(9, 18)
    mail: MailRules = MailRules()

    def of_partner(self, name: str, *, demo: bool = False) -> PartnerRules:
        """Return what holds for one partner; in a demo the limit is one for load tests."""
        rules = self.partners.get(name, self.partners["default"])
        if not demo:
            return rules
        most = max(rules.a_minute, self.demo_a_minute)
        return msgspec.structs.replace(rules, a_minute=most)


def problems(config: ChannelsConfig) -> list[str]:
    """Return one line for every channel without rules, and every number that cannot work."""
    known = {str(channel) for channel in Channel}
    found = [
        f"channels.yaml: key `channels.{name}`: is missing; say what this channel may do"
        for name in sorted(known - set(config.channels))
    ]
    found += [
        f"channels.yaml: key `channels.{name}`: is no channel; remove it"
        for name in sorted(set(config.channels) - known)
    ]
    if "default" not in config.partners:
        found.append("channels.yaml: key `partners.default`: is missing; add it")
    for name, rules in config.channels.items():
        for field in ("longest", "per_second", "timeout_s", "attempts"):
            if getattr(rules, field) <= 0:
                found.append(
                    f"channels.yaml: key `channels.{name}.{field}`: must be above 0;"
                    " correct the value"
                )
    found += [*_media_problems(config), *_gateway_problems(config.sms_gateways)]
    return found + _mail_problems(config.mail)


def _mail_problems(mail: MailRules) -> list[str]:
    """Return one line for every limit of letters that cannot work, and every odd address."""
    limits = ("poll_s", "largest_bytes", "depth", "parts", "clients", "client_timeout_s")
    found = [
        f"channels.yaml: key `mail.{field}`: must be above 0; correct the value"
        for field in limits
        if getattr(mail, field) <= 0
    ]
    if mail.depth > _DEEPEST_LETTER:
        found.append(
            f"channels.yaml: key `mail.depth`: must be at most {_DEEPEST_LETTER}; lower it"
        )
    found += [
        f"channels.yaml: key `mail.addresses`: `{address}` is no address; write 111@example.kz"
        for address in mail.addresses
        if not all(address.partition("@")) or " " in address
    ]
    return found


def _media_problems(config: ChannelsConfig) -> list[str]:
    """Return one line for every limit of media that cannot work, and every host that is none."""
    media = config.media
    limits = ("largest_bytes", "timeout_s", "most_pixels", "tries", "first_pause_s")
    found = [
        f"channels.yaml: key `media.{field}`: must be above 0; correct the value"
        for field in limits
        if getattr(media, field) <= 0
    ]
    named = {f"media.hosts.{name}": hosts for name, hosts in media.hosts.items()}
    named |= {
        f"partners.{name}.media_hosts": rules.media_hosts
        for name, rules in config.partners.items()
    }
    for key, hosts in named.items():
        for host in hosts:
            if not _HOST.fullmatch(host):
                found.append(
                    f"channels.yaml: key `{key}`: `{host}` is no host; write media.example.kz,"
                    " *.example.kz or https://host:port"
                )
            elif host == "*" and key.startswith("partners."):
                found.append(
                    f"channels.yaml: key `{key}`: a partner names its hosts; `*` is all of them"
                )
    found += [
        f"channels.yaml: key `partners.{name}.hook_origins`: `{one}` is no place of ours;"
        " write https://host:port"
        for name, rules in config.partners.items()
        for one in rules.hook_origins
        if "://" not in one or not _HOST.fullmatch(one)
    ]
    unknown = sorted(set(media.hosts) - {str(channel) for channel in Channel})
    found += [
        f"channels.yaml: key `media.hosts.{name}`: is no channel; remove it"
        for name in unknown
    ]
    return found


def _gateway_problems(gateways: dict[str, FormGateway]) -> list[str]:
    """Return one line for every gateway that could be forged, mistaken or not reached."""
    found = []
    accounts = ["kannel", *(rules.account for rules in gateways.values())]
    for name, rules in gateways.items():
        key = f"channels.yaml: key `sms_gateways.{name}"
        recipe = rules.signature
        if not _GATEWAY.fullmatch(name):
            found.append(f"{key}`: is part of an address; use a-z, 0-9 and -")
        if accounts.count(rules.account) > 1:
            found.append(f"{key}.account`: is another's; give each gateway its own")
        if not rules.secret_field and recipe is None:
            found.append(
                f"{key}.secret_field`: is empty, anybody could post; name the field"
            )
        if recipe is not None and recipe.secret not in recipe.of:
            found.append(f"{key}.signature.of`: lacks the secret; add `{recipe.secret}`")
        try:
            codecs.lookup(rules.charset)
        except LookupError:
            found.append(f"{key}.charset`: is unknown; write for example windows-1251")
    return found
