"""A replica with a real Streamlit server: what the model's process does, done by ``streamlit run``."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from freshboot.hosts.address import Address
from freshboot.live.challenge import Attested, ask
from freshboot.live.http import http_client
from freshboot.live.session import Session
from tests.histories.app import ENTRYPOINT, Tree
from tests.histories.folder import Folder
from tests.histories.shown import Shown
from tests.streamlit_server import StreamlitServer, streamlit_server

_LIMIT_SECONDS = 120.0
_T = TypeVar("_T")


class Served:
    """A folder and the server that runs from it; pages are read by Streamlit's own messages."""

    def __init__(self, root: Path, tree: Tree) -> None:
        self.folder = Folder(root)
        self.folder.pull(tree)
        self._loop = asyncio.new_event_loop()
        self._running, self._tabs = ExitStack(), AsyncExitStack()
        self._server = self._start()

    def begin_anew(self, tree: Tree) -> None:
        """Have another release lie there, and nobody stay; what the process has loaded stays."""
        self._disconnect()
        self.folder.clean(tree)

    def restart(self) -> None:
        self._disconnect()
        self._running.close()
        self._server = self._start()

    def stop(self) -> None:
        self._disconnect()
        self._running.close()
        self._loop.close()

    def session(self, query: str = "", page: str = "") -> Shown:
        return self._wait(_displayed(self._server.websocket, query, Path(page).stem))

    def answer(self, nonce: str) -> str | None:
        return self._wait(_answer(self._server.url, nonce))

    def ask(self, command: str, *arguments: object) -> Any:
        """Of what a process of the model is asked, what can be seen to from outside."""
        match command:
            case "numbers":
                return {}
            case "connect":
                self._wait(self._open(watches=False))
            case "evict":  # with the next change
                self._wait(self._open(watches=True))
            case "disconnect":
                self._disconnect()
        return None

    def _start(self) -> StreamlitServer:
        root = self.folder.root
        return self._running.enter_context(streamlit_server(root / ENTRYPOINT, folder=root.parent))

    async def _open(self, *, watches: bool) -> None:
        """Open a tab that stays: Streamlit drops changed modules for one that reruns on save."""
        http = await self._tabs.enter_async_context(http_client())
        session = await self._tabs.enter_async_context(Session.open(self._server.websocket, http=http))
        await (session.watch() if watches else session.run())

    def _disconnect(self) -> None:
        self._wait(self._tabs.aclose())

    def _wait(self, work: Coroutine[Any, Any, _T]) -> _T:
        return self._loop.run_until_complete(asyncio.wait_for(work, _LIMIT_SECONDS))


async def _answer(url: str, nonce: str) -> str | None:
    """What the app attests, in the wire's form."""
    async with http_client() as http:
        reply = await ask(Address.parse(url), nonce=nonce, http=http)
    return reply.attestation.to_json() if isinstance(reply, Attested) else None


async def _displayed(url: str, query: str, page: str) -> Shown:
    """What a visitor sees who comes now."""
    message = BackMsg()
    message.rerun_script.page_name, message.rerun_script.query_string = page, query
    async with (
        aiohttp.ClientSession() as client,
        client.ws_connect(url, protocols=["streamlit"], max_msg_size=0) as socket,
    ):
        await socket.send_bytes(message.SerializeToString())
        return await _read(socket)


async def _read(socket: aiohttp.ClientWebSocketResponse) -> Shown:
    texts: dict[tuple[int, ...], str] = {}
    exception, missing = None, None
    while True:
        message = ForwardMsg.FromString(await socket.receive_bytes())
        match message.WhichOneof("type"):
            case "new_session":
                texts, exception = {}, None
            case "page_not_found":
                missing = "page not found"  # what it shows then is the first page
            case "session_event" if message.session_event.HasField("script_compilation_exception"):
                exception = message.session_event.script_compilation_exception.type
            case "delta" if message.delta.WhichOneof("type") == "new_element":
                element = message.delta.new_element
                if element.WhichOneof("type") == "text":
                    texts[tuple(message.metadata.delta_path)] = element.text.body
                elif element.WhichOneof("type") == "exception":
                    exception = element.exception.type
            case "script_finished" if message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return Shown(tuple(text for _, text in sorted(texts.items())), missing or exception)
