"""The table's second part: what a new session sees after files changed under a plain ``streamlit run``.

Nothing of the lab is in it: a server, a checkout that is pulled in place, and visitors. Each case is looked
at twice: while ``boot()`` only watches, and once it may heal.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.endtoend.table import Cell, Seen, page_of, seen_of, since
from tests.endtoend.table_faults import HASTE, grace
from tests.endtoend.team import MODULE, freshboot
from tests.gitrepo import clone, commit, git, head, make_remote
from tests.lab.eyes import LIMIT_S, Visit
from tests.streamlit_server import StreamlitServer, streamlit_server

MAIN = """\
{first}import os
import freshboot

freshboot.boot(heal=os.path.exists({switch!r}))

import streamlit as st
import helpers


@st.cache_data{cached}
def made():
    return helpers.VALUE.replace("module", "made")


st.text("main {number}")
st.text(helpers.VALUE)
st.text(made())
"""
OUTSIDE = "import sys\n\nsys.path.insert(0, {folder!r})\n"
CODE = ("--require", "disk,bytecode,memory,packages")
_HOUR_NS = 3600 * 10**9
_VISITS, _PAUSE_S = 20, 0.2


@dataclass(frozen=True)
class Case:
    """What happens between two looks at a page.

    ``company``: who is there while the files change: ``nobody``, somebody ``idle``, who ``saves`` (asks to be
    run again on each change), who has ``rerun`` since, or who has ``left`` since. ``change``: ``pulled``,
    or put in place with the ``same`` time and size, or with an ``older`` time; ``switched``: a release's
    link. ``expected``: from each version on, which parts of the page are old, and which are after healing.
    """

    name: str
    expected: Mapping[str, tuple[str, str]]
    company: str = "nobody"
    change: str = "pulled"
    restarts: bool = False
    options: tuple[str, ...] = ()
    place: str = "app"
    main: str = "streamlit_app.py"
    module: str = "helpers.py"
    persisted: bool = False
    imported_first: bool = False
    require: tuple[str, ...] = CODE

    def files(self, number: int, folder: Path) -> dict[str, str]:
        """One release; of the same sizes as the one before where only the bytes may tell them apart."""
        first = OUTSIDE.format(folder=str(folder / "app" / "shared")) if "/" in self.module else ""
        first += "import helpers\n" if self.imported_first else ""
        padding = "." if self.change == "same" else "." * number
        switch = str(folder / "heals")
        cached = '(persist="disk")' if self.persisted else ""
        return {
            self.main: MAIN.format(number=number, first=first, switch=switch, cached=cached),
            self.module: MODULE.format(number=number, padding=padding),
        }


class Guest(Visit):
    """A visitor who hears of changed files."""

    async def hears(self, times: int = 1) -> None:
        """Wait until the session was told so often that a file has changed."""
        while times:
            message = ForwardMsg.FromString(await asyncio.wait_for(self._socket.receive_bytes(), LIMIT_S))
            times -= message.session_event.script_changed_on_disk

    async def ask_for_runs_on_save(self) -> None:
        """What the menu's "always rerun" sends."""
        await self._socket.send_bytes(BackMsg(set_run_on_save=True).SerializeToString())


@contextlib.asynccontextmanager
async def visiting(server: StreamlitServer) -> AsyncIterator[Guest]:
    """A session of a server that no edge stands before."""
    async with (
        aiohttp.ClientSession() as client,
        client.ws_connect(server.websocket, protocols=["streamlit"], max_msg_size=0) as socket,
    ):
        yield Guest(socket)
    # The server's one loop has dealt with the end of the session when it answers again.
    async with aiohttp.request("GET", f"{server.url}/_stcore/health") as answer:
        await answer.read()


