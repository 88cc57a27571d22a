"""Stamp, commit and push of three marks: against sed and git, and against bump-my-version."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone
from itertools import count
from pathlib import Path

from timing import in_turn, report

from freshboot.config import Config
from freshboot.repository.repository import Repository
from freshboot.rollout.publish import Request, publish_stamp

RUNS = 15
FILES = {
    "requirements.txt": "# Cache bust: 1\nstreamlit\n",
    ".streamlit/config.toml": "# Cache bust: 1\n[server]\nheadless = true\n",
    "streamlit_app.py": 'DEPLOYMENT_VERSION = "1.0.0"\n',
}
BUMP_CONFIG = """
[tool.bumpversion]
current_version = "1.0.0"
commit = true
allow_dirty = true
[[tool.bumpversion.files]]
filename = "requirements.txt"
search = "# Cache bust: 1"
replace = "# Cache bust: 1"
[[tool.bumpversion.files]]
filename = ".streamlit/config.toml"
search = "# Cache bust: 1"
replace = "# Cache bust: 1"
[[tool.bumpversion.files]]
filename = "streamlit_app.py"
"""
CLEAN = {
    "PATH": os.environ["PATH"],
    "LANG": "C.UTF-8",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Bench",
    "GIT_AUTHOR_EMAIL": "bench@example.com",
    "GIT_COMMITTER_NAME": "Bench",
    "GIT_COMMITTER_EMAIL": "bench@example.com",
}


def run(folder: Path, *command: str) -> None:
    subprocess.run(command, cwd=folder, env=CLEAN, check=True, capture_output=True)


def clone(room: Path, name: str, extra: dict[str, str] | None = None) -> Path:
    """A repository with three marks and a bare remote of its own."""
    folder = room / name
    for path, text in {**FILES, **(extra or {})}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    run(room, "git", "init", "-q", "--bare", "-b", "main", f"{name}.git")
    run(folder, "git", "init", "-q", "-b", "main")
    run(folder, "git", "add", "-A")
    run(folder, "git", "commit", "-q", "-m", "one")
    run(folder, "git", "remote", "add", "origin", str(room / f"{name}.git"))
    run(folder, "git", "push", "-q", "origin", "main")
    return folder


def main() -> bool:
    with tempfile.TemporaryDirectory() as name:
        room = Path(name)
        by_sed, by_us, by_process = (clone(room, one) for one in ("sed", "us", "process"))
        by_bump = clone(room, "bump", {"pyproject.toml": BUMP_CONFIG})
        number = count(1)
        began = datetime(2026, 1, 1, tzinfo=timezone.utc)

        def sed() -> None:
            version = f"1.0.{next(number)}"
            run(by_sed, "sed", "-i", f"s/^# Cache bust:.*/# Cache bust: {version}/", "requirements.txt")
            run(by_sed, "sed", "-i", f"s/^# Cache bust:.*/# Cache bust: {version}/", ".streamlit/config.toml")
            run(
                by_sed,
                "sed",
                "-i",
                f"s/^DEPLOYMENT_VERSION.*/DEPLOYMENT_VERSION = '{version}'/",
                "streamlit_app.py",
            )
            run(by_sed, "git", "add", "-A")
            run(by_sed, "git", "commit", "-q", "-m", version)
            run(by_sed, "git", "push", "-q", "origin", "main")

        def ours() -> None:
            at = began + timedelta(minutes=next(number))
            publish_stamp(Repository.open(by_us), Config(), Request(lambda: at, force=True))

        def process() -> None:
            run(by_process, sys.executable, "-m", "freshboot", "publish", "--force")

        def bump() -> None:
            run(by_bump, str(Path(sys.executable).parent / "bump-my-version"), "bump", "patch")
            run(by_bump, "git", "push", "-q", "origin", "main")

        os.environ.update(CLEAN)
        medians = in_turn(
            {
                "sed -i x3, git add, commit, push": sed,
                "freshboot, modules imported": ours,
                "freshboot publish, whole process": process,
                "bump-my-version bump, git push, whole process": bump,
            },
            RUNS,
        )
    plain = report(
        "Stamp, commit and push of three marks",
        medians,
        "sed -i x3, git add, commit, push",
        {"freshboot, modules imported": 4, "freshboot publish, whole process": 15},
    )
    whole = {name: medians[name] for name in medians if name.endswith("whole process")}
    return (
        report(
            "The same against bump-my-version",
            whole,
            "bump-my-version bump, git push, whole process",
            {"freshboot publish, whole process": 0.5},
        )
        and plain
    )


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
