"""One lab, one git server, one GitHub and one runner for all; the first run installs the action."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.endtoend.team import files_of, lab_of, team_of
from tests.github.fake import served as github_served
from tests.gitrepo import ISOLATION
from tests.workflows.act import Runner
from tests.workflows.forge import served as forge_served
from tests.workflows.place import OURS, THEIRS, Place, files
from tests.workflows.project import actions, download


@pytest.fixture(scope="package")
def downloaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This repository, as a runner has it that was asked for the action."""
    return download(tmp_path_factory.mktemp("downloaded") / "freshboot")


@pytest.fixture(scope="package")
def everything(downloaded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("workflows")
    with ExitStack() as stack:
        lab = stack.enter_context(lab_of(folder / "app", {**files_of(1), **files()}))
        forge = stack.enter_context(forge_served(folder / "forge"))
        github = stack.enter_context(github_served())
        for name in (OURS, THEIRS):
            forge.add(name, Path(lab.remote))
        runner = Runner(folder, actions(downloaded))
        yield Place(lab, forge, github, runner, team_of(lab, folder / "clone"))
    shutil.rmtree(folder)  # the installed action is larger than what pytest should keep


@pytest.fixture
def place(everything: Place, monkeypatch: pytest.MonkeyPatch) -> Place:
    """All of it, the app awake and without faults, and nothing asked of GitHub yet."""
    for name, value in ISOLATION.items():
        monkeypatch.setenv(name, value)
    everything.calm()
    return everything
