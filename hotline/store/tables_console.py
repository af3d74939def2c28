"""The tables of the console, gathered: each of its parts has a file."""

from hotline.store import (  # noqa: F401  of the metadata
    tables_admin,
    tables_board,
    tables_desk,
    tables_field,
    tables_inbox,
    tables_oversight,
    tables_queue,
    tables_work,
)
