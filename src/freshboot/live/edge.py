"""Looks at what stands between visitors and the app (the ``edge`` layer): does it hand out old answers?

The same path is asked as a visitor would ask, and with a query that nobody has asked before, which a cache
cannot know: what differs between the two was kept by the edge. A file of the release can be held against git
as well, by its blob id.

Not seen from here: what a cache keeps for other places of the world, for packed answers, or in a browser
that does not ask at all.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol
from urllib.parse import quote

import aiohttp
from yarl import URL

from freshboot.live.connection import DEFAULT_LIMITS, Limits, connect_error
from freshboot.live.http import media_type
from freshboot.proof import blob_id, new_nonce

_QUERY = "freshboot-edge"
_AT_ONCE = 4
_CACHES_TELL = (
    "x-cache",
    "x-cache-status",
    "cf-cache-status",
    "x-proxy-cache",
    "x-drupal-cache",
    "cache-status",
)
_SHA512 = re.compile(r'"([0-9a-f]{128})"\Z')
_RELOAD = {"Cache-Control": "no-cache", "Pragma": "no-cache"}  # as a browser's reload button has it


class EdgeEndpoints(Protocol):
    """Where an app is reached; ``freshboot.hosts.address.Address`` is one. ``url`` ends without a slash."""

    @property
    def url(self) -> str: ...


@dataclass(frozen=True)
class Seen:
    """One answer of the edge.

    ``blob`` is the body's git blob id, None unless all of it came and as it is (not packed, not too large);
    ``size`` is in bytes. ``age`` is in seconds as a cache counts them; ``cache`` what caches say of
    themselves, such as ``x-cache: HIT``. ``foreign_etag`` tells that the ETag is the hash of another body.
    """

    status: int
    blob: str | None = None
    size: int = 0
    media_type: str = ""
    etag: str = ""
    age: int | None = None
    cache: tuple[str, ...] = ()
    foreign_etag: bool = False

    @property
    def is_kept(self) -> bool:
        """Whether a cache says that it had kept this."""
        return bool(self.age) or any(re.search(r"\bhit\b", one, re.IGNORECASE) for one in self.cache)


@dataclass(frozen=True)
class EdgeLook:
    """One path, asked three times: with a unique query, as it is, and with another unique query.

    ``revalidated`` is the status of one more request as it is, for a visitor who holds what the ETag stands
    for; only made where the ETag is foreign. None stands for no answer, and ``detail`` says why in one line.
    """

    path: str
    unique: Seen | None = None
    plain: Seen | None = None
    again: Seen | None = None
    revalidated: int | None = None
    detail: str = ""


def differs(look: EdgeLook) -> bool:
    """Whether visitors get something old of this path, as far as that can be told without git.

    Bodies are compared, never ETags alone: replicas and packing edges give the same bytes different ones. A
    page that is never the same twice, or that changed meanwhile, differs between the two unique answers, and
    tells nothing. An edge that ignores queries is not seen here: hold :attr:`Seen.blob` against git.
    """
    return keeps_old_copies(look) or _plain_is_alone(look)


def keeps_old_copies(look: EdgeLook) -> bool:
    """Whether visitors who hold an old copy are told that it is the newest.

    Streamlit to 1.56 computes a static file's ETag (a SHA-512) once per process: after the file changed it
    sends the new bytes with the old ETag, and answers 304 to whoever asks with it.
    """
    return look.plain is not None and look.plain.foreign_etag and look.revalidated == 304


def ignores_queries(look: EdgeLook) -> bool:
    """Whether a query that nobody had asked before was answered from what a cache had kept."""
    return any(seen is not None and seen.is_kept for seen in (look.unique, look.again))


def _plain_is_alone(look: EdgeLook) -> bool:
    plain, unique, again = _blob(look.plain), _blob(look.unique), _blob(look.again)
    return None not in (plain, unique) and unique == again != plain


def _blob(seen: Seen | None) -> str | None:
    return seen.blob if seen is not None and seen.status == 200 else None


def static_paths(files: Iterable[str], entrypoint: str) -> dict[str, str]:
    """Where Streamlit serves static files: path in the repository → path under the app's address.

    They lie in the folder ``static`` beside the entrypoint, and are served only if
    ``server.enableStaticServing`` is on.
    """
    folder = entrypoint.rpartition("/")[0]
    prefix = f"{folder}/static/" if folder else "static/"
    return {file: f"app/static/{file[len(prefix) :]}" for file in files if file.startswith(prefix)}


async def ask_edge(
    address: EdgeEndpoints,
    paths: Iterable[str],
    *,
    http: aiohttp.ClientSession,
    object_format: str = "sha1",
    limits: Limits = DEFAULT_LIMITS,
    fresh: Callable[[], str] = new_nonce,
) -> tuple[EdgeLook, ...]:
    """Look at paths of the app through the edge. Whatever the servers do, this does not raise.

    To ask as visitors do fills caches as visitors do: ask once the app itself has attested the release.

    :param paths: from the app's address, neither quoted nor with a slash before; ``""`` is the page itself
    :param http: from :func:`freshboot.live.http.http_client`
    :param object_format: the hash that names the repository's blobs
    :param fresh: gives a query's value that was never used before
    :return: one look for each path, in their order
    """
    probe = _Probe(address.url, http, object_format, limits, fresh)
    places = asyncio.Semaphore(_AT_ONCE)

    async def look(path: str) -> EdgeLook:
        async with places:
            return await probe.look(path)

    return tuple(await asyncio.gather(*map(look, paths)))


class _NoAnswer(Exception):
    pass


@dataclass(frozen=True)
class _Probe:
    base: str
    http: aiohttp.ClientSession
    object_format: str
    limits: Limits
    fresh: Callable[[], str]

    async def look(self, path: str) -> EdgeLook:
        look = EdgeLook(path)
        try:
            look = replace(look, unique=await self.get(path, self.query(), _RELOAD))
            look = replace(look, plain=(plain := await self.get(path, "", {})))
            look = replace(look, again=await self.get(path, self.query(), _RELOAD))
            if plain.foreign_etag:
                revalidated = await self.get(path, "", {"If-None-Match": plain.etag})
                look = replace(look, revalidated=revalidated.status)
        except _NoAnswer as error:
            return replace(look, detail=str(error))
        return look

    def query(self) -> str:
        return f"?{_QUERY}={self.fresh()}"

    async def get(self, path: str, query: str, headers: Mapping[str, str]) -> Seen:
        """Ask once.

        :raises _NoAnswer: nothing came that is HTTP, or it came too slowly. The message is one line.
        """
        seconds = self.limits.connect + self.limits.run
        try:
            return await asyncio.wait_for(self._get(path, query, headers), seconds)
        except asyncio.TimeoutError:
            raise _NoAnswer(f"no answer within {seconds:g} s") from None
        except aiohttp.ClientPayloadError:
            raise _NoAnswer("the server broke off in the middle of its answer") from None
        except (aiohttp.ClientError, OSError) as error:
            raise _NoAnswer(connect_error(error).message) from error

    async def _get(self, path: str, query: str, headers: Mapping[str, str]) -> Seen:
        url = URL(f"{self.base}/{quote(os.fsencode(path))}{query}", encoded=True)
        timeout = aiohttp.ClientTimeout(total=None, connect=self.limits.connect)
        async with self.http.get(
            url, headers=headers, timeout=timeout, allow_redirects=False, auto_decompress=False
        ) as response:
            body = await _whole(response, self.limits.message_bytes)
            return seen(response.status, response.headers, body, self.object_format)


async def _whole(response: aiohttp.ClientResponse, most: int) -> bytes | None:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > most:
            return None
    return bytes(body)


def seen(status: int, headers: Mapping[str, str], body: bytes | None, object_format: str = "sha1") -> Seen:
    """What an answer tells. ``headers`` are looked up without regard to case; ``body`` None: too large."""
    told = {name.lower(): value for name, value in headers.items()}
    as_it_is = told.get("content-encoding", "identity").lower() == "identity"
    known = body if as_it_is else None
    etag = told.get("etag", "")
    age = told.get("age", "")
    return Seen(
        status=status,
        blob=None if known is None else blob_id(known, object_format),
        size=len(body or b""),
        media_type=media_type(told.get("content-type", "")),
        etag=etag,
        age=int(age) if re.fullmatch(r"[0-9]{1,9}", age) else None,
        cache=tuple(f"{name}: {told[name]}"[:200] for name in _CACHES_TELL if name in told),
        foreign_etag=status == 200 and known is not None and _is_foreign(etag, known),
    )


def _is_foreign(etag: str, body: bytes) -> bool:
    """A weak ETag is left aside: whoever changed the body on the way has weakened it."""
    hashed = _SHA512.match(etag)
    return hashed is not None and hashed[1] != hashlib.sha512(body).hexdigest()
