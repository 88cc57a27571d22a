"""Uploads a file as a browser does: by HTTP, to the session whose widget then names it."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from io import BytesIO

import aiohttp

from freshboot.hosts.address import Address
from freshboot.hosts.http import Unreachable, fetch
from freshboot.live.connection import connect_error
from freshboot.live.errors import Reason, SessionError

_XSRF_COOKIE = "_streamlit_xsrf"
_XSRF_HEADER = "X-Xsrftoken"
_TOKEN = re.compile(r"[!#-+\--:<-\[\]-~]{1,1024}\Z")  # what a cookie may hold (RFC 6265)
_ID = re.compile(r"[0-9A-Za-z-]{1,100}\Z")  # both ids are UUIDs; the session's comes from the server


@dataclass(frozen=True)
class File:
    """A file to upload. ``id`` is the one that the widget's state names it by."""

    id: str
    name: str
    content: bytes = field(repr=False)
    mime: str


def path_of(session_id: str, file_id: str) -> str:
    """Where a session's file is put, below the app's address.

    :raises SessionError: the server's session id is none.
    """
    if not (_ID.match(session_id) and _ID.match(file_id)):
        raise SessionError(Reason.NOT_STREAMLIT, "the server's session id is not Streamlit's")
    return f"/_stcore/upload_file/{session_id}/{file_id}"


async def put(
    http: aiohttp.ClientSession, address: Address, session_id: str, file: File, seconds: float
) -> None:
    """Upload a file within so many seconds.

    The token against forged requests is the one that the server hands to every visitor, sent back as cookie
    and as header; a server that hands out none asks for none.

    :raises SessionError: the server does not take the file.
    """
    url = address.url + path_of(session_id, file.id)
    try:
        headers = await _token(http, address)
        status = await asyncio.wait_for(_put(http, url, headers, file), seconds)
    except asyncio.TimeoutError:
        raise SessionError(Reason.TIMEOUT, f"the upload did not end within {seconds:g} s") from None
    except Unreachable as error:
        raise SessionError(Reason.DOWN, error.message) from error
    except (aiohttp.ClientError, OSError) as error:
        raise connect_error(error) from error
    if status == 413:
        raise SessionError(Reason.UPLOAD_REFUSED, f"the app takes no file of {len(file.content)} bytes")
    if status not in (200, 204):
        raise SessionError(Reason.UPLOAD_REFUSED, f"the server refuses the upload (HTTP {status})")


async def _token(http: aiohttp.ClientSession, address: Address) -> dict[str, str]:
    token = (await fetch(http, address.health)).cookies.get(_XSRF_COOKIE, "")
    return {_XSRF_HEADER: token, "Cookie": f"{_XSRF_COOKIE}={token}"} if _TOKEN.match(token) else {}


async def _put(http: aiohttp.ClientSession, url: str, headers: dict[str, str], file: File) -> int:
    form = aiohttp.FormData(
        quote_fields=False
    )  # names as they are, not in percents: that is what browsers do
    form.add_field(file.name, BytesIO(file.content), filename=file.name, content_type=file.mime)
    async with http.put(url, data=form, headers=headers, allow_redirects=False) as response:
        return response.status
