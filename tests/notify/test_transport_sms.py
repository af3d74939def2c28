"""SMS to people by Kannel's sendsms: what each answer means, and that none goes out twice."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp.test_utils import TestServer

from hotline.notify.kannel import KannelTransport, report_url
from hotline.notify.transport import Failed, Letter, Retry, Sent, Uncertain
from hotline.notify.transports import open_line, open_transports
from hotline.settings import Settings
from tests.notify.stand_ins import Providers

SETTINGS = Settings(
    database_url="", redis_url="", secret_key="", port=8222, kannel_user="hotline",
    kannel_password="p&w", sms_secrets=("new/%C3 {secret}", "old"),
)  # fmt: skip
LETTER = Letter(
    outbound_id=77, to="+77000000012", text="Өтінішіңіз қабылданды", locale="kk"
)


@pytest.fixture
async def providers():
    found = Providers()
    async with TestServer(found.app) as server:
        found.url = str(server.make_url("")).rstrip("/")
        yield found


async def sent(url, letter=LETTER):
    transport = KannelTransport(f"{url}/sms", "hotline", "p&w", report_url(SETTINGS))
    async with open_line(1.0) as line:
        return await transport.send(line, letter)


async def test_an_sms_carries_our_number_and_where_to_report(providers):
    assert await sent(providers.url) == Sent()
    [(path, query, _, _)] = providers.seen
    assert path == "/sms/cgi-bin/sendsms"
    assert (query["to"], query["coding"], query["charset"]) == (
        "+77000000012",
        "2",
        "UTF-8",
    )
    assert (query["text"], query["dlr-mask"]) == (LETTER.text, "31")
    report = urlsplit(query["dlr-url"])
    assert (report.netloc, report.path) == ("127.0.0.1:8222", "/intake/sms/kannel/dlr")
    # As Kannel fills it in: %d and %T are its own, %% is a percent sign.
    filled = report.query.replace("%d", "8").replace("%T", "1795345514").replace("%%", "%")
    assert parse_qs(filled) == {
        "k": ["new/%C3 {secret}"], "id": ["77"], "type": ["8"], "ts": ["1795345514"]
    }  # fmt: skip


def test_reports_come_to_the_address_that_others_reach_us_by():
    told = report_url(replace(SETTINGS, public_url="https://111.example/"))
    assert told.startswith("https://111.example/intake/sms/kannel/dlr?k=")
    assert report_url(replace(SETTINGS, sms_secrets=())) == ""
    assert report_url(replace(SETTINGS, host="0.0.0.0")).startswith(
        "http://127.0.0.1:8222/"
    )


TEXTS = [
    # what is written                    coding
    ("plain Latin", "ok, 5 (five)!", "0"),
    ("the extension's signs", "a^{}~|[]\\€", "0"),
    ("Russian", "Заявка принята", "2"),
    ("a letter that looks Latin", "сaт", "2"),
    ("a dash of typographers", "a — b", "2"),
    ("a picture", "ok 🆘", "2"),
    ("half a surrogate pair", "ok \ud83d", "0"),
]


@pytest.mark.parametrize(("name", "text", "coding"), TEXTS, ids=[n for n, *_ in TEXTS])
async def test_only_what_fits_gsm_goes_in_gsm(providers, name, text, coding):
    assert await sent(providers.url, replace(LETTER, text=text)) == Sent()
    assert providers.seen[0][1]["coding"] == coding


ANSWERS = [
    # what Kannel says                        answer                                 result
    ("accepted", (202, "0: Accepted for delivery"), Sent()),
    ("queued", (202, "3: Queued for later delivery"), Sent()),
    ("as old ones say it", (200, "Sent."), Sent()),
    ("wrong password", (403, "Authorization failed for sendsms"), Failed("http_403")),
    ("no sender", (400, "Sender missing and no global set, rejected"), Failed("http_400")),
    ("not routable", (404, "Not routable. Do not try again."), Failed("http_404")),
    ("an error as a success", (202, "5: Rejected"), Failed("refused")),
    ("words as a success", (200, "Authorization failed for sendsms"), Failed("refused")),
    ("its centre is away", (503, "Temporal failure, try again later."), Retry(30.0, "http_503")),
    ("too many", (429, ""), Retry(5.0, "http_429")),
    ("it broke", (500, "oops"), Uncertain("http_500")),
    ("a proxy's page", (200, "<html><body>Welcome</body></html>"), Uncertain("bad_answer")),
    ("nothing", (200, ""), Uncertain("bad_answer")),
    ("a redirect", (302, ""), Failed("http_302")),
    ("silence", 5.0, Uncertain("timeout")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "answer", "result"), ANSWERS, ids=[n for n, *_ in ANSWERS]
)
async def test_an_answer_of_kannel_is_one_of_five_results(providers, name, answer, result):
    providers.answers["sms"] = answer
    assert await sent(providers.url) == result
    assert len(providers.seen) == 1


@pytest.mark.parametrize(
    "to", ["MCHS", "1414", "111", "", "+7", "77000000012", "+0700000000"]
)
async def test_a_sender_that_cannot_be_called_is_never_answered(providers, to):
    assert await sent(providers.url, replace(LETTER, to=to)) == Failed("no_number")
    assert providers.seen == []


def test_nothing_of_the_person_or_the_secrets_stands_in_what_is_printed():
    shown = repr(LETTER) + repr(open_transports(replace(SETTINGS, kannel_url="http://x")))
    for secret in ("77000000012", "қабылданды", "p&w", "new/", "%C3"):
        assert secret not in shown
