"""What a caller answered to the questions of 111: structured facts beside the words.

They only raise: a "no" never takes back what the words say (contract, words that decide).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from hotline.cases.asked import FACTS, NO, YES
from hotline.routing.alarm import Alarm
from hotline.routing.urgency import YOUNG, SituationFacts

_SCORE = 0.95  # of a danger that a person heard with their own ears


@dataclass(frozen=True, slots=True)
class Answered:
    """Answers by name. `danger`: the urgency that they mean, see config/scripts.yaml."""

    answers: Mapping[str, str] = field(default_factory=dict)
    danger: int | None = None

    @staticmethod
    def of(
        said: Mapping[str, object], dangers: Mapping[str, int] | None = None
    ) -> "Answered":
        """Return the answers that are ones of ours; anything else says nothing."""
        known = {n: str(a) for n, a in said.items() if n in FACTS and a in (YES, NO)}
        return Answered(known).with_danger(dangers or {})

    def with_danger(self, dangers: Mapping[str, int]) -> "Answered":
        """Return the same with the highest danger that a "yes" means."""
        heard = [level for name, level in dangers.items() if self.says(name)]
        return replace(self, danger=min(heard, default=None))

    def with_answer(self, name: str, answer: str) -> "Answered":
        """Return the same as if one more question had been answered."""
        return replace(self, answers={**self.answers, name: answer})

    def knows(self, name: str) -> bool:
        """Return whether the fact needs no question any more."""
        return name in self.answers

    def says(self, name: str) -> bool:
        """Return whether the caller said yes."""
        return self.answers.get(name) == YES

    def over(self, read: SituationFacts) -> SituationFacts:
        """Return what the text states, raised by what the caller answered."""
        return replace(
            read,
            child_age=self._age(read.child_age),
            disability=read.disability or self.says("disability"),
            offender_at_home=read.offender_at_home or self.says("offender_near"),
            weapon=read.weapon or self.says("weapon"),
        )

    def sounded(self, alarm: Alarm) -> Alarm:
        """Return the alarm of the words, rung by what the caller answered."""
        if self.danger is None:
            return alarm
        urgency = self.danger if alarm.urgency is None else min(self.danger, alarm.urgency)
        return Alarm(danger=True, urgency=urgency, score=max(alarm.score, _SCORE))

    def _age(self, read: int | None) -> int | None:
        if not self.says("young"):
            return read
        return YOUNG - 1 if read is None else min(read, YOUNG - 1)


NOTHING = Answered()
