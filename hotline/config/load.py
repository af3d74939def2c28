"""Reading and cross-checking all of config/."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from hotline.config import (
    admin,
    bodies,
    calendar,
    channels,
    conflict,
    danger,
    duty,
    emergency,
    likeness,
    oversight,
    places,
    purposes,
    referral,
    replies,
    scripts,
    service,
    sla,
)
from hotline.config import taxonomy as taxonomy_section
from hotline.config import topics as topics_section
from hotline.config.loading import read
from hotline.errors import BadConfig

SHIPPED = Path(__file__).parents[2] / "config"


@dataclass(frozen=True, slots=True, repr=False)  # in words: 350 kB
class Config:
    """Everything that config/ says."""

    folder: Path
    service: service.ServiceConfig
    taxonomy: taxonomy_section.TaxonomyConfig
    danger: danger.DangerConfig
    topics: topics_section.TopicsConfig
    places: places.Places
    conflict: conflict.ConflictConfig
    sla: sla.SlaPolicy
    calendar: calendar.CalendarConfig
    referral: referral.ReferralConfig
    purposes: purposes.PurposesConfig
    oversight: oversight.OversightConfig
    emergency: emergency.EmergencyConfig
    bodies: bodies.BodiesConfig
    links: likeness.LinksConfig
    incident: likeness.IncidentConfig
    duty: duty.DutyConfig
    channels: channels.ChannelsConfig
    replies: replies.RepliesConfig
    scripts: scripts.ScriptsConfig
    admin: admin.AdminConfig


def load(folder: Path, today: date) -> Config:
    """Return the configuration in `folder`, read and cross-checked.

    Errors: BadConfig with every problem found, each naming file, key and remedy.
    """
    found: list[str] = []

    def part(name: str, kind: Any) -> Any:
        try:
            return read(folder, name, kind)
        except BadConfig as error:
            found.extend(error.problems)
            return None

    parts: dict[str, Any] = {
        "service": part("service.yaml", service.ServiceConfig),
        "taxonomy": part("taxonomy.yaml", taxonomy_section.TaxonomyConfig),
        "danger": part("danger.yaml", danger.DangerConfig),
        "topics": part("topics.yaml", topics_section.TopicsConfig),
        "sla": part("sla.yaml", sla.SlaPolicy),
        "calendar": part("calendar.yaml", calendar.CalendarConfig),
        "referral": part("referral.yaml", referral.ReferralConfig),
        "oversight": part("oversight.yaml", oversight.OversightConfig),
        "purposes": part("purposes.yaml", purposes.PurposesConfig),
        "emergency": part("emergency.yaml", emergency.EmergencyConfig),
        "bodies": part("bodies.yaml", bodies.BodiesConfig),
        "links": part("links.yaml", likeness.LinksConfig),
        "incident": part("incident.yaml", likeness.IncidentConfig),
        "duty": part("duty.yaml", duty.DutyConfig),
        "channels": part("channels.yaml", channels.ChannelsConfig),
        "replies": part("replies.yaml", replies.RepliesConfig),
        "scripts": part("scripts.yaml", scripts.ScriptsConfig),
        "admin": part("admin.yaml", admin.AdminConfig),
    }
    for name, load_part in (
        ("places", places.load_places),
        ("conflict", conflict.load_conflict),
    ):
        try:
            parts[name] = load_part(folder)
        except BadConfig as error:
            found.extend(error.problems)
    if found:
        raise BadConfig(found)
    config = Config(folder=folder, **parts)
    found = problems(config, today)
    if found:
        raise BadConfig(found)
    return config


def problems(config: Config, today: date) -> list[str]:
    """Return every problem of a configuration whose files could be read."""
    codes = config.taxonomy.codes()
    kinds = {str(kind) for kind in config.taxonomy.bodies}
    return [
        *service.problems(config.service),
        *taxonomy_section.problems(config.taxonomy),
        *danger.problems(config.danger, codes),
        *topics_section.problems(config.topics, codes),
        *places.problems(config.places),
        *conflict.problems(config.conflict),
        *likeness.problems(config.links, config.incident),
        *sla.problems(config.sla),
        *calendar.problems(config.calendar, today),
        *duty.problems(config.duty),
        *channels.problems(config.channels),
        *replies.problems(config.replies, codes),
        *admin.problems(config.admin),
        *referral.problems(config.referral, codes, kinds),
        *purposes.problems(config.purposes, codes),
        *oversight.problems(config.oversight),
        *scripts.problems(config.scripts, codes),
        *emergency.problems(
            config.emergency, {region.code for region in config.places.regions}
        ),
        *referral.unserved(
            config.referral,
            config.taxonomy.by_lead(),
            {body.kind for body in config.bodies.bodies},
        ),
        *bodies.problems(config.bodies, config.places, kinds, today),
    ]
