"""Apps as people lay them out show the same after a renaming, under Streamlit itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from freshboot.renaming.commits import plan_rename
from freshboot.renaming.fresh import check
from freshboot.renaming.values import Renaming
from freshboot.repository.repository import Repository
from tests.gitrepo import git, make_repository, write
from tests.renaming.layouts import LAYOUTS, Layout

PROGRAM = Path(__file__).with_name("shown.py")


def shown(*apps: tuple[Path, Layout]) -> list[list[str]]:
    """What each of the apps shows."""
    told = [f"{folder},{layout.entrypoint},{layout.page}" for folder, layout in apps]
    command = [sys.executable, "-B", str(PROGRAM), *told]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def planned(folder: Path, layout: Layout) -> Renaming:
    """The renaming, tried out; it is what the repository's files say, whatever lies in its work tree."""
    repository = Repository.open(folder)
    head = repository.head
    write(folder, {layout.path: "broken("})
    renaming = plan_rename(repository, head, layout.path, None, layout.entrypoint)
    check(repository, head, renaming, layout.entrypoint)
    git(folder, "checkout", "--quiet", "--", ".")
    return renaming


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[list[str], list[str], Renaming]]:
    """What every layout's app shows before and after, and how it was renamed."""
    room = tmp_path_factory.mktemp("layouts")
    apps: list[tuple[Path, Layout]] = []
    renamings = []
    for name, layout in LAYOUTS.items():
        before = make_repository(room / f"{name}-before", layout.files)
        renamings.append(planned(before, layout))
        after = make_repository(room / f"{name}-after", layout.files)
        write(after, {layout.path: None, **renamings[-1].files})
        apps += [(before, layout), (after, layout)]
    texts = shown(*apps)
    pairs = zip(texts[::2], texts[1::2], renamings, strict=True)
    return dict(zip(LAYOUTS, pairs, strict=True))


@pytest.mark.parametrize("name", LAYOUTS)
def test_an_app_shows_the_same_after_its_file_was_renamed(
    name: str, seen: dict[str, tuple[list[str], list[str], Renaming]]
) -> None:
    before, after, renaming = seen[name]
    assert before
    assert not any(text.startswith("raised") for text in before)
    assert after == before
    mentions = [path for path, text in LAYOUTS[name].files.items() if "import calculations" in text]
    assert {path for path in mentions if path != renaming.old and path.endswith(".py")} <= renaming.changed
