from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freshboot.repository.errors import NoRemoteError, RemoteGoneError
from freshboot.repository.history import History, Origin
from freshboot.repository.repository import Repository
from tests.gitrepo import clone, commit, git, head, log, make_remote, make_repository


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "here", {"app.py": "1\n", "gone.py": "old\n", "kept.py": "x\n"})


def blob(folder: Path, revision: str) -> str:
    return git(folder, "rev-parse", revision)


def test_names_the_newest_commit_that_held_a_blob(folder: Path) -> None:
    first = blob(folder, "HEAD:app.py")
    newest = commit(folder, {"other.py": "x\n"})
    commit(folder, {"app.py": "2\n"})
    commit(folder, {"other.py": "y\n"})
    history = History(Repository.open(folder), "HEAD")
    assert history.origin("app.py", first) == Origin(newest, 2)


def test_a_blob_that_came_back_is_the_releases_own(folder: Path) -> None:
    first = blob(folder, "HEAD:app.py")
    for content in ("2\n", "1\n"):
        commit(folder, {"app.py": content})
    history = History(Repository.open(folder), head(folder))
    assert history.origin("app.py", first) == Origin(head(folder), 0)
    assert ("app.py", first) not in history.origins()


def test_files_deleted_since_are_told(folder: Path) -> None:
    held = head(folder)
    pair = "gone.py", blob(folder, "HEAD:gone.py")
    commit(folder, {"gone.py": None})
    history = History(Repository.open(folder), "HEAD")
    assert list(history.pairs()) == [pair]
    assert history.origins() == {pair: Origin(held, 1)}


def test_the_same_bytes_at_another_path_are_another_file(folder: Path) -> None:
    held = blob(folder, "HEAD:app.py")
    git(folder, "mv", "app.py", "main.py")
    git(folder, "commit", "--quiet", "-m", "Rename")
    history = History(Repository.open(folder), "HEAD")
    assert history.origin("app.py", held) == Origin(head(folder, "HEAD~1"), 1)
    assert history.origin("main.py", held) == Origin(head(folder), 0)


def test_what_no_commit_held_has_no_origin(folder: Path) -> None:
    history = History(Repository.open(folder), "HEAD")
    assert history.origin("app.py", "f" * 40) is None
    assert history.origin("none.py", blob(folder, "HEAD:app.py")) is None


def test_merged_commits_were_never_the_branchs_tip(folder: Path) -> None:
    before = head(folder)
    git(folder, "switch", "--quiet", "--create", "side")
    for content in ("half\n", "done\n"):
        commit(folder, {"app.py": content})
    git(folder, "switch", "--quiet", "main")
    git(folder, "merge", "--quiet", "--no-ff", "-m", "Merge", "side")
    history = History(Repository.open(folder), "main")
    assert history.origins() == {("app.py", blob(folder, f"{before}:app.py")): Origin(before, 1)}


def test_submodules_have_no_blobs(folder: Path, tmp_path: Path) -> None:
    other = make_repository(tmp_path / "other", {"x.py": "x\n"})
    git(folder, "submodule", "--quiet", "add", str(other), "module")
    git(folder, "commit", "--quiet", "-m", "Add")
    git(folder, "rm", "--quiet", "--force", "module")
    git(folder, "commit", "--quiet", "-m", "Remove")
    assert "module" not in {path for path, _ in History(Repository.open(folder), "HEAD").pairs()}


def test_the_users_settings_change_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(folder, {"app.py": "2\n", "moved.py": "old\n", "gone.py": None})
    plain = History(Repository.open(folder), "HEAD").origins()
    for name, value in {
        "log.showRoot": "false",
        "log.diffMerges": "combined",
        "diff.renames": "copies",
        "core.abbrev": "5",
        "log.date": "relative",
        "color.ui": "always",
        "format.pretty": "full",
    }.items():
        git(folder, "config", name, value)
    history = History(Repository.open(folder), "HEAD")
    assert history.origins() == plain
    assert history.origin("app.py", blob(folder, "HEAD:app.py")) == Origin(head(folder), 0)
    assert history.origin("kept.py", blob(folder, "HEAD:kept.py")) == Origin(head(folder), 0)


def test_signatures_are_not_shown(folder: Path, tmp_path: Path) -> None:
    gpg = tmp_path / "gpg"
    gpg.write_text("#!/bin/sh\necho '[GNUPG:] GOODSIG'; echo 'gpg: good' >&2\n")
    gpg.chmod(0o755)
    commit(folder, {"app.py": "2\n"})
    top, _, text = git(folder, "cat-file", "commit", "HEAD").partition("\n\n")
    signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----"
    signed = f"{top}\n{signature}\n\n{text}\n".encode()
    git(folder, "reset", "--hard", git(folder, "hash-object", "-t", "commit", "-w", "--stdin", input=signed))
    git(folder, "config", "log.showSignature", "true")
    git(folder, "config", "gpg.program", str(gpg))
    assert "gpg: good" in git(folder, "log", "-1")
    now = blob(folder, "HEAD:app.py")
    assert History(Repository.open(folder), "HEAD").origin("app.py", now) == Origin(head(folder), 0)