class Scene:
    """The server of one case, its checkout, and the clone that releases are pushed from."""

    def __init__(self, case: Case, version: str, python: str, folder: Path) -> None:
        self.case, self.version, self.python, self.folder = case, version, python, folder
        files = {**case.files(1, folder), "pages/detail.py": "", "requirements.txt": "streamlit\nfreshboot\n"}
        self.remote = make_remote(folder / "remote", files)
        self.clone = clone(self.remote, folder / "clone")
        self.before = head(self.clone)
        self.checkout = folder / case.place.format(number=1)
        clone(self.remote, self.checkout)
        if case.change == "switched":
            (folder / "current").symlink_to(self.checkout)
        self._stack = contextlib.ExitStack()

    def start(self) -> None:
        """A new process, as a host starts it."""
        self._stack.close()
        place = self.folder / "current" if self.case.change == "switched" else self.checkout
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        self.server = self._stack.enter_context(
            streamlit_server(
                place / self.case.main,
                *self.case.options,
                python=self.python,
                env={"HOME": str(home), "PYTHONDONTWRITEBYTECODE": ""},
                folder=self.folder,
            )
        )

    def close(self) -> None:
        self._stack.close()

    async def play(self) -> tuple[Seen, Seen]:
        """What is said and shown while ``boot()`` only watches, and then when it heals."""
        await asyncio.to_thread(self.start)
        await self._look()
        async with contextlib.AsyncExitStack() as stack:
            await self._change(stack)
            if self.case.restarts:
                await asyncio.to_thread(self.start)
            shown, healed = since(self.version, self.case.expected)
            watched = await self._ask(shown, self.case.require)
            (self.folder / "heals").touch()
            if self.case.restarts:
                await asyncio.to_thread(self.start)
            return watched, await self._ask(healed, ())

    async def _change(self, stack: contextlib.AsyncExitStack) -> None:
        company, leaving = self.case.company, await stack.enter_async_context(contextlib.AsyncExitStack())
        guest = None if company == "nobody" else await leaving.enter_async_context(visiting(self.server))
        if guest is not None:
            await guest.look()
        if guest is not None and company == "saves":
            await guest.ask_for_runs_on_save()
        commit(self.clone, self.case.files(2, self.folder), "Release 2")
        git(self.clone, "push", "--quiet", "origin", "HEAD")
        self._land()
        if guest is not None and company in ("rerun", "left"):
            await guest.hears(2)
        if guest is not None and company == "rerun":
            await guest.look()
        if company == "left":
            await leaving.aclose()

    def _land(self) -> None:
        change, tip = self.case.change, head(self.clone)
        if change == "switched":
            clone(self.remote, self.folder / self.case.place.format(number=2))
            (self.folder / "next").symlink_to(self.folder / self.case.place.format(number=2))
            (self.folder / "next").replace(self.folder / "current")
            return
        git(self.checkout, "fetch", "--quiet", "origin")
        if change != "pulled":
            for path in (self.case.main, self.case.module):
                _put(self.clone / path, self.checkout / path, _HOUR_NS if change == "older" else 0)
        git(self.checkout, "reset", "--quiet", "--hard" if change == "pulled" else "--mixed", tip)

    async def _ask(self, shown: str, require: tuple[str, ...]) -> Seen:
        """What the command says of a page that shows this before and after it."""
        before = await self._shows(shown)
        options = (*HASTE, *grace(should_be(self.case, shown)), *require, "--replicas", "1", "--no-witness")
        where = ("--url", self.server.url, "--entrypoint", self.case.main)
        told = await asyncio.to_thread(freshboot, self.clone, "confirm", *where, *options)
        after = page_of(await self._look(), 2)
        commits = {self.before: "old", head(self.clone): "new"}
        return seen_of(told.facts, commits, before if before == after else f"{before}, then {after}")

    async def _shows(self, expected: str) -> str:
        """What a new visitor sees; if it is not yet what is expected, then after a while."""
        for _ in range(_VISITS):
            page = page_of(await self._look(), 2)
            if page == expected:
                break
            await asyncio.sleep(_PAUSE_S)
        return page

    async def _look(self) -> list[str]:
        async with visiting(self.server) as guest:
            return await guest.look()


def _put(source: Path, target: Path, older_ns: int) -> None:
    """Put a file in the place of another with its time, or an older one, at once."""
    new = target.with_name(f".{target.name}.new")
    shutil.copyfile(source, new)
    time_ns = target.stat().st_mtime_ns - older_ns
    os.utime(new, ns=(time_ns, time_ns))
    new.replace(target)


