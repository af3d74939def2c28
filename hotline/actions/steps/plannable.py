"""Step: a moment that somebody plans with lies in years that every part can count in."""

from datetime import datetime

from hotline.errors import RuleForbids

YEARS = range(2000, 2201)  # in any zone: none of them leaves what Python and SQL can hold


def check_plannable(moment: datetime, field: str) -> None:
    """Do nothing for a moment of these years. Errors: RuleForbids `bad_moment`."""
    if moment.year not in YEARS:
        raise RuleForbids(
            f"{field}: give a moment between the years 2000 and 2200",
            code="bad_moment",
            field=field,
        )
