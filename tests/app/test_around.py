"""What changes besides the files that are hashed: the commit alone, secrets, what is installed."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from freshboot.app import results
from freshboot.app.head import Heads, head
from tests.app.process import Process
from tests.gitrepo import git

INFO = "lib-1.dist-info"
_HOUR_NS = 3600 * 10**9


def _later() -> int:
    """A time of day at which all that changed by now rests."""
    return time.time_ns() + _HOUR_NS


@pytest.fixture
def app(process: Process, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Process:
    """An app at a commit, whose caches were cleared a moment ago; packages lie beside it."""
    (tmp_path / "site").mkdir()
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path / "site")])
    process.write("prices.py", "")
    process.write(".env", "KEY=1")
    git(process.root, "init", "--quiet", "--initial-branch=main")
    git(process.root, "add", "--force", "prices.py", ".env")
    commit(process)
    results.begin(process.state, process.places, None, clears=True)
    results.look_after_stragglers(process.state, process.places, clears=True, clock=lambda: float("inf"))
    return process


def commit(app: Process) -> None:
    git(app.root, "commit", "--quiet", "--allow-empty", "--message=x")


def install(app: Process) -> None:
    (app.root.parent / "site" / INFO).mkdir()


def told(app: Process) -> tuple[dict[str, str | None], frozenset[str]]:
    return results.told(app.state, None, results.take(app.state, app.places))[:2]


def is_noticed(app: Process, *, challenged: bool) -> bool:
    asked = results.take(app.state, app.places) if challenged else None
    return results.noticed(app.state, app.places, asked) is not None


@pytest.mark.parametrize("challenged", [True, False])
def test_a_commit_that_changes_no_file_is_a_change(app: Process, challenged: bool) -> None:
    assert told(app) == ({}, frozenset())
    assert not is_noticed(app, challenged=challenged)
    commit(app)
    assert told(app) == ({}, {"."})
    assert is_noticed(app, challenged=challenged)


@pytest.mark.parametrize(
    ("change", "path"),
    [(lambda app: app.write(".env", "KEY=2"), ".env"), (lambda app: (app.root / ".env").unlink(), ".env")],
)
def test_a_tracked_secret_that_changed_is_told_unread(
    app: Process, change: Callable[[Process], object], path: str
) -> None:
    change(app)
    assert told(app) == ({}, {path})
    assert is_noticed(app, challenged=True)


def test_a_secret_of_the_hosts_own_is_none_of_the_repositorys(app: Process) -> None:
    app.write("local.key", "1")
    assert told(app) == ({}, frozenset())
    assert not is_noticed(app, challenged=True)


def test_what_was_installed_since_is_a_change(app: Process) -> None:
    install(app)
    assert told(app) == ({}, {"."})
    assert is_noticed(app, challenged=True)


def test_a_folder_that_the_script_adds_to_the_path_is_none(app: Process, tmp_path: Path) -> None:
    (tmp_path / "other" / INFO).mkdir(parents=True)
    sys.path.append(str(tmp_path / "other"))
    assert told(app) == ({}, frozenset())


class TestHead:
    """It stays the same while the commit does."""

    @pytest.fixture
    def root(self, app: Process) -> Path:
        return app.root

    @pytest.mark.parametrize(
        "command", [("reset", "--hard", "--quiet"), ("gc", "--quiet"), ("status",), ("tag", "v1")]
    )
    def test_through_what_moves_nothing(self, root: Path, command: tuple[str, ...]) -> None:
        before = head(root)
        git(root, *command)
        assert not head(root).is_other_than(before)

    def test_but_not_there_and_back(self, root: Path) -> None:
        before = head(root)
        git(root, "commit", "--quiet", "--allow-empty", "--message=x")
        git(root, "reset", "--hard", "--quiet", "HEAD~1")
        assert head(root).is_other_than(before)

    @pytest.mark.parametrize("packed", [True, False])
    def test_of_a_worktree_without_a_log(self, root: Path, tmp_path: Path, packed: bool) -> None:
        git(root, "config", "core.logAllRefUpdates", "false")
        other = tmp_path / "other"
        git(root, "worktree", "add", "--quiet", "-b", "other", str(other))
        before = head(other)
        assert before.commit == git(other, "rev-parse", "HEAD").strip()
        git(other, "commit", "--quiet", "--allow-empty", "--message=x")
        if packed:
            git(other, "pack-refs", "--all")
        assert head(other).commit == git(other, "rev-parse", "HEAD").strip() != before.commit

    def test_without_a_repository(self, tmp_path: Path) -> None:
        assert head(tmp_path / "nowhere") == ("", "", "")


class TestHeads:
    """HEAD is read again where it may be another."""

    @pytest.fixture
    def root(self, app: Process) -> Path:
        return app.root

    @pytest.mark.parametrize(
        "command",
        [
            ("commit", "--quiet", "--allow-empty", "--message=x"),
            ("checkout", "--quiet", "-b", "other"),
            ("checkout", "--quiet", "--detach"),
            ("reset", "--quiet", "--hard", "HEAD~1"),
        ],
    )
    def test_whatever_moves_it(self, root: Path, command: tuple[str, ...]) -> None:
        git(root, "commit", "--quiet", "--allow-empty", "--message=x")
        heads = Heads(_later)
        before = heads.now(root)
        git(root, *command)
        assert heads.now(root).is_other_than(before)
        assert heads.now(root) == head(root)

    def test_another_worktree_at_its_place(self, root: Path, tmp_path: Path) -> None:
        for name in ("one", "two"):
            git(root, "worktree", "add", "--quiet", "-b", name, str(tmp_path / name))
        heads = Heads(_later)
        assert heads.now(tmp_path / "one").name == "ref: refs/heads/one"
        (tmp_path / "one/.git").write_text((tmp_path / "two/.git").read_text())
        assert heads.now(tmp_path / "one").name == "ref: refs/heads/two"
        assert heads.now(root) == head(root)

    def test_what_rests_is_not_read_again(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        heads = Heads(_later)
        before = heads.now(root)
        monkeypatch.setattr("builtins.open", lambda *_, **__: pytest.fail("read again"))
        assert heads.now(root) == before

    def test_what_has_just_changed_may_change_again_and_keep_its_times(
        self, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        heads, just_now = Heads(), _later()
        monkeypatch.setattr("freshboot.app.head.signature", lambda _: (0, 0, just_now, 0, 0))
        before = heads.now(root)
        git(root, "commit", "--quiet", "--allow-empty", "--message=x")
        assert heads.now(root).is_other_than(before)
