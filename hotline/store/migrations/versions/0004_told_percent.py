"""A clock keeps what was told of it, not where on a ladder; and when it was given up."""

from hotline.store.migration import refuse_downgrade, run_script

revision = "0004"
down_revision = "0003"
downgrade = refuse_downgrade


def upgrade() -> None:
    run_script("0004_told_percent.sql")
