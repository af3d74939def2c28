"""config/emergency.yaml: where short numbers reach, whom to ring instead, what to ask a child."""

from collections.abc import Collection, Iterator

from hotline.cases.terms import BodyKind, EmergencyService
from hotline.config.loading import Section

FILE = "emergency.yaml"


class ServiceRule(Section, frozen=True):
    """One service, and who is rung instead when it is complained of."""

    power: str
    kinds: list[BodyKind]
    instead: list[str]  # a service, or a kind of body


class Question(Section, frozen=True):
    """One question of the script, in the words for a child."""

    asks: str
    kk: str
    ru: str
    en: str
    answered_by: list[str] = []


class EmergencyConfig(Section, frozen=True):
    """The whole file."""

    version: str
    centre: str
    alarm_after: int
    services: dict[EmergencyService, ServiceRule]
    find_the_child: list[Question]


def problems(config: EmergencyConfig, regions: Collection[str]) -> list[str]:
    """Return one line for everything that could not work."""
    return list(_problems(config, regions))


def _problems(config: EmergencyConfig, regions: Collection[str]) -> Iterator[str]:
    if config.centre not in regions:
        yield f"{FILE}: key `centre`: unknown region `{config.centre}`; use a KATO prefix"
    if config.alarm_after < 1:
        yield f"{FILE}: key `alarm_after`: must be at least 1"
    if not config.find_the_child:
        yield f"{FILE}: key `find_the_child`: is empty; give at least one question"
    others = {*EmergencyService, *BodyKind}
    for service in EmergencyService:
        rule = config.services.get(service)
        if rule is None:
            yield f"{FILE}: key `services.{service}`: is missing; add it"
            continue
        for other in rule.instead:
            if other not in others or other == service:
                yield (
                    f"{FILE}: key `services.{service}.instead`: `{other}` cannot be rung"
                    " instead; use another service or a kind of body"
                )
        if not rule.instead:
            yield (
                f"{FILE}: key `services.{service}.instead`: is empty; name who is rung"
                " when the service is complained of"
            )
