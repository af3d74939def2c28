"""Names of codes in the reader's language: topics, places, statuses, clocks.

The English words here are msgids; `hotline/locale` holds Kazakh and Russian.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from hotline import i18n
from hotline.config.load import Config

URGENCY = ("Emergency", "Urgent", "Important", "Ordinary", "Inquiry")
WHOLE = 100  # percent of the time that a clock allows
SHAPES = ("octagon-alert", "triangle-alert", "diamond", "circle", "minus")
STATUS = {
    "triage": "At 111",
    "offered": "Waits for acceptance",
    "accepted": "Accepted",
    "in_progress": "In work",
    "outcome_recorded": "Outcome recorded",
    "closed": "Closed",
    "reopened": "Opened again",
}
REFERRAL = {
    "proposed": "proposed, sealed",
    "offered": "waits for acceptance",
    "accepted": "accepted",
    "declined": "declined",
    "returned": "returned",
    "withdrawn": "withdrawn",
    "done": "done",
}
CLOCK = {
    "acknowledgement": "Answer to the person",
    "human_eyes": "Read by a person",
    "emergency_handoff": "Hand over to 102, 103, 112",
    "acceptance": "Accept",
    "redirect": "Redirect",
    "first_contact": "First contact",
    "on_site_check": "Check on the spot",
    "safety": "Safety of the child",
    "written_outcome": "Written answer",
    "guardianship_register": "Register of orphans",
    "hospital_stay": "Stay in hospital",
    "quality_call": "Quality call",
}
CLOCK_STATE = {
    "running": "running",
    "paused": "paused",
    "met": "met",
    "breached": "overdue",
    "cancelled": "cancelled",
}
DECLINE = {
    "not_our_region": "Not our region",
    "not_our_matter": "Not our matter",
    "duplicate": "We have this case already",
    "too_little": "Too little is known",
    "conflict": "Conflict of interest",
}
CHECK = {
    "visit": "Visit",
    "safe_check_without_visit": "Safe check without a visit",
    "postponed_at_victims_wish": "Put off at the victim's wish",
    "documents": "By documents",
}
ASSISTANCE = {
    "counselling": "Psychologist's help",
    "protection": "Protection from violence",
    "placement": "A safe place to live",
    "medical": "Medical help",
    "legal": "Legal help",
    "material": "Material help",
    "education": "Help with school",
    "mediation": "Mediation in the family",
    "information": "Information",
    "other": "Other help",
}
EXCEPTION = {
    "left_the_country": "Left the country",
    "deceased": "Deceased",
    "cannot_be_found": "Cannot be found",
    "handed_to_court_or_investigation": "Handed to court or investigation",
    "duplicate_of_open_case": "Duplicate of an open case",
    "no_person_in_need": "There is no person in need",
}
WRAP_UP = {
    "information_given": "Information given",
    "consultation_given": "Consultation given",
    "thanks": "Thanks",
    "prank": "Prank",
    "silent": "Silence on the line",
    "wrong_number": "Wrong number",
    "test": "Test",
    "spam": "Spam",
    "duplicate": "Duplicate",
}
CHANNEL = {
    "phone": "Call",
    "call-note": "Call note",
    "whatsapp": "WhatsApp",
    "telegram": "Telegram",
    "viber": "Viber",
    "sms": "SMS",
    "email": "Email",
    "web": "Web form",
    "webchat": "Web chat",
    "qr": "QR code",
    "partner": "Partner",
}
CHANNEL_ICON = {
    "phone": "phone",
    "call-note": "phone",
    "telegram": "send",
    "email": "mail",
    "web": "globe",
    "qr": "qr-code",
    "partner": "building-2",
}
RELATION = {
    "child": "The child",
    "parent": "Parent",
    "relative": "Relative",
    "neighbour": "A neighbour",
    "teacher": "Teacher",
    "self": "The adult themself",
    "other": "Other",
}
SAFE = {
    "yes": "Yes",
    "until": "Yes, but not in the evening",
    "messages": "Messages only",
    "no": "No, it is dangerous",
}
SERVICE = {"102": "Police 102", "103": "Ambulance 103", "112": "Rescue 112"}
ROLE = {
    "operator": "Operator of 111",
    "supervisor": "Supervisor of 111",
    "commissioner": "Commissioner for children's rights",
    "guardian": "Guardianship specialist",
    "family": "Family support centre",
    "body": "Body",
    "admin": "Administrator",
}
CONFLICT = {
    "police": "police",
    "akimat": "akimat",
    "guardianship": "guardianship",
    "school": "school",
    "commissioner": "commissioner",
    "111": "111",
}
NOTICE = {
    "offered": "A case was offered to you",
    "assigned": "A case was given to you",
    "commissioner_told": "A grave case in your region",
    "referral_declined": "A body declined a case",
    "referral_returned": "A body gave a case back",
    "exception_to_sign": "A lawful exception waits for the second signature",
    "reread_lowered": "Read again: an urgency was lowered",
    "warning": "A deadline comes near",
    "breach": "A deadline has passed",
}


@dataclass(frozen=True, slots=True)
class Wording:
    """Names in one language. Templates call it `w`."""

    config: Config
    lang: str

    def say(self, msgid: str, **values: object) -> str:
        """Return a message in the language."""
        return i18n.gettext(self.lang, msgid, **values)

    def of(self, table: str, code: object) -> str:
        """Return the name of a code of one of the tables above; an unknown code as it is."""
        names: Mapping[str, str] = TABLES[table]
        msgid = names.get(str(code))
        return self.say(msgid) if msgid else str(code)

    def choices(self, table: str) -> list[tuple[str, str]]:
        """Return (code, name) of a whole table."""
        return [(code, self.say(msgid)) for code, msgid in TABLES[table].items()]

    def urgency(self, level: int) -> str:
        """Return the word that stands beside the shape."""
        return self.say(URGENCY[level])

    def shape(self, level: int) -> str:
        """Return the icon of an urgency: no information by colour alone."""
        return SHAPES[level]

    def notice(self, kind: str, percent: int | None) -> str:
        """Return what a notice says; those of the ladder tell how much time was used up."""
        if percent is not None:
            late = percent >= WHOLE
            word = self.say("A deadline has passed" if late else "A deadline comes near")
            return f"{word} ({percent} %)"
        return self.of("notice", kind)

    def channel_icon(self, channel: str) -> str:
        """Return the icon of a channel."""
        return CHANNEL_ICON.get(channel, "message-circle")

    def topic(self, code: str | None) -> str:
        """Return the name of a subcategory."""
        entry = self.config.taxonomy.by_code.get(code or "")
        return entry.name.in_language(self.lang) if entry else self.say("No topic yet")

    def category(self, code: str) -> str:
        """Return the name of a top code."""
        for category in self.config.taxonomy.categories:
            if category.code == code:
                return category.name.in_language(self.lang)
        return code

    def topics(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return every topic grouped by category, for a select."""
        return [
            (
                category.name.in_language(self.lang),
                [(sub.code, sub.name.in_language(self.lang)) for sub in category.subs],
            )
            for category in self.config.taxonomy.categories
        ]

    def place(self, code: str | None) -> str:
        """Return the name of a region or district."""
        for region in self.config.places.regions:
            if region.code == code:
                return str(getattr(region.name, self.lang))
        for district in self.config.places.districts:
            if district.kato == code and code is not None:
                return str(getattr(district, self.lang))
        return self.say("No place yet") if code is None else code

    def short_place(self, code: str | None) -> str:
        """Return the name of a region without the word for oblast or city."""
        name = self.place(code)
        for word in (
            " облысы",
            " қаласы",
            " область",
            "область ",
            "город ",
            " Region",
            " city",
        ):
            name = name.replace(word, "")
        return SHORT.get((self.lang, code or ""), name)

    def tile(self, code: str) -> str:
        """Return the shortest name of a region that people use, for a small tile."""
        return (
            TILE.get(code, self.short_place(code))
            if self.lang == "ru"
            else (self.short_place(code))
        )

    def percent(self, value: float) -> str:
        """Return a share as people here write it, with a decimal comma."""
        number = f"{value:.1f}".removesuffix(".0")
        return f"{number if self.lang == 'en' else number.replace('.', ',')} %"

    def actor(self, username: str, people: Mapping[str, str]) -> str:
        """Return who did something: a colleague by name, a part of the service as such."""
        return (
            self.say("The system")
            if username in MACHINES
            else people.get(username, username)
        )

    def regions(self) -> list[tuple[str, str]]:
        """Return (code, name) of the 20 regions in the order of the alphabet."""
        found = [
            (r.code, str(getattr(r.name, self.lang))) for r in self.config.places.regions
        ]
        return sorted(found, key=lambda pair: i18n.alphabetical(self.short_place(pair[0])))

    def districts(self, region: str | None) -> list[tuple[str, str]]:
        """Return (KATO code, name) of a region's districts in the order of the alphabet."""
        found = [
            (d.kato, str(getattr(d, self.lang)))
            for d in self.config.places.districts
            if d.region == region and d.kato is not None
        ]
        return sorted(found, key=lambda pair: i18n.alphabetical(pair[1]))


