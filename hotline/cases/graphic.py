"""Which words are hard to meet unprepared: they stay covered until somebody opens them."""

from collections.abc import Mapping
from typing import Any

SEXUAL, SELF_HARM, INJURY = "sexual", "self_harm", "injury"
TOPICS = {
    "VIO.SEX": SEXUAL,
    "WOM.SEX": SEXUAL,
    "DIG.SEXT": SEXUAL,
    "EXP.TRAF": SEXUAL,
    "MEN.SUI": SELF_HARM,
    "MEN.SELF": SELF_HARM,
}
# Rules of config/danger.yaml that tell of wounds, whatever the topic.
WOUNDS = frozenset(
    {
        "burns_on_purpose",
        "bleeding",
        "strangled",
        "marks_of_blows",
        "fire_gas_acid",
        "mouth_taped",
        "cuts_seen",
        "hurts_own_body",
    }
)
_DANGER = "danger:"
_LIKELY = 0.3  # of a topic's probability: a cover too many costs one press


def graphic(triage: Mapping[str, Any] | None, codes: Mapping[str, str]) -> str | None:
    """Return what kind of hard words triage saw in a text, or None.

    `codes`: the topic of each danger rule. What triage has not read is not covered.
    """
    if not triage:
        return None
    ranked = triage.get("alternatives") or ()
    likely = [one.get("code") for one in ranked if one.get("score", 0) >= _LIKELY]
    for code in (triage.get("subcategory"), *likely):
        if str(code) in TOPICS:
            return TOPICS[str(code)]
    rules = [str(one.get("rule", "")) for one in triage.get("reasons") or ()]
    # Also a rule that a "not" beside it silenced: the words stand there all the same.
    fired = [rule.split(":")[1] for rule in rules if rule.startswith(_DANGER)]
    for rule in fired:
        if TOPICS.get(codes.get(rule, "")):
            return TOPICS[codes[rule]]
    return INJURY if WOUNDS.intersection(fired) else None
