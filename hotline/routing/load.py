"""The staffing norm: how much work a person or a body carries for the posts that it has.

Units: load is the sum of the weights of open cases for one full post; posts are full-time
posts. Source: config/referral.yaml, `norm` (1 specialist for 5,000 children).
"""

from collections.abc import Iterable, Sequence

from hotline.routing.seen import NormSeen, PersonSeen


def weighed(counts: Sequence[int], norm: NormSeen) -> float:
    """Return what `counts` of cases by urgency weigh together."""
    return sum(weight * n for weight, n in zip(norm.weights, counts, strict=True))


def load_of(person: PersonSeen, norm: NormSeen) -> float:
    """Return the open work for one full post: half a post counts it twice."""
    return round(weighed(person.open, norm) / person.share, 4)


def given_to(person: PersonSeen, norm: NormSeen) -> float:
    """Return what was given lately for one full post, by which equal loads are told apart."""
    return round(weighed(person.given, norm) / person.share, 4)


def is_full(person: PersonSeen, norm: NormSeen) -> bool:
    """Return whether the person takes no more."""
    return load_of(person, norm) >= norm.full_at


def posts_needed(children: int, children_per_specialist: int) -> float:
    """Return the posts that the norm asks for `children`."""
    return children / children_per_specialist


def unevenness(loads: Iterable[float]) -> float:
    """Return the heaviest load over the mean; 1 where there is none: all carry the same."""
    known = list(loads)
    mean = sum(known) / len(known) if known else 0.0
    return max(known) / mean if mean else 1.0
