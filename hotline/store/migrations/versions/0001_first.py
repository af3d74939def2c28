"""The first tables, and the guards that hold whoever writes."""

from pathlib import Path
from typing import Any

from alembic import op

revision = "0001"
down_revision = None

FOLDER = Path(__file__).parents[1]


def upgrade() -> None:
    # asyncpg's own execute takes a script of many statements; a prepared statement does not.
    driver: Any = op.get_bind().connection.dbapi_connection
    for name in ("0001_tables.sql", "0001_guards.sql"):
        script = (FOLDER / name).read_text(encoding="utf-8")
        driver.run_async(lambda connection, script=script: connection.execute(script))


def downgrade() -> None:
    raise RuntimeError("the first migration is not undone: restore a backup instead")
