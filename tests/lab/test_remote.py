"""A bare remote made from somebody's repository, which stays as it was."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from freshboot.lab import LabError
from freshboot.lab.remote import Remote
from tests.lab.developer import Developer, commit, git, new_repository


def everything_of(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def test_has_all_the_history_of_the_current_branch(repository: Path, tmp_path: Path) -> None:
    commit(repository, {"second.txt": "2"})
    git(repository, "switch", "--quiet", "--create", "feature/new")
    tip = commit(repository, {"third.txt": "3"})
    remote = await Remote.make(repository, tmp_path / "remote")
    assert (remote.branch, remote.tip()) == ("feature/new", tip)
    assert git(remote.path, "log", "--format=%H") == git(repository, "log", "--format=%H")


async def test_does_not_touch_the_users_repository(repository: Path, tmp_path: Path) -> None:
    (repository / "uncommitted.txt").write_text("mine")
    before = everything_of(repository)
    await Remote.make(repository, tmp_path / "remote")
    assert everything_of(repository) == before


async def test_is_named_like_the_repository_and_never_hidden(tmp_path: Path) -> None:
    repository = new_repository(tmp_path / ".dotted repo")
    inside = repository / "pages"
    remote = await Remote.make(inside, tmp_path / "remote")
    assert (remote.name, remote.path.parent.name) == ("dotted repo", "lab")


async def test_settings_of_the_user_do_not_reach_it(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    settings = tmp_path / "gitconfig"
    settings.write_text(f"[core]\n hooksPath = {hooks}\n autocrlf = true\n[init]\n defaultBranch = other\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    remote = await Remote.make(repository, tmp_path / "remote")
    assert git(remote.path, "symbolic-ref", "HEAD") == "refs/heads/main"


async def test_notices_pushes(repository: Path, tmp_path: Path) -> None:
    remote = await Remote.make(repository, tmp_path / "remote")
    developer = Developer(str(remote.path), tmp_path / "clone")
    pushes = remote.pushes(remote.tip())
    for number in range(3):
        pushed = developer.push({"file.txt": str(number)})
        assert await asyncio.wait_for(anext(pushes), 5) == pushed


async def test_notices_rewritten_history_and_survives_a_deleted_branch(
    repository: Path, tmp_path: Path
) -> None:
    remote = await Remote.make(repository, tmp_path / "remote")
    developer = Developer(str(remote.path), tmp_path / "clone")
    pushes = remote.pushes(remote.tip())
    git(developer.folder, "commit", "--quiet", "--amend", "--message", "another")
    rewritten = developer.push({"file.txt": "1"}, "--force")
    assert await asyncio.wait_for(anext(pushes), 5) == rewritten
    git(remote.path, "update-ref", "-d", "refs/heads/main")
    assert remote.tip() is None
    waiting = asyncio.ensure_future(anext(pushes))
    await asyncio.wait([waiting], timeout=0.1)
    assert not waiting.done()
    again = developer.push({"file.txt": "2"}, "--force")
    assert await asyncio.wait_for(waiting, 5) == again


async def test_a_ref_that_git_has_packed_away_is_still_found(repository: Path, tmp_path: Path) -> None:
    remote = await Remote.make(repository, tmp_path / "remote")
    tip = remote.tip()
    git(remote.path, "pack-refs", "--all")
    pushes = remote.pushes(tip)
    developer = Developer(str(remote.path), tmp_path / "clone")
    pushed = developer.push({"file.txt": "1"})
    assert await asyncio.wait_for(anext(pushes), 5) == pushed


async def test_no_folder_no_repository_no_commit_no_branch(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    unborn = tmp_path / "unborn"
    unborn.mkdir()
    git(unborn, "init", "--quiet")
    detached = new_repository(tmp_path / "detached")
    git(detached, "switch", "--quiet", "--detach")
    cases = {
        tmp_path / "missing": "No such file",
        empty: "no git repository",
        unborn: "has no commit yet",
        detached: "no branch is checked out",
    }
    for folder, words in cases.items():
        with pytest.raises(LabError, match=words):
            await Remote.make(folder, tmp_path / "remote" / folder.name)


async def test_requires_what_the_newest_commit_has(repository: Path, tmp_path: Path) -> None:
    remote = await Remote.make(repository, tmp_path / "remote")
    await remote.require("pages/detail.py")
    with pytest.raises(LabError, match=r"has no no-such\.py"):
        await remote.require("no-such.py")
