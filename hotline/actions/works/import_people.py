"""Long work: a large table of people is taken over as one piece; the links to first passwords
are a file for who asked, sealed and gone in a day.
"""

from hotline.actions.import_people import import_people
from hotline.actions.works.kind import Asked, Bench, Kind, Made
from hotline.cases.terms import Role
from hotline.config.csv_table import write_table

_NAME = "table.csv"


class ImportPeople(Asked, frozen=True):
    """Nothing is asked beside the table."""


KIND = Kind(frozenset({Role.ADMIN}), ImportPeople)


async def run(bench: Bench) -> Made:
    """Take the table over: all of it or nothing. Errors: BadDirectory, NotAllowed."""
    rt = bench.rt
    done = await import_people(
        rt, bench.viewer, bench.file or b"", _NAME, only_look=False, told=bench.progress
    )
    links = [
        {
            "username": one.username,
            "link": f"{rt.settings.public_url}/first-password/{one.token}",
        }
        for one in done
        if one.token
    ]
    told: dict[str, int | str] = {
        "new": sum(one.new for one in done),
        "changed": sum(not one.new for one in done),
        "second": sum(one.two for one in done),
    }
    if not links:
        return Made(told)
    table = write_table(("username", "link"), links)
    return Made(told, table, "first-passwords.csv", "text/csv")
