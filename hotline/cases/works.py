"""Long work: what people ask the service to do that takes longer than a page may."""

from enum import StrEnum


class WorkKind(StrEnum):
    """What can be asked; each has a file in hotline/actions/works."""

    EXPORT_REPORT = "export_report"
    IMPORT_BODIES = "import_bodies"
    IMPORT_PEOPLE = "import_people"
    REPLAY_CHANNEL = "replay_channel"
    TRAIN_MODEL = "train_model"
    TRY_POLICY = "try_policy"


class WorkState(StrEnum):
    """Where long work stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN = (WorkState.QUEUED, WorkState.RUNNING)
