"""Reading letters: charsets that lie, HTML, quotes, files with hostile names. Pure."""

import base64
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest
from hypothesis import example as case
from hypothesis import given
from hypothesis import strategies as st

from hotline.cases.inbound import DeliveryReport, Inbound, InboundKind
from hotline.cases.letter_token import answered, key_of, token_of
from hotline.intake.mail import House, read
from hotline.intake.mail_charset import decode
from hotline.intake.mail_headers import addresses, file_name, words
from hotline.intake.mail_html import to_text
from hotline.intake.mail_parts import Limits, take_apart
from hotline.intake.mail_text import new_words_first
from tests.intake.post_office import letter

KEY = key_of("a secret")
HOUSE = House("111", frozenset({"111@hotline.example"}), frozenset(), KEY)
RU = "Соседи бьют ребёнка каждый вечер. Караганда, улица Абая"
KK = "Менің әкем ұрады, көмектесіңізші, қорқамын"


def contact(raw):
    [one] = read(raw, HOUSE).heard
    assert isinstance(one, Inbound)
    return one


def text_of(raw):
    return contact(raw).text


CHARSETS = [
    # how it is written, what the letter claims, words
    ("cp1251", "windows-1251", RU), ("cp1251", None, RU), ("cp1251", "koi8-r", RU),
    ("cp1251", "utf-8", RU), ("cp1251", "us-ascii", RU), ("cp1251", "iso-8859-1", RU),
    ("koi8-r", "koi8-r", RU), ("koi8-r", None, RU), ("koi8-r", "windows-1251", RU),
    ("koi8-r", "utf-8", RU), ("cp866", None, RU), ("iso8859-5", "windows-1251", RU),
    ("utf-8", "utf-8", KK), ("utf-8", None, KK), ("utf-8", "windows-1251", KK),
    ("utf-8", "koi8-r", KK), ("utf-8", "iso-8859-1", KK), ("utf-8", "x-nobody-knows", KK),
    ("utf-8-sig", "utf-8", KK), ("utf-8", "utf-16", KK), ("utf-8", "zlib", KK),
    ("kz1048", "kz-1048", KK), ("kz1048", "windows-1251", KK), ("kz1048", None, KK),
    ("utf-16", "utf-16", KK), ("utf-16-le", "utf-16", KK), ("utf-16-be", "utf-16", KK),
    ("utf-16", None, KK), ("utf-7", "utf-7", RU), ("latin-1", "iso-8859-1", "Grüße aus Köln"),
    ("gb2312", "gb2312", "你好，我需要帮助"), ("iso2022_jp", "iso-2022-jp", "こんにちは"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "claimed", "said"), CHARSETS)
@pytest.mark.parametrize("encoding", ["8bit", "base64", "quoted-printable"])
def test_words_are_read_whatever_charset_is_claimed(written, claimed, said, encoding):
    raw = said.encode(written)
    if encoding == "base64":
        raw = base64.encodebytes(raw)
    elif encoding == "quoted-printable":
        raw = "".join(f"={byte:02X}" for byte in raw).encode()
    kind = f"text/plain; charset={claimed}" if claimed else "text/plain"
    head = f"Subject: x\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    assert text_of(head.encode() + raw) == f"x\n{said}"


def test_a_few_broken_bytes_spoil_no_more_than_themselves():
    raw = ("Помогите " * 50).encode()
    found = decode(raw[:200] + b"\xff" + raw[200:], "utf-8")
    assert found.count("Помогите") >= 49


HEADERS = [
    # what stands there, what people read
    ("=?utf-8?b?0JrTqdC80LXQug==?=", "Көмек"),
    ("=?UTF-8?Q?=D0=A4=D0=BE=D1=82=D0=BE_1?=", "Фото 1"),
    ("=?utf-8?q?=D0?=\r\n =?utf-8?q?=BA?=", "к"),  # cut within a letter
    ("=?utf-8?b?0Jo=?= =?utf-8?b?06nQvA==?=", "Көм"),
    ("=?koi8-r?b?8M/Nz8fJ1MU=?=", "Помогите"),
    ("Re: =?windows-1251?Q?=CF=F0=E8?= x =?utf-8*kk?b?0LrQug==?=", "Re: При x кк"),
    ("=?utf-8?b?0JrTqdC80LXQug?=", "Көмек"),  # padding is missing
    ("=?nope?b?0JrTqdC80LXQug==?=", "Көмек"),
    ("=?utf-8?x?abc?= plain", "=?utf-8?x?abc?= plain"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "shown"), HEADERS)
