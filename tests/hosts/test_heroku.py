"""Heroku's Platform API: what is asked, and what its answers mean, held to Heroku's own schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from freshboot.hosts.address import Address
from freshboot.hosts.heroku import Heroku
from freshboot.hosts.host import State
from tests.hosts.asked import COMMIT, HOSTILE, TOKEN, StandIn, standing_in

SCHEMA = json.loads((Path(__file__).parent / "described" / "heroku.json").read_bytes())
SLUG = "01234567-89ab-cdef-0123-456789abcdef"
RELEASES, SLUGS = ("GET", "/apps/budget/releases"), ("GET", f"/apps/budget/slugs/{SLUG}")
NOBODY_THERE = Address.parse("http://127.0.0.1:9")


def described(kind: str, **fields: Any) -> dict[str, Any]:
    """An answer whose every field the schema knows, and of its type."""
    types = {"string": str, "boolean": bool, "number": int, "object": dict}
    for name, value in fields.items():
        known = [one.strip(" '") for one in SCHEMA[kind][name].split("|")]
        assert value in known or any(isinstance(value, types[one]) for one in known if one in types)
    return fields


def release(version: int, *, current: bool = False, status: str = "succeeded") -> dict[str, Any]:
    return described("Release", version=version, current=current, status=status, slug={"id": SLUG})


def app(http: Any, stand_in: StandIn, token: str = TOKEN) -> Heroku:
    host = Heroku(http, NOBODY_THERE, "budget", {"HEROKU_API_KEY": token} if token else {})
    host.api = stand_in.url
    return host


async def test_tells_the_commit_of_the_slug_that_runs(http: aiohttp.ClientSession) -> None:
    releases = [release(8, status="failed"), release(7, current=True)]
    answers = {RELEASES: (206, releases), SLUGS: (200, described("Slug", id=SLUG, commit=COMMIT))}
    async with standing_in(answers) as heroku:
        assert await app(http, heroku).commit() == COMMIT
    asked = heroku.requests[0].headers
    assert asked["accept"] == "application/vnd.heroku+json; version=3"
    assert asked["range"] == "version ..; order=desc, max=10"
    assert {one.headers["authorization"] for one in heroku.requests} == {f"Bearer {TOKEN}"}


async def test_while_a_release_is_under_way_the_one_before_it_says_nothing(
    http: aiohttp.ClientSession,
) -> None:
    releases = [release(8, status="pending"), release(7, current=True)]
    answers = {RELEASES: (206, releases), SLUGS: (200, described("Slug", id=SLUG, commit=COMMIT))}
    async with standing_in(answers) as heroku:
        host = app(http, heroku)
        assert await host.commit() == ""
        assert (await host.condition()).state is State.STARTING


async def test_a_container_s_release_tells_no_commit(http: aiohttp.ClientSession) -> None:
    releases = [{**release(7, current=True), "slug": None}]
    async with standing_in({RELEASES: (206, releases)}) as heroku:
        assert await app(http, heroku).commit() == ""


async def test_without_a_token_nothing_is_asked(http: aiohttp.ClientSession) -> None:
    async with standing_in({}) as heroku:
        host = app(http, heroku, token="")
        assert host.lacks == "the token HEROKU_API_KEY"
        assert await host.commit() == ""
    assert heroku.requests == []


@pytest.mark.parametrize("answer", HOSTILE)
async def test_a_hostile_answer_says_nothing(answer: str, http: aiohttp.ClientSession) -> None:
    async with standing_in({RELEASES: HOSTILE[answer]}) as heroku:
        assert await app(http, heroku).commit() == ""
    assert len(heroku.requests) == 1


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://budget-1a2b3c4d5e6f.herokuapp.com", "budget"),
        ("https://budget.herokuapp.com", "budget"),
        ("https://budget.example.org", ""),
    ],
)
def test_the_address_tells_the_app_s_name(url: str, name: str) -> None:
    assert Heroku(None, Address.parse(url), environment={}).service == name  # type: ignore[arg-type]
