"""config/referral.yaml: who may open and offer unseen, the chains, and the staffing norm."""

from collections.abc import Collection, Mapping, Sequence
from typing import Literal

from hotline.config.loading import Section

_LEVELS = 5  # of urgency


class OfferRule(Section, frozen=True):
    """The first rule that fits decides. An empty list means any."""

    offer: Literal["confirm", "auto"]
    sources: list[str] = []  # stranger | screened | partner:<name> | channel:<name>
    categories: list[str] = []  # "EDU" or "EDU.FEE"
    urgencies: list[int] = []


class Norm(Section, frozen=True):
    """The staffing norm, by which cases are shared out among the people of a body.

    Units: weights are the work of one case by urgency 0 to 4; `full_at` their sum over the
    open cases of one full post that takes no more.
    """

    children_per_specialist: int
    weights: list[float]
    full_at: float
    look_back_days: int  # equal loads: who was given least in these days comes first


class ReferralConfig(Section, frozen=True):
    """The whole file."""

    version: str
    screened_partners: list[str]  # a person has read these reports
    demo_screened_partners: list[str]  # the same, under --demo only
    rules: list[OfferRule]
    # By the lead that a category names: kinds to try, in order, before 111's own queue.
    chains: dict[str, list[str]]
    norm: Norm


def problems(
    config: ReferralConfig, category_codes: set[str], kinds: set[str]
) -> list[str]:
    """Return one line for everything that could not work."""
    found: list[str] = []
    tops = {code.partition(".")[0] for code in category_codes}
    for index, rule in enumerate(config.rules):
        where = f"referral.yaml: key `rules[{index}]`"
        found.extend(
            f"{where}: unknown category `{code}`; use a code of taxonomy.yaml"
            for code in rule.categories
            if code not in category_codes | tops
        )
        found.extend(
            f"{where}: unknown urgency {level}; use 0 to 4"
            for level in rule.urgencies
            if level not in range(5)
        )
        found.extend(
            f"{where}: unknown source `{source}`; use stranger, screened, partner:<name>"
            " or channel:<name>"
            for source in rule.sources
            if source not in {"stranger", "screened"}
            and source.partition(":")[0] not in {"partner", "channel"}
        )
    if not config.rules or config.rules[-1].offer != "confirm":
        found.append(
            "referral.yaml: key `rules`: the last rule must say `offer: confirm`; add it,"
            " so that no stranger's message reaches a body unread by default"
        )
    found += _norm_problems(config.norm)
    for lead, chain in config.chains.items():
        found.extend(
            f"referral.yaml: key `chains.{lead}`: unknown body kind `{kind}`; use one of"
            " taxonomy.yaml, `bodies`"
            for kind in [lead, *chain]
            if kind not in kinds
        )
    return found


def _norm_problems(norm: Norm) -> list[str]:
    """Return what nobody could be given work by."""
    found: list[str] = []
    if norm.children_per_specialist < 1:
        found.append(
            "referral.yaml: key `norm.children_per_specialist`: is"
            f" {norm.children_per_specialist}; give the children for one post, such as 5000"
        )
    if len(norm.weights) != _LEVELS or min(norm.weights, default=0) <= 0:
        found.append(
            "referral.yaml: key `norm.weights`: give five numbers above 0, for urgency 0 to 4"
        )
    if norm.full_at < max(norm.weights, default=0):
        found.append(
            f"referral.yaml: key `norm.full_at`: is {norm.full_at}, less than one case weighs;"
            " raise it, or nobody is ever given a case"
        )
    if norm.look_back_days < 1:
        found.append(
            f"referral.yaml: key `norm.look_back_days`: is {norm.look_back_days}; use 1 or more"
        )
    return found


def unserved(
    config: ReferralConfig, asked: Mapping[str, Sequence[str]], there: Collection[str]
) -> list[str]:
    """Return one line for every category whose body is nowhere.

    `asked`: the codes by the kind of body that leads them; `there`: kinds in the directory.
    """
    found: list[str] = []
    for kind, codes in sorted(asked.items()):
        if kind not in there:
            found.append(
                f"bodies.yaml: key `bodies`: no body of kind `{kind}`, which leads"
                f" {', '.join(codes)}; add one, or change `lead` in taxonomy.yaml"
            )
        if kind != "OWN" and not config.chains.get(kind):
            found.append(
                f"referral.yaml: key `chains.{kind}`: is missing or empty; name the kinds to"
                f" try in order for what {kind} leads"
            )
    return found
