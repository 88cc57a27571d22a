"""A visitor's tab, whose widgets are used as a person does: by their labels."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element

from freshboot.live import wire_pb2 as wire
from freshboot.live.http import http_client
from freshboot.live.run import Fold, Run
from freshboot.live.session import Session
from tests.streamlit_server import StreamlitServer


class Tab:
    """One open session. ``seen``: its latest run."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.seen: Run | None = None

    @property
    def labels(self) -> set[str]:
        """What can be used on the page."""
        return {widget.label for widget in self._widgets()}

    @property
    def texts(self) -> tuple[str, ...]:
        """What the page says."""
        assert self.seen is not None
        assert self.seen.exception is None, self.seen.exception
        return self.seen.texts()

    async def run(self, click: str | None = None, typed: Mapping[str, str] | None = None) -> None:
        """Have the script run, a button clicked and texts typed before it."""
        request = BackMsg()
        states = request.rerun_script.widget_states.widgets
        for label, text in (typed or {}).items():
            states.add(id=self._widget(label).id, string_value=text)
        if click is not None:
            states.add(id=self._widget(click).id, trigger_value=True)
        request.rerun_script.query_string = ""
        fold = Fold()
        await self._session._collect(fold, wire.BackMsg.FromString(request.SerializeToString()))
        self.seen = fold.result()

    def _widget(self, label: str) -> Any:
        (found,) = [one for one in self._widgets() if one.label == label]
        return found

    def _widgets(self) -> Iterator[Any]:
        assert self.seen is not None
        for content in self.seen.elements.values():
            if isinstance(content, wire.Element):
                element = Element.FromString(content.SerializeToString())
                kind = element.WhichOneof("type")
                if kind in ("button", "text_input"):
                    yield getattr(element, kind)


@contextlib.asynccontextmanager
async def tab(server: StreamlitServer, **headers: str) -> AsyncIterator[Tab]:
    """Open one, as a client that sends these headers with its handshake."""
    async with http_client() as http:
        http.headers.update(headers)
        async with Session.open(server.websocket, http=http) as session:
            made = Tab(session)
            await made.run()
            yield made