def test_pairs_can_be_left_early_and_asked_again(folder: Path) -> None:
    for content in "2345":
        commit(folder, {"app.py": f"{content}\n"})
    history = History(Repository.open(folder), "HEAD")
    some = history.pairs()
    first = next(some)
    assert first == ("app.py", blob(folder, "HEAD~1:app.py"))
    assert len(list(history.pairs())) == 4
    assert len(list(some)) == 3


def test_a_shallow_clone_knows_that_it_is_incomplete_and_fetches_the_rest(tmp_path: Path) -> None:
    remote = make_remote(tmp_path / "remote.git", {"app.py": "1\n"})
    git(remote, "config", "uploadpack.allowFilter", "true")
    full = clone(remote, tmp_path / "full")
    old = blob(full, "HEAD:app.py")
    commit(full, {"app.py": "2\n"})
    git(full, "push", "--quiet")
    shallow = clone(remote, tmp_path / "shallow", "--depth=1")
    history = History(Repository.open(shallow), "HEAD")
    assert not history.complete
    assert history.origin("app.py", old) is None
    history.deepen("main")
    assert history.complete
    assert history.origin("app.py", old) == Origin(head(full, "HEAD~1"), 1)
    assert f"?{old}" in git(shallow, "rev-list", "--objects", "--all", "--missing=print").splitlines()


def test_deepening_says_why_it_cannot(tmp_path: Path) -> None:
    remote = make_remote(tmp_path / "remote.git", {"app.py": "1\n"})
    commit(full := clone(remote, tmp_path / "full"), {"app.py": "2\n"})
    git(full, "push", "--quiet")
    shallow = clone(remote, tmp_path / "shallow", "--depth=1")
    history = History(Repository.open(shallow), "HEAD")
    remote.rename(tmp_path / "away.git")
    with pytest.raises(RemoteGoneError, match="history of main could not be fetched from origin"):
        history.deepen("main")
    git(shallow, "remote", "remove", "origin")
    with pytest.raises(NoRemoteError):
        history.deepen("main")


def test_a_whole_history_needs_no_remote(folder: Path) -> None:
    history = History(Repository.open(folder), "HEAD")
    history.deepen("main")
    assert history.complete


def as_read_commit_by_commit(folder: Path) -> dict[tuple[str, str], tuple[str, int]]:
    """The truth, the slow way: the first tree, newest first, in which a blob lies at a path."""
    found: dict[tuple[str, str], tuple[str, int]] = {}
    for behind, one in enumerate(git(folder, "rev-list", "--first-parent", "main").split()):
        for line in git(folder, "ls-tree", "-r", one).splitlines():
            facts, path = line.split("\t")
            found.setdefault((path, facts.split()[2]), (one, behind))
    return found


CHANGES = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from("abc"), st.sampled_from(["", "1", "2", None]), max_size=2),
        st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


def imported(changes: list[tuple[dict[str, str | None], bool]]) -> Iterator[str]:
    """A history as ``git fast-import`` reads it; a flag makes the change a merge of one made aside."""
    for number, (files, merged) in enumerate(changes, start=1):
        if merged and number > 1:
            yield from (
                f"commit refs/heads/side\nmark :{1000 + number}\n",
                COMMITTER,
                f"from :{number - 1}\n",
            )
            yield "M 100644 inline c\ndata 4\nside\n"
        yield from (f"commit refs/heads/main\nmark :{number}\n", COMMITTER)
        if number > 1:
            yield f"from :{number - 1}\n"
        if merged and number > 1:
            yield f"merge :{1000 + number}\n"
        for path, content in files.items():
            yield (
                f"D {path}\n"
                if content is None
                else f"M 100644 inline {path}\ndata {len(content)}\n{content}\n"
            )
        yield "\n"


COMMITTER = "committer Ada <ada@example.org> 1767323045 +0000\ndata 0\n"


@given(CHANGES)
@settings(max_examples=40, deadline=None)
def test_agrees_with_reading_every_tree(changes: list[tuple[dict[str, str | None], bool]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = make_repository(Path(name) / "here")
        git(folder, "fast-import", "--quiet", input="".join(imported(changes)).encode())
        truth = as_read_commit_by_commit(folder)
        history = History(Repository.open(folder), "main")
        assert history.origins() == {pair: origin for pair, origin in truth.items() if origin[1] > 0}
        assert {pair: history.origin(*pair) for pair in truth} == truth
        assert len(log(folder)) >= len(changes)
