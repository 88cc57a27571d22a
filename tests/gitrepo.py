"""Real git repositories for tests: a bare remote, clones, commits; always the same person and settings."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

ISOLATION = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_COUNT": "2",
    "GIT_CONFIG_KEY_0": "init.defaultBranch",
    "GIT_CONFIG_VALUE_0": "main",
    "GIT_CONFIG_KEY_1": "protocol.file.allow",
    "GIT_CONFIG_VALUE_1": "always",
}
"""Set these where the code under test runs git: no user's or system's configuration."""

_PERSON = {
    f"GIT_{role}_{fact}": value
    for role in ("AUTHOR", "COMMITTER")
    for fact, value in (("NAME", "Ada"), ("EMAIL", "ada@example.org"), ("DATE", "2026-01-02T03:04:05Z"))
}


def git(folder: Path, *args: str, input: bytes | None = None, check: bool = True, **env: str) -> str:  # noqa: A002
    """Run git as Ada, and return its output; of a command that may fail, both its streams."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    ran = subprocess.run(
        ["git", *args],
        cwd=folder,
        env={**inherited, **ISOLATION, **_PERSON, **env},
        input=input,
        capture_output=True,
        check=False,
    )
    out = ran.stdout.decode("utf-8", "surrogateescape")
    if ran.returncode and check:
        raise AssertionError(f"git {' '.join(args)}: {ran.stderr.decode()}")
    return (out if check else out + ran.stderr.decode()).rstrip("\n")


def make_repository(folder: Path, files: Mapping[str, str | bytes] | None = None, *options: str) -> Path:
    """Make a repository on branch main; with a first commit if there are files."""
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet", *options)
    if files:
        commit(folder, files, "Begin")
    return folder


def make_remote(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Make a bare repository whose branch main holds one commit of the files."""
    seed = make_repository(folder.with_name(f"{folder.name}-seed"), files)
    git(seed, "clone", "--quiet", "--bare", ".", str(folder))
    return folder


def clone(remote: Path, folder: Path, *options: str) -> Path:
    """Clone over ``file://``, as from another machine: ``--depth=1`` works."""
    git(remote, "clone", "--quiet", *options, f"file://{remote}", str(folder))
    return folder


def write(folder: Path, files: Mapping[str, str | bytes | None]) -> None:
    """Write the files; None deletes."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())


def commit(folder: Path, files: Mapping[str, str | bytes | None], message: str = "Change") -> str:
    """Commit the files, and nothing else; the commit's id."""
    write(folder, files)
    git(folder, "add", "--force", "--all", "--", *files)
    git(folder, "commit", "--quiet", "--allow-empty", f"--message={message}", "--", *files)
    return head(folder)


def head(folder: Path, revision: str = "HEAD") -> str:
    """The full id of a commit."""
    return git(folder, "rev-parse", "--verify", f"{revision}^{{commit}}")


def log(folder: Path, revision: str = "main", form: str = "%H") -> list[str]:
    """One line for every commit of a revision, newest first."""
    return git(folder, "log", f"--format={form}", revision).splitlines()
