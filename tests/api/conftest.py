"""A client of the API that checks every answer against the OpenAPI document."""

import json
import re
from io import BytesIO

import hypothesis  # noqa: F401  Python 3.11 fails to parse it late, among greenlets
import jsonschema
import pytest

from tests.builders import everybody

BASE = "/api/v1"


class Api:
    """Calls as one person; each answer must match what the document promises."""

    def __init__(self, client, document):
        self.client = client
        self.document = document
        self.seen = set()  # operations that answered well

    async def __call__(
        self, who, method, path, body=None, *, status=None, raw=None, **headers
    ):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = (
            raw if raw is not None else None if body is None else json.dumps(body).encode()
        )
        answer = await self.client.request(
            method,
            BASE + path,
            data=BytesIO(sent) if sent else sent,
            headers={
                **(who.headers if who else {}),
                **({"Content-Type": "application/json"} if sent is not None else {}),
                **names,
            },
        )
        text = await answer.text()
        if status is not None:
            assert answer.status == status, (method, path, answer.status, text[:600])
        self.check(method, path, answer, text)
        found = json.loads(text) if text else None
        return answer, found

    def check(self, method, path, answer, text):
        """Assert that the answer is of the shape that the document gives it."""
        template = self.template(path.partition("?")[0])
        if template is None:
            assert answer.status == 404
            return
        operation = self.document["paths"][template].get(method.lower())
        if operation is None:
            assert answer.status == 405
            return
        given = (
            operation["responses"].get(str(answer.status))
            or operation["responses"]["default"]
        )
        kind = answer.headers["Content-Type"].partition(";")[0]
        assert kind in given["content"], (answer.status, kind, text[:300])
        schema = {
            **given["content"][kind]["schema"],
            "components": self.document["components"],
        }
        jsonschema.Draft202012Validator(schema).validate(json.loads(text))
        if answer.status < 300:
            self.seen.add(operation["operationId"])

    def template(self, path):
        for template in self.document["paths"]:
            if re.fullmatch(re.sub(r"{\w+}", "[^/]+", template), BASE + path):
                return template
        return None


@pytest.fixture
async def document(client):
    answer = await client.get("/api/openapi.json")
    assert answer.status == 200
    return await answer.json()


@pytest.fixture
async def api(client, document):
    return Api(client, document)


@pytest.fixture
async def who(rt):
    """One person of every kind."""
    return await everybody(rt)
