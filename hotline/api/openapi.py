"""The OpenAPI document, made from the same structs that the calls decode and encode."""

import re
from collections.abc import Sequence
from typing import Any, get_args

import msgspec

import hotline
from hotline.api.call import Call

_REF = "#/components/schemas/{name}"
_PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "description": "RFC 9457. `code` is stable; more members name the field, or the fresh case.",
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "field": {"type": "string"},
        "fresh": {"type": "object"},
    },
    "required": ["type", "title", "status", "code", "detail"],
}
_HEADERS = {
    "Idempotency-Key": "Repeats with the same key and body have one effect",
    "If-Match": 'The version that was read, such as "3"; 409 with the fresh object when stale',
}


def document(calls: Sequence[Call], prefix: str) -> bytes:
    """Return the document as JSON."""
    kinds = [part for call in calls for part in _kinds(call)]
    unique = list(dict.fromkeys(kinds))
    schemas, components = msgspec.json.schema_components(unique, ref_template=_REF)
    by_kind = dict(zip(unique, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for call in calls:
        paths.setdefault(prefix + call.path, {})[call.method.lower()] = _operation(
            call, by_kind
        )
    told = {
        "openapi": "3.1.0",
        "info": {
            "title": "Hotline 111",
            "version": "1",
            "description": f"Cases, referrals, clocks. Server {_version()}.",
        },
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": {**components, "Problem": _PROBLEM},
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }
    return msgspec.json.encode(told)


def _version() -> str:
    return getattr(hotline, "__version__", "0.1")


def _kinds(call: Call) -> list[Any]:
    answers = list(get_args(call.answer)) or [call.answer]
    return [*answers, *([call.body] if call.body else [])]


def _operation(call: Call, by_kind: dict[Any, Any]) -> dict[str, Any]:
    answers = [by_kind[kind] for kind in (get_args(call.answer) or (call.answer,))]
    answer = answers[0] if len(answers) == 1 else {"anyOf": answers}
    problem = {
        "application/problem+json": {"schema": {"$ref": _REF.format(name="Problem")}}
    }
    found: dict[str, Any] = {
        "summary": call.summary,
        "operationId": _name(call),
        "parameters": _parameters(call),
        "responses": {
            str(call.status): {
                "description": "Done",
                "content": {"application/json": {"schema": answer}},
            },
            "default": {"description": "A problem", "content": problem},
        },
    }
    if call.body is not None:
        schema = by_kind[call.body]
        found["requestBody"] = {"content": {"application/json": {"schema": schema}}}
    return found


def _parameters(call: Call) -> list[dict[str, Any]]:
    text = {"type": "string"}
    path = [
        {"name": name, "in": "path", "required": True, "schema": text}
        for name in re.findall(r"{(\w+)}", call.path)
    ]
    query = [
        {"name": name, "in": "query", "description": told, "schema": text}
        for name, told in call.query.items()
    ]
    headers = [
        {"name": name, "in": "header", "description": told, "schema": text}
        for name, told in _HEADERS.items()
        if call.method == "POST"
    ]
    return [*path, *query, *headers]


def _name(call: Call) -> str:
    words = re.sub(r"[{}]", "", call.path).replace("-", "_").strip("/").split("/")
    return "_".join([call.method.lower(), *words])
