from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freshboot.repository.commits import BOT, TRAILER, Change, Identity, Marks, build, is_own, message
from freshboot.repository.errors import UnstampableError
from freshboot.repository.repository import Repository
from tests.gitrepo import clone, commit, git, head, make_repository
from tests.repository.stamper import (
    FILES,
    MARKS,
    WHEN,
    differ_by_stamp,
    maker,
    publish_from,
    remote_and_clone,
    stamped,
)

STAMP = "1.0.3+20261121T204300Z.g1a2b3c4.purple"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "here", FILES)


def made(folder: Path, files: dict[str, bytes], text: str = "Stamp\n", identity: Identity = BOT) -> str:
    repository = Repository.open(folder)
    commit_id = build(repository, repository.head, Change(files, text, WHEN), identity)
    assert commit_id is not None
    return commit_id


def own(folder: Path, revision: str = "HEAD") -> bool:
    repository = Repository.open(folder)
    return is_own(repository, repository.resolve(revision), MARKS)


def stamp_commit(folder: Path) -> str:
    """A stamp commit on HEAD, checked out."""
    repository = Repository.open(folder)
    commit_id = build(repository, repository.head, maker(repository)(repository.head))
    assert commit_id is not None
    git(folder, "reset", "--quiet", "--hard", commit_id)
    return commit_id


def trailers(folder: Path, text: str) -> list[str]:
    return git(folder, "interpret-trailers", "--parse", input=text.encode()).splitlines()


def test_the_message_carries_the_trailer(folder: Path) -> None:
    assert message(STAMP) == f"Stamp {STAMP}\n\n{TRAILER}: {STAMP}\n"
    assert trailers(folder, message(STAMP, "the tax rate")) == [f"{TRAILER}: {STAMP}"]
    assert "\nReason: the tax rate\n" in message(STAMP, "the tax rate")


@pytest.mark.parametrize(
    "reason",
    [
        f"x\n\n{TRAILER}: forged",
        f"{TRAILER}: forged",
        "x\r\n---\r\ny",
        "skip-checks: true",
        "\x1b]0;title\x07 \u2028 Signed-off-by: Eve",
    ],
)
def test_a_reason_is_never_a_trailer(folder: Path, reason: str) -> None:
    text = message(STAMP, reason)
    assert trailers(folder, text) == [f"{TRAILER}: {STAMP}"]
    assert len(text.splitlines()) == 5


@pytest.mark.parametrize(
    "token", ["[skip ci]", "[CI SKIP]", "[no ci]", "[skip actions]", "***NO_CI***", "[skip  netlify]"]
)
def test_a_reason_does_not_stop_the_workflow(token: str) -> None:
    text = message(STAMP, f"please {token} now")
    assert not set("[]*") & set(text)


@given(st.text())
def test_any_reason_is_one_bounded_line(reason: str) -> None:
    lines = message(STAMP, reason).split("\n")
    assert len(lines) in (4, 6)
    assert all(line.isprintable() and len(line) < 300 for line in lines)


@pytest.mark.parametrize("stamp", ["", "two words", "line\nbreak", "ä", "x\n"])
def test_what_is_no_stamp_is_no_trailer(stamp: str) -> None:
    with pytest.raises(ValueError, match="not a stamp"):
        message(stamp)


def test_a_commit_changes_the_files_and_nothing_else(folder: Path) -> None:
    new = made(folder, {"requirements.txt": b"x\r\n\xff"})
    assert git(folder, "diff-tree", "-r", "--name-status", "HEAD", new) == "M\trequirements.txt"
    assert Repository.open(folder).read(new, "requirements.txt") == b"x\r\n\xff"
    assert git(folder, "rev-parse", f"{new}^@") == head(folder)


def test_user_index_and_work_tree_stay_as_they_are(folder: Path) -> None:
    (folder / "app.py").write_text("staged\n")
    git(folder, "add", "app.py")
    (folder / "app.py").write_text("dirty\n")
    (folder / "new.py").write_text("untracked\n")
    before = git(folder, "status", "--porcelain=v2")
    new = made(folder, {"requirements.txt": b"x\n"})
    assert git(folder, "status", "--porcelain=v2") == before
    assert git(folder, "show", f"{new}:app.py") == "print(1)"


def test_it_is_by_the_bot_at_the_given_time(folder: Path) -> None:
    form = "--format=%an <%ae> %aI|%cn <%ce> %cI"
    who, when = "freshboot[bot] <freshboot[bot]@users.noreply.github.com>", "2026-03-04T05:06:07+00:00"
    assert git(folder, "log", "-1", form, made(folder, {"a": b""})) == f"{who} {when}|{who} {when}"