def test_encoded_words_are_read_also_where_they_are_broken(value, shown):
    assert words(value) == shown


NAMES = [
    # what is claimed, what is kept
    ("сурет.jpg", "сурет.jpg"), ("../../etc/passwd", "passwd"), ("C:\\temp\\a.exe", "a.exe"),
    ("..", None), ("", None), ("\x00a.jpg\x00", "a.jpg"), ("a\r\nb.jpg", "a b.jpg"),
    ("photo\u202egpj.exe", "photogpj.exe"), ("x" * 300 + ".jpeg", "x" * 138 + ".jpeg"),
]  # fmt: skip


@pytest.mark.parametrize(("claimed", "kept"), NAMES)
def test_the_name_of_a_file_is_never_a_path_and_turns_nothing_around(claimed, kept):
    assert file_name(claimed) == kept


FILES = [
    ("Content-Disposition: attachment; filename*=utf-8''..%2F..%2F%D1%81%D1%83.jpg", "су.jpg"),
    ("Content-Disposition: attachment; filename*0*=utf-8''%D1%81; filename*1*=%D1%83.jpg", "су.jpg"),
    ('Content-Disposition: attachment; filename="=?utf-8?b?0YHRgw==?=.jpg"', "су.jpg"),
    ("Content-Disposition: attachment; filename=\xd1\x81\xd1\x83.jpg", "су.jpg"),
    ("Content-Disposition: attachment; filename*=cp1251'ru'%F1%F3.jpg", "су.jpg"),
    ("Content-Disposition: attachment", None),
    ("Content-Disposition: inline", None),
]  # fmt: skip


@pytest.mark.parametrize(("header", "name"), FILES)
def test_a_file_comes_with_its_content_and_a_safe_name(header, name):
    raw = (b"Content-Type: multipart/mixed; boundary=M\r\n\r\n--M\r\n\r\nsee\r\n--M\r\n"
           b"Content-Type: image/jpeg\r\nContent-Transfer-Encoding: base64\r\n"
           + header.encode("latin-1") + b"\r\n\r\n/9j/4AAQ\r\n--M--")  # fmt: skip
    found = contact(raw)
    [medium] = found.media
    assert found.text == "see"
    assert (medium.kind, medium.name, medium.content) == (
        "image",
        name,
        b"\xff\xd8\xff\xe0\x00\x10",
    )


PAGES = [
    # HTML, words
    ("<p>Балаға <b>зорлық</b></p><script>alert(1)</script><img src=https://t.example/x.gif>", "Балаға зорлық"),
    ("a<br>b<div>c</div>d", "a\nb\nc\nd"),
    ("&lt;b&gt; &amp; &#1240; &nbsp;x", "<b> & Ә x"),
    ("<style>p{}</style><title>t</title>words", "words"),
    ("<!-- hidden -->words<!-- never closed", "words<!-- never closed"),
    ("<script>words that never end", "words that never end"),
    ('<a href="https://vk.example/id1">бет</a>', "бет (https://vk.example/id1)"),
    ('<a href="https://a.kz/">https://a.kz</a>', "https://a.kz"),
    ('<a href="javascript:alert(1)">press</a>', "press"),
    ("<td>1</td><td>2</td>", "1 2"),
    ("<p style='display:none'>құтқарыңыз</p>", "құтқарыңыз"),
    ("мен 5 < 6 деймін", "мен 5 < 6 деймін"),
    ("жаңа<blockquote>ескі<br>хат</blockquote>", "жаңа\n> ескі\n> хат"),
    ('<img alt="көк көз" src=cid:1>', "көк көз"),
]  # fmt: skip


@pytest.mark.parametrize(("page", "said"), PAGES)
def test_html_is_read_and_nothing_of_it_is_run_or_fetched(page, said):
    assert to_text(page) == said
    assert (
        text_of(b"Content-Type: text/html; charset=utf-8\r\n\r\n" + page.encode()) == said
    )


def test_a_charset_named_in_the_page_alone_is_enough():
    page = '<html><head><meta charset="koi8-r"></head><p>нет</p>'.encode("koi8-r")
    assert text_of(b"Content-Type: text/html\r\n\r\n" + page) == "нет"


def both(plain, rich):
    found = MIMEMultipart("alternative")
    found.attach(MIMEText(plain, "plain", "utf-8"))
    found.attach(MIMEText(rich, "html", "utf-8"))
    return found.as_bytes()


