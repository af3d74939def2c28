"""One call of the API, as declared: the routes and the OpenAPI document come from it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hotline.api.asks import Asked
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store.view_parts import View


@dataclass(frozen=True, slots=True)
class Ask:
    """A request that was let in: signed in, decoded, bounded."""

    rt: Runtime
    viewer: Viewer
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any = None  # the struct that the call declares
    version: int | None = None  # If-Match
    key: str | None = None  # Idempotency-Key, as a keyed hash


# What a call takes: one struct, or a list of them.
Body = type[Asked] | type[list[Any]]
Read = Callable[[Ask], Awaitable[View]]
Write = Callable[[Ask], Awaitable[str]]
Render = Callable[[Ask, str], Awaitable[View]]


@dataclass(frozen=True, slots=True)
class Call:
    """Method, path below /api/v1, what it takes and answers.

    A GET has `read`. A POST has `write`, which does one action and returns the public number
    it was about, and `render`, which reads the answer anew, also when the request is repeated.
    """

    method: str
    path: str
    summary: str
    answer: Any
    read: Read | None = None
    write: Write | None = None
    render: Render | None = None
    body: Body | None = None
    query: Mapping[str, str] = field(default_factory=dict)  # name: what it says
    status: int = 200
    for_admin: bool = False  # holds no content, so that an administrator may read it


def get(
    path: str,
    read: Read,
    answer: Any,
    summary: str,
    *,
    query: Mapping[str, str] | None = None,
    for_admin: bool = False,
) -> Call:
    """Return a reading call."""
    return Call(
        "GET", path, summary, answer, read=read, query=query or {}, for_admin=for_admin
    )


def post(
    path: str,
    body: Body,
    write: Write,
    render: Render,
    answer: Any,
    summary: str,
    *,
    status: int = 200,
    for_admin: bool = False,
) -> Call:
    """Return a writing call."""
    return Call(
        "POST",
        path,
        summary,
        answer,
        write=write,
        render=render,
        body=body,
        status=status,
        for_admin=for_admin,
    )
