"""A server that answers as a host does, or does not."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable

from aiohttp import web
from aiohttp.test_utils import TestServer

from freshboot.hosts.address import Address

Answer = Callable[[web.Request], web.StreamResponse]


@contextlib.asynccontextmanager
async def host(answers: dict[str, Answer], otherwise: Answer | None = None) -> AsyncIterator[Address]:
    """Serve these paths; every other path answers 404, or as it is told to."""

    async def handle(request: web.Request) -> web.StreamResponse:
        answer = answers.get(request.path, otherwise)
        return answer(request) if answer else web.Response(status=404)

    application = web.Application()
    application.add_routes([web.route("*", "/{path:.*}", handle)])
    async with TestServer(application) as server:
        yield Address.parse(str(server.make_url("/")))


def says(body: str = "", status: int = 200, kind: str = "text/plain", **headers: str) -> Answer:
    return lambda _request: web.Response(text=body, status=status, content_type=kind, headers=headers)


def tells(value: object, status: int = 200) -> Answer:
    return lambda _request: web.json_response(value, status=status)
