"""The repository's public name stands in as few places as can be, so that a person can change it there."""

from __future__ import annotations

import subprocess
from importlib.metadata import metadata
from pathlib import Path

ROOT = Path(__file__).parent.parent


# A workflow is named by its repository, and no variable can stand there.
CALLED = [
    ".github/workflows/rollout.yml",
    ".github/workflows/watch.yml",
    "docs/actions.md",
    "docs/configuration.md",
    "docs/findings/kept-credentials.md",
    "docs/findings/missing-permission.md",
    "docs/live-tests.md",
    "docs/rehearse.md",
]
# What reads or makes a workflow that names it.
MADE = [
    "src/freshboot/doctor/rules/kept_credentials.py",
    "src/freshboot/doctor/rules/missing_permission.py",
    "src/freshboot/doctor/workflows.py",
    "src/freshboot/hosts/containers/workflow.py",
    "src/freshboot/scaffold/own_files.py",
]


def test_the_public_name_stands_in_the_project_file_and_where_workflows_are_named() -> None:
    homepage = next(
        url for url in metadata("freshboot").get_all("Project-URL") or [] if url.startswith("Homepage")
    )
    name = "/".join(homepage.split("/")[-2:])
    command = ["git", "grep", "--fixed-strings", "--files-with-matches", name, "--", ":!tests"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.split() == [*CALLED, "pyproject.toml", *MADE]