def test_of_two_versions_one_is_read_unless_the_other_says_more():
    assert text_of(both("Көмектесіңізші", "<p>Көмектесіңізші</p>")) == "Көмектесіңізші"
    hidden = contact(both("Сәлем", "<p>Сәлем. Әкем мені пышақпен қорқытып жатыр</p>"))
    assert "пышақпен" in hidden.text
    assert "two_versions" in hidden.marks
    few = contact(both("Сәлем. Сұрағым бар", "<p>Сәлем. Сұрағым бар</p><p>Ол ұрады</p>"))
    assert few.text == "Сәлем. Сұрағым бар\n\nОл ұрады"
    assert "two_versions" in few.marks
    assert text_of(both(" \n", "<p>тек мұнда</p>")) == "тек мұнда"


QUOTES = [
    # the letter, as triage reads it
    ("жаңа\n\n> ескі", "жаңа\n\n> ескі"),
    ("> ескі\n> хат\n\nжаңа", "жаңа\n\n> ескі\n> хат"),
    ("21.11.2026 111 жазды:\n> ескі\n\nжаңа", "жаңа\n\n> 21.11.2026 111 жазды:\n> ескі"),
    ("пт, 20 нояб. 2026 г. в 10:00, 111 <111@hotline.example>:\n\n> ескі\n\nжаңа", "жаңа\n\n> пт, 20 нояб. 2026 г. в 10:00, 111 <111@hotline.example>:\n\n> ескі"),
    ("пт, 20 нояб. 2026 г. в 10:00, 111\n<111@hotline.example>:\n> ескі\n\nжаңа", "жаңа\n\n> пт, 20 нояб. 2026 г. в 10:00, 111\n> <111@hotline.example>:\n> ескі"),
    ("жаңа\n\n20.11.2026, 10:00, 111 <111@hotline.example>:\n> ескі", "жаңа\n\n20.11.2026, 10:00, 111 <111@hotline.example>:\n> ескі"),
    ("> сұрақ?\nиә\n> екінші?\nжоқ", "иә\n> екінші?\nжоқ\n\n> сұрақ?"),
    ("жаңа\n-----Исходное сообщение-----\nескі", "жаңа\n> -----Исходное сообщение-----\n> ескі"),
    ("---- Original message ----\nтек осы", "---- Original message ----\nтек осы"),
    ("> тек дәйексөз", "> тек дәйексөз"),
    ("", ""),
]  # fmt: skip


@pytest.mark.parametrize(("said", "in_order"), QUOTES)
def test_new_words_stand_before_what_is_quoted(said, in_order):
    assert new_words_first(said) == in_order


@given(st.text(alphabet="аb> \n-:", max_size=200))
def test_moving_quotes_loses_no_word(text):
    def words_in(said):
        return sorted(said.replace(">", " ").split())

    assert words_in(new_words_first(text)) == words_in(text)


def test_a_forwarded_letter_is_quoted_and_its_files_come_along():
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "threat@example.kz", "Қауіп"
    inner.set_content("сені өлтіремін")
    inner.add_attachment(
        b"\xff\xd8\xff", maintype="image", subtype="jpeg", filename="a.jpg"
    )
    outer = EmailMessage()
    outer["From"], outer["Subject"] = "aigul@example.kz", "Маған мынау келді"
    outer.set_content("қараңызшы")
    outer.add_attachment(inner)
    found = contact(outer.as_bytes(policy=policy.SMTP))
    assert found.text == "Маған мынау келді\nқараңызшы\n\n> Қауіп\n> сені өлтіремін"
    assert [one.name for one in found.media] == ["a.jpg"]
    assert found.sender == "aigul@example.kz"


def test_a_small_text_that_is_attached_is_read_as_well():
    outer = EmailMessage()
    outer.set_content("файлда")
    outer.add_attachment("пышақпен қорқытып жатыр", filename="хат.txt")
    found = contact(outer.as_bytes())
    assert found.text == "файлда\n\nпышақпен қорқытып жатыр"
    assert [one.name for one in found.media] == ["хат.txt"]


def test_a_page_that_is_attached_is_read_as_well():
    outer = EmailMessage()
    outer.set_content("файлда")
    outer.add_attachment("<p>пышақпен</p>", subtype="html", filename="хат.html")
    assert contact(outer.as_bytes()).text == "файлда\n\nпышақпен"


INVITATION = "BEGIN:VCALENDAR\r\nDESCRIPTION:пышақ\r\n пен\r\nEND:VCALENDAR\r\n"


