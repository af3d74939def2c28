"""Every example letter makes exactly the rows expected, twice, by SMTP and by LMTP."""

import pytest

from tests.intake.doors import opened, rows
from tests.intake.post_office import example, post_office

LETTERS = [
    # letter             rows  text
    ("autoreply", 1, "Автоответ: вне офиса\nЯ в отпуске."),
    ("cp1251_qp", 1, "Жалоба на соседей\nСоседи бьют ребёнка. Караганда, ул. Абая 5."),
    ("dsn_bounce", 0, None),
    ("html_attachment", 1, "Фото\nБалаға зорлық"),
    ("koi8r_b64", 1, "Помогите\nМуж избивает меня и детей."),
    ("own_loop", 0, None),
    ("raw8bit_no_mime", 1, "Срочно\nРебёнок один дома третий день"),
    ("reply_to_case", 1, "Re: [111-26-004821-7] Өтінішіңіз тіркелді\nМекенжай: Абай 5\n\n> Сіздің өтінішіңіз тіркелді"),
    ("utf8_kk", 1, "Көмек керек\nБаламды әкесі алып кетті, қайда екенін білмеймін. Өскемен."),
]  # fmt: skip


@pytest.mark.parametrize("scheme", ["smtp", "lmtp"])
@pytest.mark.parametrize(
    ("name", "count", "text"), LETTERS, ids=[name for name, *_ in LETTERS]
)
async def test_an_example_is_so_many_rows_twice(rt, database, scheme, name, count, text):
    async with post_office(rt, scheme) as send:
        assert [await send(example(name)) for _ in range(2)] == [250, 250]
    found = await rows(database)
    assert len(found) == count
    for contact in found:
        assert (contact["channel"], contact["state"]) == ("email", "received")
        inside = await opened(rt, database, contact)
        assert inside["text"] == text
        assert inside["raw"].endswith(example(name))


async def test_an_attached_picture_is_kept_sealed_under_a_name_that_is_no_path(
    rt, database
):
    async with post_office(rt) as send:
        await send(example("html_attachment"))
    [contact] = await rows(database)
    [medium] = await database.fetch("SELECT * FROM media")
    wrapped = await database.fetchval(
        "SELECT wrapped FROM keyring.keys WHERE owner_id = $1", contact["id"]
    )
    key = rt.sealer.open_key(contact["id"], wrapped)
    assert (medium["kind"], medium["claimed_mime"], medium["size"]) == (
        "image",
        "image/jpeg",
        22,
    )
    assert key.open_text("media_name", medium["sealed_name"]) == "сурет.jpg"
    content = await database.fetchval("SELECT sealed_content FROM media_contents")
    assert key.open("media", content).startswith(b"\xff\xd8\xff")


async def test_an_example_by_smtp_and_by_lmtp_is_one_contact(rt, database):
    for scheme in ("smtp", "lmtp"):
        async with post_office(rt, scheme) as send:
            assert await send(example("utf8_kk")) == 250
    assert len(await rows(database)) == 1
