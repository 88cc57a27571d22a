"""The edge held against git, with a real repository and servers that answer as a cache would."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from freshboot.config import Config
from freshboot.hosts.address import Address
from freshboot.judge.evidence import FileFinding, FileState, Origin
from freshboot.live.connection import Limits
from freshboot.live.http import http_client
from freshboot.proof import Layer
from freshboot.repository.repository import Repository
from freshboot.rollout.edge import look_at_edge
from freshboot.rollout.expectation import Releases, releases
from tests.gitrepo import commit, git, make_repository

OLD, NEW = "old\n", "newer\n"
FILE = "static/rates.csv"


@dataclass
class Edge:
    """Answers of a path as it is, and with a query; a path that is in neither is the app's page."""

    plain: dict[str, str] = field(default_factory=dict)
    unique: dict[str, str] = field(default_factory=dict)
    page: str = "<html>"
    kept_page: str = "<html>"

    async def answer(self, request: web.Request) -> web.Response:
        kept = self.unique if request.query_string else self.plain
        if (text := kept.get(request.path)) is not None:
            return web.Response(text=text, content_type="text/csv")
        page = self.page if request.query_string else self.kept_page
        return web.Response(text=page, content_type="text/html")


@pytest.fixture
def released(tmp_path: Path) -> Releases:
    root = make_repository(tmp_path / "app", {"streamlit_app.py": "1\n", FILE: OLD})
    commit(root, {FILE: NEW})
    repository = Repository.open(str(root))
    return releases(repository, repository.head, "main", Config())


@pytest.fixture
async def edge() -> AsyncIterator[tuple[Edge, Address]]:
    made = Edge()
    application = web.Application()
    application.router.add_get("/{path:.*}", made.answer)
    async with TestServer(application) as server:
        yield made, Address.parse(f"http://127.0.0.1:{server.port}")


async def found(address: Address, released: Releases) -> tuple[FileFinding, ...]:
    async with http_client() as http:
        return await look_at_edge(address, released, http, Limits(connect=5.0, run=5.0))


PATH = f"/app/{FILE}"


async def test_an_edge_that_hands_out_the_release_is_fresh(
    edge: tuple[Edge, Address], released: Releases
) -> None:
    edge[0].plain[PATH] = edge[0].unique[PATH] = NEW
    assert await found(edge[1], released) == ()


async def test_an_old_copy_names_the_commit_that_it_comes_from(
    edge: tuple[Edge, Address], released: Releases
) -> None:
    edge[0].plain[PATH], edge[0].unique[PATH] = OLD, NEW
    before = git(Path(released.repository.root), "rev-parse", "HEAD~1")
    (one,) = await found(edge[1], released)
    assert (one.path, one.layer, one.state) == (FILE, Layer.EDGE, FileState.STALE)
    assert isinstance(one.origin, Origin)
    assert (one.origin.commit, one.origin.behind) == (before, 1)


async def test_an_edge_that_ignores_queries_is_seen_by_the_bytes(
    edge: tuple[Edge, Address], released: Releases
) -> None:
    edge[0].plain[PATH] = edge[0].unique[PATH] = OLD
    assert [one.state for one in await found(edge[1], released)] == [FileState.STALE]


async def test_a_file_that_the_edge_does_not_know_yet_is_stale(
    edge: tuple[Edge, Address], released: Releases
) -> None:
    edge[0].unique[PATH] = NEW
    assert [(one.path, one.state) for one in await found(edge[1], released)] == [(FILE, FileState.STALE)]


async def test_a_file_that_is_not_served_at_all_says_nothing(
    edge: tuple[Edge, Address], released: Releases
) -> None:
    assert await found(edge[1], released) == ()


async def test_an_old_page_is_stale(edge: tuple[Edge, Address], released: Releases) -> None:
    edge[0].kept_page = "<html>old"
    assert [(one.path, one.state) for one in await found(edge[1], released)] == [(None, FileState.STALE)]


async def test_an_edge_that_does_not_answer_leaves_everything_unknown(released: Releases) -> None:
    nobody = Address.parse("http://127.0.0.1:9")
    assert {one.state for one in await found(nobody, released)} == {FileState.UNRECORDED}
