"""A stand-in for a host's interface, on loopback, that keeps what it was asked."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web
from aiohttp.test_utils import TestServer

TOKEN = "token-that-nobody-may-see"
COMMIT = "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d"
OLD = "91d07be0" + "0" * 32
Reply = tuple[int, Any]
"""An HTTP status and a JSON value; or, as text, the answer's own body."""


@dataclass(frozen=True)
class Request:
    """One request as it came."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any


@dataclass
class StandIn:
    """Answers by method and path; whatever else is asked is 404."""

    answers: dict[tuple[str, str], Reply]
    requests: list[Request] = field(default_factory=list)
    url: str = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        sent = await request.text()
        self.requests.append(
            Request(
                request.method,
                request.path,
                dict(parse_qsl(urlsplit(str(request.rel_url)).query)),
                {name.lower(): value for name, value in request.headers.items()},
                json.loads(sent) if sent else None,
            )
        )
        status, value = self.answers.get((request.method, request.path), (404, {"message": "not found"}))
        text = value if isinstance(value, str) else json.dumps(value)
        location = {"Location": "http://127.0.0.1:9/steal"} if status == 302 else {}
        kind = "text/html" if text.startswith("<") else "application/json"
        return web.Response(text=text, status=status, headers=location, content_type=kind)


@contextlib.asynccontextmanager
async def standing_in(answers: Mapping[tuple[str, str], Reply]) -> AsyncIterator[StandIn]:
    stand_in = StandIn(dict(answers))
    application = web.Application()
    application.add_routes([web.route("*", "/{path:.*}", stand_in.handle)])
    async with TestServer(application) as server:
        stand_in.url = str(server.make_url("")).rstrip("/")
        yield stand_in


HOSTILE: dict[str, Reply] = {
    "too large": (200, {"stage": "x" * 200_000, "data": "x" * 200_000}),
    "control characters": (200, {"stage": "\x1b[31m", "sha": "\x1b]0;evil\x07" + COMMIT, "id": "\x00"}),
    "a list of nonsense": (
        200,
        [1, None, {"deploy": 5}, {"slug": "\x1b"}, {"current": True, "slug": {"id": 7}}],
    ),
    "wrong JSON": (200, "{"),
    "deep JSON": (200, "[" * 50_000),
    "another type": (200, "<html>"),
    "nothing": (200, ""),
    "refused": (401, {"message": "unauthorized"}),
    "broken": (500, {}),
    "elsewhere": (302, ""),
    "wrong types": (200, {"data": {"deployments": {"edges": [{"node": 5}, 7]}}}),
}
"""What an interface may answer that means harm, or is just broken."""
