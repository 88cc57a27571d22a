"""Asking GitHub: what is repeated, what is not, and where the token goes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from freshboot.errors import ConfigurationError
from freshboot.github.client import GitHub, from_environment, http_client
from freshboot.github.errors import GitHubError, Limited, NoPermission, NotFound, Refused, Unreachable
from tests.github.conftest import Naps
from tests.github.fake import DEMO, TOKEN, Fake, served
from tests.github.routes import MUTATIONS

ISSUE = {"title": "t", "body": "b"}


@asynccontextmanager
async def client(url: str, naps: Naps | None = None, **options: Any) -> AsyncIterator[GitHub]:
    async with http_client() as http:
        yield GitHub(
            http,
            url,
            DEMO,
            options.pop("token", TOKEN),
            sleep=(Naps() if naps is None else naps).sleep,
            **options,
        )


@asynccontextmanager
async def host(handle: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    """A server that is not GitHub."""
    application = web.Application()
    application.add_routes([web.route("*", "/{path:.*}", handle)])
    async with TestServer(application) as server:
        yield str(server.make_url(""))


async def test_asks_for_one_version_of_the_api_and_signs_with_the_token(fake: Fake, github: GitHub) -> None:
    await github.get("issues", state="all")
    headers = {name.lower(): value for name, value in fake.calls[0].headers.items()}
    assert headers["x-github-api-version"] == "2022-11-28"
    assert headers["accept"] == "application/vnd.github+json"
    assert headers["user-agent"] == "freshboot"


async def test_a_path_may_begin_at_the_root(fake: Fake, github: GitHub) -> None:
    await github.get("/repos/other/one/issues")
    assert fake.calls[0].path == "/repos/other/one/issues"


async def test_a_list_is_read_over_its_pages(fake: Fake, github: GitHub) -> None:
    for number in range(7):
        fake.store().add_issue(f"number {number}")
    found = await github.pages("issues", per_page=3, direction="asc")
    assert [one["number"] for one in found] == [1, 2, 3, 4, 5, 6, 7]
    assert len(fake.calls) == 3


async def test_a_list_without_end_is_left(fake: Fake, github: GitHub) -> None:
    for number in range(12):
        fake.store().add_issue(f"number {number}")
    assert len(await github.pages("issues", per_page=1)) == 10


async def test_what_answers_nothing_gives_nothing(github: GitHub) -> None:
    assert await github.post("actions/workflows/x.yml/dispatches", {"ref": "main"}) is None


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_question_is_asked_again_where_github_fails(fake: Fake, status: int) -> None:
    naps = Naps()
    fake.fails("issues", status=status, times=2)
    async with client(fake.url, naps) as github:
        assert await github.get("issues") == []
    assert naps == [1.0, 2.0]


async def test_a_question_is_not_asked_for_ever(fake: Fake, github: GitHub) -> None:
    fake.fails("issues", times=0)
    with pytest.raises(Unreachable) as told:
        await github.get("issues")
    assert len(fake.calls) == 4
    assert told.value.status == 502


async def test_a_change_is_not_repeated_where_github_fails(fake: Fake, github: GitHub) -> None:
    fake.fails("issues", times=0, done=True)
    for change in (github.post, github.patch, github.put):
        with pytest.raises(Unreachable):
            await change("issues", ISSUE)
    assert fake.asked() == ["POST issues", "PATCH issues", "PUT issues"]
    fake.calls.clear()  # GitHub knows neither of the last two


async def test_no_answer_is_an_end(fake: Fake) -> None:
    fake.fails("issues", status=0)
    async with client(fake.url, seconds=0.3) as github:
        with pytest.raises(Unreachable, match=r"no answer in 0\.3 s"):
            await github.post("issues", ISSUE)


async def test_a_question_without_an_answer_is_asked_again(fake: Fake) -> None:
    fake.fails("issues", status=0)
    async with client(fake.url, seconds=0.5) as github:
        assert await github.get("issues") == []


async def test_nobody_there_is_unreachable() -> None:
    with served() as gone:
        pass
    async with client(gone.url) as github:
        with pytest.raises(Unreachable, match="no connection"):
            await github.get("issues")


@pytest.mark.parametrize(
    ("status", "headers", "pause"),
    [
        (429, {"Retry-After": "7"}, 7.0),
        (403, {"Retry-After": "7"}, 7.0),
        (429, {}, 60.0),
        (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1012"}, 12.0),
        (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "900"}, 1.0),
        (429, {"Retry-After": "Fri, 31 Dec 1999 23:59:59 GMT"}, 60.0),
    ],
)
async def test_waits_as_long_as_a_limit_says(
    fake: Fake, status: int, headers: dict[str, str], pause: float
) -> None:
    naps = Naps()
    fake.fails("issues", status=status, headers=headers)
    async with client(fake.url, naps, now=lambda: 1000.0) as github:
        await github.post("issues", ISSUE)  # nothing was done: a change may be asked for again, too
    assert naps == [pause]
    assert len(fake.store().issues) == 1


async def test_a_limit_without_its_headers_is_known_by_its_words(fake: Fake, github: GitHub) -> None:
    fake.fails("issues", status=403, message="You have exceeded a secondary rate limit.")
    assert await github.get("issues") == []


async def test_does_not_wait_for_a_limit_that_lasts(fake: Fake) -> None:
    naps = Naps()
    fake.fails("issues", status=429, headers={"Retry-After": "3600"})
    async with client(fake.url, naps) as github:
        with pytest.raises(Limited):
            await github.get("issues")
    assert naps == []


async def test_the_waits_for_limits_are_bounded_together(fake: Fake) -> None:
    naps = Naps()
    fake.fails("issues", status=429, headers={"Retry-After": "40"}, times=0)
    async with client(fake.url, naps) as github:
        with pytest.raises(Limited):
            await github.get("issues")
    assert sum(naps) <= 90.0


async def test_a_wrong_token_is_named(fake: Fake) -> None:
    async with client(fake.url, token="ghs_wrong") as github:
        with pytest.raises(NoPermission) as told:
            await github.get("issues")
    assert told.value.status == 401
    assert "a token that is valid" in told.value.remedy
    assert "ghs_wrong" not in str(told.value)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("issues", "`issues: write`"),
        ("issues/1/comments", "`issues: write`"),
        ("labels", "`issues: write`"),
        ("deployments", "`deployments: write`"),
        (f"statuses/{'a' * 40}", "`statuses: write`"),
        ("pulls", "`pull-requests: write`"),
        ("git/refs", "`contents: write`"),
        ("actions/workflows/x.yml/dispatches", "`actions: write`"),
    ],
)
async def test_a_missing_permission_is_named(fake: Fake, github: GitHub, path: str, line: str) -> None:
    fake.fails(status=403, message="Resource not accessible by integration")
    with pytest.raises(NoPermission) as told:
        await github.post(path, {})
    assert line in told.value.remedy
    assert "`permissions:`" in told.value.remedy
    assert "Resource not accessible by integration" in told.value.message


async def test_what_is_not_there_may_be_hidden(fake: Fake, github: GitHub) -> None:
    with pytest.raises(NotFound) as told:
        await github.get("issues/5")
    assert "`issues: write`" in told.value.remedy


async def test_what_is_switched_off_is_named(fake: Fake, github: GitHub) -> None:
    fake.store().has_issues = False
    with pytest.raises(NotFound) as told:
        await github.post("issues", ISSUE)
    assert "switch issues on" in told.value.remedy


@pytest.mark.parametrize("status", [409, 422, 400])
async def test_a_refusal_comes_with_githubs_words(fake: Fake, github: GitHub, status: int) -> None:
    fake.fails("deployments", status=status, message="Conflict: checks\x1b[31m failed\n" + "x" * 900)
    with pytest.raises(Refused, match="Conflict: checks") as told:
        await github.post("deployments", {"ref": "main"})
    assert told.value.message.isprintable()
    assert len(told.value.message) < 400


async def test_a_refusal_names_its_code(fake: Fake, github: GitHub) -> None:
    fake.store().label("freshboot")
    with pytest.raises(Refused) as told:
        await github.post("labels", {"name": "freshboot"})
    assert told.value.code == "already_exists"


async def test_does_it_once_where_the_answer_got_lost(fake: Fake, github: GitHub) -> None:
    fake.fails("issues", done=True)
    found = await github.once(lambda: github.post("issues", ISSUE), lambda: _first(github))
    assert found["number"] == 1
    assert len(fake.store().issues) == 1


async def test_does_it_again_where_nothing_was_done(fake: Fake, github: GitHub) -> None:
    fake.fails("issues")
    found = await github.once(lambda: github.post("issues", ISSUE), lambda: _first(github))
    assert found["number"] == 1
    assert len(fake.store().issues) == 1


async def test_does_not_do_it_a_third_time(fake: Fake, github: GitHub) -> None:
    fake.fails("issues", method="POST", times=0)
    with pytest.raises(Unreachable):
        await github.once(lambda: github.post("issues", ISSUE), lambda: _first(github))
    assert fake.asked().count("POST issues") == 2


async def _first(github: GitHub) -> Any:
    return next(iter(await github.get("issues")), None)


async def test_follows_what_was_moved_on_the_same_host(fake: Fake, github: GitHub) -> None:
    fake.fails("acme/demo", status=301, headers={"Location": f"{fake.url}/repos/acme/renamed/issues"})
    fake.store("acme/renamed").add_issue("here")
    assert [one["title"] for one in await github.get("issues")] == ["here"]


async def test_does_not_run_in_circles(fake: Fake, github: GitHub) -> None:
    fake.fails(status=302, headers={"Location": f"{fake.url}/repos/acme/demo/issues"}, times=0)
    with pytest.raises(GitHubError):
        await github.get("issues")
    assert len(fake.calls) == 4


async def test_the_token_goes_to_no_other_host(fake: Fake, github: GitHub) -> None:
    reached = []

    async def listen(request: web.Request) -> web.Response:
        reached.append(request.headers.get("Authorization"))
        return web.json_response([])

    async with host(listen) as elsewhere:
        fake.fails(status=307, headers={"Location": f"{elsewhere}/repos/acme/demo/issues"}, times=2)
        for ask in (lambda: github.get("issues"), lambda: github.post("issues", ISSUE)):
            with pytest.raises(Refused, match="not the API's own host"):
                await ask()
    assert reached == []


async def test_a_next_page_elsewhere_is_not_asked() -> None:
    reached = []

    async def listen(request: web.Request) -> web.Response:
        reached.append(request.path)
        return web.json_response([])

    async with host(listen) as elsewhere:

        async def first(request: web.Request) -> web.Response:
            return web.json_response([1], headers={"Link": f'<{elsewhere}/2>; rel="next"'})

        async with host(first) as url, client(url) as github:
            with pytest.raises(Refused):
                await github.pages("issues")
    assert reached == []


@pytest.mark.parametrize("body", [b"<html>", b"[" * 100_000, b"\xff\xfe"])
async def test_an_answer_that_is_no_json_tells_nothing(body: bytes) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=body)

    async with host(answer) as url, client(url) as github:
        with pytest.raises(Unreachable):
            await github.post("issues", ISSUE)


async def test_an_answer_without_end_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("freshboot.github.client._MOST_BYTES", 1000)

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=b" " * 100_000)

    async with host(answer) as url, client(url) as github:
        with pytest.raises(Unreachable, match="more than 1000 bytes"):
            await github.post("issues", ISSUE)


async def test_a_list_that_is_none_is_an_error() -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.json_response({"total_count": 0})

    async with host(answer) as url, client(url) as github:
        with pytest.raises(Unreachable, match="no list"):
            await github.pages("issues")


async def test_graphql_gives_its_data(github: GitHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        MUTATIONS, "echo", lambda _store, author, given: {"data": {"echo": given, "by": author}}
    )
    told = await github.graphql("query($a: Int) { echo(a: $a) }", {"a": 1})
    assert told == {"echo": {"a": 1}, "by": "github-actions[bot]"}


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("FORBIDDEN", NoPermission),
        ("NOT_FOUND", NotFound),
        ("RATE_LIMITED", Limited),
        ("STALE_DATA", Refused),
        ("", Refused),
    ],
)
async def test_graphql_errors_are_told_apart(
    github: GitHub, monkeypatch: pytest.MonkeyPatch, kind: str, error: type[GitHubError]
) -> None:
    answer = {"data": {"echo": None}, "errors": [{"type": kind, "message": "Expected branch to point to a"}]}
    monkeypatch.setitem(MUTATIONS, "echo", lambda *_: answer)
    with pytest.raises(error, match="Expected branch to point to a") as told:
        await github.graphql("mutation { echo }", {})
    assert type(told.value) is error
    assert getattr(told.value, "code", kind) == kind


@pytest.mark.parametrize("errors", ["x", [1], {"a": 1}, [{"message": 5}]])
async def test_odd_graphql_errors_are_errors(
    github: GitHub, monkeypatch: pytest.MonkeyPatch, errors: object
) -> None:
    monkeypatch.setitem(MUTATIONS, "echo", lambda *_: {"errors": errors})
    with pytest.raises(Refused):
        await github.graphql("mutation { echo }", {})


async def test_works_by_an_enterprise_servers_addresses(fake: Fake) -> None:
    async with client(fake.url + "/api/v3") as github:
        fake.store().add_issue("here")
        assert len(await github.pages("issues", per_page=1)) == 1
        with pytest.raises(Refused, match="no mutation"):
            await github.graphql("{ none }", {})
    assert [one.path for one in fake.calls] == ["/repos/acme/demo/issues", "/api/graphql"]


ENVIRONMENT = {"GITHUB_API_URL": "https://api.github.com", "GITHUB_REPOSITORY": DEMO, "GITHUB_TOKEN": "a"}


async def test_the_environment_says_which_repository_and_token(fake: Fake) -> None:
    given = {
        **ENVIRONMENT,
        "GITHUB_API_URL": fake.url,
        "GITHUB_TOKEN": "wrong",
        "FRESHBOOT_TOKEN": TOKEN + "\n",
    }
    async with http_client() as http:
        github = from_environment(http, given)
        assert github is not None
        assert await github.get("issues") == []


async def test_a_machines_proxy_is_used_and_its_passwords_are_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("default login x password y\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    reached = []

    async def proxy(request: web.Request) -> web.Response:
        reached.append((request.raw_path, request.headers["Authorization"]))
        return web.json_response([])

    async with host(proxy) as url, http_client() as http:
        monkeypatch.setenv("http_proxy", url)
        github = from_environment(http, {**ENVIRONMENT, "GITHUB_API_URL": "http://api.invalid"})
        assert github is not None
        await github.get("issues")
    assert reached == [("http://api.invalid/repos/acme/demo/issues", "Bearer a")]


@pytest.mark.parametrize("missing", list(ENVIRONMENT))
async def test_without_an_address_a_repository_or_a_token_there_is_no_github(missing: str) -> None:
    async with http_client() as http:
        assert from_environment(http, {**ENVIRONMENT, missing: " "}) is None


@pytest.mark.parametrize("name", ["a", "a/b/c", "../b", "a/..", "a b/c", "a/b?c", "a/b\n"])
async def test_a_repository_has_an_owner_and_a_name(name: str) -> None:
    async with http_client() as http:
        with pytest.raises(ConfigurationError):
            GitHub(http, "https://api.github.com", name, "t")


@pytest.mark.parametrize(
    "api", ["", "api.github.com", "ftp://x", "https://u:p@x", "http://[", "https://x:99999"]
)
async def test_an_address_must_be_one(api: str) -> None:
    async with http_client() as http:
        with pytest.raises(ConfigurationError):
            GitHub(http, api, DEMO, "t")


@pytest.mark.parametrize("token", ["a b", "a\nb", "a\x00", "\N{SNOWMAN}"])
async def test_a_token_must_be_one(token: str) -> None:
    async with http_client() as http:
        with pytest.raises(ConfigurationError) as told:
            GitHub(http, "https://api.github.com", DEMO, token)
    assert token not in str(told.value)


async def test_the_token_is_in_no_error_and_no_picture_of_the_client(fake: Fake) -> None:
    fake.fails(status=500, times=0)
    async with client(fake.url, token="ghs_secret") as github:
        with pytest.raises(GitHubError) as told:
            await asyncio.wait_for(github.get("issues"), 30)
        assert "ghs_secret" not in f"{told.value!r} {told.value} {github!r}"
