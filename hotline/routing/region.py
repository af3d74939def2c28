"""Which region a contact belongs to: candidates with evidence, and never the first hit."""

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from hotline.language.normalise import Normalised, normalise
from hotline.routing.gazetteer import Gazetteer, region_of
from hotline.routing.place_mentions import Mention, find_mentions
from hotline.routing.place_names import Ref
from hotline.routing.place_ranks import (
    GONE,
    LIVES,
    NAMED,
    THERE,
    TOUCHED,
)

EvidenceKind = Literal["site", "stated", "oblast", "district", "town", "landmark", "phone"]

_SITE_SCORE: Final = 1.0
_STATED_SCORE: Final = 0.8
_PHONE_SCORE: Final = 0.5
_LEVEL_SCORES: Final = {
    "oblast": 0.95, "rayon": 0.9, "city_district": 0.9, "town": 0.85, "village": 0.8,
    "landmark": 0.8,
}  # fmt: skip
_RANK_LOSS: Final = {TOUCHED: 0.2, GONE: 0.5}
_KINDS: Final[dict[str, EvidenceKind]] = {
    "oblast": "oblast", "rayon": "district", "city_district": "district", "town": "town",
    "village": "town", "landmark": "landmark",
}  # fmt: skip
_SAME_ADDRESS: Final = 4  # words between the parts of one address
_NATIONAL_DIGITS: Final = 10
_WITH_COUNTRY: Final = 11


class Evidence(NamedTuple):
    """What a candidate rests on: the kind of source and the rule that read it."""

    kind: EvidenceKind
    rule: str


class RegionCandidate(NamedTuple):
    """One region that the contact may belong to; `span` is None outside the text."""

    code: str
    district: str | None
    score: float
    evidence: Evidence
    span: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class RegionDecision:
    """The region, or the candidates for a person to choose from.

    `asked`: the facts name places but do not settle one, or contradict each other, so a
    person must ask. A contact that names no place at all has region None and asked False.
    `ignored`: what was given but is no region, for the record.
    """

    region: str | None
    district: str | None
    candidates: tuple[RegionCandidate, ...]
    asked: bool
    ignored: tuple[Evidence, ...] = ()


class _Reading(NamedTuple):
    """What the text says: a settled region (or None), and every candidate."""

    region: str | None
    candidates: list[RegionCandidate]


def resolve_region(
    text: Normalised,
    gazetteer: Gazetteer,
    *,
    site: str | None = None,
    stated: str | None = None,
    phone: str | None = None,
) -> RegionDecision:
    """Return the region where the child is, as far as the facts say.

    Order: site, explicit text (oblast, rayon, town), stated, landline prefix. A weaker
    source may choose among what an unsettled text names; it never overrules a settled one.

    Units: `site` and `stated` are KATO codes or two-digit prefixes; `stated` may also be a
    place name. `phone` in any spelling; mobile numbers tell nothing.
    Errors: none; an unknown code is recorded in `ignored`.
    Source: config/regions.yaml, districts.yaml, towns.yaml, places.yaml.
    """
    ignored: list[Evidence] = []
    outside = [
        candidate
        for candidate in (
            _coded(site, "site", _SITE_SCORE, gazetteer, ignored),
            _coded(stated, "stated", _STATED_SCORE, gazetteer, ignored),
            _phoned(phone, gazetteer),
        )
        if candidate is not None
    ]
    read = read_places(text, gazetteer)
    candidates = tuple(_ordered([*outside, *read.candidates]))
    region, asked = _settle(outside, read)
    return RegionDecision(
        region, _district(region, candidates), candidates, asked, tuple(ignored)
    )


def read_places(text: Normalised, gazetteer: Gazetteer) -> _Reading:
    """Return what the text alone says about the place."""
    mentions = _without_former(find_mentions(text, gazetteer), gazetteer)
    if not mentions:
        return _Reading(None, [])
    narrowed = _narrow(mentions)
    return _Reading(_where_the_child_is(narrowed), _candidates(narrowed))


def _settle(outside: list[RegionCandidate], read: _Reading) -> tuple[str | None, bool]:
    """Return the region and whether a person must ask."""
    by_kind = {candidate.evidence.kind: candidate.code for candidate in outside}
    if "site" in by_kind:
        return by_kind["site"], False
    named = {candidate.code for candidate in read.candidates}
    stated = by_kind.get("stated")
    if read.region is not None:
        return read.region, stated is not None and stated != read.region
    weaker = stated or by_kind.get("phone")
    if not named:
        return weaker, False
    return (weaker, False) if weaker in named else (stated, True)


def _without_former(mentions: list[Mention], gazetteer: Gazetteer) -> list[Mention]:
    """Drop the oblast of an old address: in "ВКО, Семей" the town knows better."""
    outdated = set()
    for town in mentions:
        parents = {gazetteer.part_of.get(region) for region in town.regions}
        if len(town.regions) > 1 or town.refs[0].level == "oblast":
            continue
        for oblast in mentions:
            beside = min(abs(oblast.first - town.last), abs(town.first - oblast.last))
            if oblast.refs[0].level == "oblast" and oblast.regions <= parents:
                outdated |= {oblast} if beside <= _SAME_ADDRESS else set()
    return [mention for mention in mentions if mention not in outdated]


