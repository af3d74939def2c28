"""config/links.yaml and config/incident.yaml: when two contacts, or many, tell of one thing."""

from hotline.config.loading import Section


class LinkWeights(Section, frozen=True):
    """How much each trace says that two contacts tell of one person; 0 nothing, 1 all."""

    thread: float
    number: float
    name: float
    first_name: float
    text: float
    site: float
    district: float
    region: float
    topic: float
    day: float


class LinksConfig(Section, frozen=True):
    """The whole of config/links.yaml."""

    version: str
    weights: LinkWeights
    suggest_from: float  # a lower score is not worth a person's look
    likely_from: float
    strong_from: float
    weak_at_most: float  # a number shared under differing names stays below `likely_from`
    text_from: float  # texts less alike than this say nothing
    elsewhere: float  # what is left of a score when the places differ
    days: int  # further apart, contacts are not compared
    candidates: int  # at most so many of each kind of trace
    suggestions: int  # at most so many of one contact
    repeat_days: int
    conversation_hours: int  # what follows sooner belongs to the same conversation


class PlaceLimits(Section, frozen=True):
    """How much of an event's own words a message must carry, by how well its place fits."""

    site: float
    district: float
    region: float
    elsewhere: float
    unknown: float


class IncidentConfig(Section, frozen=True):
    """The whole of config/incident.yaml."""

    version: str
    senders: int  # so many different ones ...
    minutes: int  # ... within this span are one event
    quiet_minutes: int  # without a new member for so long, nothing joins any more
    neighbours: int  # a new message is compared with at most so many
    members_read: int  # the newest members whose words make the event's own
    pair_district: float  # how alike two texts of one district are before there is an event
    pair_region: float
    alike: PlaceLimits
    same_topic: float  # what an equal topic counts for
    same_category: float
    own_danger_from: float  # from this danger_score on, a member may stand first
    own_when_below: float  # what so small a share of the members has is a member's own
    own_words: (
        float  # more of a text than this in words of its own: it tells something else
    )
    common: str  # words that many contacts carry and that tell no two events apart


FILES = ("links.yaml", "incident.yaml")


def problems(links: LinksConfig, incident: IncidentConfig) -> list[str]:
    """Return what does not hold; each line names file, key and remedy."""
    found = [
        f"links.yaml: key `weights.{name}`: must lie between 0 and 1; correct the value"
        for name in links.weights.__struct_fields__
        if not 0 <= getattr(links.weights, name) <= 1
    ]
    steps = (links.suggest_from, links.likely_from, links.strong_from)
    if not 0 < steps[0] < steps[1] < steps[2] <= 1:
        found.append(
            "links.yaml: key `likely_from`: must lie between `suggest_from` and"
            " `strong_from`; correct the values"
        )
    if not links.weak_at_most < links.likely_from:
        found.append(
            "links.yaml: key `weak_at_most`: must lie below `likely_from`, or a family's"
            " shared phone joins its members; lower it"
        )
    for file, section, names in (
        ("links.yaml", links, ("days", "candidates", "suggestions", "repeat_days")),
        ("incident.yaml", incident, ("minutes", "quiet_minutes", "neighbours")),
    ):
        found += [
            f"{file}: key `{name}`: must be above 0; correct the value"
            for name in names
            if getattr(section, name) <= 0
        ]
    if incident.senders < _FEWEST:
        found.append(
            f"incident.yaml: key `senders`: fewer than {_FEWEST} are no wave; raise it"
        )
    return found


_FEWEST = 3
