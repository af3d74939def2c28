"""Sentences of the working, in kk and ru; those in English stand beside."""

import re
from dataclasses import dataclass
from typing import Literal

from hotline.sla.wording_en import ENGLISH

Language = Literal["kk", "ru", "en"]


@dataclass(frozen=True, slots=True)
class Wording:
    """One language: a sentence a kind of step, notes, and units of a limit."""

    lines: dict[str, str]
    notes: dict[str, str]
    units: dict[str, str]
    kinds: dict[str, str]
    holidays: dict[str, str]


WORDING: dict[Language, Wording] = {
    "kk": Wording(
        lines={
            "basis": "Негізі: {value} ({note})",
            "limit": "Мерзімі: {value}",
            "started": "Басталуы: {value}",
            "registered": "Тіркелген күні: {value} (есепке кірмейді)",
            "counted": "{value}: есептеледі, {note}",
            "skipped": "{value}: есептелмейді, {note}",
            "rule": "Ереженің нұсқасы: {value}; күнтізбе: {note}",
            "hours": "Жұмыс уақыты: {value}",
            "stood_still": "Тоқтап тұрған уақыты: {value} ({note})",
            "extended": "{value} дейін ұзартылды",
            "extended_by": "Ұзартқан: {value}",
            "recomputed": "{value}: мерзім қайта есептелді, {note}",
            "paused": "{value}: тоқтатылды, {note}",
            "paused_by": "Тоқтатқан: {value}",
            "resume_by": "Өздігінен жалғасады: {value}",
            "resumed": "{value}: жалғасты, {note}",
            "moved": "{value}: істі енді {note} қарайды; мерзім өзгермейді",
            "breached": "{value}: мерзімі өтті",
            "met": "{value}: орындалды",
            "taken_back": "{value}: орындалғаны қайтарып алынды, мерзім бұрынғыша",
            "cancelled": "{value}: есептеу тоқтады, {note}",
            "due": "Аяқталуы: {value}",
        },
        notes={
            "law": "заң",
            "policy": "111 ережесі",
            "weekend": "демалыс күні",
            "holiday": "мереке күні",
            "exception": "жұмыссыз деп жарияланған",
            "common_hours": "мемлекеттік органдардың жалпы уақыты",
            "awaiting_applicant": "өтініш берушінің жауабы күтілуде",
            "urgency": "шұғылдық өзгерді",
            "regime": "өтініш ретінде тіркелді",
            "calendar": "жұмыс күнтізбесі өзгерді",
            "place": "орны нақтыланды",
            "by_person": "адам жалғастырды",
            "by_itself": "тоқтату мерзімі бітті",
            "urgency_changed": "бұл шұғылдықта мұндай мерзім жоқ",
            "case_closed": "іс жабылды",
            "reopened": "іс қайта ашылды",
            "corrected": "іс басқа органға жіберілді",
            "now_lead": "орган енді жетекші",
            "part_done": "орган өз бөлігін орындады",
            "ended_by_supervisor": "органның бөлігін 111 супервайзері аяқтады",
            "conflict": "мүдделер қақтығысы",
            "succession": "органның орнына басқа орган келді",
            "handover_returned": "тапсыруды ешкім қабылдамады",
            "handover_taken_back": "тапсыру қайтарып алынды",
            "not_our_region": "орган бас тартты: аумағы емес",
            "not_our_matter": "орган бас тартты: оның мәселесі емес",
            "duplicate": "орган бас тартты: мұндай іс бар",
            "too_little": "орган бас тартты: мәлімет жеткіліксіз",
            "offered_by_policy": "тексерілген хабарлама бірден жіберілді",
            "restored": "бұрынғы деңгей қайтарылды",
        },
        units={"WD": "жұмыс күні", "D": "күн", "H": "сағат", "M": "минут", "S": "секунд"},
        kinds={"clock": "тәулік бойы", "work": "жұмыс уақыты", "days": "күнтізбелік"},
        holidays={
            "new_year": "Жаңа жыл",
            "christmas": "Рождество",
            "womens_day": "Халықаралық әйелдер күні",
            "nauryz": "Наурыз мейрамы",
            "unity_day": "Қазақстан халқының бірлігі мерекесі",
            "defender_day": "Отан қорғаушы күні",
            "victory_day": "Жеңіс күні",
            "capital_day": "Астана күні",
            "kurban_ait": "Құрбан айт",
            "constitution_day": "Конституция күні",
            "republic_day": "Республика күні",
            "first_president_day": "Тұңғыш Президент күні",
            "independence_day": "Тәуелсіздік күні",
            "moved_day_off": "ауыстырылған демалыс күні",
        },
    ),
    "ru": Wording(
        lines={
            "basis": "Основание: {value} ({note})",
            "limit": "Срок: {value}",
            "started": "Начало: {value}",
            "registered": "День регистрации: {value} (не считается)",
            "counted": "{value}: считается, {note}",
            "skipped": "{value}: не считается, {note}",
            "rule": "Версия правила: {value}; календарь: {note}",
            "hours": "Рабочие часы: {value}",
            "stood_still": "Стояло: {value} ({note})",
            "extended": "Продлено до {value}",
            "extended_by": "Продлил: {value}",
            "recomputed": "{value}: срок пересчитан, {note}",
            "paused": "{value}: приостановлено, {note}",
            "paused_by": "Приостановил: {value}",
            "resume_by": "Возобновится само: {value}",
            "resumed": "{value}: возобновлено, {note}",
            "moved": "{value}: дело теперь у органа «{note}»; срок прежний",
            "breached": "{value}: срок истёк",
            "met": "{value}: исполнено",
            "taken_back": "{value}: отметка об исполнении снята, срок прежний",
            "cancelled": "{value}: больше не считается, {note}",
            "due": "Окончание: {value}",
        },
        notes={
            "law": "закон",
            "policy": "правило 111",
            "weekend": "выходной",
            "holiday": "праздничный день",
            "exception": "объявлен нерабочим",
            "common_hours": "общие часы государственных органов",
            "awaiting_applicant": "ожидается ответ заявителя",
            "urgency": "изменилась срочность",
            "regime": "зарегистрировано как обращение",
            "calendar": "изменился рабочий календарь",
            "place": "уточнено место",
            "by_person": "возобновил человек",
            "by_itself": "срок приостановки вышел",
            "urgency_changed": "при этой срочности такого срока нет",
            "case_closed": "дело закрыто",
            "reopened": "дело открыто снова",
            "corrected": "дело направлено другому органу",
            "now_lead": "орган стал ведущим",
            "part_done": "орган выполнил свою часть",
            "ended_by_supervisor": "часть органа завершил супервайзер 111",
            "conflict": "конфликт интересов",
            "succession": "место органа занял другой орган",
            "handover_returned": "передачу никто не принял",
            "handover_taken_back": "передача отозвана",
            "not_our_region": "орган отказался: не его территория",
            "not_our_matter": "орган отказался: не его вопрос",
            "duplicate": "орган отказался: такое дело уже есть",
            "too_little": "орган отказался: мало сведений",
            "offered_by_policy": "проверенное сообщение передано сразу",
            "restored": "прежний уровень возвращён",
        },
        units={"WD": "раб. дн.", "D": "дн.", "H": "ч", "M": "мин", "S": "с"},
        kinds={"clock": "круглосуточно", "work": "рабочее время", "days": "календарные"},
        holidays={
            "new_year": "Новый год",
            "christmas": "Рождество",
            "womens_day": "Международный женский день",
            "nauryz": "Наурыз мейрамы",
            "unity_day": "Праздник единства народа Казахстана",
            "defender_day": "День защитника Отечества",
            "victory_day": "День Победы",
            "capital_day": "День столицы",
            "kurban_ait": "Курбан-айт",
            "constitution_day": "День Конституции",
            "republic_day": "День Республики",
            "first_president_day": "День Первого Президента",
            "independence_day": "День Независимости",
            "moved_day_off": "перенесённый выходной",
        },
    ),
    "en": Wording(**ENGLISH),
}


def language_of(locale: str) -> Language:
    """Return the language in which the reader of a page is shown the working."""
    return "kk" if locale == "kk" else "en" if locale == "en" else "ru"


def limit_text(limit: str, wording: Wording) -> str:
    """Return a limit such as "PT1H30M clock" in words: "1 ч 30 мин (круглосуточно)"."""
    amount, _, kind = limit.partition(" ")
    parts = re.findall(r"(\d+)(WD|[DHMS])", amount)
    told = " ".join(f"{number} {wording.units[unit]}" for number, unit in parts)
    return f"{told} ({wording.kinds[kind]})"
