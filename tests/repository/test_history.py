from __future__ import annotations

import os
from pathlib import Path

import pytest

from freshboot.repository import log
from freshboot.repository.history import Row
from tests.gitrepo import commit, git, head, make_repository
from tests.repository.pasts import MODULE, blob, lying, origin, past


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "here", {"app.py": "1\n", "gone.py": "old\n", "kept.py": "x\n"})


def test_names_the_newest_commit_that_held_a_blob(folder: Path) -> None:
    first = blob(folder, "HEAD:app.py")
    newest = commit(folder, {"other.py": "x\n"})
    commit(folder, {"app.py": "2\n"})
    commit(folder, {"other.py": "y\n"})
    history = past(folder)
    assert history.origin("app.py", first) == origin(newest, 2)


def test_a_blob_that_came_back_is_the_releases_own(folder: Path) -> None:
    first = blob(folder, "HEAD:app.py")
    for content in ("2\n", "1\n"):
        commit(folder, {"app.py": content})
    history = past(folder, head(folder))
    assert history.origin("app.py", first) == origin(head(folder), 0)
    assert ("app.py", first) not in history.origins()


def test_files_deleted_since_are_told(folder: Path) -> None:
    held = head(folder)
    pair = "gone.py", blob(folder, "HEAD:gone.py")
    commit(folder, {"gone.py": None})
    history = past(folder)
    assert history.origins() == {pair: origin(held, 1)}


def test_the_old_name_of_a_renamed_file_is_a_ghost(folder: Path) -> None:
    held = blob(folder, "HEAD:app.py")
    git(folder, "mv", "app.py", "main.py")
    git(folder, "commit", "--quiet", "-m", "Rename")
    history = past(folder)
    assert history.origin("app.py", held) == origin(head(folder, "HEAD~1"), 1)
    assert history.origin("main.py", held) == origin(head(folder), 0)


def test_what_no_commit_held_has_no_origin(folder: Path) -> None:
    history = past(folder)
    assert history.origin("app.py", "f" * 40) is None
    assert history.origin("none.py", blob(folder, "HEAD:app.py")) is None


def test_merged_commits_were_never_the_branchs_tip(folder: Path) -> None:
    before = head(folder)
    git(folder, "switch", "--quiet", "--create", "side")
    for content in ("half\n", "done\n"):
        commit(folder, {"app.py": content})
    git(folder, "switch", "--quiet", "main")
    git(folder, "merge", "--quiet", "--no-ff", "-m", "Merge", "side")
    history = past(folder, "main")
    assert history.origins() == {("app.py", blob(folder, f"{before}:app.py")): origin(before, 1)}


def test_submodules_have_no_blobs(folder: Path, tmp_path: Path) -> None:
    other = make_repository(tmp_path / "other", {"x.py": "x\n"})
    git(folder, "submodule", "--quiet", "add", str(other), "module")
    git(folder, "commit", "--quiet", "-m", "Add")
    git(folder, "rm", "--quiet", "--force", "module")
    git(folder, "commit", "--quiet", "-m", "Remove")
    assert "module" not in {path for path, _ in past(folder).origins()}


def test_the_users_settings_change_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(folder, {"app.py": "2\n", "moved.py": "old\n", "gone.py": None})
    plain = past(folder).origins()
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
    history = past(folder)
    assert history.origins() == plain
    assert history.origin("app.py", blob(folder, "HEAD:app.py")) == origin(head(folder), 0)
    assert history.origin("kept.py", blob(folder, "HEAD:kept.py")) == origin(head(folder), 0)


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
    assert past(folder).origin("app.py", now) == origin(head(folder), 0)


def test_tells_when_the_commit_was_made(folder: Path) -> None:
    old = blob(folder, "HEAD:app.py")
    later = {"GIT_COMMITTER_DATE": "@1800000000 +0200", "GIT_AUTHOR_DATE": "@1 +0000"}
    git(folder, "commit", "--quiet", "--allow-empty", "-m", "Later", **later)
    commit(folder, {"app.py": "2\n"})
    assert past(folder).origins()["app.py", old].time == 1_800_000_000


def test_a_file_is_followed_to_the_name_it_had_before(folder: Path) -> None:
    old = blob(folder, "HEAD:app.py")
    held = head(folder)
    commit(folder, {"app.py": "2\n"})
    git(folder, "mv", "app.py", "main.py")
    git(folder, "commit", "--quiet", "-m", "Rename")
    history = past(folder)
    assert history.origin("main.py", old) == origin(held, 2, "app.py")
    assert history.origins()["main.py", old] == origin(held, 2, "app.py")
    assert history.origins()["app.py", old] == origin(held, 2)


