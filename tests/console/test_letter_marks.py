"""What a person should know of a letter before believing it stands beside its words."""

import pytest

from hotline.console.letter_words import MARKS
from hotline.i18n import gettext
from hotline.intake.mail_door import take_letter
from tests.builders import everybody
from tests.console.console_world import signed_in
from tests.intake.post_office import letter


@pytest.fixture
async def people(rt):
    return await everybody(rt)


async def test_a_letter_shows_what_is_doubtful_of_it_and_its_script_as_text(
    client, rt, people
):
    evil = letter(
        "<script>alert(1)</script> көмектесіңіз",
        Reply_To="diverted@evil.example",
        Auto_Submitted="auto-generated",
    )
    taken = await take_letter(rt, evil)
    browser = await signed_in(client, people["operator"])
    await browser.get(f"/contacts/{taken.outcome.receipts[0]}")
    for mark in ("sender_unproven", "auto_reply", "reply_elsewhere"):
        assert gettext("ru", MARKS[mark]) in browser.html
    assert "<script>alert" not in browser.html
    assert "diverted@evil.example" not in browser.html


@pytest.mark.parametrize("locale", ["kk", "ru"])
def test_every_mark_has_its_words(locale):
    assert all(gettext(locale, said) != said for said in MARKS.values())
