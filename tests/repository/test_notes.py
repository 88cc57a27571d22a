"""Notes of real repositories: added to, shared, merged without loss, and refused for real."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import cycle
from pathlib import Path
from threading import Thread

import pytest

import freshboot.repository.notes
from freshboot.repository import errors
from freshboot.repository.git import Git, GitError, GitTimeoutError, Result
from freshboot.repository.notes import REF, Notes
from freshboot.repository.repository import Repository
from tests.gitrepo import clone, git, head, log
from tests.repository.smart_http import READER, WRITER, served
from tests.repository.stamper import WHEN

ELSEWHERE = "ab" * 20
"""A commit that no clone here has."""


def notes_of(folder: Path, **options: object) -> Notes:
    options = {"clock": lambda: WHEN, "sleep": lambda _: None, "random": lambda: 0.0, **options}
    return Notes(Repository.open(folder), **options)  # type: ignore[arg-type]


def shown(folder: Path, commit: str) -> list[str]:
    """A note's lines as git itself shows them."""
    return git(folder, "notes", "--ref=freshboot", "show", commit).splitlines()


def all_lines(folder: Path) -> set[str]:
    return {line for lines in notes_of(folder).read().values() for line in lines}


def test_a_line_is_kept_with_its_commit_and_git_shows_it(folder: Path) -> None:
    notes_of(folder).add(head(folder), "one")
    assert shown(folder, head(folder)) == ["one"]
    assert notes_of(folder).read() == {head(folder): ("one",)}


def test_lines_are_sorted_and_none_is_there_twice(folder: Path) -> None:
    for line in ("two", "one", "two"):
        notes_of(folder).add(head(folder), line)
    assert shown(folder, head(folder)) == ["one", "two"]


def test_a_line_that_is_there_makes_no_commit(folder: Path) -> None:
    notes_of(folder).add(head(folder), "one")
    before = log(folder, REF)
    notes_of(folder).add(head(folder), "one")
    assert log(folder, REF) == before


@pytest.mark.parametrize("line", ["", " ", "one\ntwo"])
def test_what_is_no_line_is_refused(folder: Path, line: str) -> None:
    with pytest.raises(ValueError, match="not a line"):
        notes_of(folder).add(head(folder), line)


def test_without_notes_there_is_nothing_to_read_or_share(folder: Path, remote: Path) -> None:
    assert notes_of(folder).read() == {}
    assert notes_of(folder).fetch() is None
    notes_of(folder).share()
    assert REF not in git(remote, "for-each-ref")


def test_neither_branch_nor_index_nor_work_tree_is_touched(folder: Path, rival: Path, remote: Path) -> None:
    notes_of(rival).record(head(folder), "theirs")
    git(folder, "rm", "--quiet", "--cached", "app.py")
    before = git(folder, "status", "--porcelain"), log(folder), log(remote)
    notes_of(folder).record(head(folder), "ours")
    assert (git(folder, "status", "--porcelain"), log(folder), log(remote)) == before
    assert not (folder / ".git" / "FETCH_HEAD").exists()


def test_a_line_is_recorded_by_the_bot_at_the_given_time(folder: Path) -> None:
    notes_of(folder).record(head(folder), "one")
    (told, *_) = log(folder, REF, "%an %ae %cn %at %ct")
    who = "freshboot[bot] freshboot[bot]@users.noreply.github.com freshboot[bot]"
    assert told == f"{who} {WHEN.timestamp():.0f} {WHEN.timestamp():.0f}"


def test_a_recorded_line_is_on_the_remote(folder: Path, remote: Path) -> None:
    notes_of(folder).record(head(folder), "one")
    assert shown(remote, head(folder)) == ["one"]


def test_two_clones_notes_of_one_commit_become_one(folder: Path, rival: Path) -> None:
    notes_of(folder).record(head(folder), "one")
    notes_of(rival).record(head(folder), "two")
    notes_of(folder).fetch()
    assert notes_of(folder).read() == notes_of(rival).read() == {head(folder): ("one", "two")}


