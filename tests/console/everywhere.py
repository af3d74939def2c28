"""One world with everything in it, and every page that the router knows of, for whoever opens it.

A page with a new kind of id in its address is walked when its id stands in `ids`.
"""

import re
from datetime import timedelta

from hotline.actions.accept_referral import accept_referral
from hotline.actions.begin_oversight import Begun, begin_oversight
from hotline.actions.close_contact import close_contact
from hotline.actions.decide_incident import confirm_incident
from hotline.actions.fetch_media import fetch_media
from hotline.actions.open_media import open_media
from hotline.actions.open_recording import open_recording
from hotline.actions.reconcile_calls import close_calls
from hotline.actions.record_act import record_act
from hotline.actions.record_policy import record_policy
from hotline.actions.sample_rereading import draw_sample
from hotline.actions.start_work import start_work
from hotline.actions.try_policy import try_policy
from hotline.actions.write_letter import write_letter
from hotline.actions.write_reply import Reply, write_reply
from hotline.cases.act import Act
from hotline.cases.inbound import ContactPolicy, Identity, Media
from hotline.cases.oversight import OversightKind
from hotline.cases.terms import Channel, JobName
from hotline.cases.works import WorkKind
from hotline.identity.viewer import TRIAGE
from hotline.store import keys
from hotline.store.incident_view import incident_page, next_member
from tests import builders
from tests.console.phone_world import Exchange
from tests.console.test_phone_pages import SAFE, a_shift
from tests.learning.conftest import judged
from tests.learning.test_enable_and_roll_back import a_model
from tests.media.foreign_host import png
from tests.outbound.test_one_line_by_itself import wrote
from tests.routing.wave import wave
from tests.whatif.test_try_policy import changed

SITE, FIGURE = "lyceum-91", "open"
SOUND = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(range(64))
ROLES = ("operator", "supervisor", "guardian", "commissioner", "admin")
# No pages: streams, files, what scripts ask, the machines' doors.
NO_PAGES = re.compile(
    r"^/(static|api|intake|live|healthz|readyz|metrics|session|page/|first-password/)"
    r"|/content$|/sound$|/file$|/files/|\.csv$|\.ics$|^/$"
)
PUBLIC = re.compile(r"^/(report|status|q)\b")  # walked by itself: other languages, a phone
ALSO = [  # pages that differ by their reader, or by what is asked of them
    ("/cases/{number}", "supervisor"),
    ("/cases/{number}", "guardian"),
    ("/cases/{held}", "guardian"),
    ("/inbox", "guardian"),
    ("/quality", "admin"),
    ("/board", "supervisor"),
    ("/admin/sites", "admin"),
    ("/admin/channels", "admin"),
    ("/duty", "supervisor"),
    ("/board?wall=1", "supervisor"),
    ("/phone-board?list=offered", "supervisor"),
    ("/staffing-phone?calls=120&handle=240", "supervisor"),
    ("/admin/bodies?region=71", "admin"),
    ("/contacts/{called}/recordings", "supervisor"),
    ("/cases/{held}", "commissioner"),
    ("/works", "admin"),
    ("/contacts/{linked}", "operator"),
    ("/contacts/{pictured}", "operator"),
    ("/contacts/{answered}", "operator"),
]


