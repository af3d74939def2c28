"""Facts that people at 111 ask for while they talk, and the answers that there are."""

YES, NO = "yes", "no"
# config/scripts.yaml says how each is asked, about what, and what a "yes" means.
FACTS = (
    "offender_near", "weapon", "injured", "plan_today", "alone", "young", "disability",
    "power",
)  # fmt: skip
