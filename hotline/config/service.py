"""config/service.yaml: limits and spans of the service itself."""

from hotline.config.loading import Section


class Limits(Section, frozen=True):
    """Sizes at the doors. Texts are stored before any of these is applied to their rank."""

    body_bytes: int  # a larger request body gets 413
    form_bytes: int  # of what is typed; files are counted apart
    form_files: int
    file_bytes: int  # of one file
    uploads_bytes: int  # of all files that a process takes in at once
    narrative_characters: int  # at the desk, where a person can be told
    api_page: int
    floor_characters: int  # the danger floor reads this much before the answer
    json_depth: int


class Sign(Section, frozen=True):
    """Signing in."""

    tries: int
    lock_minutes: int
    session_hours: int
    idle_minutes: int
    token_days: int


class Intake(Section, frozen=True):
    """Coalescing of contacts into few commits."""

    batch: int
    linger_ms: float
    timestamp_tolerance_s: int
    pin_free_tries: int
    pin_slowest_s: int
    thread_minutes: int  # an open thread asks for the PIN again after this
    address_a_minute: int  # posts of one address; more wait behind others, danger never
    everybody_a_minute: int


class Work(Section, frozen=True):
    """Outbox, relay and jobs."""

    ids_a_job: int
    lease_s: int
    high_water_jobs: int
    failures_until_dead: int
    sweep_s: float
    sweep_batch: int


class ServiceConfig(Section, frozen=True):
    """The whole file."""

    version: str
    limits: Limits
    sign: Sign
    intake: Intake
    work: Work


def problems(config: ServiceConfig) -> list[str]:
    """Return one line for every number that cannot work."""
    found: list[str] = []
    for name in ("limits", "sign", "intake", "work"):
        section = getattr(config, name)
        found.extend(
            f"service.yaml: key `{name}.{field}`: must be above 0; correct the value"
            for field in section.__struct_fields__
            if getattr(section, field) <= 0
        )
    return found
