"""One repository by GitHub's API: bounded in time and size, patient, and nothing done twice by itself."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.request import getproxies, proxy_bypass

import aiohttp
from yarl import URL

from freshboot.errors import ConfigurationError
from freshboot.github.errors import (
    GitHubError,
    Limited,
    Refused,
    Unreachable,
    error_of,
    error_of_graphql,
)

API_VERSION = "2022-11-28"
TOKENS = ("FRESHBOOT_TOKEN", "GITHUB_TOKEN")
"""Where the token is looked for. The first is a person's, an App's or a deploy key's, if there is one."""

_SECONDS = 20.0  # for one answer
_ATTEMPTS = 4
_LONGEST_WAIT = 90.0  # seconds between the attempts of one question, all together
_MOST_BYTES = 16 * 1024 * 1024  # a hundred issues of the longest text that GitHub takes are below it
_PER_PAGE = 100
_MOST_PAGES = 10
_MOST_REDIRECTS = 3
_REDIRECTS = (301, 302, 307, 308)
_REPOSITORY = re.compile(r"(?!\.{1,2}/)[\w.-]+/(?!\.{1,2}\Z)[\w.-]+", re.ASCII)
_TOKEN = re.compile(r"[!-~]+")
_NEXT = re.compile(r'<([^<>]*)>\s*;[^<]*\brel="next"')

_log = logging.getLogger("freshboot.github")

Query = str | int


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


class GitHub:
    """Ask and tell one repository.

    Paths are below ``/repos/OWNER/NAME`` unless they begin with ``/``; whoever makes a path quotes its parts.
    A GET is repeated where GitHub does not answer; whatever changes something never is, but where GitHub has
    said that it did nothing because of a rate limit. After :class:`Unreachable` see :meth:`once`.

    The token goes to the API's own scheme, host and port only, in a header. ``now`` is seconds since 1970,
    ``seconds`` the limit of one answer.
    """

    def __init__(
        self,
        http: aiohttp.ClientSession,
        api: str,
        repository: str,
        token: str,
        *,
        graphql: str | None = None,
        proxy: str | None = None,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        seconds: float = _SECONDS,
    ) -> None:
        if not _REPOSITORY.fullmatch(repository):
            raise ConfigurationError(f"{repository!r} is no repository", "write it as OWNER/NAME")
        if not _TOKEN.fullmatch(token):
            raise ConfigurationError("the token has characters in it that no token has", f"see {TOKENS[0]}")
        self.repository = repository
        self._http = http
        self._api = _address(api)
        self._graphql = _address(graphql or _graphql_of(api))
        self._proxy = proxy
        self._token = token
        self._now = now
        self._sleep = sleep
        self._timeout = aiohttp.ClientTimeout(total=seconds)

    async def get(self, path: str, **query: Query) -> Any:
        """What is at a path.

        :raises GitHubError: see :mod:`freshboot.github.errors`.
        """
        return _value(await self._asked("GET", self._url(path).update_query(query)))

    async def pages(self, path: str, **query: Query) -> list[Any]:
        """The items of a list, of all its pages; at most the first thousand.

        :raises GitHubError: see :mod:`freshboot.github.errors`.
        """
        url: URL | None = self._url(path).update_query({"per_page": _PER_PAGE, **query})
        items: list[Any] = []
        for _ in range(_MOST_PAGES):
            if url is None:
                break
            answer = await self._asked("GET", url)
            page = _value(answer)
            if not isinstance(page, list):
                raise Unreachable(f"GET {url.path}: the answer is no list", answer.status)
            items += page
            url = _next(answer, url)
        return items

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Make something. What GitHub answers; None where that is nothing.

        :raises GitHubError: see :mod:`freshboot.github.errors`.
        """
        return await self._change("POST", path, body)

    async def patch(self, path: str, body: Mapping[str, Any]) -> Any:
        """Change something; as :meth:`post`."""
        return await self._change("PATCH", path, body)

    async def put(self, path: str, body: Mapping[str, Any]) -> Any:
        """Put something in its place; as :meth:`post`."""
        return await self._change("PUT", path, body)

    async def graphql(self, query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The ``data`` that a GraphQL query or mutation gives. It counts as a change.

        :raises GitHubError: see :mod:`freshboot.github.errors`; also where only a part failed.
        """
        answer = await self._asked("POST", self._graphql, {"query": query, "variables": dict(variables)})
        told = _value(answer)
        if not isinstance(told, dict):
            raise Unreachable("GraphQL: the answer is no object", answer.status)
        if told.get("errors"):
            raise error_of_graphql(told["errors"])
        data = told.get("data")
        return data if isinstance(data, dict) else {}

    async def once(self, do: Callable[[], Awaitable[Any]], look: Callable[[], Awaitable[Any]]) -> Any:
        """Do something that must not happen twice.

        Where no answer tells whether it did, ``look`` is asked for what ``do`` would have given; only if that
        is None it is done again, once.
        """
        try:
            return await do()
        except Unreachable:
            await self._sleep(1.0)  # a list shows what is new only after a moment
            found = await look()
            return await do() if found is None else found

    async def _change(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        return _value(await self._asked(method, self._url(path), body))

    def _url(self, path: str) -> URL:
        below = path if path.startswith("/") else f"/repos/{self.repository}/{path}"
        return URL(f"{self._api}{below}")

    async def _asked(self, method: str, url: URL, body: Mapping[str, Any] | None = None) -> _Answer:
        """The answer of a success, after as many attempts as are safe."""
        waited = 0.0
        for attempt in range(_ATTEMPTS):
            try:
                return await self._sent(method, url, body)
            except (Unreachable, Limited) as error:
                if isinstance(error, Unreachable) and method != "GET":
                    raise
                pause = error.pause if isinstance(error, Limited) else 2.0**attempt
                if attempt == _ATTEMPTS - 1 or waited + pause > _LONGEST_WAIT:
                    raise
            await self._sleep(pause)
            waited += pause
        raise AssertionError("the last attempt ends it")

    async def _sent(self, method: str, url: URL, body: Mapping[str, Any] | None) -> _Answer:
        """The answer of a success to one request, which is followed to where the same host moved it."""
        for _ in range(_MOST_REDIRECTS + 1):
            answer = await self._request(method, url, body)
            if answer.status not in _REDIRECTS:
                break
            url = self._moved(method, url, answer.headers.get("location", ""))
        if 200 <= answer.status < 300:
            return answer
        raise self._error(method, url, answer)

    def _moved(self, method: str, url: URL, target: str) -> URL:
        try:
            return url.join(URL(target))
        except ValueError:
            raise Unreachable(f"{method} {url.path}: moved to no address") from None

    async def _request(self, method: str, url: URL, body: Mapping[str, Any] | None) -> _Answer:
        if not self._is_home(url):
            raise Refused(f"{method} {url}: not the API's own host", "see that the API's address is right")
        try:
            async with self._http.request(
                method,
                url,
                data=None if body is None else json.dumps(body).encode(),
                headers=self._headers(),
                allow_redirects=False,
                proxy=self._proxy,
                timeout=self._timeout,
            ) as response:
                _log.debug("%s %s: %d", method, url.with_query(None), response.status)
                return _Answer(response.status, response.headers, await _bounded(response.content))
        except asyncio.TimeoutError:
            raise Unreachable(f"{method} {url.path}: no answer in {self._timeout.total:g} s") from None
        except (aiohttp.ClientError, OSError) as error:
            raise Unreachable(f"{method} {url.path}: no connection ({type(error).__name__})") from error

    def _is_home(self, url: URL) -> bool:
        return url.absolute and url.origin() == self._api.origin()

    def _headers(self) -> dict[str, str]:
        return {
            "Accept": "application/vnd.github+json",
            "Accept-Encoding": "identity",
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            "User-Agent": "freshboot",
            "X-GitHub-Api-Version": API_VERSION,
        }

    def _error(self, method: str, url: URL, answer: _Answer) -> GitHubError:
        below = url.path.partition(f"/repos/{self.repository}/")[2]
        asked = f"GitHub does not do {method} {url.path}"
        return error_of(asked, answer.status, answer.headers, answer.body, path=below, now=self._now())


def http_client() -> aiohttp.ClientSession:
    """An HTTP client that keeps no cookies. Close it, or use it as an asynchronous context manager."""
    return aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())


