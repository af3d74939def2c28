"""/models and /quality: what the desk taught triage, and how right it is.

Supervisors and administrators; figures only. Training and comparing need the model's weights
and minutes: those are commands (`hotline model`). Second readings are for people at 111.
"""

from hotline.actions import enable_model, sample_rereading
from hotline.actions.quality_report import QualityReport, quality_report
from hotline.actions.release_text import release_text
from hotline.api.asks import DrawAsked, NothingAsked, VerdictAsked
from hotline.api.call import Ask, Call, get, post
from hotline.store.models import ModelPage
from hotline.store.view_parts import View


class RereadingLine(View, frozen=True):
    """A contact that waits for a second reader."""

    receipt: str
    channel: str
    language: str | None


class RereadingPage(View, frozen=True):
    """What this person may read a second time."""

    items: tuple[RereadingLine, ...]


class RereadingView(View, frozen=True):
    """The words alone: neither the machine's answer nor the first reader's."""

    receipt: str
    channel: str
    language: str | None
    text: str | None


class Released(View, frozen=True):
    """How many different people released a contact's words; 2 are needed."""

    receipt: str
    people: int


async def report(ask: Ask) -> QualityReport:
    """Return the report."""
    return await quality_report(ask.rt, ask.viewer)


async def listed(ask: Ask) -> ModelPage:
    """Return every model."""
    return await enable_model.list_models(ask.rt, ask.viewer)


async def propose(ask: Ask) -> str:
    """Propose a model."""
    await enable_model.propose_model(ask.rt, ask.viewer, ask.path["version"])
    return ask.path["version"]


async def enable(ask: Ask) -> str:
    """Enable what another person proposed."""
    await enable_model.enable_model(ask.rt, ask.viewer, ask.path["version"])
    return ask.path["version"]


async def roll_back(ask: Ask) -> str:
    """Go back to a model, or to `shipped`."""
    await enable_model.roll_back(ask.rt, ask.viewer, ask.path["version"])
    return ask.path["version"]


async def models_now(ask: Ask, _: str) -> ModelPage:
    """Return every model as it stands now."""
    return await listed(ask)


async def waiting(ask: Ask) -> RereadingPage:
    """Return what waits for this person's second reading."""
    rows = await sample_rereading.waiting_rereadings(ask.rt, ask.viewer)
    return RereadingPage(
        items=tuple(
            RereadingLine(receipt=row.receipt, channel=row.channel, language=row.language)
            for row in rows
        )
    )


async def words(ask: Ask) -> RereadingView:
    """Return the words of one drawn contact; reading them is an event."""
    seen = await sample_rereading.open_for_rereading(
        ask.rt, ask.viewer, ask.path["receipt"]
    )
    return RereadingView(
        receipt=seen.receipt, channel=seen.channel, language=seen.language, text=seen.text
    )


async def draw(ask: Ask) -> str:
    """Draw a sample."""
    await sample_rereading.draw_sample(ask.rt, ask.viewer, ask.body.size)
    return ""


async def judge(ask: Ask) -> str:
    """Keep the second reader's verdict."""
    await sample_rereading.give_verdict(
        ask.rt,
        ask.viewer,
        ask.path["receipt"],
        urgency=ask.body.urgency,
        subcategory=ask.body.subcategory,
    )
    return ask.path["receipt"]


async def waiting_now(ask: Ask, _: str) -> RereadingPage:
    """Return what still waits."""
    return await waiting(ask)


async def release(ask: Ask) -> str:
    """Release a contact's words."""
    await release_text(ask.rt, ask.viewer, ask.path["receipt"])
    return ask.path["receipt"]


async def released(ask: Ask, receipt: str) -> Released:
    """Return how many released it; asking again releases nothing twice."""
    people = await release_text(ask.rt, ask.viewer, receipt)
    return Released(receipt=receipt, people=people)


CALLS: list[Call] = [
    get(
        "/quality", report, QualityReport, "How right triage is, and drift", for_admin=True
    ),
    get("/models", listed, ModelPage, "Models learned at the desk", for_admin=True),
    *(
        post(
            f"/models/{{version}}/{verb}",
            NothingAsked,
            act,
            models_now,
            ModelPage,
            summary,
            for_admin=True,
        )
        for verb, act, summary in (
            ("propose", propose, "Propose a compared model"),
            ("enable", enable, "Enable what another person proposed"),
            ("rollback", roll_back, "Go back to this model, or to `shipped`, at once"),
        )
    ),
    get("/rereadings", waiting, RereadingPage, "Contacts that wait for a second reader"),
    get("/rereadings/{receipt}", words, RereadingView, "The words of one of them"),
    post(
        "/rereadings", DrawAsked, draw, waiting_now, RereadingPage, "Draw a random sample"
    ),
    post(
        "/rereadings/{receipt}/verdict",
        VerdictAsked,
        judge,
        waiting_now,
        RereadingPage,
        "The second reader's verdict; an urgent one brings the contact back",
    ),
    post(
        "/contacts/{receipt}/release-text",
        NothingAsked,
        release,
        released,
        Released,
        "Say that a contact's words tell of nobody",
    ),
]