def test_it_can_be_by_somebody_else(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Eve")
    new = made(folder, {"a": b""}, identity=Identity("Bo", "bo@example.org"))
    assert (
        git(folder, "log", "-1", "--format=%an <%ae> %cn <%ce>", new)
        == "Bo <bo@example.org> Bo <bo@example.org>"
    )


def test_the_same_change_is_the_same_commit(folder: Path) -> None:
    assert made(folder, {"a": b"1"}) == made(folder, {"a": b"1"})


def test_modes_are_kept_and_new_files_are_plain(folder: Path) -> None:
    (folder / "app.py").chmod(0o755)
    commit(folder, {"app.py": "print(2)\n"})
    new = made(folder, {"app.py": b"print(3)\n", "sub/VERSION": b"1\n"})
    listed = git(folder, "ls-tree", "-r", "--format=%(objectmode) %(path)", new, "app.py", "sub")
    assert listed.splitlines() == ["100755 app.py", "100644 sub/VERSION"]


def test_no_change_is_no_commit(folder: Path) -> None:
    repository = Repository.open(folder)
    assert build(repository, repository.head, Change({"app.py": b"print(1)\n"}, "Stamp\n", WHEN)) is None


@pytest.mark.parametrize(
    "settings", [{"core.autocrlf": "true"}, {"commit.gpgSign": "true", "gpg.program": "false"}]
)
def test_the_users_settings_change_nothing(folder: Path, settings: dict[str, str]) -> None:
    plain = made(folder, {"app.py": b"a\r\nb\n"}, "Größe\n")
    for name, value in {**settings, "i18n.commitEncoding": "latin1", "user.useConfigOnly": "true"}.items():
        git(folder, "config", name, value)
    assert made(folder, {"app.py": b"a\r\nb\n"}, "Größe\n") == plain


def test_hooks_of_git_commit_do_not_run(folder: Path) -> None:
    for name in ("pre-commit", "commit-msg", "prepare-commit-msg", "post-commit"):
        hook = folder / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text("#!/bin/sh\nexit 1\n")
        hook.chmod(0o755)
    assert made(folder, {"app.py": b"x\n"})


def test_a_symlink_or_folder_is_no_mark(folder: Path) -> None:
    (folder / "link.txt").symlink_to("requirements.txt")
    git(folder, "add", "link.txt")
    git(folder, "commit", "--quiet", "-m", "Link")
    for path in ("link.txt", ".streamlit"):
        with pytest.raises(UnstampableError, match="is no plain file"):
            made(folder, {path: b"x"})


def test_a_sha256_repository_gets_its_commit(tmp_path: Path) -> None:
    folder = make_repository(tmp_path / "long", FILES, "--object-format=sha256")
    assert len(made(folder, {"app.py": b"x\n"})) == 64


def test_knows_its_own_commit(folder: Path) -> None:
    stamp_commit(folder)
    assert own(folder)
    assert not own(folder, "HEAD~1")


def test_a_persons_commit_with_a_copied_trailer_is_a_persons(folder: Path) -> None:
    commit(folder, {"app.py": "print(2)\n"}, f"Squashed\n\n{TRAILER}: {STAMP}")
    assert not own(folder)


def test_a_trailer_beside_other_changes_does_not_count(folder: Path) -> None:
    text = stamped(b"streamlit\npandas\n# stamp: none\n", "2")
    commit(folder, {"requirements.txt": text}, message(STAMP))
    assert not own(folder)


def test_a_stamp_without_the_trailer_does_not_count(folder: Path) -> None:
    commit(
        folder,
        {"requirements.txt": stamped(b"streamlit\n# stamp: none\n", "2")},
        f"See {TRAILER}: above\n\nBye",
    )
    assert not own(folder)


def test_a_changed_mode_or_an_empty_commit_does_not_count(folder: Path) -> None:
    commit(folder, {}, message(STAMP))
    assert not own(folder)
    (folder / "requirements.txt").chmod(0o755)
    commit(folder, {"requirements.txt": stamped(b"streamlit\n# stamp: none\n", "2")}, message(STAMP))
    assert not own(folder)


def test_a_merge_does_not_count(folder: Path) -> None:
    git(folder, "switch", "--quiet", "--create", "side")
    stamp_commit(folder)
    git(folder, "switch", "--quiet", "main")
    git(folder, "merge", "--quiet", "--no-ff", "-m", message(STAMP), "side")
    assert not own(folder)
    assert own(folder, "side")


def test_a_first_commit_does_not_count(tmp_path: Path) -> None:
    folder = make_repository(tmp_path / "here")
    commit(folder, {"requirements.txt": "x"}, message(STAMP))
    assert not own(folder)


def test_its_own_commit_is_known_where_the_parent_was_left_out(tmp_path: Path) -> None:
    remote, folder = remote_and_clone(tmp_path)
    publish_from(folder)
    shallow = clone(remote, tmp_path / "shallow", "--depth=1")
    assert git(shallow, "rev-list", "--count", "HEAD") == "1"
    assert own(shallow)


def test_a_new_mark_file_counts_if_the_judge_says_so(folder: Path) -> None:
    def or_new(path: str, before: bytes | None, after: bytes | None) -> bool:
        return before is None or differ_by_stamp(path, before, after)

    commit(folder, {"VERSION": "1\n"}, message(STAMP))
    repository = Repository.open(folder)
    assert is_own(repository, repository.head, Marks(frozenset({"VERSION"}), or_new))
    assert not is_own(repository, repository.head, Marks(frozenset({"VERSION"}), differ_by_stamp))
