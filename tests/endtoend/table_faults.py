"""The table's first part: the lab's faults, alone and combined."""

from __future__ import annotations

import asyncio
import contextlib
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from aiohttp import ClientError
from typing_extensions import Self

from freshboot.lab import LabError
from tests.endtoend.table import Cell, Seen, page_of, seen_of, since
from tests.endtoend.team import MODULE, Team, Told, lab_of, team_of
from tests.gitrepo import commit
from tests.lab.eyes import displayed, visiting
from tests.lab.processes import wait_until
from tests.lab.wheels import make_wheel

BOOT = """\
import os
import freshboot

HEALS = not os.path.exists({watching!r})
freshboot.boot(heal=HEALS, clear=HEALS)

import streamlit as st
"""
MAIN = """\
import helpers

DEPLOYMENT_VERSION = "1.0.0"


@st.cache_data
def made():
    return helpers.VALUE.replace("module", "made")


st.text("main {number}")
st.text(helpers.VALUE)
st.text(made())
"""
PAGE = 'st.text("page {number}")\n'
PACKAGE = "import demo_package\n\nst.text(demo_package.VERSION)\n"
STATIC = "static/sample.txt"
HASTE = ("--settle", "300ms", "--interval", "300ms", "--timeout", "60s")
_ATTEMPTS = 6  # a network that fails lets somebody through in so many
_DETECTED_LATE_S = 2.0
_VISITS, _PAUSE_S = 10, 0.2
_LANDED_S = 10.0

Sign = Callable[[Told], bool]


def grace(expected: Seen) -> tuple[str, str]:
    """As long as it takes, and longer where only ``proven`` will do: a run may still be under way."""
    return ("--grace", "10s" if expected.verdict.startswith("proven") else "500ms")


def late(told: Told) -> bool:
    """The release did not show at once."""
    return bool((told.facts["timing"]["detected_s"] or 0) > _DETECTED_LATE_S)


def woken(told: Told) -> bool:
    """The app had to be woken."""
    return any("woke the app" in one["event"] for one in told.facts["timeline"])


def interrupted(told: Told) -> bool:
    """A question was not answered."""
    return any(one["event"].startswith("no attestation") for one in told.facts["timeline"])


@dataclass(frozen=True)
class Row:
    """A fault, or several, in an app whose ``boot()`` heals or only ``watches``, and what must come of it.

    ``expected`` holds from each of its versions on. ``until`` is what is waited for between the push and the
    question; empty where ``rollout`` pushes and waits by itself. ``visit``: somebody ``stays`` on the page
    from before the push, or ``leaves`` it before. ``sign`` is what shows the fault where the verdict must
    not; where something is ``cured`` nothing does.
    """

    name: str
    faults: tuple[str, ...]
    expected: Mapping[str, Seen]
    watches: bool = False
    until: str = "landed"
    ask: tuple[str, ...] = ()
    page: str = ""
    first: str = ""
    config: str = ""
    deletes: tuple[str, ...] = ()
    package: bool = False
    static: bool = False
    visit: str = ""
    replicas: int = 1
    sign: Sign | None = None
    cured: bool = False

    def files(self, number: int, watching: Path) -> dict[str, str]:
        """One release of the app, whose ``boot()`` only watches while there is that file."""
        last, line = (PACKAGE, f"demo-package=={number}\n") if self.package else ("", "")
        boot = BOOT.format(watching=str(watching))
        files = {
            "streamlit_app.py": self.first + boot + MAIN.format(number=number) + last,
            "helpers.py": MODULE.format(number=number, padding="." * number),
            "pages/detail.py": boot + PAGE.format(number=number),
            "requirements.txt": f"streamlit\nfreshboot\n{line}",
            ".github/freshboot.yml": f"marks: [requirements.txt, DEPLOYMENT_VERSION]\n{self.config}",
            ".streamlit/config.toml": "[server]\nenableStaticServing = true\n",
        }
        return files | ({STATIC: f"static {number}\n"} if self.static else {})


