"""A team that pushes an app to the lab and asks freshboot what is live.

What the app is expected to show, and what it shows, come from code that imports nothing of freshboot: the
app's own texts below, and the eyes of the lab's tests.
"""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from freshboot.cli import main
from freshboot.lab import LabProcess, Options
from tests.gitrepo import clone, commit, git, head, make_repository
from tests.lab.eyes import see

MAIN = """\
import freshboot

freshboot.boot({boot})

import streamlit as st
from helpers import VALUE

DEPLOYMENT_VERSION = "1.0.0"

st.text("main {number}")
st.text(VALUE)
"""
WITHOUT_AGENT = """\
import streamlit as st
from helpers import VALUE

DEPLOYMENT_VERSION = "1.0.0"

st.text("main {number}")
st.text(VALUE)
{more}
"""
MODULE = 'VALUE = "module {number}"\n# {padding}\n'
PAGE = 'import freshboot\n\nfreshboot.boot({boot})\n\nimport streamlit as st\n\nst.text("page {number}")\n'
HASTE = ("--settle", "0.5s", "--grace", "3s", "--interval", "0.5s", "--timeout", "30s")
ALONE = ("--replicas", "1")
"""Where the number is not given so many answers are asked for that most of a test would be that."""
PATIENT = ("--grace", "30s")
"""Of what is still on its way, on a machine that is busy."""


def files_of(number: int, boot: str = "") -> dict[str, str]:
    """One release; the module is of another length in each, or Python would run its old bytecode."""
    return {
        "streamlit_app.py": MAIN.format(number=number, boot=boot),
        "helpers.py": MODULE.format(number=number, padding="." * number),
        "pages/detail.py": PAGE.format(number=number, boot=boot),
        "requirements.txt": "streamlit\nfreshboot\n",
    }


@dataclass(frozen=True)
class Told:
    """What the command said: its exit code, its JSON and its prose."""

    code: int
    facts: dict[str, Any]
    prose: str

    @property
    def verdict(self) -> tuple[int, str, str | None]:
        return self.code, self.facts["verdict"], self.facts["cause"]

    def files(self) -> set[tuple[str, str, str]]:
        return {(one["path"], one["layer"], one["state"]) for one in self.facts["files"]}


def freshboot(folder: Path, *arguments: str) -> Told:
    """Run the command on the repository in ``folder`` as a person would."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([*arguments, "--json", "--repo", str(folder)])
    return Told(code, json.loads(out.getvalue() or "{}"), err.getvalue())


@dataclass
class Team:
    """A clone of the lab's remote; ``number`` is that of the latest release."""

    lab: LabProcess
    folder: Path
    number: int = 1

    @property
    def head(self) -> str:
        return head(self.folder)

    def change(self, boot: str = "", files: Mapping[str, str] | None = None) -> str:
        """Commit the next release, and push nothing."""
        self.number += 1
        return commit(self.folder, files or files_of(self.number, boot), f"Release {self.number}")

    def push(self) -> str:
        git(self.folder, "push", "--quiet", "origin", "HEAD")
        return self.head

    def deploy(self, boot: str = "") -> str:
        """Push the next release, and wait until the host has it on its disk."""
        self.change(boot)
        commit_id = self.push()
        self.lab.wait_deployed(commit_id)
        return commit_id

    def settle(self, boot: str = "") -> str:
        """Have a release live in every layer, looked at, and with no fault: where a test begins."""
        self.lab.set_faults()
        self.change(boot)
        commit_id = self.push()
        if boot or not self._heals(commit_id):
            self.lab.reboot()
            self.lab.wait_deployed(commit_id)
            assert self.displayed() == self.shown
        return commit_id

    def _heals(self, commit_id: str) -> bool:
        """Whether the process that is there comes to show all of the release by itself."""
        if self.lab.state()["phase"] != "running":
            return False
        self.lab.wait_deployed(commit_id)
        return self.displayed() == self.shown

    @property
    def shown(self) -> list[str]:
        """What a page shows where all of the latest release is live."""
        return [f"main {self.number}", f"module {self.number}"]

    def rollout(self, *options: str) -> Told:
        return freshboot(self.folder, "rollout", "--url", self.lab.url, *HASTE, *ALONE, *options)

    def confirm(self, *options: str) -> Told:
        return freshboot(self.folder, "confirm", "--url", self.lab.url, *HASTE, *ALONE, *options)

    def displayed(self, page: str = "") -> list[str]:
        return see(self.lab.url, page)


def team_of(lab: LabProcess, folder: Path) -> Team:
    """Somebody who works in a clone of the lab's remote."""
    return Team(lab, clone(Path(lab.remote), folder))


def lab_of(folder: Path, files: Mapping[str, str], **options: Any) -> LabProcess:
    """A lab that serves a new repository of these files."""
    return LabProcess(Options(make_repository(folder, files), **options))
