"""What a visitor sees: the texts of a page, read with Streamlit's own messages and nothing of freshboot's.

This is the tests' ground truth.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

LIMIT_S = 60.0
SETTLING_VISITS = 4
FINISHED_EARLY = ForwardMsg.FINISHED_EARLY_FOR_RERUN


class Visit:
    """One session, as a browser's tab holds it."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket

    async def look(self, page: str = "", query: str = "") -> list[str]:
        """Run the script of ``page`` (its url path; empty for the entrypoint) and read what it shows."""
        message = BackMsg()
        message.rerun_script.page_name = page
        message.rerun_script.query_string = query
        await self._socket.send_bytes(message.SerializeToString())
        return await self.read()

    async def read(self) -> list[str]:
        """What the next run shows that ends, whoever began it."""
        return await asyncio.wait_for(self._read(), LIMIT_S)

    async def ended(self) -> int | None:
        """Wait until the other side ends the session; its close code, None where it said none."""
        while True:
            message = await asyncio.wait_for(self._socket.receive(), LIMIT_S)
            if message.type is not aiohttp.WSMsgType.BINARY:
                return message.data if message.type is aiohttp.WSMsgType.CLOSE else None

    async def _read(self) -> list[str]:
        shown: dict[tuple[int, ...], str] = {}
        while True:
            message = ForwardMsg.FromString(await self._socket.receive_bytes())
            kind = message.WhichOneof("type")
            if kind == "new_session":
                shown.clear()
            elif kind == "page_not_found":
                raise LookupError(f"there is no page {message.page_not_found.page_name!r}")
            elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                shown[tuple(message.metadata.delta_path)] = text_of(message.delta.new_element)
            elif kind == "script_finished" and message.script_finished != FINISHED_EARLY:
                return [text for _, text in sorted(shown.items()) if text]


def text_of(element: Element) -> str:
    """The words of one element; empty for those that have none."""
    kind = element.WhichOneof("type")
    value = getattr(element, kind)
    if kind == "metric":
        return f"{value.label}: {value.body}"
    if kind == "exception":
        return f"{value.type}: {value.message}"
    return str(getattr(value, "body", getattr(value, "code_text", "")))


@asynccontextmanager
async def visiting(url: str) -> AsyncIterator[Visit]:
    """Open a session on the app at ``url``, the root of its public address, and hold it."""
    stream = f"{url.rstrip('/')}/~/+/_stcore/stream"
    async with (
        aiohttp.ClientSession() as client,
        client.ws_connect(stream, protocols=["streamlit"], max_msg_size=0) as socket,
    ):
        yield Visit(socket)


async def displayed(url: str, page: str = "") -> list[str]:
    """What a visitor sees who comes now."""
    async with visiting(url) as visit:
        return await visit.look(page)


def see(url: str, page: str = "") -> list[str]:
    """``displayed`` for tests that are not asynchronous."""
    return asyncio.run(displayed(url, page))


async def settled(url: str, page: str = "") -> list[str]:
    """What several visitors see who come one after the other: long enough for a hot reload to be done."""
    seen = [await displayed(url, page) for _ in range(SETTLING_VISITS)]
    if any(texts != seen[-1] for texts in seen[1:]):
        raise AssertionError(f"the page does not settle: {seen}")
    return seen[-1]


async def until_displayed(url: str, expected: list[str], page: str = "") -> None:
    """Come again until the page shows what is expected."""
    end = asyncio.get_running_loop().time() + LIMIT_S
    while (texts := await displayed(url, page)) != expected:
        if asyncio.get_running_loop().time() > end:
            raise AssertionError(f"{expected} is expected, and {texts} is shown")
