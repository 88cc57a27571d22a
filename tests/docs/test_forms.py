"""GitHub's forms for issues are of the shape that GitHub takes, and ask for what is needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.docs.pages import FORMS, ROOT

FOLDER = ROOT / ".github" / "ISSUE_TEMPLATE"
OF_THE_CHOOSER = "config.yml"
KINDS = {"markdown", "textarea", "input", "dropdown", "checkboxes"}


def form(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return loaded


def questions(path: Path) -> list[dict[str, Any]]:
    return [one for one in form(path)["body"] if one["type"] != "markdown"]


@pytest.mark.parametrize(
    "path", [one for one in FORMS if one.name != OF_THE_CHOOSER], ids=lambda path: path.stem
)
def test_a_form_has_what_github_asks_of_one(path: Path) -> None:
    assert {"name", "description", "body"} <= form(path).keys()
    assert {one["type"] for one in form(path)["body"]} <= KINDS
    ids = [one["id"] for one in questions(path)]
    assert len(ids) == len(set(ids))
    assert all(one["attributes"]["label"] for one in questions(path))


@pytest.mark.parametrize("name", ["bug", "false-proven"])
def test_a_fault_s_form_asks_for_the_report(name: str) -> None:
    asked = " ".join(str(one["attributes"].get("description")) for one in questions(FOLDER / f"{name}.yml"))
    assert "freshboot report" in asked


def test_a_false_proven_cannot_be_told_without_what_the_command_said_and_the_truth() -> None:
    asked = {one["id"]: one.get("validations", {}) for one in questions(FOLDER / "false-proven.yml")}
    assert [name for name in ("json", "truth") if not asked[name].get("required")] == []
