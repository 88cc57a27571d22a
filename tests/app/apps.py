"""Apps for tests: a real repository, a real Streamlit server, and what its pages and its memory say."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from freshboot.live.http import http_client
from freshboot.live.run import Run
from freshboot.live.session import Session
from freshboot.proof import Attestation, Kind, Layer, blob_id, new_nonce, parse_attestation, tag
from tests.streamlit_server import StreamlitServer, streamlit_server


@dataclass(frozen=True)
class App:
    """A running app. ``root`` is its repository."""

    root: Path
    server: StreamlitServer

    def write(self, path: str, text: str) -> None:
        """Change a file in place, as a pull does."""
        write(self.root / path, text)

    def page(self, query: str = "", page: str = "") -> Run:
        """What one fresh session sees."""
        return asyncio.run(self._run(query, page))

    def pages(self, number: int) -> list[Run]:
        """What so many sessions see that come at once."""

        async def together() -> list[Run]:
            return list(await asyncio.gather(*(self._run("", "") for _ in range(number))))

        return asyncio.run(together())

    def shows(self, page: str = "") -> tuple[str, ...]:
        """The texts that the app's own code put on a page."""
        run = self.page(page=page)
        assert run.exception is None, run.exception
        return run.texts()

    def challenge(self, page: str = "") -> Attestation:
        """What the app attests; nothing else may be on the page."""
        nonce = new_nonce()
        run = self.page(f"freshboot={nonce}", page)
        assert len(run.elements) == 1, run.texts()
        assert run.first_text is not None
        attestation = parse_attestation(run.first_text)
        assert attestation.nonce == nonce
        return attestation

    def beside_a_visitor(
        self, page: str, then: Callable[[], None] = lambda: None
    ) -> tuple[Run, Attestation, Run]:
        """What a visitor sees, what is attested while he stays, and what the next one sees.

        :param then: what happens after the visitor came
        """
        nonce = new_nonce()

        async def converse() -> tuple[Run, Run, Run]:
            async with self.visitor() as visitor:
                seen = await visitor.run(page=page)
                then()
                return seen, await self._run(f"freshboot={nonce}", page), await self._run("", page)

        seen, asked, shown = asyncio.run(converse())
        return seen, parse_attestation(asked.first_text or ""), shown

    @contextlib.asynccontextmanager
    async def visitor(self):  # noqa: ANN201  # an open session, for tests that need somebody connected
        """An open session."""
        async with (
            http_client() as http,
            Session.open(self.server.websocket, http=http) as session,
        ):
            yield session

    async def _run(self, query: str, page: str) -> Run:
        async with self.visitor() as session:
            return await session.run(query, page)


@contextlib.contextmanager
def running(root: Path, files: Mapping[str, str], *options: str, **server: str) -> Iterator[App]:
    """Serve the files, the entrypoint ``streamlit_app.py`` among them, from a repository of their own."""
    for path, text in files.items():
        write(root / path, text)
    (root / ".git").mkdir()
    caching = {"PYTHONDONTWRITEBYTECODE": ""}  # as it is in production, whatever it is here
    with streamlit_server(root / "streamlit_app.py", *options, env=caching, **server) as started:
        yield App(root, started)


def write(path: Path, text: str) -> None:
    """Write a file into its place, as git does: no reader sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_text(text)
    fresh.replace(path)


def named(
    attestation: Attestation, kind: Kind, candidates: Mapping[str, Iterable[str]]
) -> set[tuple[str, str]]:
    """Which of the candidates (path → contents) the memory's tags of one kind stand for.

    Every tag must be explained. A content may be a state's word.
    """
    layer = Layer.DISK if kind in (Kind.CODE, Kind.DATA) else Layer.MEMORY
    tags = set(attestation.layers[layer.value].of(kind))
    known = {
        tag(
            attestation.nonce, layer, path, content if content == kind.value else blob_id(content.encode())
        ): (
            path,
            content,
        )
        for path, contents in candidates.items()
        for content in contents
    }
    assert tags <= known.keys(), "a tag that nothing explains"
    return {known[one] for one in tags}
