"""Every fault of the lab and its remedy: the smallest that could, found by the evidence, and proven.

What a push cures is cured with no person. For the rest a person does what hand-over says, while the wait goes
on. The table is printed at the end of the tests.
"""

from __future__ import annotations

import contextlib
import io
import json
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from freshboot.cli import main
from tests.endtoend.team import MODULE, Team, Told, lab_of, team_of
from tests.gitrepo import ISOLATION, clone, commit, git
from tests.lab.eyes import see
from tests.lab.wheels import make_wheel

APP = """\
import os
import freshboot

HEALS = not os.path.exists({watching!r})
freshboot.boot(heal=HEALS, clear=not os.path.exists({keeping!r}))

import streamlit as st
import helpers
{more}
DEPLOYMENT_VERSION = "1.0.0"


@st.cache_data
def made():
    return helpers.VALUE.replace("module", "made")


st.text("main {number}")
st.text(helpers.VALUE)
st.text(made())
"""
PAGE = 'import freshboot\n\nfreshboot.boot()\n\nimport streamlit as st\n\nst.text("page {number}")\n'
PACKAGE = "import demo_package\n"
CONFIG = "marks: [DEPLOYMENT_VERSION]\nremote: origin\n"
STATIC = "static/sample.txt"
HASTE = ("--settle", "300ms", "--interval", "300ms", "--grace", "1500ms", "--timeout", "25s")
IMPATIENT = ("--timeout", "6s")
"""Where there is no answer at all nothing is final before the time is over."""
LOADED = ("--require", "disk,bytecode,memory,packages")
"""Without healing the caches stay as old as the process."""
RESTARTS = ("--grace", "8s")
"""As long as a busy machine may take to start a process anew."""
NEWS = ("--no-witness", "--grace", "4s")
"""As long as one may take to load what was pushed."""
HAND_OVER = "remedy hand-over: "

Person = Callable[[Team], None]


def reboots(team: Team) -> None:
    team.lab.reboot()


def mends_the_host(team: Team) -> None:
    """What the fault stands for is put right: the branch, the sign-in, the cache before the app."""
    team.lab.set_faults()


def mends_the_host_and_reboots(team: Team) -> None:
    team.lab.set_faults()
    team.lab.reboot()


def mends_the_file_and_pushes(team: Team) -> None:
    team.lab.set_faults()
    with contextlib.suppress(FileExistsError):
        clone(Path(team.lab.remote), team.folder.parent / "other")
    other = team.folder.parent / "other"
    git(other, "pull", "--quiet")
    commit(other, {"notes.txt": f"{time.monotonic()}\n"}, "Mend the requirements")
    git(other, "push", "--quiet", "origin", "HEAD")


@dataclass(frozen=True)
class Row:
    """A fault, what must be applied, and what a person is asked and does where hand-over is."""

    name: str
    faults: tuple[str, ...] = ()
    applied: tuple[str, ...] = ()
    asked: str = ""
    person: Person | None = None
    watches: bool = False
    keeps: bool = False
    options: tuple[str, ...] = ()
    lab: str = "one"
    deletes: tuple[str, ...] = ()
    sign: str = ""