def test_an_invitation_is_words_where_there_are_no_others():
    lone = MIMEText(INVITATION, "calendar", "utf-8")
    assert "DESCRIPTION:пышақпен" in contact(lone.as_bytes()).text
    beside = both("кездесу", "<p>кездесу</p>")
    whole = MIMEMultipart("mixed")
    whole.attach(message_from_bytes(beside))
    whole.attach(lone)
    found = contact(whole.as_bytes())
    assert (found.text, [one.mime for one in found.media]) == ("кездесу", ["text/calendar"])


ENCODINGS = ["base64", "BASE64", '"base64"', "base64;", "base64 (as ever)"]


@pytest.mark.parametrize("said", ENCODINGS)
def test_words_are_decoded_however_their_encoding_is_written(said):
    raw = letter(base64.b64encode(KK.encode()).decode(), Content_Transfer_Encoding=said)
    assert contact(raw).text == f"Хат\n{KK}"


@pytest.mark.parametrize(
    "kind", ["text/markdown", "text/x-nobody-knows", "message/partial"]
)
def test_words_of_a_kind_that_is_no_letter_are_read_where_there_are_no_others(kind):
    found = contact(letter("пышақпен", Content_Type=f"{kind}; charset=utf-8"))
    assert found.text == "Хат\nпышақпен"
    assert [one.mime for one in found.media] == [kind]


MACHINES = [
    # what it says of itself                    a machine wrote it
    ({"subject": "Automatic reply: Өтініш"}, True),
    ({"subject": "=?utf-8?q?=D0=90=D0=B2=D1=82=D0=BE=D0=BE=D1=82=D0=B2=D0=B5=D1=82?=: x"}, True),
    ({"subject": "Автоматический ответ: Заявка"}, True),
    ({"X-Autoreply": "yes"}, True),
    ({"X-Autorespond": "no"}, False),
    ({"Auto-Submitted": "no"}, False),
    ({"subject": "Out of office he beats me"}, False),
    ({"subject": "Re: Automatic reply"}, False),
]  # fmt: skip


@pytest.mark.parametrize(("said", "machine"), MACHINES)
def test_what_a_machine_answered_by_itself_is_kept_and_never_answered(said, machine):
    found = contact(letter(**said))
    assert ("auto_reply" in found.marks, found.policy.may_write) == (machine, not machine)


def test_who_wrote_a_letter_in_our_name_and_theirs_is_never_ourselves():
    found = contact(letter(From="A <111@hotline.example>, B <b@example.kz>"))
    assert (found.sender, found.identity.name) == ("b@example.kz", "B")
    group = contact(letter(From="Отбасы: B <b@example.kz>, c@example.kz;"))
    assert group.sender == "b@example.kz"
    nobody = contact(letter(From="undisclosed:;"))
    assert (nobody.sender, nobody.policy.may_write) == (None, False)


MARKED = [
    ("winmail", "application/ms-tnef; name=winmail.dat"),
    ("encrypted", "application/pkcs7-mime; name=smime.p7m"),
    ("encrypted", "application/x-pkcs7-mime; name=smime.p7m"),
]


@pytest.mark.parametrize(("mark", "kind"), MARKED)
def test_what_nobody_here_can_open_is_kept_and_marked(mark, kind):
    found = contact(f"Subject: x\r\nContent-Type: {kind}\r\n\r\nabc".encode())
    assert mark in found.marks
    assert len(found.media) == 1


def test_a_bomb_of_parts_is_cut_at_the_limit_and_says_so():
    many = (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        + b"--b\r\n\r\nx\r\n" * 500
        + b"--b--"
    )
    found = contact(many)
    assert "parts_cut" in found.marks
    assert found.text.count("x") == Limits().parts - 1
    deep = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i)
        for i in range(50)
    )
    assert "parts_cut" in contact(deep + b"\r\nhelp").marks
    assert max(_depth(take_apart(deep, Limits(depth=5))), 0) <= 6


def _depth(part):
    return 1 + max(map(_depth, part.parts), default=0)


def raw_8bit(value, charset):
    """A header as a mail program wrote it that knows of no encoded words."""
    return value.encode(charset).decode("ascii", "surrogateescape")


