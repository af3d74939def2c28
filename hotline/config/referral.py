"""config/referral.yaml: who may open and offer without a person at 111, and the chains."""

from collections.abc import Collection, Mapping, Sequence
from typing import Literal

from hotline.config.loading import Section


class OfferRule(Section, frozen=True):
    """The first rule that fits decides. An empty list means any."""

    offer: Literal["confirm", "auto"]
    sources: list[str] = []  # stranger | screened | partner:<name> | channel:<name>
    categories: list[str] = []  # "EDU" or "EDU.FEE"
    urgencies: list[int] = []


class ReferralConfig(Section, frozen=True):
    """The whole file."""

    version: str
    screened_partners: list[str]  # a person has read these reports
    demo_screened_partners: list[str]  # the same, under --demo only
    rules: list[OfferRule]
    # By the lead that a category names: kinds to try, in order, before 111's own queue.
    chains: dict[str, list[str]]


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
    for lead, chain in config.chains.items():
        found.extend(
            f"referral.yaml: key `chains.{lead}`: unknown body kind `{kind}`; use one of"
            " taxonomy.yaml, `bodies`"
            for kind in [lead, *chain]
            if kind not in kinds
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
