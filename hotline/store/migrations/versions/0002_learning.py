"""Learning from the desk: models, second readings, released texts."""

from hotline.store.migration import refuse_downgrade, run_script

revision = "0002"
down_revision = "0001"
downgrade = refuse_downgrade


def upgrade() -> None:
    run_script("0002_learning.sql")
