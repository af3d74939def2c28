"""Which channels have a provider here: one line a channel."""

from collections.abc import Mapping

import aiohttp

from hotline.cases.letter_token import key_of
from hotline.cases.terms import Channel
from hotline.notify.kannel import KannelTransport, report_url
from hotline.notify.mail import MailTransport
from hotline.notify.smtp import MailServer
from hotline.notify.telegram import TelegramTransport
from hotline.notify.transport import Transport
from hotline.notify.viber import ViberTransport
from hotline.notify.whatsapp import WhatsAppTransport
from hotline.settings import Settings

_CONNECT_S = 3.0  # no line within this: the provider surely took nothing


def open_transports(settings: Settings) -> Mapping[Channel, Transport]:
    """Return the transports that the environment names; any of them may be missing."""
    found: dict[Channel, Transport] = {}
    if settings.telegram_token:
        found[Channel.TELEGRAM] = TelegramTransport(
            settings.telegram_api, settings.telegram_token
        )
    if settings.kannel_url:
        found[Channel.SMS] = KannelTransport(
            settings.kannel_url,
            settings.kannel_user,
            settings.kannel_password,
            report_url(settings),
        )
    if settings.whatsapp_token and settings.whatsapp_number_id:
        found[Channel.WHATSAPP] = WhatsAppTransport(
            settings.whatsapp_api, settings.whatsapp_number_id, settings.whatsapp_token
        )
    if settings.viber_tokens:
        found[Channel.VIBER] = ViberTransport(settings.viber_api, settings.viber_tokens[0])
    if settings.smtp_url:
        found[Channel.EMAIL] = MailTransport(
            MailServer(settings.smtp_url, settings.smtp_from), key_of(settings.secret_key)
        )
    return found


def open_line(timeout_s: float) -> aiohttp.ClientSession:
    """Return a session for one message. No proxy, no cookies, no line of an earlier one.

    Used on a line that the provider is just closing, a message would be `uncertain`.
    """
    return aiohttp.ClientSession(
        trust_env=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(
            total=timeout_s, sock_connect=min(_CONNECT_S, timeout_s)
        ),
    )