class World:
    """Ids of one of each thing, by the name that an address has for it."""

    def __init__(self, rt, clock, database, people, exchange):
        self.rt, self.clock, self.database = rt, clock, database
        self.people, self.exchange, self.ids = people, exchange, {}

    def viewer(self, name):
        return self.people[name].viewer

    async def make(self, provider, work):
        """Let everything happen once."""
        await self._messages()
        await self._conversation(provider, work)
        await self._incident()
        await self._learning()
        await self._trial()
        await self._telephone()
        await self._opened()
        await self._written()
        return self

    async def _messages(self):
        operator = self.people["operator"]
        await self.database.execute(
            "INSERT INTO sites (id, kind, name_kk, name_ru, region, made_at) VALUES"
            " ($1, 'school', 'Сынақ лицейі', 'Пробный лицей', '71', now())",
            SITE,
        )
        self.ids["number"] = await builders.a_call(self.rt, operator)
        held = self.ids["held"] = await builders.a_call(self.rt, operator)
        await accept_referral(self.rt, self.viewer("guardian"), held, None)
        self.ids["receipt"] = await builders.a_contact(self.rt, builders.DANGER)
        media = (
            Media("image", mime="image/png", name="фото.png", content=png()),
            Media("voice", content=SOUND),
            Media("file", name="bomb.zip", content=b"PK\x03\x04"),
        )
        self.ids["pictured"] = await builders.a_contact(
            self.rt, "Посмотрите", channel=Channel.EMAIL, media=media
        )
        await fetch_media(self.rt, await builders.owed(self.rt, JobName.FETCH_MEDIA))
        case = "SELECT min(id) FROM clocks WHERE case_id IS NOT NULL"
        self.ids |= {
            "site": SITE, "body": "guard-71", "what": "bodies", "kind": "case",
            "person": self.viewer("guardian").person_id, "figure": FIGURE,
            "clock": await self.database.fetchval(case),
            "medium": await self.database.fetchval("SELECT min(id) FROM media"),
        }  # fmt: skip

    async def _conversation(self, provider, work):
        """One letter that arrived, one that failed, one that waits."""
        operator = self.viewer("operator")
        receipt = self.ids["answered"] = (await wrote(self.rt)).receipt
        provider.answers["tg"] = (200, "?")
        await work()
        provider.answers["tg"] = (403, '{"ok": false, "error_code": 400}')
        await write_reply(self.rt, operator, receipt, Reply("Мы прочитали и ответим здесь"))
        await work()
        asked = ContactPolicy(may_write=True, hours="18:30-20:00", code_word="Яблоко")
        await record_policy(self.rt, operator, receipt, asked)
        long = "Второй ответ " + "длинный " * 40
        await write_reply(self.rt, operator, receipt, Reply(long))

    async def _incident(self):
        operator = self.viewer("operator")
        for text in wave(2, 21)[:14]:
            given = {"identity": None, "region_hint": None, "triaged": False}
            await builders.a_contact(self.rt, text, **given)
        await builders.triage_all(self.rt)
        for name in ("Қайрат Өмірзақов", "Kairat Umirzakov"):
            self.ids["linked"] = await builders.a_contact(
                self.rt, "Балабақшаға кезек қашан жетеді?", identity=Identity(name=name)
            )
        async with self.rt.transaction(operator) as tx:
            (line,) = (await incident_page(tx, operator, self.rt.number_key)).items
            self.ids["member"] = await next_member(
                tx, operator, line.number, self.rt.number_key
            )
        script = {"kk": "Жағдай белгілі", "ru": "О случае известно"}
        await confirm_incident(self.rt, operator, line.number, script=script)
        self.ids["incident"] = line.number

    async def _learning(self):
        operator, supervisor = self.people["operator"], self.people["supervisor"]
        for language in ("kk", "ru"):
            rows = [("a", "INF.REF", 4)] * 20 + [("b", "VIO.PHY", 1)] * 3
            await judged(self.rt, self.clock, operator, rows, language=language)
        self.ids["version"] = await a_model(self.rt, supervisor, 1)
        text = "Маған көмек керек, мектепте ренжітеді"
        self.ids["reread"] = await builders.a_contact(self.rt, text)
        await close_contact(self.rt, operator.viewer, self.ids["reread"], "thanks")
        await draw_sample(self.rt, supervisor.viewer, 60)

    async def _trial(self):
        given = {"subcategory": "NEG.CARE", "urgency": 2}
        await builders.a_case(self.rt, self.people["operator"], **given)
        limit = ("2: {work: PT4H}", "2: {work: PT2H}")
        files = {**changed(), **changed("sla.yaml", limit)}
        self.ids["trial"] = await try_policy(self.rt, self.viewer("supervisor"), files, 30)

    async def _telephone(self):
        """A shift with calls, a recording, a call-back that is taken."""
        await a_shift(self.rt, self.exchange, self.clock, self.people)
        call = await self.database.fetchrow(
            "SELECT * FROM calls WHERE answered_at IS NOT NULL ORDER BY id"
        )
        async with self.rt.transaction(TRIAGE) as tx:
            key = await keys.load_one(tx, call["contact_id"])
        self.ids["recording"] = await self.database.fetchval(
            "INSERT INTO recordings (call_id, contact_id, name, state, started_at, seconds,"
            " keep_until, sealed_content) VALUES ($1, $2, 'r', 'stored', $3, 61, $4, $5)"
            " RETURNING id",
            call["id"], call["contact_id"], self.clock.now(),
            self.clock.now() + timedelta(days=180), key.seal("recording", SOUND),
        )  # fmt: skip
        await close_calls(self.rt)  # a call in writing up would open its form at the desk
        taker = self.viewer("operator").person_id
        await self.database.execute("UPDATE callbacks SET taken_by = $1", taker)
        self.ids["called"] = await self.database.fetchval(
            "SELECT receipt FROM contacts WHERE id = $1", call["contact_id"]
        )
        self.ids |= {"call": call["id"], "code": "no-such-code"}

    async def _opened(self):
        operator = self.viewer("operator")
        self.ids["seen"] = await open_media(
            self.rt, operator, self.ids["pictured"], self.ids["medium"], "danger"
        )
        self.ids["heard"] = await open_recording(self.rt, operator, self.ids["recording"])

    async def _written(self):
        """What people write: an act, a letter, a commissioner's request; long work asked for."""
        body, held = self.viewer("guardian"), self.ids["held"]
        told = {
            "seen": "Екі бала, әже",
            "children": "Тоқ",
            "dwelling": "Жылы",
            "danger": "no",
        }
        said = told | {
            "place": "Кентау",
            "alone": "yes",
            "measure": "Көмек",
            "present": "Ж.",
        }
        await record_act(
            self.rt, body, held, Act(self.clock.now(), said), once="act-1", next_task=""
        )
        given = {"kind": "request", "locale": "kk", "text": "Мәтін", "once": "letter-1"}
        await write_letter(self.rt, body, held, **given)
        request = Begun(OversightKind.REQUEST, "Акимат", "Сколько мест?", once="request-1")
        number = await begin_oversight(self.rt, self.viewer("commissioner"), request)
        admin, kind = self.viewer("admin"), WorkKind.IMPORT_BODIES
        self.ids |= {
            "overseen": number,
            "act": await self.database.fetchval("SELECT min(id) FROM case_acts"),
            "letter": await self.database.fetchval("SELECT min(id) FROM case_letters"),
            "work": await start_work(self.rt, admin, kind, {}, file=b"", once="work-1"),
        }

    async def calls_now(self):
        """Three calls of the operator: one rings, one talks, one is being written up."""
        who = self.viewer("operator").username
        await self.exchange.rings("ringing", operator=who)
        for call in ("talking", "over"):
            await self.exchange.rings(call, operator=who)
            await self.exchange.is_answered(who, call)
        await self.exchange.says("ended", "over")

    def path(self, template):
        """Return an address with ids in it, or None where the world has no such thing."""
        ids = dict(self.ids)
        for start, other in (
            ("/incidents/", {"number": "incident", "receipt": "member"}),
            ("/rereading/", {"receipt": "reread"}),
            ("/what-if/", {"id": "trial"}),
            ("/media/", {"opening": "seen"}),
            ("/recordings/", {"opening": "heard"}),
            ("/contacts/{receipt}/recordings", {"receipt": "called"}),
            ("/contacts/{receipt}/links", {"receipt": "linked"}),
            ("/cases/{number}/act", {"number": "held"}),
            ("/cases/{number}/letters/", {"number": "held"}),
            ("/oversight/", {"number": "overseen"}),
        ):
            if template.startswith(start):
                ids |= {name: self.ids[at] for name, at in other.items()}
        if "/ask/" in template:
            ids["what"] = "confirm"
        wanted = re.findall(r"{(\w+)}", template)
        if not all(name in ids for name in wanted):
            return None
        return template.format(**ids)


def templates(app):
    """Return the address of every page that the router knows of."""
    found = {
        resource.canonical
        for resource in app.router.resources()
        for route in resource
        if route.method == "GET" and not NO_PAGES.search(resource.canonical)
    }
    return sorted(found)


async def pages(world, app, opens):
    """Return [(path, name)] of every page, and what could not be walked.

    `opens(name, path)` tells the status, and whether it is a whole page that a person gets.
    """
    found, missed = [], []
    for template in templates(app):
        path = world.path(template)
        if PUBLIC.match(template):
            continue
        if path is None:
            missed.append(template)
            continue
        for name in ROLES:
            status, whole = await opens(name, path)
            if status < 400:  # a part of a page, a way to another one or a file is no page
                if status == 200 and whole:
                    found.append((path, name))
                break
        else:
            missed.append(template)
    for template, name in ALSO:
        one = (world.path(template), name)
        if one not in found:
            found.append(one)
    return found, missed


def exchange_of(session, clock):
    return Exchange(session, clock)


__all__ = ["SAFE", "World", "exchange_of", "pages", "templates"]
