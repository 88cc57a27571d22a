"""A stamp published in one of the ways, and what the remote holds then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from freshboot.config import Config
from freshboot.repository.publishing import Outcome
from freshboot.repository.repository import Repository
from freshboot.rollout.publish import Request, publish_stamp
from freshboot.stamp.stamp import parse_stamp
from tests.gitrepo import commit, git

NOON = datetime(2026, 11, 22, 12, tzinfo=timezone.utc)
FILES: dict[str, str | bytes] = {
    "requirements.txt": "streamlit\n",
    ".streamlit/config.toml": "[server]\r\nheadless = true\r\n",
    "streamlit_app.py": 'DEPLOYMENT_VERSION = "1.0.0"\n',
}


def publish(
    folder: Path, way: str, environment: Mapping[str, str] | None = None, minutes: int = 0, **request: Any
) -> Outcome:
    now = NOON + timedelta(minutes=minutes)
    asked = Request(lambda: now, environment=environment or {}, **request)
    return publish_stamp(Repository.open(folder), Config(publish=way), asked)


def push(folder: Path, files: dict[str, str | bytes | None], text: str = "Change") -> str:
    commit_id = commit(folder, files, text)
    git(folder, "push", "--quiet", "origin", "HEAD:main")
    return commit_id


def stamp_at(remote: Path, revision: str) -> Any:
    text = git(remote, "show", f"{revision}:requirements.txt")
    stamp = parse_stamp(text.splitlines()[0].split()[-1])
    assert stamp is not None, text
    return stamp


def changed(remote: Path, commit_id: str) -> set[str]:
    return set(git(remote, "diff", "--name-only", f"{commit_id}^", commit_id).splitlines())