def test_a_fresh_clone_s_first_line_stands_on_the_remote_s(folder: Path, rival: Path) -> None:
    notes_of(folder).record(head(folder), "one")
    notes_of(rival).record(head(folder), "two")
    assert not git(rival, "rev-list", "--merges", REF)


def test_what_was_kept_without_the_remote_goes_along_later(folder: Path, rival: Path, remote: Path) -> None:
    notes_of(rival).record(head(folder), "one")
    for number in range(3):
        notes_of(folder).add(ELSEWHERE[:-1] + str(number), f"alone {number}")
    notes_of(folder).add(head(folder), "two")
    notes_of(folder).share()
    assert all_lines(remote_clone(remote)) == {"one", "two", "alone 0", "alone 1", "alone 2"}


def remote_clone(remote: Path) -> Path:
    folder = clone(remote, remote.with_name("looker"))
    git(folder, "fetch", "--quiet", "origin", f"{REF}:{REF}")
    return folder


def test_two_ledgers_are_related_from_their_beginning(folder: Path, rival: Path) -> None:
    for one in (folder, rival):
        notes_of(one).add(head(one), one.name)
    roots = [git(one, "rev-list", "--max-parents=0", REF) for one in (folder, rival)]
    assert roots[0] == roots[1]


def test_git_s_own_merge_does_the_same(folder: Path, rival: Path) -> None:
    notes_of(folder).record(head(folder), "b")
    for line in ("c", "a"):
        notes_of(rival).add(head(folder), line)
    git(rival, "fetch", "--quiet", "origin", f"{REF}:refs/notes/theirs")
    git(rival, "update-ref", "refs/notes/mine", REF)
    git(rival, "notes", "--ref=mine", "merge", "--quiet", "--strategy=cat_sort_uniq", "theirs")
    notes_of(rival).fetch()
    assert git(rival, "notes", "--ref=mine", "list") == git(rival, "notes", "--ref=freshboot", "list")
    assert shown(rival, head(folder)) == ["a", "b", "c"]


@pytest.mark.parametrize("layout", ["{0}", "{0[0]}{0[1]}/{1}", "{0[0]}{0[1]}/{0[2]}{0[3]}/{2}"])
def test_a_note_is_found_and_kept_wherever_git_put_it(folder: Path, layout: str) -> None:
    commit = head(folder)
    path = layout.format(commit, commit[2:], commit[4:])
    blob = git(folder, "hash-object", "-w", "--stdin", input=b"by git\n")
    index = {"GIT_INDEX_FILE": str(folder / "index")}
    git(folder, "update-index", "--add", "--cacheinfo", f"100644,{blob},{path}", **index)
    made = git(folder, "commit-tree", "-m", "by git", git(folder, "write-tree", **index))
    git(folder, "update-ref", REF, made)
    notes_of(folder).add(commit, "ours")
    assert shown(folder, commit) == ["by git", "ours"]
    assert git(folder, "ls-tree", "-r", "--name-only", REF) == path


def test_a_note_that_lies_at_two_places_is_read_whole(folder: Path) -> None:
    commit = head(folder)
    index = {"GIT_INDEX_FILE": str(folder / "index")}
    for path, line in ((commit, b"one\n"), (f"{commit[:2]}/{commit[2:]}", b"two\n")):
        blob = git(folder, "hash-object", "-w", "--stdin", input=line)
        git(folder, "update-index", "--add", "--cacheinfo", f"100644,{blob},{path}", **index)
    git(folder, "update-ref", REF, git(folder, "commit-tree", "-m", "x", git(folder, "write-tree", **index)))
    notes_of(folder).add(commit, "three")
    assert notes_of(folder).read() == {commit: ("one", "three", "two")}


def test_git_can_add_to_a_note_of_ours(folder: Path) -> None:
    notes_of(folder).add(head(folder), "ours")
    git(folder, "notes", "--ref=freshboot", "append", "--message=by hand", head(folder))
    assert notes_of(folder).read() == {head(folder): ("by hand", "ours")}


