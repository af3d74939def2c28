"""Use case: an administrator plans that one body takes another's place, or takes it back.

What happens on the day is `actions.succeed_body`.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from hotline.actions.steps.directory import check, known_to, need_keeper, overlaid, row_of
from hotline.actions.steps.route import day_of
from hotline.cases.terms import BodyId
from hotline.errors import NotFound, RuleForbids
from hotline.identity.viewer import Actor
from hotline.routing.directory import Directory
from hotline.routing.succession import why_not
from hotline.runtime import Runtime
from hotline.store import bodies, people, successions
from hotline.store.transaction import Transaction


async def plan_succession(
    rt: Runtime,
    actor: Actor,
    old: str,
    new: str,
    on_day: date,
    usernames: Collection[str] | None = None,
) -> int:
    """Plan that `new` takes the place of `old` from `on_day` on; return the plan's id.

    `old` ends on that day; today means at once. `usernames`: who goes along; None means all
    active people of `old`. Every case goes, whoever goes along.
    Errors: RuleForbids names the field; BadDirectory where the day leaves a gap; NotAllowed.
    """
    need_keeper(actor)
    async with rt.transaction(actor) as tx:
        await bodies.lock(tx)
        directory = await bodies.directory(tx)
        wrong = why_not(directory, BodyId(old), BodyId(new), on_day, day_of(tx))
        if wrong is not None:
            code, field = wrong
            raise RuleForbids(f"{field}: {code}", code=code, field=field)
        chosen = await _chosen(tx, directory, old, usernames)
        known = await known_to(tx)
        entry = next(one for one in known if one.id == old)
        ends = entry.valid_to is None or entry.valid_to > on_day
        if ends:
            ended = replace(entry, valid_to=on_day)
            check(rt, tx, overlaid(known, [ended]))
            await bodies.put(tx, [row_of(ended)], bodies.BY_HAND)
        plan = {"from_body": old, "to_body": new, "on_day": on_day, "people": chosen}
        made = await successions.plan(tx, {**plan, "valid_to_before": entry.valid_to})
        data = {"body": old, "to_body": new, "day": on_day.isoformat(), "plan": made}
        tx.record("succession_planned", data=data)
    rt.forget_directory()
    return made


async def cancel_succession(rt: Runtime, actor: Actor, plan_id: int) -> None:
    """Take a plan back before its day; the old body's last day is what it was.

    Errors: NotFound; RuleForbids once it has begun; BadDirectory; NotAllowed.
    """
    need_keeper(actor)
    async with rt.transaction(actor) as tx:
        await bodies.lock(tx)
        plan = await successions.by_id(tx, plan_id)
        if plan is None or plan.cancelled_at is not None:
            raise NotFound("no such plan")
        if plan.began_at is not None:
            raise RuleForbids("it has begun", code="succession_began", field="on_day")
        await successions.change(tx, plan_id, {"cancelled_at": tx.now})
        known = await known_to(tx)
        entry = next(one for one in known if one.id == plan.from_body)
        if entry.valid_to == plan.on_day:
            back = replace(entry, valid_to=plan.valid_to_before)
            check(rt, tx, overlaid(known, [back]))
            await bodies.put(tx, [row_of(back)], bodies.BY_HAND)
        data = {"body": plan.from_body, "to_body": plan.to_body, "plan": plan_id}
        tx.record("succession_cancelled", data=data)
    rt.forget_directory()


async def _chosen(
    tx: Transaction, directory: Directory, old: str, usernames: Collection[str] | None
) -> list[int] | None:
    if usernames is None:
        return None
    ids = await people.active_ids(tx, usernames)
    there = {member.person for member in directory.people.get(BodyId(old), ())}
    strangers = [name for name in usernames if ids.get(name) not in there]
    if strangers:
        text = f"not of this body: {', '.join(sorted(strangers))}"
        raise RuleForbids(text, code="unknown_person", field="people")
    return sorted(ids.values())