SENDERS = [
    ("Айгүл <Aigul@Example.KZ>", [("Айгүл", "aigul@example.kz")]),
    ("a@b.kz, =?utf-8?b?0JA=?= <c@d.kz>", [("", "a@b.kz"), ("А", "c@d.kz")]),
    ('"111@hotline.example" <evil@x.kz>', [("111@hotline.example", "evil@x.kz")]),
    ("айгүл@пошта.қаз", [("", "айгүл@пошта.қаз")]),
    (raw_8bit("Анна Каримова <anna@x.kz>", "cp1251"), [("Анна Каримова", "anna@x.kz")]),
    (raw_8bit("Әсел <asel@x.kz>", "utf-8"), [("Әсел", "asel@x.kz")]),
    ("nobody", []), ("", []), ("(" * 3_000, []),
]  # fmt: skip


@pytest.mark.parametrize(("value", "found"), SENDERS)
def test_addresses_are_read_by_what_stands_in_brackets(value, found):
    assert addresses(value) == found


def test_an_answer_goes_to_the_writer_and_reply_to_is_only_shown():
    found = contact(letter(Reply_To="diverted@evil.example"))
    assert found.sender == "aigul@example.kz"
    assert found.identity.extra["reply_to"] == "diverted@evil.example"


@given(st.integers(0, 2**47), st.emails())
def test_a_token_proves_letter_and_address_and_nothing_else(letter_id, address):
    token = token_of(KEY, letter_id, address)
    text = f"<x@y> <{token.upper()}@hotline.example>"
    assert answered(KEY, text, address.upper()).own
    assert answered(KEY, text, address).letter_id == letter_id
    assert not answered(KEY, text, "other@example.kz").own
    assert not answered(KEY, text, None).own
    assert answered(key_of("another secret"), text, address) is None


@given(st.integers(0, 2**47), st.integers(5, 40), st.sampled_from("abcdefgh234567"))
def test_a_changed_token_is_no_token(letter_id, place, sign):
    token = token_of(KEY, letter_id, "a@b.kz")
    wrong = token[:place] + sign + token[place + 1 :]
    found = answered(KEY, f"<{wrong}@x>", "a@b.kz")
    assert wrong == token or found is None or not found.own


@given(st.binary(max_size=2_000))
@case(b"")
@case(b"\n\n")
@case(b"Content-Type: multipart/mixed; boundary=\r\n\r\n--\r\n")
def test_any_bytes_are_one_contact_or_nothing_for_a_reason(raw):
    _one_or_reason(raw)


PIECES = st.sampled_from([
    b"Content-Type: multipart/mixed; boundary=b\r\n", b"Content-Type: multipart/alternative; boundary=b\r\n",
    b"Content-Type: text/html; charset=utf-16\r\n", b"Content-Type: message/rfc822\r\n", b"\r\n", b"--b\r\n",
    b"--b--\r\n", b"Content-Transfer-Encoding: base64\r\n", b"Content-Disposition: attachment; filename*0*=x''%\r\n",
    b"Subject: =?utf-8?b?////?= =?utf-16?q?=?=\r\n", b"From: <@>,a@b.kz;:\r\n", b"> \xff\xfe\r\n", b"<a href=<b>\r\n",
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n", b"Message-ID: <\r\n",
    b"Content-Type: message/delivery-status\r\n", b"Action: failed\r\n", b"Date: x\r\n", b"References: <case-a@b>\r\n",
])  # fmt: skip


@given(st.lists(PIECES | st.binary(max_size=20), max_size=40))
def test_any_letter_of_broken_pieces_is_one_contact_or_nothing_for_a_reason(pieces):
    _one_or_reason(b"".join(pieces))


def _one_or_reason(raw):
    post = read(raw, HOUSE)
    assert post == read(raw, HOUSE)
    if post.why:
        assert post.heard == ()
    else:
        [one] = post.heard
        assert isinstance(one, DeliveryReport) or (
            one.raw == raw and one.kind == InboundKind.MESSAGE
        )


@given(st.text(min_size=1, max_size=300), st.text(max_size=60))
def test_what_the_standard_library_writes_is_read_back(body, subject):
    message = EmailMessage(policy=policy.SMTP)
    plain = "".join(
        sign for sign in subject if sign.isprintable() and not "\ud800" <= sign <= "\udfff"
    )
    body = body.encode("utf-8", "ignore").decode()
    message.set_content(body)
    message["From"] = "a@b.kz"
    found = text_of(
        b"Subject: =?utf-8?b?"
        + base64.b64encode(plain.encode())
        + b"?=\r\n"
        + message.as_bytes()
    )
    for word in body.split():
        assert word in found or not word.isprintable() or word.startswith((">", "<"))