def test_what_is_no_note_stays_and_is_not_read(folder: Path) -> None:
    notes_of(folder).add(head(folder), "one")
    blob = git(folder, "hash-object", "-w", "--stdin", input=b"hello\n")
    index = {"GIT_INDEX_FILE": str(folder / "index")}
    git(folder, "read-tree", REF, **index)
    git(folder, "update-index", "--add", "--cacheinfo", f"100644,{blob},README", **index)
    git(folder, "update-ref", REF, git(folder, "commit-tree", "-m", "x", git(folder, "write-tree", **index)))
    notes_of(folder).add(head(folder), "two")
    assert notes_of(folder).read() == {head(folder): ("one", "two")}
    assert "README" in git(folder, "ls-tree", "--name-only", REF)


def test_bytes_that_are_no_text_are_read_and_kept(folder: Path, rival: Path) -> None:
    git(folder, "notes", "--ref=freshboot", "add", "--file=-", head(folder), input=b"\xff\xfe\n")
    notes_of(folder).add(head(folder), "one")
    assert notes_of(folder).read() == {head(folder): ("one", "��")}
    raw = Git(str(folder)).run(
        "cat-file", "blob", f"{REF}:{git(folder, 'ls-tree', '-r', '--name-only', REF)}"
    )
    assert raw.out == b"one\n\xff\xfe\n"


