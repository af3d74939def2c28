"""/forecast: which open clocks will be late within 24 and 72 hours. For people at 111."""

from hotline.actions.forecast_breaches import forecast_breaches
from hotline.api.call import Ask, Call, get
from hotline.store.forecast_view import ForecastView


async def show(ask: Ask) -> ForecastView:
    """Return the forecast."""
    return await forecast_breaches(ask.rt, ask.viewer)


CALLS: list[Call] = [
    get("/forecast", show, ForecastView, "Clocks that will be late within 24 and 72 h"),
]