REBOOT = "Reboot app"
WATCHES: dict[str, Any] = {"watches": True}
ROWS = (
    Row("nothing"),
    Row("nobody connected", (), ("witness", "nudge"), options=NEWS, watches=True),
    Row("hold-module, healed", ("hold-module",)),
    Row("hold-module", ("hold-module",), ("nudge", "rebuild"), watches=True, options=RESTARTS),
    Row("unwatched", ("unwatched",), ("nudge", "rebuild"), watches=True, options=RESTARTS),
    Row("hold-file", ("hold-file:helpers.py",), ("hand-over",), REBOOT, reboots),
    Row("ghost", ("ghost:pages/detail.py",), ("hand-over",), REBOOT, reboots, deletes=("pages/detail.py",)),
    Row("bytecode, healed", ("bytecode",)),
    Row("bytecode", ("bytecode",), ("hand-over",), REBOOT, reboots, watches=True),
    Row("results, healed", ("results",)),
    Row("results", ("results",), ("hand-over",), "clear=True", reboots, keeps=True),
    Row(
        "edge-cache",
        ("edge-cache",),
        ("hand-over",),
        "App URL",
        mends_the_host,
        options=("--require", "disk,bytecode,memory,packages,results,edge"),
    ),
    Row("lost-webhook, once", ("lost-webhook:once",), ("rebuild",), options=RESTARTS),
    Row("lost-webhook", ("lost-webhook",), ("rebuild", "hand-over"), REBOOT, reboots),
    Row("lost-webhook, late", ("lost-webhook:1",)),
    Row("flap", ("flap:0.2",), ("rebuild", "hand-over"), REBOOT, reboots),
    Row("slow", ("slow:1",)),
    Row("network", ("network",), options=("--settle", "0s")),
    Row("wrong-branch", ("wrong-branch",), ("hand-over",), "Delete app", mends_the_host),
    Row(
        "wrong-entrypoint",
        ("wrong-entrypoint",),
        ("hand-over",),
        "Delete app",
        mends_the_host,
        options=("--timeout", "9s"),
    ),
    Row(
        "build-error",
        ("build-error",),
        ("hand-over",),
        "Mend that line",
        mends_the_file_and_pushes,
        options=("--grace", "12s"),
    ),
    Row("asleep", ("asleep",), sign="woken"),
    Row("asleep, not woken", ("asleep",), ("wake",), options=("--no-wake", "--timeout", "9s")),
    Row(
        "crash-loop",
        ("crash-loop:0",),
        ("hand-over",),
        REBOOT,
        mends_the_host_and_reboots,
        options=("--timeout", "9s"),
    ),
    Row("private", ("private",), ("hand-over",), "public", mends_the_host, options=IMPATIENT),
    Row(
        "platform-outage",
        ("platform-outage:status",),
        ("hand-over",),
        "Wait: ",
        mends_the_host,
        options=IMPATIENT,
    ),
    Row("replica", ("replica",), ("rebuild", "hand-over"), REBOOT, reboots, lab="two"),
    Row("no-rebuild, once", ("no-rebuild:once",), ("rebuild",), options=("--grace", "15s"), lab="wheels"),
    Row("no-rebuild", ("no-rebuild",), ("rebuild", "hand-over"), REBOOT, reboots, lab="wheels"),
)


@dataclass
class Stage:
    """The labs, each made when a row first needs it, and the releases that were pushed to them."""

    folder: Path
    number: int = 1
    _open: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    _teams: dict[str, Team] = field(default_factory=dict)

    @property
    def watching(self) -> Path:
        return self.folder / "watching"

    @property
    def keeping(self) -> Path:
        return self.folder / "keeping"

    def team(self, name: str) -> Team:
        if name not in self._teams:
            options: dict[str, Any] = {"comments": True, "replicas": 2 if name == "two" else 1}
            if name == "wheels":
                make_wheel(self.folder / "wheels", str(self.number))
                options["wheels"] = self.folder / "wheels"
            lab = self._open.enter_context(lab_of(self.folder / name / "app", self.files(name), **options))
            self._teams[name] = team_of(lab, self.folder / name / "clone")
        return self._teams[name]

    def files(self, name: str) -> dict[str, str]:
        with_package = name == "wheels"
        line = f"demo-package=={self.number}\n" if with_package else ""
        more = PACKAGE if with_package else ""
        return {
            "streamlit_app.py": APP.format(
                watching=str(self.watching), keeping=str(self.keeping), number=self.number, more=more
            ),
            "helpers.py": MODULE.format(number=self.number, padding="." * self.number),
            "pages/detail.py": PAGE.format(number=self.number),
            "requirements.txt": f"streamlit\nfreshboot\n{line}",
            STATIC: f"static {self.number}\n",
            ".streamlit/config.toml": "[server]\nenableStaticServing = true\n",
            ".github/freshboot.yml": CONFIG,
        }

    def settle(self, row: Row) -> Team:
        """All of a release is live and looked at, and nothing heals that should not."""
        self.watching.unlink(missing_ok=True)
        self.keeping.unlink(missing_ok=True)
        team = self.team(row.lab)
        team.lab.set_faults()
        self.release(row, team, ())
        git(team.folder, "push", "--quiet", "origin", "HEAD")
        team.lab.reboot()
        if row.watches:
            self.watching.touch()
        if row.keeps:
            self.keeping.touch()
        assert see(team.lab.url)[:2] == self.shown
        return team

    def release(self, row: Row, team: Team, deletes: tuple[str, ...]) -> None:
        git(team.folder, "pull", "--quiet", "--rebase", "origin", "HEAD")
        self.number += 1
        if row.lab == "wheels":
            make_wheel(self.folder / "wheels", str(self.number))
        commit(team.folder, {**self.files(row.lab), **dict.fromkeys(deletes)}, f"Release {self.number}")

    @property
    def shown(self) -> list[str]:
        return [f"main {self.number}", f"module {self.number}"]

    def close(self) -> None:
        self._open.close()


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    made = Stage(tmp_path_factory.mktemp("ladder"))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ISOLATION.items():
            patch.setenv(name, value)
        yield made
    made.close()


