"""Indexes for what moves and sweeps look for by referral, case and time."""

from pathlib import Path
from typing import Any

from alembic import op

revision = "0005"
down_revision = "0004"

SCRIPT = Path(__file__).parents[1] / "0005_indexes.sql"


def upgrade() -> None:
    # asyncpg's own execute takes a script of many statements; a prepared statement does not.
    driver: Any = op.get_bind().connection.dbapi_connection
    script = SCRIPT.read_text(encoding="utf-8")
    driver.run_async(lambda connection: connection.execute(script))


def downgrade() -> None:
    raise RuntimeError("history is not undone: restore a backup instead")