def test_a_file_that_changed_as_it_was_renamed_is_followed(folder: Path) -> None:
    held = commit(folder, {"core.py": MODULE})
    old = blob(folder, "HEAD:core.py")
    commit(folder, {"core.py": None, "engine.py": f"{MODULE}more\n"})
    assert past(folder).origin("engine.py", old) == origin(held, 1, "core.py")


def test_a_file_is_followed_through_several_names_to_its_last(folder: Path) -> None:
    held = commit(folder, {"a.py": MODULE})
    old = blob(folder, "HEAD:a.py")
    commit(folder, {"a.py": f"{MODULE}2\n"})
    for before, after in (("a.py", "b.py"), ("b.py", "c.py")):
        git(folder, "mv", before, after)
        git(folder, "commit", "--quiet", "-m", "Rename")
    history = past(folder)
    assert history.origin("c.py", old) == origin(held, 3, "a.py")
    assert history.origin("b.py", old) is None


def test_bytes_that_the_new_name_held_itself_are_its_own(folder: Path) -> None:
    held = commit(folder, {"main.py": "1\n"})
    commit(folder, {"main.py": None})
    commit(folder, {"app.py": "2\n"})
    git(folder, "mv", "app.py", "main.py")
    git(folder, "commit", "--quiet", "-m", "Rename")
    assert past(folder).origin("main.py", blob(folder, f"{held}:main.py")) == origin(held, 3)


def test_a_file_of_the_same_name_before_is_another_file(folder: Path) -> None:
    other = commit(folder, {"core.py": "another file\n"})
    commit(folder, {"core.py": None})
    commit(folder, {"core.py": MODULE})
    git(folder, "mv", "core.py", "engine.py")
    git(folder, "commit", "--quiet", "-m", "Rename")
    assert past(folder).origin("engine.py", blob(folder, f"{other}:core.py")) is None


def test_copies_are_not_renames(folder: Path) -> None:
    git(folder, "config", "diff.renames", "copies")
    commit(folder, {"core.py": MODULE})
    old = blob(folder, "HEAD:core.py")
    commit(folder, {"core.py": f"{MODULE}2\n"})
    commit(folder, {"copy.py": f"{MODULE}2\n"})
    assert past(folder).origin("copy.py", old) is None


def test_empty_files_are_never_followed(folder: Path) -> None:
    commit(folder, {"a/__init__.py": "x = 1\n"})
    old = blob(folder, "HEAD:a/__init__.py")
    commit(folder, {"a/__init__.py": ""})
    commit(folder, {"a/__init__.py": None, "b/__init__.py": ""})
    assert past(folder).origin("b/__init__.py", old) is None


def test_the_commit_is_named_whose_tree_lies_there_whole(folder: Path) -> None:
    held = commit(folder, {"app.py": "2\n", "new.py": "n\n"})
    lies = lying(folder)
    commit(folder, {"app.py": "3\n", "gone.py": None})
    commit(folder, {"late.py": "l\n"})
    assert past(folder).exact_commit(lies) == origin(held, 2)


def test_a_file_too_many_or_too_few_is_not_that_commit(folder: Path) -> None:
    commit(folder, {"app.py": "2\n"})
    lies = lying(folder)
    commit(folder, {"app.py": "3\n", "late.py": "l\n"})
    history = past(folder)
    assert history.exact_commit(lies | {"late.py": blob(folder, "HEAD:late.py")}) is None
    assert history.exact_commit({path: one for path, one in lies.items() if path != "kept.py"}) is None
    assert history.exact_commit(lies | {"unheard-of.py": lies["app.py"]}) is None


def test_of_equal_trees_the_newest_commit_is_named(folder: Path) -> None:
    lies = lying(folder)
    commit(folder, {"app.py": "2\n"})
    newest = commit(folder, {"app.py": "1\n"})
    commit(folder, {"app.py": "3\n"})
    assert past(folder).exact_commit(lies) == origin(newest, 1)


def test_what_is_never_attested_does_not_count(folder: Path) -> None:
    held = commit(folder, {"app.py": "2\n", ".env": "secret\n"})
    lies = {path: one for path, one in lying(folder).items() if path != ".env"}
    commit(folder, {"app.py": "3\n", ".env": "another\n"})
    assert past(folder).exact_commit(lies) is None
    assert past(folder).exact_commit(lies, ".env".__eq__) == origin(held, 1)


def test_the_table_of_a_mixed_disk_has_each_files_newest_commit_first(folder: Path) -> None:
    first = head(folder)
    lies = lying(folder)
    second = commit(folder, {"app.py": "2\n", "gone.py": "2\n"})
    third = commit(folder, {"app.py": "3\n", "gone.py": "3\n"})
    commit(folder, {"app.py": "4\n", "gone.py": "4\n", "kept.py": "4\n"})
    mixed = lies | {"app.py": blob(folder, f"{second}:app.py"), "kept.py": "f" * len(first)}
    history = past(folder)
    assert history.exact_commit(mixed) is None
    assert history.table(mixed, mixed) == (
        Row(origin(second, 2), ("app.py",)),
        Row(origin(first, 3), ("gone.py",)),
        Row(None, ("kept.py",)),
    )
    assert history.table(lying(folder, third), mixed) == (
        Row(origin(third, 1), ("app.py", "gone.py", "kept.py")),
    )


