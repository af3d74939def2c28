"""An invented past: decisions and clocks as the store keeps them, and rules to judge them by."""

from datetime import UTC, date, datetime, timedelta

import msgspec
from hypothesis import strategies as st

from hotline.cases.terms import BodyId, BodyKind, ClockName
from hotline.config.bodies import entries
from hotline.config.load import SHIPPED, load
from hotline.config.overlay import overlaid, texts
from hotline.routing.directory import Body, Directory
from hotline.routing.looking import RoutingFacts, look
from hotline.routing.office import decide
from hotline.routing.replay import route_columns
from hotline.whatif.clocks import StoredClock
from hotline.whatif.routes import read_route
from hotline.whatif.rules import Rules

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
FILES = texts(SHIPPED)
CONFIG = load(SHIPPED, TODAY)
CODES = CONFIG.taxonomy.by_code
REGIONS = [region.code for region in CONFIG.places.regions]


def directory_of(config):
    listed = sorted(
        (
            Body(
                BodyId(one.id), BodyKind(one.kind), one.region, one.valid_from,
                one.valid_to, one.status, one.district,
                BodyId(one.parent) if one.parent else None, hours=one.hours,
            )
            for one in entries(config.bodies, config.places)
        ),
        key=lambda body: body.id,
    )  # fmt: skip
    return Directory(tuple(listed), config.bodies.version)


def rules(**changed):
    """The shipped rules, with texts of files changed: rules(sla=("PT15M", "PT20M"))."""
    files = {}
    for name, (old, new) in changed.items():
        file = f"{name}.yaml"
        assert old in FILES[file], (file, old)
        files[file] = FILES[file].replace(old, new)
    config = overlaid(CONFIG, files, TODAY)
    return Rules(config, directory_of(config))


SHIPPED_RULES = rules()


def a_route(number=1, code="VIO.PHY", region="71", day=TODAY, excluded=None, rules=None):
    """A stored decision, made by the rules of the day."""
    rules = rules or SHIPPED_RULES
    entry = CODES[code]
    question = RoutingFacts(
        code, entry.lead, tuple(entry.co_executors), region, day, excluded or {}
    )
    seen = look(question, rules.directory, rules.chains)
    columns = route_columns(seen, decide(seen))
    kept = msgspec.json.decode(msgspec.json.encode(columns))  # as PostgreSQL gives it back
    return read_route(number, NOW, number, kept["facts"], kept["choice"])


def a_clock(name="acceptance", urgency=2, *, started=None, met=None, number=1, **more):
    started = started or NOW - timedelta(days=3)
    facts = {
        "id": number, "case_id": number, "contact_id": None, "name": name,
        "urgency": urgency, "regime": "signal", "rural": False, "body_id": None,
        "started_at": started, "due_at": started + timedelta(hours=4),
        "state": "met" if met else "running", "met_at": met,
    }  # fmt: skip
    return StoredClock(**{**facts, **more})


ROUTES = st.builds(
    a_route,
    number=st.integers(1, 10**9),
    code=st.sampled_from(sorted(CODES)),
    region=st.sampled_from([None, *REGIONS]),
    day=st.dates(date(2024, 6, 1), date(2027, 6, 1)),
    excluded=st.dictionaries(
        st.sampled_from(["guard-71", "uzpd-71", "comm-71", "fsc-71", "own-111"]),
        st.sampled_from(["declined", "conflict"]),
        max_size=3,
    ),
)
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2026, 11, 19), timezones=st.just(UTC))  # noqa: DTZ001
CLOCKS = st.builds(
    lambda name, urgency, started, took, regime, rural, state, moved: a_clock(
        name, urgency, started=started,
        met=started + took if state == "met" else None, state=state,
        regime=regime, rural=rural, moved=moved,
    ),
    st.sampled_from([str(name) for name in ClockName]),
    st.integers(0, 4),
    MOMENTS,
    st.timedeltas(timedelta(), timedelta(days=40)),
    st.sampled_from(["signal", "appeal"]),
    st.booleans(),
    st.sampled_from(["met", "running", "breached", "cancelled"]),
    st.booleans(),
)  # fmt: skip
