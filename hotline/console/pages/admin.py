"""GET /admin: how the engine does and who may sign in. No content of any case."""

from aiohttp import web

from hotline.cases.terms import Role
from hotline.console import shell
from hotline.console.session import guarded
from hotline.store import console_reads, heartbeats
from hotline.web.keys import RT


async def show(request: web.Request) -> web.StreamResponse:
    """Return the page."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    async with rt.transaction(viewer) as tx:
        lag = await heartbeats.lag(tx)
        everybody = await console_reads.everybody(tx)
    config = rt.config
    versions = {
        "sla.yaml": config.sla.version,
        "taxonomy.yaml": config.taxonomy.version,
        "referral.yaml": config.referral.version,
        "service.yaml": config.service.version,
    }
    return shell.page(
        request, "admin.html", lag=lag, everybody=everybody, versions=versions
    )


show_page = guarded(Role.ADMIN)(show)