@pytest.mark.parametrize("options", [("--depth=1",), ("--filter=blob:none",), ("--filter=tree:0",)])
def test_an_incomplete_clone_has_whole_notes(
    folder: Path, remote: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    git(remote, "config", "uploadpack.allowFilter", "true")
    notes_of(folder).record(head(folder), "one")
    part = clone(remote, tmp_path / "part", *options)
    notes_of(part).fetch()
    git(part, "remote", "set-url", "origin", "nowhere")
    assert all_lines(part) == {"one"}
    git(part, "remote", "set-url", "origin", f"file://{remote}")
    notes_of(part).record(ELSEWHERE, "two")
    assert shown(remote, head(folder)) == ["one"]


def test_a_clone_that_fetches_all_notes_by_force_loses_no_line(
    folder: Path, rival: Path, remote: Path
) -> None:
    git(folder, "config", "--add", "remote.origin.fetch", "+refs/notes/*:refs/notes/*")
    git(folder, "config", "fetch.prune", "true")
    notes_of(folder).add(head(folder), "kept")
    notes_of(rival).record(head(folder), "shared")
    notes_of(folder).share()
    assert shown(remote, head(folder)) == ["kept", "shared"]


def test_a_sha256_repository_has_notes_too(tmp_path: Path) -> None:
    seed = tmp_path / "seed"
    seed.mkdir()
    git(seed, "init", "--quiet", "--object-format=sha256")
    git(seed, "commit", "--quiet", "--allow-empty", "--message=Begin")
    notes_of(seed).add(head(seed), "one")
    assert shown(seed, head(seed)) == ["one"]


def test_the_pre_push_hook_is_not_run(folder: Path, remote: Path) -> None:
    hook = folder / ".git" / "hooks" / "pre-push"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    notes_of(folder).record(head(folder), "one")
    assert shown(remote, head(folder)) == ["one"]


def meanwhile(
    monkeypatch: pytest.MonkeyPatch, folder: Path, command: str, happens: Callable[[], None]
) -> None:
    """See to it that something happens before each command of a kind that is run in the folder."""
    real = Git.run

    def run(self: Git, *args: str, **options: object) -> Result:
        if self.root == str(folder) and command in args:
            happens()
        return real(self, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Git, "run", run)


def test_who_loses_the_race_merges_and_pushes_again(
    folder: Path, rival: Path, remote: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = iter(("rival 1", "rival 2"))

    def happens() -> None:
        for line in list(others)[:1] or ():
            notes_of(rival).record(head(folder), line)

    paused: list[float] = []
    meanwhile(monkeypatch, folder, "push", happens)
    notes_of(folder, sleep=paused.append).record(head(folder), "ours")
    assert shown(remote, head(folder)) == ["ours", "rival 1"]
    assert paused == [0.05]


def test_who_loses_every_race_gives_up_and_keeps_the_line(
    folder: Path, rival: Path, remote: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = iter(range(100))
    paused: list[float] = []
    monkeypatch.setattr(freshboot.repository.notes, "_ATTEMPTS", 3)
    meanwhile(monkeypatch, folder, "push", lambda: notes_of(rival).record(ELSEWHERE, str(next(lines))))
    with pytest.raises(errors.LostRaceError, match="3 pushes"):
        notes_of(folder, sleep=paused.append).record(head(folder), "ours")
    assert paused == [0.05, 0.1, 0.2]
    assert shown(folder, head(folder)) == ["ours"]


def test_a_push_whose_answer_was_lost_is_not_made_twice(
    folder: Path, remote: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, pushes = Git.run, []

    def run(self: Git, *args: str, **options: object) -> Result:
        done = real(self, *args, **options)  # type: ignore[arg-type]
        if "push" in args:
            pushes.append(args)
            raise GitTimeoutError("too long", "")
        return done

    monkeypatch.setattr(Git, "run", run)
    notes_of(folder).record(head(folder), "one")
    assert len(pushes) == 1
    assert shown(remote, head(folder)) == ["one"]


def test_a_remote_that_never_answers_is_out_of_reach(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(self: Git, *args: str, **options: object) -> Result:
        if "ls-remote" in args:
            raise GitTimeoutError("too long", "look for a proxy")
        return real(self, *args, **options)  # type: ignore[arg-type]

    real = Git.run
    monkeypatch.setattr(Git, "run", run)
    with pytest.raises(errors.RemoteGoneError, match="did not answer"):
        notes_of(folder).record(head(folder), "one")
    assert shown(folder, head(folder)) == ["one"]


def test_another_writer_in_the_same_clone_loses_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = iter([True])

    def happens() -> None:
        if next(once, False):
            git(folder, "notes", "--ref=freshboot", "append", "--message=another", head(folder))

    meanwhile(monkeypatch, folder, "update-ref", happens)
    notes_of(folder).add(head(folder), "ours")
    assert all_lines(folder) == {"another", "ours"}


def locked(folder: Path, age: float) -> Path:
    """The lock that a killed git left so many seconds before now."""
    notes_of(folder).add(head(folder), "one")
    lock = folder / ".git" / f"{REF}.lock"
    lock.touch()
    os.utime(lock, (WHEN.timestamp() - age,) * 2)
    return lock


def test_a_lock_that_a_killed_git_left_long_ago_does_not_matter(folder: Path) -> None:
    locked(folder, age=601)
    notes_of(folder).add(head(folder), "two")
    assert shown(folder, head(folder)) == ["one", "two"]


def test_a_lock_that_may_be_held_is_waited_for_and_left_alone(folder: Path) -> None:
    lock = locked(folder, age=599)
    paused: list[float] = []
    with pytest.raises(GitError, match=r"freshboot\.lock': File exists"):
        notes_of(folder, sleep=paused.append).add(head(folder), "two")
    assert lock.exists()
    assert len(paused) == 6


def test_what_waiting_does_not_mend_is_not_waited_for(folder: Path) -> None:
    (folder / ".git" / "refs" / "notes").write_text("")
    paused: list[float] = []
    with pytest.raises(GitError, match="update-ref failed"):
        notes_of(folder, sleep=paused.append).add(head(folder), "one")
    assert not paused


def test_without_a_remote_the_line_is_kept_here(folder: Path) -> None:
    git(folder, "remote", "remove", "origin")
    with pytest.raises(errors.NoRemoteError):
        notes_of(folder).record(head(folder), "one")
    assert shown(folder, head(folder)) == ["one"]


def test_who_may_only_read_is_told_the_permission_and_keeps_the_line(folder: Path, remote: Path) -> None:
    with served(remote.parent) as url:
        address = f"{url.replace('://', f'://{READER}@')}/{remote.name}"
        git(folder, "remote", "set-url", "origin", address)
        with pytest.raises(errors.NoPermissionError) as refused:
            notes_of(folder).record(head(folder), "one")
    assert "contents: write" in refused.value.remedy
    assert "ledger: false" in refused.value.remedy
    assert "hunter2" not in str(refused.value)
    assert shown(folder, head(folder)) == ["one"]


def test_notes_go_by_http_to_whoever_may_write(folder: Path, remote: Path) -> None:
    with served(remote.parent) as url:
        git(folder, "remote", "set-url", "origin", f"{url.replace('://', f'://{WRITER}@')}/{remote.name}")
        notes_of(folder).record(head(folder), "one")
    assert shown(remote, head(folder)) == ["one"]


def test_a_remote_that_takes_no_notes_says_so_and_the_line_is_kept(folder: Path, remote: Path) -> None:
    hook = remote / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho no notes here >&2\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(errors.RemoteError, match="no notes here") as refused:
        notes_of(folder).record(head(folder), "one")
    assert REF in refused.value.remedy
    assert shown(folder, head(folder)) == ["one"]


def test_a_remote_that_hides_notes_says_so(folder: Path, remote: Path) -> None:
    git(remote, "config", "transfer.hideRefs", "refs/notes")
    with pytest.raises(errors.RemoteError, match="hidden ref") as refused:
        notes_of(folder).record(head(folder), "one")
    assert REF in refused.value.remedy


def test_a_remote_that_is_gone_leaves_the_line_here(folder: Path) -> None:
    git(folder, "remote", "set-url", "origin", "nowhere")
    with pytest.raises(errors.RemoteGoneError):
        notes_of(folder).record(head(folder), "one")
    assert shown(folder, head(folder)) == ["one"]


class _Broken(BaseHTTPRequestHandler):
    """A server that answers every request with an error of its own."""

    def log_message(self, *_: object) -> None:
        """Nothing is to be told."""


def test_a_fetch_that_fails_is_not_answered_with_what_mends_a_push(folder: Path) -> None:
    with HTTPServer(("127.0.0.1", 0), _Broken) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        git(folder, "remote", "set-url", "origin", f"http://127.0.0.1:{server.server_port}/app")
        with pytest.raises(errors.RejectedError, match="could not be fetched") as refused:
            notes_of(folder).fetch()
        server.shutdown()
    assert "git fetch origin" in refused.value.remedy
    assert "push" not in refused.value.remedy


def test_a_note_that_is_not_here_is_told(folder: Path) -> None:
    notes_of(folder).add(head(folder), "one")
    blob = git(folder, "rev-parse", f"{REF}:{head(folder)[:2]}/{head(folder)[2:]}")
    (folder / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(GitError, match="is not here"):
        notes_of(folder).read()


def test_a_thousand_commits_notes_are_read_by_three_processes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = b"commit refs/notes/freshboot\ncommitter A <a@b.c> 0 +0000\ndata 0\n" + b"".join(
        b"M 644 inline %02x/%038x\ndata 4\n%03d\n" % (number % 256, number, number) for number in range(1000)
    )
    git(folder, "fast-import", "--quiet", input=stream)
    notes = notes_of(folder)
    started, real = [], Git._start

    def start(self: Git, *args: object) -> object:
        started.append(args)
        return real(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(Git, "_start", start)
    assert len(notes.read()) == 1000
    assert len(started) == 3


def test_clones_that_push_at_once_lose_no_line(folder: Path, remote: Path, tmp_path: Path) -> None:
    folders = [clone(remote, tmp_path / str(number)) for number in range(3)]
    commits = [head(folder), ELSEWHERE]
    wanted = [[f"{one.name} {number}" for number in range(3)] for one in folders]

    def writes(one: Path, lines: list[str]) -> None:
        notes = Notes(Repository.open(one), lambda: datetime.now(timezone.utc), time.sleep)
        for commit, line in zip(cycle(commits), lines, strict=False):
            notes.record(commit, line)

    with ThreadPoolExecutor(len(folders)) as pool:
        list(pool.map(writes, folders, wanted))
    assert all_lines(remote_clone(remote)) == {line for lines in wanted for line in lines}
    assert git(remote, "fsck", "--strict", check=False) == ""
