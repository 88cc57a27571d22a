"""No checker has anything against our workflows and the action; each is seen to bark at what is wrong."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.workflows.checkers import Unavailable, actionlint, language_service, zizmor
from tests.workflows.project import ACTION, ROOT, STAND_INS, WORKFLOWS

CHECKERS = (actionlint, zizmor, language_service)
BROKEN = """\
on: push
jobs:
  one:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - run: echo ${{ github.event.head_commit.message }} $unquoted
      - run: "true"
        timeout: 5
"""


def asked(checker: Callable[[Path], str], root: Path) -> str:
    try:
        return checker(root)
    except Unavailable as why:
        pytest.skip(str(why))


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """The same files, and one more that is wrong in many ways."""
    shutil.copytree(WORKFLOWS, tmp_path / ".github" / "workflows")
    shutil.copy(ACTION, tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".github" / "workflows" / "broken.yml").write_text(BROKEN)
    return tmp_path


@pytest.mark.parametrize("checker", CHECKERS)
def test_a_checker_finds_nothing(checker: Callable[[Path], str]) -> None:
    assert asked(checker, ROOT) == ""


@pytest.mark.parametrize("checker", CHECKERS)
def test_a_checker_barks_at_what_is_wrong(checker: Callable[[Path], str], broken: Path) -> None:
    assert "broken.yml" in asked(checker, broken)


def test_whatever_is_ignored_has_its_reason_beside_it() -> None:
    for path in (ACTION, *WORKFLOWS.glob("*.yml"), *STAND_INS.glob("*/action.yml")):
        for line in path.read_text("utf-8").splitlines():
            if "ignore[" in line:
                assert re.search(r"ignore\[[\w-]+\] \w+.* \w+", line), f"{path.name}: {line.strip()}"
