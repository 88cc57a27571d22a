"""The job that docs/rehearse.md shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tests.workflows.checkers import actionlint, zizmor

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "rehearse.md").read_text("utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (shown,) = re.findall(r"```yaml\n(name: rehearse\n.*?)```", PAGE, re.S)
    workflows = tmp_path / ".github" / "workflows"
    workflows.mkdir(parents=True)
    (workflows / "rehearse.yml").write_text(shown)
    (tmp_path / ".git").mkdir()
    return tmp_path


def test_it_is_ten_lines_that_the_checkers_find_nothing_in(folder: Path) -> None:
    text = (folder / ".github" / "workflows" / "rehearse.yml").read_text()
    assert len(text.split("jobs:\n")[1].splitlines()) == 10
    assert actionlint(folder) == ""
    assert zizmor(folder) == ""


def test_it_checks_out_what_this_repository_s_own_workflows_do(folder: Path) -> None:
    (step, *_) = yaml.safe_load((folder / ".github" / "workflows" / "rehearse.yml").read_text())["jobs"][
        "rehearse"
    ]["steps"]
    own = (ROOT / ".github" / "workflows" / "rollout.yml").read_text("utf-8")
    assert step["uses"] in own
