"""Policy x channel x category x a wrong triage: every byte that goes out is on the list.

The real path: a message is received, triage judges it (and then is made to be wrong in every
way), the outward worker's jobs run, a person answers, the law's notices are written. Stand-ins
for the providers keep each byte they get.
"""

import itertools
from dataclasses import replace

import msgspec
import pytest

from hotline.actions.receive_contact import receive_contact
from hotline.cases.inbound import ContactPolicy, Inbound
from hotline.cases.terms import Channel
from hotline.notify import wording
from tests.builders import triage_all
from tests.notify.stand_ins import MailServer
from tests.story import Story, everybody

ADDRESSES = {
    Channel.TELEGRAM: "4711",
    Channel.WHATSAPP: "77010000011",
    Channel.VIBER: "viber-person-01",
    Channel.SMS: "+77010000012",
    Channel.EMAIL: "person@example.org",
    Channel.PHONE: "+77010000013",
}
SPEAKS = {Channel.TELEGRAM, Channel.WHATSAPP, Channel.VIBER, Channel.EMAIL}
WORDS = {  # category: what is written; each asks for an answer, as a letter must
    "violence": "Отчим прямо сейчас избивает ребёнка, он с ножом. Прошу ответить",
    "neglect": "Соседка оставляет малышей одних на ночь. Прошу ответить",
    "money": "Бывший муж не платит алименты. Прошу ответить",
    "suicide": "Қызым өлгісі келетінін айтады, не істеймін? Жауабыңызды күтемін",
    "question": "Как записать ребёнка в детский сад? Прошу ответить",
    "thanks": "Спасибо вам! Прошу ответить",
    "police": "Полицейский угрожает мне и детям. Прошу ответить",
}
POLICIES = {
    "may write": ContactPolicy(may_write=True),
    "may not": ContactPolicy(),
    "within hours": ContactPolicy(may_write=True, hours="09:00-18:00"),
    "outside hours": ContactPolicy(may_write=True, hours="20:00-21:00"),
    "hours in words": ContactPolicy(may_write=True, hours="когда его нет"),
    "code word": ContactPolicy(may_write=True, code_word="Яблоко"),
}
JUDGED = [None, *itertools.product(range(5), ("VIO.PHY", "INF.STAT"))]
TELLING = (
    "111",
    "102",
    "112",
    "103",
    "насил",
    "зорлық",
    "опек",
    "қорған",
    "http",
    "://",
    ".kz",
)


@pytest.fixture
async def mail():
    async with MailServer() as server:
        yield server


@pytest.fixture
def settings(settings, provider, mail):
    provider.answers["wa"] = (200, '{"messages": [{"id": "wamid.1"}]}')
    provider.answers["viber"] = (200, '{"status": 0, "message_token": 1}')
    return replace(
        settings,
        kannel_url=f"{provider.url}/sms",
        whatsapp_api=f"{provider.url}/wa",
        whatsapp_token="wa-token",
        whatsapp_number_id="100200300",
        viber_api=f"{provider.url}/viber",
        viber_tokens=("viber-token",),
        smtp_url=f"smtp://127.0.0.1:{mail.port}",
    )


def sent(provider, mail):
    """Return (channel, address, text, all that else was said) of everything that arrived."""
    return [_read(*one) for one in provider.seen] + [_letter(one) for one in mail.letters]


def _read(path, query, headers, body):
    if path.startswith("/sms/"):
        rest = {k: v for k, v in query.items() if k not in ("to", "text")}
        told = rest.pop("dlr-url", "")  # where Kannel reports: our number of the message
        assert not told or told.partition("&id=")[2].partition("&")[0].isdigit()
        assert set(rest) <= {"username", "password", "coding", "charset", "dlr-mask"}
        return Channel.SMS, query["to"], query["text"], ""
    said = msgspec.json.decode(body)
    if path.startswith("/tg/"):
        chat, text = said.pop("chat_id"), said.pop("text")
        assert said == {
            "link_preview_options": {"is_disabled": True},
            "disable_notification": False,
        }
        return Channel.TELEGRAM, chat, text, ""
    if path.startswith("/wa/"):
        to, text = said.pop("to"), said.pop("text")
        assert said.pop("biz_opaque_callback_data").isdigit()
        assert said == {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "type": "text",
        }
        assert text["preview_url"] is False
        return Channel.WHATSAPP, to, text["body"], ""
    assert said.pop("tracking_data").isdigit()
    to, text = said.pop("receiver"), said.pop("text")
    sender = said.pop("sender")["name"]
    assert said == {"type": "text", "min_api_version": 1}
    return Channel.VIBER, to, text, sender


def _letter(letter):
    allowed = {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version",
        "X-Auto-Response-Suppress", "X-Hotline-Loop", "Content-Type",
        "Content-Transfer-Encoding",
    }  # fmt: skip
    assert set(letter.keys()) <= allowed
    return Channel.EMAIL, letter["To"], letter.get_content().strip(), letter["Subject"]


