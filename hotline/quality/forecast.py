"""How probable it is that an open clock will be late, learned from the service's own past.

A clock that still runs after a share of its time has gone is late as often as clocks like it
were that ran as long: counted over all, then by name, urgency and body, each level shrunk to
the one above (a body with three clocks says little). Load of the body and the hour at which
the clock falls due correct that; what is said is then calibrated on a later part of the past.
Numbers only. Source: docs/adr/0013-what-if-and-forecast.md.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hotline.quality.calibration import Curve, fit_curve

HORIZONS = (24, 72)  # hours
FEWEST_CLOCKS, FEWEST_LATE = 500, 50  # below this a forecast would be a guess
LOOKS = (0.0, 0.25, 0.5, 0.75, 0.9)  # shares of its time at which a past clock is looked at
SAMPLE = 4_000  # clocks by which corrections are fitted and tested
_SHRINK, _STEADY = 12.0, 25.0  # how many clocks of the level above weigh as much as its own
_ALMATY = ZoneInfo("Asia/Almaty")
_OPENS, _CLOSES, _WEEKEND = 9, 18, 5
_QUIET, _BUSY = 0.75, 1.25  # of a body's usual number of open clocks
Key = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class PastClock:
    """A clock that came to its end. `met_at` None: it fell due and nobody met it."""

    name: str
    urgency: int
    body: str
    started_at: datetime
    due_at: datetime
    met_at: datetime | None

    @property
    def late(self) -> bool:
        """Return whether it was met too late, or never."""
        return self.met_at is None or self.met_at >= self.due_at


@dataclass(frozen=True, slots=True)
class OpenClock:
    """A clock that runs, as it stands at the moment of asking."""

    name: str
    urgency: int
    body: str
    started_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Forecast:
    """What was learned. Made by `learn`; asked by `probability`."""

    times: Mapping[Key, Sequence[float]]  # shares of time after which clocks were met
    loads: "Loads"
    factors: Mapping[str, float]
    curve: Curve


@dataclass(frozen=True, slots=True)
class Loads:
    """How many clocks each body had open at any moment, and how many it usually has."""

    starts: Mapping[str, Sequence[datetime]]  # in order
    ends: Mapping[str, Sequence[datetime]]
    usual: Mapping[str, float]

    def band(self, body: str, at: datetime) -> str:
        """Return quiet, usual or busy."""
        return self.band_of(body, self.open_at(body, at))

    def open_at(self, body: str, at: datetime) -> int:
        """Return how many clocks of the body were open, which everybody knew then."""
        begun = bisect_right(self.starts.get(body, ()), at)
        return begun - bisect_right(self.ends.get(body, ()), at)

    def band_of(self, body: str, n: int) -> str:
        """Return quiet, usual or busy for `n` open clocks."""
        usual = self.usual.get(body, 0.0)
        if not usual:
            return "usual"
        if n < _QUIET * usual:
            return "quiet"
        return "busy" if n > _BUSY * usual else "usual"


def enough(past: Sequence[PastClock]) -> bool:
    """Return whether there is enough past to say anything."""
    late = sum(clock.late for clock in past)
    return len(past) >= FEWEST_CLOCKS and FEWEST_LATE <= late <= len(past) - FEWEST_LATE


def learn(past: Iterable[PastClock], *, kept_back: float = 0.2) -> Forecast:
    """Return a forecast learned from `past`; its last part calibrates what the rest says.

    Parted by the due moment: what is said of a later time rests on an earlier one.
    Units: `kept_back` is a share of the clocks. Errors: ValueError for an empty past.
    """
    ordered = sorted(past, key=lambda clock: clock.due_at)
    if not ordered:
        raise ValueError("nothing to learn from")
    cut = max(1, round(len(ordered) * (1 - kept_back)))
    early, later = ordered[:cut], ordered[cut:]
    raw = _uncalibrated(early, loads_of(ordered))
    said = [(_raw(raw, clock, at), clock.late) for clock in later for at in looks_at(clock)]
    return Forecast(raw.times, raw.loads, raw.factors, fit_curve(said))


def some(clocks: Sequence[PastClock]) -> Sequence[PastClock]:
    """Return every n-th clock, so that there are few enough to be looked at one by one."""
    return clocks[:: len(clocks) // SAMPLE + 1]


def looks_at(clock: PastClock) -> list[datetime]:
    """Return the moments at which a past clock, still open, would have been looked at."""
    span = clock.due_at - clock.started_at
    moments = (clock.started_at + span * share for share in LOOKS)
    return [at for at in moments if clock.met_at is None or at < clock.met_at]


def probability(
    forecast: Forecast,
    clock: OpenClock,
    now: datetime,
    hours: int,
    load: int | None = None,
) -> float:
    """Return how probable it is that the clock becomes late within `hours` from `now`.

    A clock that falls due later cannot become late before; one that is late already is
    certain. `load`: open clocks of its body now, where somebody counted.

    Units: hours; the answer from 0 to 1.
    """
    if clock.due_at <= now:
        return 1.0
    if clock.due_at > now + timedelta(hours=hours):
        return 0.0
    return forecast.curve.at(_raw(forecast, clock, now, load))


def _uncalibrated(past: Sequence[PastClock], loads: Loads) -> Forecast:
    times: dict[Key, list[float]] = {}
    for clock in past:
        for key in _keys(clock):
            times.setdefault(key, []).append(_used(clock))
    for shares in times.values():
        shares.sort()
    plain = Forecast(times, loads, {}, Curve(()))
    return Forecast(times, loads, _factors(plain, past), plain.curve)


def _used(clock: PastClock) -> float:
    """Return the share of its time after which the clock was met; late ones at 1."""
    if clock.met_at is None or clock.late:
        return 1.0
    return (clock.met_at - clock.started_at) / (clock.due_at - clock.started_at)


def _keys(clock: PastClock | OpenClock) -> list[Key]:
    whole = (clock.name, clock.urgency, clock.body)
    return [whole[:n] for n in range(4)]


def _raw(
    forecast: Forecast,
    clock: PastClock | OpenClock,
    at: datetime,
    load: int | None = None,
) -> float:
    span = clock.due_at - clock.started_at
    gone = min(1.0, max(0.0, (at - clock.started_at) / span)) if span else 1.0
    found = 0.5
    for depth, key in enumerate(_keys(clock)):
        shares = forecast.times.get(key, ())
        still = len(shares) - bisect_right(shares, gone)
        late = len(shares) - bisect_left(shares, 1.0)
        weight = _SHRINK if depth else 2.0
        found = (min(late, still) + weight * found) / (still + weight)
    odds = found / (1 - found) if found < 1 else 1e6
    loads = forecast.loads
    band = loads.band(clock.body, at) if load is None else loads.band_of(clock.body, load)
    odds *= forecast.factors.get(band, 1.0) * forecast.factors.get(_hour(clock), 1.0)
    return odds / (1 + odds)


def _hour(clock: PastClock | OpenClock) -> str:
    """Return whether the clock falls due by day, by night or at a weekend."""
    local = clock.due_at.astimezone(_ALMATY)
    if local.weekday() >= _WEEKEND:
        return "weekend"
    return "day" if _OPENS <= local.hour <= _CLOSES else "night"


def loads_of(past: Sequence[PastClock]) -> Loads:
    """Return how many clocks of `past` each body had open at any moment."""
    starts: dict[str, list[datetime]] = {}
    ends: dict[str, list[datetime]] = {}
    taken: dict[str, timedelta] = {}
    for clock in past:
        end = clock.met_at or clock.due_at
        starts.setdefault(clock.body, []).append(clock.started_at)
        ends.setdefault(clock.body, []).append(end)
        taken[clock.body] = taken.get(clock.body, timedelta()) + (end - clock.started_at)
    for moments in (*starts.values(), *ends.values()):
        moments.sort()
    spans = {body: ends[body][-1] - starts[body][0] for body in taken}
    return Loads(
        starts, ends, {body: taken[body] / span for body, span in spans.items() if span}
    )


def _factors(plain: Forecast, past: Sequence[PastClock]) -> dict[str, float]:
    """Return by how much odds rise or fall in a band: happened over expected."""
    happened: dict[str, float] = {}
    expected: dict[str, float] = {}
    for clock in some(past):
        for at in looks_at(clock):
            said = _raw(plain, clock, at)
            for band in (plain.loads.band(clock.body, at), _hour(clock)):
                happened[band] = happened.get(band, 0.0) + clock.late
                expected[band] = expected.get(band, 0.0) + said
    return {
        band: (happened[band] + _STEADY) / (expected[band] + _STEADY) for band in happened
    }