def _narrow(mentions: list[Mention]) -> list[Mention]:
    """Let names that stand for one region choose among those of several."""
    strong = {next(iter(m.regions)) for m in mentions if len(m.regions) == 1}
    mentions = [_as_usual(mention, strong) for mention in mentions]
    strong |= {next(iter(m.regions)) for m in mentions if len(m.regions) == 1}
    if not strong:
        strong = set(frozenset.intersection(*(m.regions for m in mentions)))
    if not strong:
        return mentions
    narrowed = []
    for mention in mentions:
        refs = tuple(ref for ref in mention.refs if ref.region in strong)
        if refs:  # else it is a person's or a street's name: "Абай" in a text about Тараз
            narrowed.append(mention._replace(refs=refs))
    return narrowed


def _as_usual(mention: Mention, strong: set[str]) -> Mention:
    """Let a name mean what it usually does, unless the text names another of its regions."""
    regions = mention.regions
    if mention.usual is None or len(regions) == 1 or regions & strong - {mention.usual}:
        return mention
    usual = tuple(ref for ref in mention.refs if ref.region == mention.usual)
    return mention._replace(refs=usual) if usual else mention


def _where_the_child_is(mentions: list[Mention]) -> str | None:
    """Return the one region, or where somebody *is* when others are only touched."""
    best: dict[str, int] = {}
    for mention in mentions:
        for region in mention.regions:
            best[region] = max(best.get(region, GONE), mention.rank)
    ranked = sorted(best.items(), key=lambda pair: -pair[1])
    (region, rank), others = ranked[0], ranked[1:]
    if not others:
        return region if rank > GONE else None
    if rank >= THERE and all(other <= TOUCHED for _, other in others):
        return region
    if rank == LIVES and all(other <= THERE for _, other in others):
        return region
    lower = TOUCHED if rank == NAMED else GONE  # "Көкшетау … Астанадан сұра дейді"
    return region if rank >= NAMED and all(other <= lower for _, other in others) else None


def _candidates(mentions: list[Mention]) -> list[RegionCandidate]:
    best: dict[str, RegionCandidate] = {}
    for mention in mentions:
        regions = mention.regions
        for ref in mention.refs:
            score = (_LEVEL_SCORES[ref.level] - _RANK_LOSS.get(mention.rank, 0.0)) / len(
                regions
            )
            found = _candidate(ref, score, mention)
            before = best.get(ref.region)
            if before is None or _better(found, before):
                best[ref.region] = found
    return list(best.values())


def _candidate(ref: Ref, score: float, mention: Mention) -> RegionCandidate:
    evidence = Evidence(_KINDS[ref.level], mention.rule)
    return RegionCandidate(
        ref.region, ref.district, round(score, 3), evidence, mention.span
    )


def _better(found: RegionCandidate, before: RegionCandidate) -> bool:
    """Prefer the candidate that names a district, the rayon before the town, then score."""
    return _weight(found) > _weight(before)


def _weight(candidate: RegionCandidate) -> tuple[bool, bool, float]:
    return (
        candidate.district is not None,
        candidate.evidence.kind == "district",
        candidate.score,
    )


def _ordered(candidates: list[RegionCandidate]) -> list[RegionCandidate]:
    return sorted(candidates, key=lambda candidate: (-candidate.score, candidate.code))


def _district(region: str | None, candidates: tuple[RegionCandidate, ...]) -> str | None:
    return next((c.district for c in candidates if c.code == region and c.district), None)


def _coded(
    given: str | None,
    kind: EvidenceKind,
    score: float,
    gazetteer: Gazetteer,
    ignored: list[Evidence],
) -> RegionCandidate | None:
    if not given or not given.strip():
        return None
    known = region_of(given, gazetteer)
    if known is not None:
        return RegionCandidate(*known, score, Evidence(kind, f"{kind}_code"), None)
    read = read_places(normalise(given, 200), gazetteer) if kind == "stated" else None
    if read is None or read.region is None:
        ignored.append(Evidence(kind, "unknown_code"))
        return None
    return RegionCandidate(read.region, None, score, Evidence(kind, "stated_name"), None)


def _phoned(phone: str | None, gazetteer: Gazetteer) -> RegionCandidate | None:
    digits = "".join(char for char in phone or "" if char.isascii() and char.isdigit())
    if len(digits) == _WITH_COUNTRY and digits[0] in "78":
        digits = digits[1:]
    if len(digits) != _NATIONAL_DIGITS:
        return None
    for length in range(5, 2, -1):
        code = gazetteer.phones.get(digits[:length])
        if code is not None:
            evidence = Evidence("phone", f"landline_{digits[:length]}")
            return RegionCandidate(code, None, _PHONE_SCORE, evidence, None)
    return None
