"""config/channels.yaml: what each channel may say, take and be silent for."""

from typing import Literal

from hotline.cases.terms import Channel
from hotline.config.loading import Section


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
    images: list[str]
    other: list[str]


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


class PartnerRules(Section, frozen=True):
    """One partner of HOTLINE_PARTNER_SECRETS; those not named have `default`."""

    a_minute: int
    may: list[Literal["report", "status", "calls", "hooks"]]


class SilenceRules(Section, frozen=True):
    """When a channel that is usually busy counts as silent. Units: hours, days, messages."""

    look_back_days: int
    times_the_usual_gap: float
    least_messages: int
    token_warning_days: int


class FormGateway(Section, frozen=True):
    """An SMS gateway that posts or gets a form: which field is what."""

    account: str
    secret_field: str
    sender: str
    text: str
    id: str
    to: str | None = None
    time: str | None = None
    charset: str = "utf-8"
    answer: str = ""


class ChannelsConfig(Section, frozen=True):
    """The whole file."""

    version: str
    channels: dict[str, ChannelRules]
    media: MediaRules
    phone: PhoneRules
    partners: dict[str, PartnerRules]
    silence: SilenceRules
    sms_gateways: dict[str, FormGateway] = {}


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
    return found