async def received(rt, channel, category, policy, number):
    anonymous_page = channel in (Channel.WEB, Channel.QR, Channel.WEBCHAT)
    return await receive_contact(
        rt,
        Inbound(
            channel=channel,
            account="ours",
            external_id=f"m-{number}",
            text=WORDS[category],
            raw=b"{}",
            sender=None if anonymous_page else ADDRESSES.get(channel),
            policy=POLICIES[policy],
        ),
    )


async def judge_wrongly(database, receipt, judged):
    """Overwrite what triage made of a contact: whatever it says, nothing else may go out."""
    if judged is None:
        return
    urgency, topic = judged
    await database.execute(
        "UPDATE contacts SET urgency = $2::int, danger = $2::int <= 1, danger_score = $3, language = 'kk',"
        " triage = jsonb_set(coalesce(triage, '{}'), '{subcategory}', to_jsonb($4::text))"
        " WHERE receipt = $1",
        receipt, urgency, 1.0 - urgency / 4, topic,
    )  # fmt: skip


def lines(receipt):
    return {wording.line(wording.ACK, one, receipt) for one in ("kk", "ru", wording.BOTH)}


# All pairs would be thousands; each policy, category and verdict meets each channel.
ROUNDS = [
    (policy, category, JUDGED[number % len(JUDGED)])
    for number, (policy, category) in enumerate(itertools.product(POLICIES, WORDS))
]


@pytest.mark.parametrize("channel", list(Channel))
async def test_only_the_neutral_line_goes_out_by_itself_whatever_triage_says(
    channel, rt, provider, mail, work, database
):
    for number, (policy, category, judged) in enumerate(ROUNDS):
        kept = await received(rt, channel, category, policy, number)
        if number % 2:  # triage is quicker than the line, or slower
            await judge_wrongly(database, kept.receipt, judged)
        await work()
        await judge_wrongly(database, kept.receipt, judged)
        await work()
        arrived = sent(provider, mail)
        speaks = channel in SPEAKS and POLICIES[policy].may_write
        assert len(arrived) == (1 if speaks else 0), (policy, category, judged)
        for where, to, text, more in arrived:
            assert (where, to) == (channel, ADDRESSES[channel])
            assert text in lines(kept.receipt)
            assert len(text) <= wording.SMS
            assert more in ("", "Ответ", "Жауап", "Жауап / Ответ")
        provider.seen.clear()
        mail.letters.clear()
        await database.execute("UPDATE outbound SET made_at = made_at - interval '2 days'")


async def test_the_same_words_get_the_same_bytes_under_every_verdict(
    rt, provider, mail, work, database
):
    said = set()
    for number, judged in enumerate(JUDGED):
        kept = await received(rt, Channel.TELEGRAM, "violence", "may write", number)
        await judge_wrongly(database, kept.receipt, judged)
        await work()
        _, _, _, body = provider.seen.pop()
        said.add(body.decode().replace(kept.receipt, "-"))
        await database.execute("UPDATE outbound SET made_at = made_at - interval '2 days'")
    assert len(said) == 1


NOTICED = [
    (channel, policy)
    for channel in (
        Channel.TELEGRAM,
        Channel.SMS,
        Channel.EMAIL,
        Channel.WEB,
        Channel.PARTNER,
    )
    for policy in POLICIES
]


@pytest.mark.parametrize(("channel", "allowed"), NOTICED)
async def test_a_notice_by_law_goes_only_where_it_is_safe_and_says_nothing(
    channel, allowed, rt, provider, mail, work, clock, database
):
    story = Story(rt, clock, database, await everybody(rt))
    kept = await received(rt, channel, "neglect", allowed, 1)
    await triage_all(rt)
    await work()
    provider.seen.clear()
    mail.letters.clear()
    number = await story.confirm(
        kept.receipt, subcategory="VIO.PHY", urgency=2, region="71"
    )
    await story.accept(number)
    await story.outcome(number)
    await work()
    told = sent(provider, mail)
    safe = allowed in ("may write", "within hours") and channel in ADDRESSES
    assert len(told) == (1 if safe else 0)
    for _, to, text, _ in told:
        assert to == ADDRESSES[channel]
        assert text in {wording.line("outcome", one, kept.receipt) for one in ("kk", "ru")}
        assert len(text) <= wording.SMS


FIXED = [
    (name, locale, wording.line(name, locale, "26-004821-7"))
    for name in wording.LINES
    for locale in ("kk", "ru")
] + [
    (name, one, wording.reply(name, one))
    for name in wording.REPLIES
    for one in ("kk", "ru")
]


@pytest.mark.parametrize(("name", "locale", "text"), FIXED)
def test_fixed_words_fit_one_sms_and_tell_nothing_to_who_reads_along(name, locale, text):
    assert len(text) + (10 if name == "extended" else 0) <= wording.SMS
    assert not any(word in text.lower() for word in TELLING), (name, locale)


def test_the_line_is_exactly_as_agreed():
    assert (
        wording.line("received", "kk", "26-004821-7")
        == "Өтінішіңіз қабылданды. №26-004821-7"
    )
    assert wording.line("received", "ru", "26-004821-7") == "Заявка принята. №26-004821-7"
