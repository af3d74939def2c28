"""config/topics.yaml: the words of each topic, for ranking codes."""

from collections.abc import Set as AbstractSet

from hotline.config.loading import Section

FILE = "topics.yaml"


class Topic(Section, frozen=True):
    """Stems of one code: `strong` ones say it alone, `words` add up."""

    strong: str = ""
    words: str = ""


class TopicsConfig(Section, frozen=True):
    """The whole of config/topics.yaml."""

    version: str
    strong_weight: float
    word_weight: float
    topics: dict[str, Topic]


def problems(config: TopicsConfig, codes: AbstractSet[str]) -> list[str]:
    """Return what does not hold; each line names file, key and remedy."""
    found = [
        f"{FILE}: key `topics.{code}`: is no code of taxonomy.yaml; correct it"
        for code in config.topics
        if code not in codes
    ]
    found += [
        f"{FILE}: key `topics.{code}`: is missing; write the words of this topic"
        for code in sorted(codes - set(config.topics))
    ]
    found += [
        f"{FILE}: key `topics.{code}`: has no words; add some to `strong` or `words`"
        for code, topic in config.topics.items()
        if not (topic.strong.strip() or topic.words.strip())
    ]
    return found
