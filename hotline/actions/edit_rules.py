"""Use cases: a day of the calendar, or the words of a category, as changed rules to be tried.

They go the way of all rules: tried on the past, proposed, enabled by a second person, rolled back.
"""

from collections.abc import Mapping
from datetime import date

from hotline.actions.try_policy import files_now, try_policy
from hotline.config import edited
from hotline.errors import NotFound, RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime

PARTS = ("closed", "opened")
_DAYS = 7  # of the past, on which it is tried; nothing that began before is moved
_LONGEST = 200


async def change_day(rt: Runtime, viewer: Viewer, part: str, day: date, source: str) -> int:
    """Try a calendar in which a day is off (`closed`) or worked (`opened`); return the trial.

    Errors: NotFound, NotAllowed; RuleForbids `reason_missing`, `unknown_part`, and what the
    calendar forbids.
    """
    if part not in PARTS:
        raise RuleForbids("closed or opened", code="unknown_part", field="part")
    text = (await files_now(rt, viewer))["calendar.yaml"]
    changed = edited.with_day(text, part, day, _said(source, "source"))
    return await _try(rt, viewer, "calendar.yaml", changed)


async def change_names(
    rt: Runtime, viewer: Viewer, code: str, names: Mapping[str, str]
) -> int:
    """Try other names of a category or topic; return the trial.

    Errors: NotFound, NotAllowed, RuleForbids with the language as field.
    """
    told = {lang: _said(names.get(lang, ""), lang) for lang in ("kk", "ru", "en")}
    text = (await files_now(rt, viewer))["taxonomy.yaml"]
    try:
        changed = edited.with_names(text, code, told)
    except KeyError:
        raise NotFound("no such category") from None
    return await _try(rt, viewer, "taxonomy.yaml", changed)


async def _try(rt: Runtime, viewer: Viewer, name: str, text: str) -> int:
    version = f"{rt.clock.now():%Y-%m-%d.%H%M%S}"
    return await try_policy(rt, viewer, {name: edited.with_version(text, version)}, _DAYS)


def _said(text: str, field: str) -> str:
    found = " ".join(text.split())
    if not found or not found.isprintable():
        raise RuleForbids("say it", code="reason_missing", field=field)
    if len(found) > _LONGEST:
        raise RuleForbids("say it shorter", code="reason_long", field=field)
    return found