def play_case(case: Case, version: str, python: str, folder: Path) -> Iterator[Cell]:
    """The two cells of one case on one version."""
    began = time.monotonic()
    pages = since(version, case.expected)
    cells = [
        Cell(case.name, version, should_be(case, pages[0])),
        Cell(f"{case.name}, healed", version, should_be(case, pages[1])),
    ]
    scene = Scene(case, version, python, folder)
    try:
        seen = asyncio.run(scene.play())
    except (OSError, RuntimeError, asyncio.TimeoutError, aiohttp.ClientError) as error:
        yield from (replace(cell, problem=repr(error)) for cell in cells)
        return
    finally:
        scene.close()
    seconds = (time.monotonic() - began) / len(cells)
    yield from (replace(cell, seen=one, seconds=seconds) for cell, one in zip(cells, seen, strict=True))


def should_be(case: Case, page: str) -> Seen:
    """What must be said of a page: ``proven`` where its code is new, else what its old parts come from."""
    if case.persisted and "made" in page:
        return Seen("unproven", "unrecorded", ("results – unrecorded",), page=page)
    if case.imported_first and "module" in page:
        return Seen("stale", "stale-bytecode", (f"bytecode {case.module} stale",), page=page)
    parts = {"main": case.main, "module": case.module}
    old = sorted(f"memory {file} stale" for part, file in parts.items() if part in page or page == "all old")
    if case.change == "switched" and page == ALL_OLD:
        old.append("memory – unrecorded")  # the list of pages still names the release before
    return Seen("stale", "stale-modules", tuple(old), "old", page) if old else Seen("proven", page=page)


def play(version: str, python: str, folder: Path, *, whole: bool) -> Iterator[Cell]:
    """Every case, each in a folder and with a process of its own."""
    del whole
    for number, case in enumerate(CASES):
        yield from play_case(case, version, python, folder / str(number))


ALL_OLD, MODULE_OLD, MADE_OLD, NEW, MAIN_OLD = (
    "all old",
    "module, made old",
    "made old",
    "all new",
    "main old",
)
RELOADED = {"1.28.0": (MADE_OLD, NEW)}
DEFERRED = {**RELOADED, "1.58.0": (MODULE_OLD, NEW)}
UNHEARD = {"1.28.0": (ALL_OLD, MAIN_OLD), "1.50.0": (MODULE_OLD, NEW)}
UNSEEN = {"1.28.0": (ALL_OLD, MAIN_OLD)}
SWITCHED = {"1.28.0": (ALL_OLD, NEW), "1.50.0": (MODULE_OLD, NEW)}
UNRELATED = {"1.28.0": (MODULE_OLD, NEW)}
NOTHING = ("--server.fileWatcherType=none",)
POLL = ("--server.fileWatcherType=poll",)
CASES = (
    Case("somebody idle", DEFERRED, "idle"),
    Case("somebody who reran", RELOADED, "rerun"),
    Case("nobody connected", UNHEARD),
    Case("runOnSave", RELOADED, "idle", options=("--server.runOnSave=true",)),
    Case("somebody asked for runs on save", RELOADED, "saves"),
    Case("somebody who left", DEFERRED, "left"),
    Case("no watcher, somebody idle", UNSEEN, "idle", options=NOTHING),
    Case("no watcher, nobody connected", UNHEARD, options=NOTHING),
    Case("same time and size", UNSEEN, "idle", "same"),
    Case(
        "same time and size, a restart",
        UNRELATED,
        change="same",
        restarts=True,
        imported_first=True,
    ),
    Case("the same, boot() first", {"1.28.0": (NEW, NEW)}, change="same", restarts=True),
    Case("changed, a restart", {"1.28.0": (NEW, NEW)}, restarts=True),
    Case("older time, polled", UNSEEN, "idle", "older", options=POLL),
    Case("release link switched", SWITCHED, change="switched", place="releases/{number}"),
    Case("hidden folder", UNRELATED, "idle", place=".hidden/app"),
    Case(
        "module outside the script's folder",
        UNRELATED,
        "idle",
        main="app/streamlit_app.py",
        module="shared/helpers.py",
    ),
    Case("persisted results, a restart", RELOADED, restarts=True, persisted=True, require=()),
)
