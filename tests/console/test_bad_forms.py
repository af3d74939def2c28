"""What no row can hold is refused on pages too, never a 500."""

import pytest

from tests.builders import a_call, everybody
from tests.console.console_world import signed_in

SENT = [
    # what                        where to                  fields
    ("NUL as a colleague",        "/cases/{n}/transfer",    {"to_person": "\0", "text": "Семья переехала"}),
    ("NUL in a note",             "/cases/{n}/note",        {"text": "Звонили\0"}),
    ("NUL in a field of no form", "/cases/{n}/note",        {"text": "Звонили", "x": "\0"}),
]  # fmt: skip
ASKED = ["/inbox?q=%00", "/inbox?tab=%00", "/cases/{n}?ask=%00"]


@pytest.fixture
async def people(rt):
    return await everybody(rt)


@pytest.mark.parametrize(("what", "path", "fields"), SENT)
async def test_a_form_with_what_no_row_can_hold(
    client, rt, people, database, what, path, fields
):
    number = await a_call(rt, people["operator"])
    browser = await signed_in(client, people["guardian"])
    await browser.get(f"/cases/{number}")
    await browser.post(f"/cases/{number}/accept", {"referral": browser.hidden("referral")})
    answer = await browser.post(path.format(n=number), fields)
    assert answer.status == 400, what
    assert await database.fetchval("SELECT count(*) FROM case_notes") == 0


async def test_an_address_with_what_no_row_can_hold(client, rt, people):
    number = await a_call(rt, people["operator"])
    browser = await signed_in(client, people["guardian"])
    for path in ASKED:
        assert (await browser.get(path.format(n=number))).status == 400, path


YEARS = [
    # what          the span
    ("year 1",      {"from": "0001-01-01T00:00", "to": "2026-11-21T09:00"}),
    ("year 9999",   {"from": "2026-11-20T18:00", "to": "9999-12-31T23:59"}),
]  # fmt: skip


@pytest.mark.parametrize(("what", "span"), YEARS)
async def test_a_shift_in_years_that_nobody_plans(client, people, what, span):
    browser = await signed_in(client, people["supervisor"])
    await browser.get("/duty?body=uzpd-71&day=2026-11-20")
    person = people["guardian"].viewer.username
    form = {"body": "uzpd-71", "day": "2026-11-16", "person": person, "rank": "1", **span}
    answer = await browser.post("/duty", form)
    assert answer.status == 422, what
    assert 'data-testid="error-summary"' in await answer.text()


def parts(*heads):
    """A body of parts with these headers, and its type."""
    body = b"".join(b"--B\r\n" + head + b"\r\n\r\nx\r\n" for head in heads) + b"--B--\r\n"
    return body, "multipart/form-data; boundary=B"


FIELD = b'Content-Disposition: form-data; name="username"'
NO_FORMS = [
    ("a form within the form", *parts(b"Content-Type: multipart/mixed; boundary=C")),
    ("no boundary", b"--B", "multipart/form-data"),
    ("a charset that is none", *parts(FIELD + b"\r\nContent-Type: text/plain; charset=no")),
    ("an encoding that is none", *parts(FIELD + b"\r\nContent-Transfer-Encoding: no")),
    ("headers without number", *parts(FIELD + b"\r\nX: y" * 20_000)),
    ("half a part", b"--B\r\nContent-Disposition", "multipart/form-data; boundary=B"),
    (
        "words of no charset",
        b"username=%ff",
        "application/x-www-form-urlencoded; charset=no",
    ),
]


@pytest.mark.parametrize(("what", "body", "kind"), NO_FORMS, ids=[n[0] for n in NO_FORMS])
@pytest.mark.parametrize("path", ["/login", "/settings", "/presence", "/admin/sites"])
async def test_what_is_no_form_at_all_is_refused_at_every_door(
    client, people, what, body, kind, path
):
    headers = {"Content-Type": kind}
    if path not in ("/login", "/settings"):
        headers["Cookie"] = (await signed_in(client, people["supervisor"])).cookie
    answer = await client.post(path, data=body, headers=headers, allow_redirects=False)
    assert answer.status < 500, what
