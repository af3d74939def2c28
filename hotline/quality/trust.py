"""How far a batch of labels is believed: what is known well is contradicted only so often.

A calibrated model that is sure of an answer with probability p is wrong in 1 - p of such
answers. People who contradict it far more often than that are mistaken, or mean harm; which
of the two, a person has to find out. Learning stops until then.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from hotline.quality.share import Share, share_of

SURE = 0.8  # below, a contradiction says nothing about who is right
MARGIN = 0.08  # what people and corpus may honestly differ in
FEWEST = 20  # sure answers; fewer prove nothing


@dataclass(frozen=True, slots=True)
class Belief:
    """How often sure answers were contradicted, and how often that was to be expected."""

    contradicted: Share
    expected: float

    @property
    def doubtful(self) -> bool:
        """Return whether people surely contradict more than expected and MARGIN together."""
        enough = self.contradicted.n >= FEWEST
        return enough and self.contradicted.low > self.expected + MARGIN


def belief(answers: Iterable[tuple[float, bool]]) -> Belief:
    """Return the belief in labels; each answer is (its probability, whether people agreed)."""
    sure = [(probability, agreed) for probability, agreed in answers if probability >= SURE]
    wrong = sum(not agreed for _, agreed in sure)
    expected = sum(1 - probability for probability, _ in sure) / len(sure) if sure else 0.0
    return Belief(share_of(wrong, len(sure)), expected)
