"""Where handlers find what the web process was made with."""

from aiohttp import web

from hotline.runtime import Runtime

RT = web.AppKey("rt", Runtime)
REQUEST_ID = web.RequestKey("request_id", str)
LOCALE = web.RequestKey("locale", str)
# Sent where a page reads anew by itself: that keeps no session alive, and waits its turn.
AUTOMATIC = "X-Automatic"
