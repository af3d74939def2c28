"""How far a fitting is: counted by the thread that fits, read by whoever waits for it."""

from dataclasses import dataclass


class Abandoned(Exception):
    """The fitting was ended between two of its steps: nobody waits for it any more."""


@dataclass(slots=True)
class Course:
    """Steps of known weight. One thread writes `made`, the other `unwanted`: no lock needed."""

    whole: int = 0  # 0: nobody asked how much there is
    made: int = 0
    unwanted: bool = False

    def step(self, weight: int) -> None:
        """Note a step. Errors: Abandoned when nobody waits for the rest."""
        if self.unwanted:
            raise Abandoned
        self.made += weight

    @property
    def share(self) -> float:
        """Return how much is over, from nought to one."""
        return min(1.0, self.made / self.whole) if self.whole else 0.0
