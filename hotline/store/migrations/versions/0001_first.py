"""The first tables, and the guards that hold whoever writes."""

from hotline.store.migration import refuse_downgrade, run_script

revision = "0001"
down_revision = None
downgrade = refuse_downgrade


def upgrade() -> None:
    run_script("0001_tables.sql")
    run_script("0001_guards.sql")
