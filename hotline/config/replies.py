"""config/replies.yaml: ready answers by topic, in both languages, safe over a shoulder."""

import re
from collections.abc import Set as AbstractSet

import msgspec

from hotline.config.loading import Section

_TELLS = re.compile(r"\d{3}|https?:|www\.|@", re.IGNORECASE)


class ReadyReply(Section, frozen=True):
    """One answer. Without topics it fits every one."""

    id: str
    kk: str
    ru: str
    topics: list[str] = msgspec.field(default_factory=list)


class RepliesConfig(Section, frozen=True):
    """The whole of config/replies.yaml. Units: `longest` in characters."""

    version: str
    longest: int
    replies: list[ReadyReply]

    def fitting(self, topic: str | None) -> list[ReadyReply]:
        """Return what fits a topic, its own before those of every topic."""
        own = [one for one in self.replies if topic and topic in one.topics]
        return own + [one for one in self.replies if not one.topics]


def problems(config: RepliesConfig, codes: AbstractSet[str]) -> list[str]:
    """Return what does not hold; each line names file, key and remedy."""
    found, seen = [], set()
    for one in config.replies:
        at = f"replies.yaml: {one.id}"
        if one.id in seen:
            found.append(f"{at}: the id stands twice; give each answer its own")
        seen.add(one.id)
        found += [
            f"{at}: topics: {code} is no topic; use a code of taxonomy.yaml"
            for code in one.topics
            if code not in codes
        ]
        for lang in ("kk", "ru"):
            text = getattr(one, lang)
            if not text.strip():
                found.append(f"{at}: {lang} is empty; say it in both languages")
            if len(text) > config.longest:
                found.append(f"{at}: {lang} is longer than {config.longest}; shorten it")
            if _TELLS.search(text):
                found.append(
                    f"{at}: {lang} holds a number or an address; somebody may read over"
                    " the person's shoulder, so leave it out"
                )
    return found
