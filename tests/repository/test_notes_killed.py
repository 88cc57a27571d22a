"""A process that records is killed (SIGKILL) between any two of its git commands, while others record, too.

To be killed before a command is to be killed after the one before it. So every other command is enough, where
it is killed before as well as while git runs on.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.gitrepo import git, head
from tests.repository.killed import WRAPPER

ROOT = Path(__file__).parent.parent.parent
AT_LEAST = 20
"""So many git commands a line takes where the remote has moved: fetched, merged and pushed."""


@pytest.mark.parametrize("git_dies_too", ["exit 1", ":"], ids=["before git", "while git runs on"])
def test_a_killed_writer_loses_no_line_and_blocks_nobody(
    folder: Path, remote: Path, tmp_path: Path, git_dies_too: str
) -> None:
    killed = run(folder, remote, tmp_path, git_dies_too)
    *at, last_at = [one["killed_at"] for one in killed]
    assert at == [*range(1, 2 * len(at), 2)]
    assert last_at is None
    assert 2 * len(at) > AT_LEAST
    last = set(git(remote, "notes", "--ref=freshboot", "show", head(folder)).splitlines())
    for one in killed:
        assert last >= {*one["here"], *one["there"]}
    assert last >= {f"rival {number}" for number in (*at, 2 * len(killed) - 1)}
    assert f"ours {2 * len(killed) - 1}" in last
    for repository in (folder, remote):
        assert git(repository, "fsck", "--strict", "--no-dangling", check=False) == ""
        assert not [*repository.rglob("*.lock"), *repository.rglob("*freshboot-*")]


def run(folder: Path, remote: Path, tmp_path: Path, git_dies_too: str) -> list[dict[str, Any]]:
    """What :mod:`tests.repository.killed` told."""
    real = shutil.which("git")
    assert real is not None
    wrapper, temporary = tmp_path / "bin" / "git", tmp_path / "temporary"
    for one in (wrapper.parent, temporary):
        one.mkdir()
    wrapper.write_text(WRAPPER.format(git=real))
    wrapper.chmod(0o755)
    told = subprocess.run(
        [sys.executable, "-m", "tests.repository.killed", real, str(folder), str(remote), head(folder)],
        cwd=ROOT,
        env={
            **os.environ,
            "PATH": f"{wrapper.parent}{os.pathsep}{os.environ['PATH']}",
            "TMPDIR": str(temporary),
            "COUNT": str(tmp_path / "count"),
            "KILL_AT": "0",
            "KILLED_TOO": git_dies_too,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    return [json.loads(line) for line in told.stdout.splitlines()]
