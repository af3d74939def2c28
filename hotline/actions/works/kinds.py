"""Every kind of long work: who may ask for it, and what does it.

A new kind: a code in `cases.works`, a file beside this one with KIND and `run`, a line in each
table here, and its words in `console.work_words` (docs/howto/long-work.md).
"""

from collections.abc import Mapping

from hotline.actions.works import (
    export_report,
    import_bodies,
    import_people,
    replay_channel,
    train_model,
    try_policy,
)
from hotline.actions.works.kind import Kind, Run
from hotline.cases.works import WorkKind

KINDS: Mapping[WorkKind, Kind] = {
    WorkKind.EXPORT_REPORT: export_report.KIND,
    WorkKind.IMPORT_BODIES: import_bodies.KIND,
    WorkKind.IMPORT_PEOPLE: import_people.KIND,
    WorkKind.REPLAY_CHANNEL: replay_channel.KIND,
    WorkKind.TRAIN_MODEL: train_model.KIND,
    WorkKind.TRY_POLICY: try_policy.KIND,
}
RUNS: Mapping[WorkKind, Run] = {
    WorkKind.IMPORT_BODIES: import_bodies.run,
    WorkKind.IMPORT_PEOPLE: import_people.run,
    WorkKind.TRAIN_MODEL: train_model.run,
}
