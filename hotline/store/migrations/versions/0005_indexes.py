"""Indexes for what moves and sweeps look for by referral, case and time."""

from hotline.store.migration import refuse_downgrade, run_script

revision = "0005"
down_revision = "0004"
downgrade = refuse_downgrade


def upgrade() -> None:
    run_script("0005_indexes.sql")