def from_environment(http: aiohttp.ClientSession, environment: Mapping[str, str]) -> GitHub | None:
    """The repository that a workflow runs in; None where the environment names no API, repository or token.

    :raises ConfigurationError: what it names is none.
    """
    api = environment.get("GITHUB_API_URL", "").strip()
    repository = environment.get("GITHUB_REPOSITORY", "").strip()
    token = next(filter(None, (environment.get(name, "").strip() for name in TOKENS)), "")
    if not (api and repository and token):
        return None
    graphql = environment.get("GITHUB_GRAPHQL_URL", "").strip() or None
    return GitHub(http, api, repository, token, graphql=graphql, proxy=_proxy_for(_address(api)))


def _proxy_for(url: URL) -> str | None:
    """The machine's proxy, as on runners behind one.

    The HTTP client could find it as well, but would read ~/.netrc then, and refuse our own token.
    """
    return None if proxy_bypass(url.authority) else getproxies().get(url.scheme)


def _address(text: str) -> URL:
    try:
        url = URL(text.rstrip("/"))
    except ValueError:
        url = URL()
    if url.scheme not in ("https", "http") or not url.host or url.user is not None:
        raise ConfigurationError("GitHub's API has no address that can be asked", "see GITHUB_API_URL")
    return url


def _graphql_of(api: str) -> str:
    """GitHub's own has it beside the rest, an Enterprise Server one level above its version."""
    return api.rstrip("/").removesuffix("/v3") + "/graphql"


async def _bounded(content: aiohttp.StreamReader) -> bytes:
    body = bytearray()
    while chunk := await content.read(64 * 1024):
        body += chunk
        if len(body) > _MOST_BYTES:
            raise Unreachable(f"an answer of more than {_MOST_BYTES} bytes")
    return bytes(body)


def _value(answer: _Answer) -> Any:
    if not answer.body.strip():
        return None
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        raise Unreachable("the answer is no JSON", answer.status) from None


def _next(answer: _Answer, url: URL) -> URL | None:
    """The next page as the Link header names it."""
    named = _NEXT.search(answer.headers.get("link", ""))
    return url.join(URL(named[1])) if named else None