SHORT = {
    ("kk", "27"): "БҚО",
    ("kk", "59"): "СҚО",
    ("kk", "63"): "ШҚО",
    ("ru", "27"): "ЗКО",
    ("ru", "59"): "СКО",
    ("ru", "63"): "ВКО",
    ("en", "27"): "West Kaz.",
    ("en", "59"): "North Kaz.",
    ("en", "63"): "East Kaz.",
}
TILE = {
    "11": "Акмола", "15": "Актобе", "19": "Алматы обл.", "23": "Атырау", "31": "Жамбыл",
    "35": "Караганда", "39": "Костанай", "43": "Кызылорда", "47": "Мангистау",
    "55": "Павлодар", "61": "Туркестан",
}  # fmt: skip
MACHINES = frozenset({"intake", "triage", "sweep", "sign_in", "relay", "demo"})
TABLES: Mapping[str, Mapping[str, str]] = {
    "status": STATUS,
    "referral": REFERRAL,
    "clock": CLOCK,
    "clock_state": CLOCK_STATE,
    "decline": DECLINE,
    "check": CHECK,
    "assistance": ASSISTANCE,
    "exception": EXCEPTION,
    "wrap_up": WRAP_UP,
    "channel": CHANNEL,
    "relation": RELATION,
    "safe": SAFE,
    "service": SERVICE,
    "role": ROLE,
    "conflict": CONFLICT,
    "notice": NOTICE,
}