def test_a_row_tells_all_that_its_commit_explains(folder: Path) -> None:
    first = head(folder)
    lies = lying(folder)
    second = commit(folder, {"gone.py": "2\n"})
    commit(folder, {"app.py": "3\n", "gone.py": "3\n"})
    assert past(folder).table(lies, ["app.py", "gone.py"]) == (
        Row(origin(second, 1), ("app.py",)),
        Row(origin(first, 2), ("app.py", "gone.py")),
    )


def test_a_missing_file_comes_from_a_commit_without_it(folder: Path) -> None:
    first = head(folder)
    commit(folder, {"late.py": "1\n"})
    commit(folder, {"late.py": "2\n"})
    assert past(folder).table({}, ["late.py"]) == (Row(origin(first, 2), ("late.py",)),)


def test_the_table_follows_renamed_files_too(folder: Path) -> None:
    held = head(folder)
    old = blob(folder, "HEAD:app.py")
    commit(folder, {"app.py": "2\n"})
    git(folder, "mv", "app.py", "main.py")
    git(folder, "commit", "--quiet", "-m", "Rename")
    assert past(folder).table({"main.py": old}, ["main.py"]) == (Row(origin(held, 2), ("main.py",)),)


ODD = [
    "a b.py",
    "line\nbreak.py",
    "é.py",
    os.fsdecode(b"caf\xe9.py"),
    "back\\slash.py",
    ":(top)x.py",
    "--all.py",
]


@pytest.mark.parametrize("name", ODD)
def test_odd_names_are_followed_and_named(folder: Path, name: str) -> None:
    held = commit(folder, {f"./{name}": MODULE})
    old, lies = lying(folder)[name], lying(folder)
    commit(folder, {f"./{name}": f"{MODULE}2\n"})
    git(folder, "mv", f"./{name}", f"moved {name}")
    git(folder, "commit", "--quiet", "-m", "Rename")
    history = past(folder)
    assert history.origin(name, old) == origin(held, 2)
    assert history.origin(f"moved {name}", old) == origin(held, 2, name)
    assert history.exact_commit(lies) == origin(held, 2)


def test_a_symlink_counts_by_its_text(folder: Path) -> None:
    (folder / "link.py").symlink_to("app.py")
    git(folder, "add", "link.py")
    git(folder, "commit", "--quiet", "-m", "Link")
    held, lies = head(folder), lying(folder)
    git(folder, "rm", "--quiet", "link.py")
    commit(folder, {"link.py": "a file now\n"})
    assert past(folder).exact_commit(lies) == origin(held, 1)
    assert past(folder).origin("link.py", lies["link.py"]) == origin(held, 1)


def test_sha256_repositories_have_a_past(tmp_path: Path) -> None:
    folder = make_repository(tmp_path / "here", {"app.py": MODULE}, "--object-format=sha256")
    held, lies = head(folder), lying(folder)
    commit(folder, {"app.py": None, "main.py": f"{MODULE}2\n"})
    history = past(folder)
    assert len(held) == 64
    assert history.origin("main.py", lies["app.py"]) == origin(held, 1, "app.py")
    assert history.exact_commit(lies) == origin(held, 1)


def test_contents_are_compared_within_a_bound_and_the_newest_first(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "_MOST_READ", 2)
    for name in ("a", "b"):
        commit(folder, {f"{name}.py": f"{name}\n{MODULE}"})
        commit(folder, {f"{name}.py": None, f"{name}_moved.py": f"{name}\n{MODULE}2\n"})
    history = past(folder)
    assert history.origin("b_moved.py", blob(folder, "HEAD~1:b.py")) == origin(
        head(folder, "HEAD~1"), 1, "b.py"
    )
    assert history.origin("a_moved.py", blob(folder, "HEAD~3:a.py")) is None


def test_more_files_than_are_compared_still_have_origins(folder: Path) -> None:
    old = {f"old/{number}.py": f"{number}\n{MODULE}" for number in range(60)}
    commit(folder, old)
    held = blob(folder, "HEAD:old/1.py")
    new = {f"new/other-{number}.py": f"{number}\n{MODULE}more\n" for number in range(60)}
    commit(folder, {**dict.fromkeys(old), **new})
    told = past(folder).origins()
    assert told["old/1.py", held] == origin(head(folder, "HEAD~1"), 1)
    assert not any(one.path for one in told.values())
