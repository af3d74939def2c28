"""Alive, ready, counted; errors as documents for programs and as pages for people."""

from dataclasses import replace


async def test_ready_names_every_part(client):
    answer = await client.get("/readyz")
    parts = await answer.json()
    assert answer.status == 200
    assert parts["database"] == parts["redis"] == "ok"
    assert parts["migrations"]["found"] == parts["migrations"]["wanted"]
    assert parts["version"]
    assert len(parts["commit"]) == 40
    assert parts["start_id"]


async def test_without_its_database_it_is_alive_and_not_ready(client, rt, tmp_path):
    rt.settings = replace(
        rt.settings, database_url=f"postgresql://hotline@/hotline?host={tmp_path}"
    )
    answer = await client.get("/readyz")
    assert (answer.status, (await answer.json())["database"]) == (503, "away")
    assert (await client.get("/healthz")).status == 200


async def test_without_redis_it_still_serves(client, rt, tmp_path):
    rt.settings = replace(rt.settings, redis_url=f"unix://{tmp_path}/nothing")
    answer = await client.get("/readyz")
    assert (answer.status, (await answer.json())["redis"]) == (200, "away")


async def test_alive_and_metrics_answer(client):
    assert (await client.get("/healthz")).status == 200
    assert "hotline_http_seconds" in await (await client.get("/metrics")).text()


async def test_unknown_paths_are_documents_for_programs_and_pages_for_people(client):
    document = await client.get("/api/v1/nothing-here")
    assert document.status == 404
    assert document.content_type == "application/problem+json"
    assert (await document.json())["code"] == "not_found"
    page = await client.get("/nothing-here?lang=ru")
    assert page.status == 404
    assert "Такой страницы нет" in await page.text()


async def test_a_wrong_method_says_which_are_allowed(client):
    answer = await client.get("/intake/telegram")
    assert answer.status == 405
    assert answer.headers["Allow"] == "POST"
