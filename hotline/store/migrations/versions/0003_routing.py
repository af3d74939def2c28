"""Routing in full: duty, absence, complaints, pages, links, incidents, trials of rules."""

from hotline.store.migration import refuse_downgrade, run_script

revision = "0003"
down_revision = "0002"
downgrade = refuse_downgrade


def upgrade() -> None:
    run_script("0003_routing.sql")
