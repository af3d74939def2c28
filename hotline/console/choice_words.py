"""Names of the codes of a choice of body and person (routing.office, routing.person)."""

LEADS_BY = {
    "chain": "first in the order for this matter and place that may act",
    "one_level_up": "nobody below it can take the case now: one level up",
    "fallback": "acts instead of a body with a conflict of interest",
    "own_matter": "a matter of 111 itself",
    "region_unknown": "the region is not known yet",
    "chain_exhausted": "no other body can act: 111 keeps the case",
}
BODY_OUT = {
    "planned": "is only planned",
    "not_yet": "does not act yet",
    "no_longer": "acts no longer",
    "declined": "has declined",
    "returned": "gave the case back",
    "conflict": "conflict of interest",
    "conflict_below": "belongs to a body with a conflict of interest",
    "conflict_head": "its head has a conflict of interest",
    "conflict_people": "all its people have a conflict of interest",
    "conflict_hint": "possible conflict of interest that nobody has looked at",
    "full": "has as many cases as it can take",
    "nobody_there": "nobody there can take it now",
    "nobody_absent": "everybody there is away",
    "nobody_left": "nobody there can take it now",
    "nobody_offered": "nobody there can take it now",
    "nobody_conflict": "nobody there can take it now",
}
PERSON_BY = {
    "stand_in": "stands in for a colleague who is away",
    "duty": "is on duty",
    "specialist": "has the least work for the post",
    "deputy": "deputy: no specialist can take it",
    "head": "head: nobody else can take it",
    "specialist_other_language": "has the least work; nobody speaks the language of the case",
    "deputy_other_language": "deputy: no specialist can take it",
    "head_other_language": "head: nobody else can take it",
    "nobody": "nobody there can take it now",
}
PERSON_OUT = {
    "absent": "is away",
    "full": "has as much work as a post can take",
    "conflict": "conflict of interest",
    "conflict_body": "conflict of interest",
    "left": "works there no longer",
    "offer_ran_out": "did not answer in time",
    "by_hand": "111 asked somebody else",
    "more_load": "would have more work for the post",
    "same_load": "has as much work and was given more lately",
    "later_on_duty": "comes later in the roster",
    "not_on_duty": "is not on duty now",
    "language": "does not speak the language of the case",
    "position": "comes after the specialists",
    "not_the_stand_in": "was not named to stand in",
}
HANDED_ON = {
    "absent": "is away",
    "ran_out": "did not answer in time",
    "left": "works there no longer",
    "conflict": "conflict of interest",
    "by_hand": "111 asked somebody else",
}
CHOICE = {
    "leads_by": LEADS_BY,
    "body_out": BODY_OUT,
    "person_by": PERSON_BY,
    "person_out": PERSON_OUT,
    "handed_on": HANDED_ON,
}
