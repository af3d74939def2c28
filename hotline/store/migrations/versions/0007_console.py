"""What the console's desks keep: one script for each part of it."""

from hotline.store.migration import refuse_downgrade, run_script

revision = "0007"
down_revision = "0006"
downgrade = refuse_downgrade
PARTS = (
    "desk",
    "queue",
    "inbox",
    "field",
    "board",
    "work",
    "admin",
    "public",
    "oversight",
)


def upgrade() -> None:
    for part in PARTS:
        run_script(f"0007_{part}.sql")
