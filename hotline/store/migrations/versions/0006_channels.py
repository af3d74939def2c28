"""What goes out, media, calls, sites, hooks and signs of life of channels."""

from hotline.store.migration import refuse_downgrade, run_script

revision = "0006"
down_revision = "0005"
downgrade = refuse_downgrade


def upgrade() -> None:
    run_script("0006_channels.sql")