class Prose(io.StringIO):
    """What is said; a person who reads it acts as soon as it is handed over."""

    def __init__(self, act: Callable[[], None] | None) -> None:
        super().__init__()
        self._act = act
        self.person: threading.Thread | None = None

    def write(self, text: str) -> int:
        if HAND_OVER in text and self._act is not None and self.person is None:
            self.person = threading.Thread(target=self._act)
            self.person.start()
        return super().write(text)


def visit_static(team: Team) -> None:
    """So that whatever stands before the app has something to keep."""
    with contextlib.suppress(OSError):
        urllib.request.urlopen(f"{team.lab.url}/~/+/app/{STATIC}", timeout=10).close()


def roll_out(team: Team, row: Row) -> Told:
    act = row.person
    err, out = Prose((lambda: act(team)) if act else None), io.StringIO()
    loaded = LOADED if row.watches else ()
    options = (*HASTE, *loaded, "--replicas", "2" if row.lab == "two" else "1", *row.options)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(
            [
                "rollout",
                "--remedy",
                "auto",
                "--json",
                "--repo",
                str(team.folder),
                "--url",
                team.lab.url,
                *options,
            ]
        )
    if err.person is not None:
        err.person.join()
    return Told(code, json.loads(out.getvalue() or "{}"), err.getvalue())


ALWAYS = {
    *("nobody connected", "results", "lost-webhook, once", "lost-webhook", "wrong-branch", "build-error"),
    "asleep, not woken",
}
"""One of each remedy. What is mended as one of them is: played by scripts/soak."""


def rows() -> list[Any]:
    seldom = pytest.mark.soak
    return [pytest.param(row, id=row.name, marks=() if row.name in ALWAYS else (seldom,)) for row in ROWS]


@pytest.mark.parametrize("row", rows())
def test_a_fault_ends_proven_by_the_smallest_remedy_that_could(
    stage: Stage, row: Row, request: pytest.FixtureRequest
) -> None:
    team = stage.settle(row)
    stage.release(row, team, row.deletes)
    if row.faults:
        team.lab.set_faults(*row.faults)
        visit_static(team)
    began = time.monotonic()
    told = roll_out(team, row)
    applied = [one["name"] for one in told.facts["remedies"] if one["verdict"]]
    cured = ", ".join(applied) or row.sign or "none"
    line = f"{row.name:<22}{cured:<22}{told.facts['verdict']:<12}{time.monotonic() - began:5.1f} s"
    request.node.user_properties.append(("line", line))
    well = ("proven", "superseded") if row.person is mends_the_file_and_pushes else ("proven",)
    assert told.facts["verdict"] in well, told.prose
    assert applied == list(row.applied), told.prose
    if row.asked:
        assert any(row.asked in step for step in told.facts["remedies"][-1]["steps"])
    if row.sign:
        assert told.facts["counts"][row.sign]
    team.lab.set_faults()
    assert see(team.lab.url)[:2] == stage.shown
