"""Names of codes in the reader's language: topics, places, statuses, clocks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date, format_skeleton, get_day_names

from hotline import i18n
from hotline.config.directory_faults import REMEDIES, Fault
from hotline.config.load import Config
from hotline.console import admin_words
from hotline.console.codes import (
    CHANNEL_ICON,
    MACHINES,
    SHAPES,
    SHORT,
    TABLES,
    TILE,
    URGENCY,
    WHOLE,
)


@dataclass(frozen=True, slots=True)
class Wording:
    """Names in one language. Templates call it `w`."""

    config: Config
    lang: str

    def say(self, msgid: str, **values: object) -> str:
        """Return a message in the language."""
        return i18n.gettext(self.lang, msgid, **values)

    def many(self, one: str, many: str, n: int, **values: object) -> str:
        """Return the form of a message that `n` takes in the language."""
        return i18n.ngettext(self.lang, one, many, n, **values)

    def of(self, table: str, code: object) -> str:
        """Return the name of a code of one of the tables above; an unknown code as it is."""
        names: Mapping[str, str] = TABLES[table]
        msgid = names.get(str(code))
        return self.say(msgid) if msgid else str(code)

    def choices(self, table: str) -> list[tuple[str, str]]:
        """Return (code, name) of a whole table."""
        return [(code, self.say(msgid)) for code, msgid in TABLES[table].items()]

    def device(self, code: str) -> str:
        """Return a browser and its system, as far as they are known."""
        named = [one for one in admin_words.device(code) if one]
        return ", ".join(named) or self.say("Unknown device")

    def day_off(self, why: str) -> str:
        """Return why a day is off: a holiday by its name."""
        return self.of("day_off", why.partition(":")[2] or why)

    def month(self, day: date) -> str:
        """Return the name of a month, with a capital."""
        named = format_date(day, "LLLL", locale=self.lang)
        return named[:1].upper() + named[1:]

    def month_year(self, day: date) -> str:
        """Return a month with its year: "ноябрь 2026 г."."""
        return format_skeleton("yMMMM", day, locale=self.lang)

    def weekdays(self) -> list[str]:
        """Return the short names of Monday to Sunday."""
        names = get_day_names("abbreviated", context="stand-alone", locale=self.lang)
        return [names[number] for number in range(7)]

    def span(self, span: timedelta) -> str:
        """Return a span as a clock shows it: "06:02", "1:06:02"."""
        whole = max(0, int(span.total_seconds()))
        hours, rest = divmod(whole, 3600)
        told = f"{rest // 60:02}:{rest % 60:02}"
        return f"{hours}:{told}" if hours else told

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

    def language(self, code: str) -> str:
        """Return the name of a language that triage tells apart; all of them without one."""
        return self.of("language", code) if code else self.say("All languages")

    def body_kind(self, kind: str) -> str:
        """Return the name of a kind of body."""
        known = {str(code): names for code, names in self.config.taxonomy.bodies.items()}
        return known[kind].name.in_language(self.lang) if kind in known else kind

    def fault(self, fault: Fault) -> str:
        """Return what is wrong with a row of the directory, and the remedy."""
        return self.say(REMEDIES[fault.code], **fault.facts)

    def percent(self, value: float) -> str:
        """Return a share as people here write it, with a decimal comma."""
        return f"{self.decimal(round(value, 1)).removesuffix(',0').removesuffix('.0')} %"

    def decimal(self, value: float) -> str:
        """Return a number as people here write it, with a decimal comma."""
        return str(value) if self.lang == "en" else str(value).replace(".", ",")

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
