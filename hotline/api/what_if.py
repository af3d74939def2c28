"""/what-if: changed files tried on the stored past, then enabled by two people.

Supervisors and administrators. An administrator gets the figures and no case numbers.
"""

from typing import Annotated

import msgspec

from hotline.actions import enable_policy, try_policy
from hotline.api.asks import Asked, NothingAsked
from hotline.api.call import Ask, Call, get, post
from hotline.errors import NotFound
from hotline.store.trial_view import TrialPage, TrialView

LONGEST_FILE = 1_000_000  # characters
_File = Annotated[str, msgspec.Meta(max_length=LONGEST_FILE)]
_LONGEST_ID = 18  # digits


class WhatIfAsked(Asked, frozen=True):
    """Files of config/ as they would be, by name, and how many days to look back."""

    files: dict[str, _File]
    days: int = 30


async def listed(ask: Ask) -> TrialPage:
    """Return the newest trials."""
    return await try_policy.list_trials(ask.rt, ask.viewer)


async def start(ask: Ask) -> str:
    """Try the files."""
    made = await try_policy.try_policy(
        ask.rt, ask.viewer, ask.body.files, days=ask.body.days
    )
    return str(made)


async def one(ask: Ask) -> TrialView:
    """Return a trial."""
    return await rendered(ask, ask.path["id"])


async def rendered(ask: Ask, known: str) -> TrialView:
    """Return the trial of that id as it stands now."""
    return await try_policy.trial_of(ask.rt, ask.viewer, _id(known))


def _id(text: str) -> int:
    """Return the id in an address. Errors: NotFound."""
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_ID):
        raise NotFound("no such trial")
    return int(text)


async def propose(ask: Ask) -> str:
    """Propose a trial."""
    await enable_policy.propose_policy(ask.rt, ask.viewer, _id(ask.path["id"]))
    return ask.path["id"]


async def enable(ask: Ask) -> str:
    """Enable what another person proposed."""
    await enable_policy.enable_policy(ask.rt, ask.viewer, _id(ask.path["id"]))
    return ask.path["id"]


async def roll_back(ask: Ask) -> str:
    """Go back to what ran before."""
    await enable_policy.roll_back_policy(ask.rt, ask.viewer, _id(ask.path["id"]))
    return ask.path["id"]


CALLS: list[Call] = [
    get("/what-if", listed, TrialPage, "Trials of a changed configuration", for_admin=True),
    post(
        "/what-if",
        WhatIfAsked,
        start,
        rendered,
        TrialView,
        "Try changed files of config/ on the stored past",
        status=201,
        for_admin=True,
    ),
    get("/what-if/{id}", one, TrialView, "What would change", for_admin=True),
    *(
        post(
            f"/what-if/{{id}}/{verb}",
            NothingAsked,
            act,
            rendered,
            TrialView,
            summary,
            for_admin=True,
        )
        for verb, act, summary in (
            ("propose", propose, "Propose a trial"),
            ("enable", enable, "Enable what another person proposed"),
            ("roll-back", roll_back, "Go back at once to what ran before"),
        )
    ),
]
