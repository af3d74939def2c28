"""The first tables, and the guards that hold whoever writes."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None

FOLDER = Path(__file__).parents[1]


def upgrade() -> None:
    for name in ("0001_tables.sql", "0001_guards.sql"):
        op.get_bind().exec_driver_sql((FOLDER / name).read_text(encoding="utf-8"))


def downgrade() -> None:
    raise RuntimeError("the first migration is not undone: restore a backup instead")
