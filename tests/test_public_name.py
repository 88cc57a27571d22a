"""The repository's public name stands in one place, so that a person can change it there."""

from __future__ import annotations

import subprocess
from importlib.metadata import metadata
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_public_name_stands_in_the_project_file_only() -> None:
    homepage = next(
        url for url in metadata("freshboot").get_all("Project-URL") or [] if url.startswith("Homepage")
    )
    name = "/".join(homepage.split("/")[-2:])
    command = ["git", "grep", "--fixed-strings", "--files-with-matches", name]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["pyproject.toml"]