class Stage:
    """The labs of one Streamlit version, each made when a row first needs it."""

    def __init__(self, version: str, python: str, folder: Path) -> None:
        self.version, self.python, self.folder = version, python, folder
        self.number = 1
        self._watching = folder / "watching"
        self._open = contextlib.ExitStack()
        self._teams: dict[tuple[int, bool], Team] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    def play(self, row: Row, *, faults: bool = True) -> Cell:
        """A release of which all is new, then one with the row's faults, and what is said and shown of it."""
        began, cell = time.monotonic(), Cell(row.name, self.version, since(self.version, row.expected))
        try:
            seen = asyncio.run(self._play(row if faults else replace(row, faults=())))
        except (LabError, ClientError, OSError, AssertionError) as error:
            return replace(cell, problem=repr(error), seconds=time.monotonic() - began)
        return replace(cell, seen=seen, seconds=time.monotonic() - began)

    async def _play(self, row: Row) -> Seen:
        team = await self._settle(row)
        before = team.head
        if row.watches:
            self._watching.touch()
        # What the host runs, or how, is changed first: that ends every session.
        redeploys = [fault for fault in row.faults if fault.startswith("unwatched")]
        team.lab.set_faults(*redeploys)
        self.number += 1
        async with contextlib.AsyncExitStack() as stack:
            for _ in range(row.replicas if row.visit else 0):
                visit = await stack.enter_async_context(visiting(team.lab.url))
                await visit.look()
            if row.visit == "leaves":
                await stack.aclose()
            team.lab.set_faults(*row.faults)
            if row.static:
                self._static(team)
            changed = {**self._files(row), **dict.fromkeys(row.deletes)}
            source = commit(team.folder, changed, f"Release {self.number}")
            told, page = await self._ask(team, row, before)
        seen = seen_of(told.facts, {before: "old", source: "source", team.head: "new"}, page)
        signed = row.sign is not None and row.sign(told)
        return replace(seen, verdict=f"{seen.verdict}, {row.sign.__name__}") if signed and row.sign else seen

    async def _settle(self, row: Row) -> Team:
        """Have a release of the row's app live in every layer, looked at, and with no fault."""
        self.number += 1
        self._watching.unlink(missing_ok=True)
        if row.package:
            for number in (self.number, self.number + 1):
                make_wheel(self.folder / "wheels", str(number))
        served = row.replicas, row.package
        if served not in self._teams:
            self._teams[served] = await asyncio.to_thread(self._make, row)
        else:
            await self._renew(self._teams[served], row)
        team = self._teams[served]
        pages = {page_of(await displayed(team.lab.url), self.number) for _ in range(row.replicas)}
        assert pages == {"all new"}, f"before the fault the page is {pages}"
        return team

    async def _renew(self, team: Team, row: Row) -> None:
        """The next release, healed in the same process where that goes, and else in a new one."""
        await asyncio.to_thread(team.lab.set_faults)
        release = commit(team.folder, self._files(row), f"Release {self.number}")
        if not await self._heals(team, row, release):
            team.push()
            await asyncio.to_thread(team.lab.reboot)
            await asyncio.to_thread(team.lab.wait_deployed, release)

    async def _heals(self, team: Team, row: Row, release: str) -> bool:
        """Push it while somebody is there, for whom every Streamlit reads the entrypoint anew."""
        if row.replicas > 1 or row.package or team.lab.state()["phase"] != "running":
            return False
        with contextlib.suppress(LabError, ClientError, OSError, asyncio.TimeoutError):
            async with visiting(team.lab.url) as visit:
                await visit.look()
                team.push()
                await asyncio.to_thread(team.lab.wait_deployed, release, _LANDED_S)
                return await self._shows(team, replace(row, page=""), "all new") == "all new"
        return False

    def _files(self, row: Row) -> dict[str, str]:
        return row.files(self.number, self._watching)

    async def _ask(self, team: Team, row: Row, before: str) -> tuple[Told, str]:
        """What the command says, and what is displayed before it and after it."""
        options = (
            *HASTE,
            *grace(since(self.version, row.expected)),
            "--replicas",
            str(row.replicas),
            *row.ask,
        )
        if not row.until:
            told = await asyncio.to_thread(team.rollout, *options)
            return told, await self._page(team, row)
        starts = team.lab.state()["replicas"][0]["starts"]
        team.push()
        await asyncio.to_thread(self._wait, team, row, before, starts)
        expected = since(self.version, row.expected).page.partition(", then ")[0]
        page = await self._shows(team, row, expected)
        told = await asyncio.to_thread(team.confirm, *options)
        later = await self._page(team, row)
        return told, page if page == later else f"{page}, then {later}"

    async def _shows(self, team: Team, row: Row, expected: str) -> str:
        """What visitors see; if that is not yet what is expected, then after a while."""
        for _ in range(_VISITS):
            page = await self._page(team, row)
            if page == expected:
                break
            await asyncio.sleep(_PAUSE_S)
        return page

    def _wait(self, team: Team, row: Row, before: str, starts: int) -> None:
        lab = team.lab
        if not row.faults or row.until == "landed":
            lab.wait_deployed(team.head, replicas=1 if "replica" in row.faults else None)
        elif row.until == "taken back":
            wait_until(lambda: lab.state()["replicas"][0]["commit"] == team.head)
            lab.wait_deployed(before)
        elif row.until == "crashing":
            wait_until(lambda: lab.state()["replicas"][0]["starts"] > starts + 1)
        elif row.until != "pushed":
            wait_until(lambda: lab.state()["phase"] == row.until)

    async def _page(self, team: Team, row: Row) -> str:
        """What visitors see, one for each replica."""
        shown = [page_of(await self._texts(team, row), self.number) for _ in range(row.replicas)]
        return " | ".join(sorted(shown))

    async def _texts(self, team: Team, row: Row) -> list[str]:
        if row.static:
            return [*await displayed(team.lab.url), self._static(team)]
        for _ in range(_ATTEMPTS):
            with contextlib.suppress(ClientError, OSError, LookupError, TypeError):
                return await displayed(team.lab.url, row.page)
        return []

    def _static(self, team: Team) -> str:
        address = f"{team.lab.url}/~/+/app/{STATIC}"
        with urllib.request.urlopen(address, timeout=10) as answer:
            text: str = answer.read().decode().strip()
        return text

    def _make(self, row: Row) -> Team:
        folder = self.folder / f"lab-{len(self._teams)}"
        options: dict[str, Any] = {"python": self.python, "replicas": row.replicas}
        if row.package:
            options["wheels"] = self.folder / "wheels"
        lab = self._open.enter_context(lab_of(folder / "app", self._files(row), **options))
        return team_of(lab, folder / "clone")


def play(version: str, python: str, folder: Path, *, whole: bool) -> Iterator[Cell]:
    """Every row of the table, or of the short one."""
    from tests.endtoend.table_rows import MORE, SINGLE

    with Stage(version, python, folder) as stage:
        for row in (*SINGLE, *(MORE if whole else ())):
            yield stage.play(row)


def play_left_out(version: str, python: str, folder: Path, *, whole: bool) -> Iterator[Cell]:
    """Every row with a fault, played without it: what is expected must not come."""
    from tests.endtoend.table_rows import MORE, SINGLE

    with Stage(version, python, folder) as stage:
        for row in (*SINGLE, *(MORE if whole else ())):
            if row.faults and not row.cured:
                yield stage.play(row, faults=False)
