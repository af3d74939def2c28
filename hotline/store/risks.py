"""What is due soon or late, the most urgent first: the table that a supervisor acts on."""

from datetime import datetime

from hotline.store import figure_lines, figure_lists
from hotline.store.figure_lines import FigureLine
from hotline.store.figure_rows import Asked
from hotline.store.list_parts import FAR
from hotline.store.transaction import Transaction

ROWS = 20


async def at_risk(tx: Transaction, asked: Asked) -> tuple[FigureLine, ...]:
    """Return the head of the lists `burning` and `burning_contacts`: at most ROWS lines."""
    of_cases = await figure_lists.ids(tx, "burning", asked, limit=ROWS)
    of_contacts = await figure_lists.ids(tx, "burning_contacts", asked, limit=ROWS)
    found = [
        *await figure_lines.of_cases(tx, [row.id for row in of_cases]),
        *await figure_lines.of_contacts(tx, [row.id for row in of_contacts]),
    ]
    return tuple(sorted(found, key=_first)[:ROWS])


def _first(one: FigureLine) -> tuple[int, datetime]:
    return one.urgency or 0, one.due_at or FAR
