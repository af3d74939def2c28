"""What every migration does: run a script of SQL that lies beside it; none is undone."""

from pathlib import Path
from typing import Any

from alembic import op

FOLDER = Path(__file__).with_name("migrations")


def run_script(name: str) -> None:
    """Run the script `name` of the migrations' folder in the migration's transaction."""
    # asyncpg's own execute takes a script of many statements; a prepared statement does not.
    driver: Any = op.get_bind().connection.dbapi_connection
    script = (FOLDER / name).read_text(encoding="utf-8")
    driver.run_async(lambda connection: connection.execute(script))


def refuse_downgrade() -> None:
    """Errors: RuntimeError, always."""
    raise RuntimeError("history is not undone: restore a backup instead")
