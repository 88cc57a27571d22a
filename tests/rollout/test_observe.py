"""An answer held against a real repository's releases."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from freshboot.config import Config
from freshboot.judge.evidence import FileState
from freshboot.repository.repository import Repository
from freshboot.rollout.expectation import releases
from freshboot.rollout.observe import Observer
from tests.gitrepo import commit, head, make_repository
from tests.judge.processes import Process

CALC, OLD_CALC = "RATE = 2\n", "RATE = 1\n"
FILES = {
    "streamlit_app.py": "import calc\n",
    "calc.py": OLD_CALC,
    ".gitattributes": "*.txt text eol=crlf\n",
    "notes.txt": "one\ntwo\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = make_repository(tmp_path / "app", FILES)
    commit(made, {"calc.py": CALC})
    return made


def observer_of(root: Path) -> Observer:
    repository = Repository.open(str(root))
    found = releases(repository, repository.head, "main", Config(require=("disk", "memory")))
    nobody: Any = SimpleNamespace()
    return Observer(nobody, nobody, found)


def process(calc: str) -> Process:
    """A server whose git checks texts out with the line ends that the attributes ask for."""
    disk = {**FILES, "calc.py": calc, "notes.txt": "one\r\ntwo\r\n"}
    scripts = {"streamlit_app.py": FILES["streamlit_app.py"]}
    return Process(disk, modules={"calc.py": calc}, scripts=scripts, entrypoint="streamlit_app.py")


def test_a_file_in_a_form_of_git_s_own_is_fresh(root: Path) -> None:
    reading, live = observer_of(root)._read(process(CALC).attest())
    assert reading.fresh
    assert live == head(root)


def test_beside_a_stale_file_it_is_fresh_as_well_and_the_whole_commit_is_named(root: Path) -> None:
    reading, _ = observer_of(root)._read(process(OLD_CALC).attest())
    assert {(one.path, one.state) for one in reading.findings} == {("calc.py", FileState.STALE)}
    assert reading.live is not None
    assert (reading.live.commit, reading.live.behind) == (head(root, "HEAD~1"), 1)
