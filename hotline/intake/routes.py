"""The doors by which messages come in, and where each is reached."""

from functools import partial
from pathlib import Path

from aiohttp import web

from hotline.actions.open_thread import Strangers
from hotline.intake import ari_door, report_page, status_page, thread_page
from hotline.intake.calls import Calls, calls_channel
from hotline.intake.channel import Channel
from hotline.intake.crowd import Crowd
from hotline.intake.form_body import UPLOADS, Uploads
from hotline.intake.partner import STATUS_PATH, Partner
from hotline.intake.partner_gate import PartnerGate
from hotline.intake.partner_status import state_of
from hotline.intake.receive import door, greeting
from hotline.intake.report_page import CROWD, SITES
from hotline.intake.site_memory import SiteMemory
from hotline.intake.sms_form import FormSms
from hotline.intake.sms_kannel import KannelSms
from hotline.intake.sms_reports import KannelReports
from hotline.intake.spent import Spent
from hotline.intake.telegram import Telegram
from hotline.intake.viber import Viber
from hotline.intake.whatsapp import WhatsApp
from hotline.runtime import Runtime
from hotline.web.keys import RT

_STATIC = Path(__file__).with_name("static")


def channels(rt: Runtime) -> list[Channel]:
    """Return every channel with a door at /intake/{name}. A new one is a line here."""
    return [_telegram(rt), _whatsapp(rt), _viber(rt), *sms(rt), _partner(rt), phone(rt)]


def sms(rt: Runtime) -> list[KannelSms | FormSms]:
    """Return the doors of SMS: all one channel, each gateway an account of its own."""
    secrets = rt.settings.sms_secrets
    gateways = rt.config.channels.sms_gateways
    return [
        KannelSms(secrets),
        *(FormSms(name, rules, secrets) for name, rules in gateways.items()),
    ]


def phone(rt: Runtime) -> Calls:
    """Return the door of every exchange that tells of its calls."""
    return calls_channel(_partner(rt), rt)


def routes(app: web.Application) -> None:
    """Add the intake doors, the public form and the status page to `app`."""
    rt = app[RT]
    for channel in (*channels(rt), KannelReports(rt.settings.sms_secrets)):
        handle = door(channel)
        for method in channel.methods:
            app.router.add_route(method, f"/intake/{channel.name}", handle)
    app.router.add_get("/intake/whatsapp", greeting(_whatsapp(rt)))
    ari_door.routes(app)
    app.router.add_get(STATUS_PATH, state_of(_partner(rt)))
    _public(app, rt)
    app.router.add_static("/static/public", _STATIC)


def _public(app: web.Application, rt: Runtime) -> None:
    """Add the pages for everybody: the form, also behind a poster's code, and the thread."""
    intake, limits = rt.config.service.intake, rt.config.service.limits
    app[SITES] = SiteMemory()
    app[CROWD] = Crowd(intake.address_a_minute, intake.everybody_a_minute)
    app[UPLOADS] = Uploads(limits.uploads_bytes)
    app.router.add_get("/report", report_page.show)
    app.router.add_post("/report", report_page.send)
    app.router.add_get("/q/{code}", report_page.show)
    app[status_page.STRANGERS] = Strangers()
    app[thread_page.OPEN] = set()
    app[thread_page.SPENT] = Spent()
    app.on_shutdown.append(thread_page.end_streams)
    app.router.add_get("/status", status_page.show)
    app.router.add_post("/status", status_page.ask)
    app.router.add_post("/status/thread", thread_page.write)
    app.router.add_post("/status/thread/again", thread_page.again)
    app.router.add_post("/status/part", thread_page.part)
    app.router.add_post("/status/live", thread_page.live)


def _telegram(rt: Runtime) -> Telegram:
    return Telegram(
        rt.settings.telegram_secrets,
        rt.settings.telegram_account,
        json_depth=rt.config.service.limits.json_depth,
    )


def _whatsapp(rt: Runtime) -> WhatsApp:
    set_up = rt.settings
    return WhatsApp(
        set_up.whatsapp_secrets,
        set_up.whatsapp_verify_tokens,
        [one for one in (set_up.whatsapp_number_id,) if one],
        json_depth=rt.config.service.limits.json_depth,
    )


def _viber(rt: Runtime) -> Viber:
    return Viber(rt.settings.viber_tokens, json_depth=rt.config.service.limits.json_depth)


def _partner(rt: Runtime) -> Partner:
    return Partner(
        rt.settings.partner_secrets,
        screened=rt.screened_partners,
        gate=PartnerGate(partial(rt.config.channels.of_partner, demo=rt.settings.demo)),
        regions=rt.regions,
        tolerance_s=rt.config.service.intake.timestamp_tolerance_s,
        json_depth=rt.config.service.limits.json_depth,
    )
