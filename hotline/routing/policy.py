"""The triage policy: the configuration, compiled once per process."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import msgspec

from hotline.config.conflict import ConflictConfig
from hotline.config.danger import DangerConfig
from hotline.config.places import Places
from hotline.config.taxonomy import Subcategory, TaxonomyConfig
from hotline.config.topics import TopicsConfig
from hotline.routing.classify import TopicRules, compile_topics
from hotline.routing.conflict import ConflictRules, compile_conflict
from hotline.routing.danger import DangerRules, compile_danger
from hotline.routing.gazetteer import Gazetteer, compile_gazetteer

_HASH = 12  # letters of a version's content hash


@dataclass(frozen=True, slots=True, repr=False)  # in words: 20 MB
class TriagePolicy:
    """Compiled configuration; made once per process by `compile_policy`."""

    danger: DangerRules
    topics: TopicRules
    gazetteer: Gazetteer
    conflict: ConflictRules
    by_code: Mapping[str, Subcategory]
    raised: frozenset[str]
    version: str


class TriageConfig(Protocol):
    """The parts of the configuration that triage reads."""

    @property
    def taxonomy(self) -> TaxonomyConfig:
        """Return the categories."""

    @property
    def danger(self) -> DangerConfig:
        """Return the danger rules."""

    @property
    def topics(self) -> TopicsConfig:
        """Return the words of topics."""

    @property
    def places(self) -> Places:
        """Return the gazetteer."""

    @property
    def conflict(self) -> ConflictConfig:
        """Return the conflict rules."""


def compile_policy(config: TriageConfig) -> TriagePolicy:
    """Return the policy ready to use. Errors: BadConfig for stems that cannot be used."""
    by_code = config.taxonomy.by_code
    return TriagePolicy(
        danger=compile_danger(config.danger),
        topics=compile_topics(config.topics, tuple(by_code)),
        gazetteer=compile_gazetteer(config.places),
        conflict=compile_conflict(config.conflict),
        by_code=by_code,
        raised=config.taxonomy.raised_by_facts(),
        version=_version(config),
    )


def _version(config: TriageConfig) -> str:
    """Return a hash of everything that triage reads: two equal policies are named alike."""
    parts = (config.taxonomy, config.danger, config.topics, config.places, config.conflict)
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:_HASH]
