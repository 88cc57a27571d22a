"""A small app of which every part shows its own number, and somebody who pushes new releases of it."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

IDENTITY = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
for role in ("AUTHOR", "COMMITTER"):
    IDENTITY |= {f"GIT_{role}_NAME": "Dev", f"GIT_{role}_EMAIL": "dev@example.org"}

MAIN = """\
import streamlit as st
from helpers import VALUE

st.text("main {number}")
st.text(VALUE)
"""
MODULE = """\
VALUE = "module {number}"
# {padding}
"""
PAGE = """\
import streamlit as st
from helpers import VALUE

st.text("page {number}")
st.text(VALUE)
"""


def files_of(number: int) -> dict[str, str]:
    """Every file of one release: path to text.

    The module is of another length in each: Python takes a module of the same second and size for
    unchanged, and would run its old bytecode.
    """
    texts = {"streamlit_app.py": MAIN, "helpers.py": MODULE, "pages/detail.py": PAGE}
    return {path: text.format(number=number, padding="." * number) for path, text in texts.items()} | {
        "requirements.txt": "streamlit\n"
    }


def git(folder: Path, *arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", *arguments]
    done = subprocess.run(
        command, cwd=folder, env=environment | IDENTITY, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def write(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def commit(folder: Path, files: dict[str, str]) -> str:
    """Write the files and commit all that has changed; the commit's id."""
    write(folder, files)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "change")
    return git(folder, "rev-parse", "HEAD")


def new_repository(folder: Path, files: dict[str, str] | None = None) -> Path:
    """A repository with one commit on the branch main."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder, files_of(1) if files is None else files)
    return folder


@dataclass(frozen=True)
class Release:
    number: int
    commit: str

    @property
    def main(self) -> str:
        return f"main {self.number}"

    @property
    def module(self) -> str:
        return f"module {self.number}"

    @property
    def page(self) -> str:
        return f"page {self.number}"


class Developer:
    """Works in a clone of the remote; ``latest`` is what was pushed last."""

    def __init__(self, remote: str, folder: Path) -> None:
        folder.mkdir(parents=True)
        git(folder, "clone", "--quiet", remote, ".")
        self.folder = folder
        self.latest = Release(1, git(folder, "rev-parse", "HEAD"))

    def push(self, files: dict[str, str], *options: str) -> str:
        pushed = commit(self.folder, files)
        git(self.folder, "push", "--quiet", *options, "origin", "HEAD")
        self.latest = replace(self.latest, commit=pushed)
        return pushed

    def release(self) -> Release:
        """Push a new release: the entrypoint, the module and the page all change."""
        number = self.latest.number + 1
        self.latest = Release(number, self.push(files_of(number)))
        return self.latest
