"""The past where it is not all here: shallow and partial clones, over every way that git talks."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest

from freshboot.repository.repository import Repository
from tests.gitrepo import clone, commit, git, head, make_remote
from tests.repository import git_daemon, smart_http
from tests.repository.pasts import MODULE, blob, missing_objects, origin, past


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    """Three commits: app.py, changed, and renamed with a change; data of its own beside."""
    made = make_remote(tmp_path / "remote.git", {"app.py": MODULE, "data.csv": MODULE})
    git(made, "config", "uploadpack.allowFilter", "true")
    full = clone(made, tmp_path / "full")
    commit(full, {"app.py": f"{MODULE}2\n"})
    commit(full, {"app.py": None, "main.py": f"{MODULE}3\n", "data.csv": None, "data.txt": f"{MODULE}3\n"})
    git(full, "push", "--quiet")
    return made


def test_a_shallow_clone_knows_that_it_is_incomplete_and_fetches_the_rest(
    remote: Path, tmp_path: Path
) -> None:
    old, oldest = blob(remote, "main~2:app.py"), head(remote, "main~2")
    shallow = clone(remote, tmp_path / "shallow", "--depth=1")
    history = past(shallow)
    assert not history.complete
    assert history.gap == f"the history before {head(shallow)[:7]} is not here: the clone is shallow"
    assert history.origin("app.py", old) is None
    history.deepen("main")
    assert history.complete
    assert history.gap is None
    assert history.origin("app.py", old) == origin(oldest, 2)
    assert blob(remote, "main~2:data.csv") in missing_objects(shallow)


def test_a_whole_past_is_complete_in_a_clone_that_is_shallow_elsewhere(remote: Path, tmp_path: Path) -> None:
    shallow = clone(remote, tmp_path / "shallow", "--depth=1")
    git(shallow, "checkout", "--quiet", "--orphan", "apart")
    commit(shallow, {"other.py": "x\n"})
    assert Repository.open(shallow).is_shallow
    assert past(shallow).complete


def test_a_remote_that_leaves_nothing_out_gives_the_whole_past(remote: Path, tmp_path: Path) -> None:
    git(remote, "config", "uploadpack.allowFilter", "false")
    shallow = clone(remote, tmp_path / "shallow", "--depth=1")
    history = past(shallow)
    history.deepen("main")
    assert history.origin("app.py", blob(remote, "main~2:app.py")) == origin(head(remote, "main~2"), 2)
    assert missing_objects(shallow) == set()


def test_deepening_says_why_it_cannot(remote: Path, tmp_path: Path) -> None:
    shallow = clone(remote, tmp_path / "shallow", "--depth=1")
    remote.rename(tmp_path / "away.git")
    history = past(shallow)
    history.deepen("main")
    assert not history.complete
    assert "is not here: the history of main could not be fetched from origin" in str(history.gap)
    git(shallow, "remote", "remove", "origin")
    history.deepen("main")
    assert "the repository has no remote" in str(history.gap)


def test_a_whole_history_needs_no_remote(remote: Path, tmp_path: Path) -> None:
    full = clone(remote, tmp_path / "whole")
    git(full, "remote", "remove", "origin")
    history = past(full)
    history.deepen("main")
    assert history.complete


def test_a_blobless_clone_follows_code_and_leaves_data_where_it_is(remote: Path, tmp_path: Path) -> None:
    partial = clone(remote, tmp_path / "partial", "--filter=blob:none", "--no-checkout")
    left_out = missing_objects(partial)
    app, data = (blob(remote, f"main~1:{path}") for path in ("app.py", "data.csv"))
    history = past(partial)
    assert history.origin("main.py", app) == origin(head(remote, "main~1"), 1, "app.py")
    assert history.origin("data.txt", data) is None
    assert left_out - missing_objects(partial) == {app, blob(remote, "main:main.py")}


def test_a_blobless_clone_whose_remote_is_away_names_what_it_can(remote: Path, tmp_path: Path) -> None:
    partial = clone(remote, tmp_path / "partial", "--filter=blob:none", "--no-checkout")
    app = blob(remote, "main~1:app.py")
    remote.rename(tmp_path / "away.git")
    history = past(partial)
    assert history.origin("app.py", app) == origin(head(partial, "main~1"), 1)
    assert history.origin("main.py", app) is None


def over_files(root: Path) -> AbstractContextManager[str]:
    return nullcontext(f"file://{root}")


@pytest.mark.parametrize("served", [over_files, git_daemon.served, smart_http.served])
def test_every_way_that_git_talks_gives_the_past_without_contents(
    remote: Path, tmp_path: Path, served: Callable[[Path], AbstractContextManager[str]]
) -> None:
    with served(tmp_path) as address:
        url = address.replace("http://", f"http://{smart_http.READER}@")
        git(tmp_path, "clone", "--quiet", "--depth=1", f"{url}/remote.git", "shallow")
        history = past(tmp_path / "shallow")
        history.deepen("main")
        old = blob(remote, "main~1:app.py")
        assert history.gap is None
        assert history.origin("main.py", old) == origin(head(remote, "main~1"), 1, "app.py")
    assert blob(remote, "main~2:data.csv") in missing_objects(tmp_path / "shallow")
