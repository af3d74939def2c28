"""config/admin.yaml: the second factor, first passwords, and how long records are kept."""

from enum import StrEnum

from hotline.cases.terms import Role
from hotline.config.loading import Section
from hotline.config.sla import Words


class RetentionKind(StrEnum):
    """Kinds of records that end after a time."""

    CONTACT = "contact"  # closed at 111 and in no case
    CASE = "case"
    CHILD_CASE = "child_case"  # about a child, of a grave category
    OVERSIGHT = "oversight"  # what commissioners asked, of no case
    HANDOVER = "handover"  # what who went said to who came
    DRAFT = "draft"  # forms of calls, acts and replies that nobody sent
    DAILY = "daily"  # letters of the day that went out, presses for many cases
    SESSION = "session"  # sessions, tokens, links that let nobody in any more


class SecondFactor(Section, frozen=True):
    """Who must sign in with a code beside the password."""

    roles: tuple[Role, ...]
    grace_days: int
    recovery_codes: int


class Period(Section, frozen=True):
    """How long one kind is kept after it was closed, and by what right."""

    kind: RetentionKind
    days: int
    least_days: int  # nobody may set it lower
    basis: Words


class Retention(Section, frozen=True):
    """What is destroyed when."""

    every_hours: int
    batch: int
    kinds: tuple[Period, ...]

    def of(self, kind: str) -> Period | None:
        """Return the period of a kind, None for a kind that is none."""
        return next((one for one in self.kinds if one.kind == kind), None)


class AdminConfig(Section, frozen=True):
    """The whole file."""

    version: str
    second_factor: SecondFactor
    first_password_hours: int  # of who was just added
    new_password_hours: int
    retention: Retention
    grave: tuple[str, ...]  # categories whose closed cases about children are kept longest


def problems(config: AdminConfig) -> list[str]:
    """Return one line for everything that cannot work."""
    found = [
        f"admin.yaml: key `{name}`: must be above 0; correct the value"
        for name, value in (
            ("second_factor.recovery_codes", config.second_factor.recovery_codes),
            ("first_password_hours", config.first_password_hours),
            ("new_password_hours", config.new_password_hours),
            ("retention.every_hours", config.retention.every_hours),
            ("retention.batch", config.retention.batch),
        )
        if value <= 0
    ]
    if config.second_factor.grace_days < 0:
        found.append("admin.yaml: key `second_factor.grace_days`: give 0 or more days")
    named = [period.kind for period in config.retention.kinds]
    found += [
        f"admin.yaml: key `retention.kinds`: `{kind}` must stand there once; mend the list"
        for kind in RetentionKind
        if named.count(kind) != 1
    ]
    found += [
        f"admin.yaml: key `retention.kinds`: `{one.kind}` is kept {one.days} days, less than"
        f" its least {one.least_days}; raise it"
        for one in config.retention.kinds
        if not 1 <= one.least_days <= one.days
    ]
    return found
