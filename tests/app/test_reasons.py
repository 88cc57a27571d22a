"""Why a deployment was made is read from the commit of the very stamp that runs, wherever git keeps it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from freshboot.app import stamps
from freshboot.app.objects import read_commit
from freshboot.app.reasons import TRAILER, reason_of
from freshboot.cli import main
from freshboot.repository import commits
from freshboot.repository.commits import message
from tests.app.apps import App
from tests.gitrepo import ISOLATION, clone, commit, git, make_remote, make_repository
from tests.streamlit_server import streamlit_server

STAMP = "1.0.3+20261121T204300Z.g1a2b3c4.teal"
OTHER = "1.0.4+20261121T204400Z.g1a2b3c5.red"


def head(root: Path) -> str:
    return git(root, "rev-parse", "HEAD")


def reason(root: Path, stamp: str = STAMP, object_format: str = "sha1") -> str | None:
    return reason_of(str(root), head(root), stamp, object_format)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = make_repository(tmp_path / "repository", {"a.txt": "0"})
    commit(root, {"a.txt": "1"}, message(STAMP, "rebuild after the outage"))
    return root


def assert_reads_every_commit(root: Path, object_format: str = "sha1") -> None:
    ids = git(root, "rev-list", "--all").split()
    assert ids
    for one in ids:
        assert (
            read_commit(str(root), one, object_format)
            == git(root, "cat-file", "commit", one).encode() + b"\n"
        )


def assert_is_packed(root: Path) -> None:
    assert git(root, "count-objects").startswith("0 objects")


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_reads_loose_and_packed_commits(tmp_path: Path, object_format: str) -> None:
    root = make_repository(tmp_path / "r", {"a": "0"}, f"--object-format={object_format}")
    for number in range(4):
        commit(root, {"a": f"{number}"}, message(STAMP, f"number {number}"))
    assert_reads_every_commit(root, object_format)
    git(root, "gc", "--quiet")
    assert_is_packed(root)
    assert_reads_every_commit(root, object_format)


@pytest.mark.parametrize("by_offset", ["true", "false"])
def test_reads_commits_that_a_pack_holds_as_differences(tmp_path: Path, by_offset: str) -> None:
    root = make_repository(tmp_path / "r", {"a": "0"})
    for number in range(12):
        commit(root, {"a": f"{number}"}, "".join(f"line {at * at} of a long message\n" for at in range(400)))
    git(root, "config", "repack.useDeltaBaseOffset", by_offset)
    git(root, "repack", "-adfq", "--depth=20", "--window=20")
    (index,) = (root / ".git/objects/pack").glob("*.idx")
    listed = git(root, "verify-pack", "-v", str(index)).splitlines()
    assert any(len(words) == 7 and words[1] == "commit" for words in map(str.split, listed)), "no difference"
    assert_reads_every_commit(root)


def test_reads_what_a_clone_borrows_and_what_a_worktree_shares(repository: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--shared", "repository", "borrower")
    git(repository, "worktree", "add", "--quiet", str(tmp_path / "tree"))
    assert_reads_every_commit(tmp_path / "borrower")
    assert_reads_every_commit(tmp_path / "tree")


def test_a_damaged_commit_is_none(repository: Path) -> None:
    commit_id = head(repository)
    other = git(repository, "rev-parse", "HEAD~")
    objects = repository / ".git/objects"
    file = objects / commit_id[:2] / commit_id[2:]
    file.chmod(0o644)
    file.write_bytes((objects / other[:2] / other[2:]).read_bytes())
    assert read_commit(str(repository), commit_id, "sha1") is None


def test_tells_the_reason_of_the_stamp(repository: Path) -> None:
    assert reason(repository) == "rebuild after the outage"


def test_looks_below_merges_and_later_commits(repository: Path) -> None:
    git(repository, "switch", "--quiet", "--create", "side", "HEAD~")
    commit(repository, {"b.txt": "b"}, "Reason: of a commit without a stamp")
    git(repository, "merge", "--quiet", "-m", "Merge", "main")
    assert reason(repository) == "rebuild after the outage"


def test_another_stamp_s_reason_is_not_told(repository: Path) -> None:
    assert reason(repository, OTHER) is None
    commit(repository, {"a.txt": "2"}, message(OTHER))
    assert reason(repository, OTHER) is None
    assert reason(repository) == "rebuild after the outage"


def test_a_shallow_clone_tells_what_it_has(repository: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{repository}", "shallow")
    assert reason(tmp_path / "shallow") == "rebuild after the outage"
    assert reason(tmp_path / "shallow", OTHER) is None


def test_invisible_characters_are_not_told(repository: Path) -> None:
    commit(repository, {"a.txt": "2"}, f"Stamp\n\nReason: a\u202eb\x1b[31mc\td\n\n{TRAILER}: {OTHER}\n")
    assert reason(repository, OTHER) == "a b [31mc d"


@pytest.mark.parametrize("odd", ["", "0" * 40, "tables\n1.ref", "../../etc/passwd"])
def test_a_head_that_is_no_commit_gives_none(repository: Path, odd: str) -> None:
    assert reason_of(str(repository), odd, STAMP, "sha1") is None


def test_the_trailer_is_the_publishers() -> None:
    assert commits.TRAILER == TRAILER


def test_what_publish_is_told_reaches_a_fresh_clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ISOLATION.items():
        monkeypatch.setenv(name, value)
    for name in [one for one in os.environ if one.startswith(("FRESHBOOT_", "GITHUB_"))]:
        monkeypatch.delenv(name)
    app = {"streamlit_app.py": 'DEPLOYMENT_VERSION = "1.0.0"\n', "requirements.txt": "streamlit\n"}
    remote = make_remote(tmp_path / "remote.git", app)
    published = clone(remote, tmp_path / "published")
    assert main(["publish", "--repo", str(published), "--reason", "rebuild [skip ci] after\nthe outage"]) == 0
    fresh = clone(remote, tmp_path / "fresh")
    stamp = stamps.in_source((fresh / "streamlit_app.py").read_bytes())
    assert stamp is not None
    assert reason(fresh, stamp) == "rebuild (skip ci) after the outage"


def test_the_badge_of_a_running_app_shows_it_escaped(tmp_path: Path) -> None:
    script = f"import freshboot; freshboot.boot()\nDEPLOYMENT_VERSION = {STAMP!r}\nfreshboot.badge()\n"
    root = make_repository(tmp_path / "r", {"a": "0"})
    commit(root, {"streamlit_app.py": script}, message(STAMP, "<b>why</b> **not**"))
    with streamlit_server(root / "streamlit_app.py", folder=root) as server:
        app = App(root, server)
        (shown,) = app.page().texts()
        assert "2026-11-21 20:43 UTC · 1a2b3c4 · &lt;b&gt;why&lt;/b&gt; not" in shown
        assert app.challenge().errors == ()
