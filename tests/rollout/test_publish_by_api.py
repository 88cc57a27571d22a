"""The way `api`: GitHub makes and signs the commit of the stamp."""

from __future__ import annotations

from pathlib import Path

import pytest

from freshboot.errors import ConfigurationError
from freshboot.github.errors import NoPermission
from freshboot.repository import errors
from freshboot.repository.publishing import Kind, Outcome
from freshboot.repository.worktree import Local
from freshboot.rollout.publish import is_for_confirming
from tests.github.fake import TOKEN, Fake
from tests.github.git_side import Hosted, hosts
from tests.gitrepo import commit, git, head, log
from tests.rollout.publishing import FILES, changed, publish, push, stamp_at

pytestmark = pytest.mark.usefixtures("isolated")


def forbids(remote: Path, says: str, ref: str = "refs/heads/main") -> None:
    hook = remote / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    refuse = f"[ \"$ref\" = {ref} ] && {{ printf '{says}' >&2; exit 1; }}"
    hook.write_text(f"#!/bin/sh\nwhile read old new ref; do {refuse}; done\nexit 0\n")
    hook.chmod(0o755)


class TestApi:
    def test_github_makes_and_signs_the_commit(
        self, folder: Path, remote: Path, environment: dict[str, str]
    ) -> None:
        base = head(folder)
        done = publish(folder, "api", environment, reason="why [skip ci]")
        assert (done.kind, done.way, done.base, done.local) == (Kind.PUBLISHED, "api", base, Local.FOLLOWED)
        assert log(remote) == [done.commit, base]
        raw = git(remote, "cat-file", "commit", done.commit)
        assert "gpgsig " in raw
        assert "committer GitHub <noreply@github.com>" in raw
        assert raw.endswith(f"Reason: why (skip ci)\n\nFreshboot-Stamp: {stamp_at(remote, 'main')}")
        assert changed(remote, done.commit) == set(FILES)
        assert (head(folder), git(folder, "status", "--porcelain")) == (done.commit, "")

    def test_no_push_by_git_is_needed(self, folder: Path, remote: Path, environment: dict[str, str]) -> None:
        forbids(remote, "error: GH013: Repository rule violations found\\n")
        assert publish(folder, "api", environment).kind is Kind.PUBLISHED

    def test_its_own_commit_needs_no_stamp(self, folder: Path, environment: dict[str, str]) -> None:
        done = publish(folder, "api", environment)
        again = publish(folder, "api", environment, minutes=1)
        assert (again.kind, again.commit) == (Kind.NOTHING, done.commit)
        assert not is_for_confirming(again, pushed=True)

    def test_a_lost_race_stamps_the_new_tip(
        self, folder: Path, rival: Path, remote: Path, fake: Fake, environment: dict[str, str]
    ) -> None:
        base, theirs = head(folder), []
        fake.meanwhile["POST /graphql"] = lambda: theirs.append(push(rival, {"other.py": "theirs\n"}))
        done = publish(folder, "api", environment)
        assert (done.kind, done.base, done.attempts) == (Kind.PUBLISHED, theirs[0], 2)
        assert log(remote) == [done.commit, theirs[0], base]
        assert stamp_at(remote, "main").source == theirs[0][:7]

    def test_a_push_that_this_clone_has_not_seen_is_not_undone(
        self, folder: Path, rival: Path, remote: Path, environment: dict[str, str]
    ) -> None:
        theirs = push(rival, {"requirements.txt": "streamlit\npandas\n"})
        done = publish(folder, "api", environment)
        assert (done.kind, done.base, done.attempts) == (Kind.PUBLISHED, theirs, 2)
        assert "pandas" in git(remote, "show", "main:requirements.txt")

    def test_a_later_stamp_supersedes(
        self, folder: Path, rival: Path, fake: Fake, environment: dict[str, str]
    ) -> None:
        theirs: list[Outcome] = []
        fake.meanwhile["POST /graphql"] = lambda: theirs.append(publish(rival, "same-branch", minutes=1))
        done = publish(folder, "api", environment)
        assert (done.kind, done.commit) == (Kind.SUPERSEDED, theirs[0].commit)

    def test_a_commit_that_arrived_though_the_answer_was_lost_is_published(
        self, folder: Path, remote: Path, fake: Fake, environment: dict[str, str]
    ) -> None:
        fake.fails("graphql", status=502, done=True)
        done = publish(folder, "api", environment)
        assert (done.kind, done.attempts, done.local) == (Kind.PUBLISHED, 1, Local.FOLLOWED)
        assert log(remote) == [done.commit, done.base]

    def test_an_outage_is_tried_again(
        self, folder: Path, remote: Path, fake: Fake, environment: dict[str, str]
    ) -> None:
        fake.fails("graphql", status=503)
        done = publish(folder, "api", environment)
        assert (done.kind, done.attempts) == (Kind.PUBLISHED, 2)
        assert len(log(remote)) == 2

    def test_an_executable_mark_stays_one(
        self, folder: Path, remote: Path, environment: dict[str, str]
    ) -> None:
        (folder / "requirements.txt").chmod(0o755)
        push(folder, {"requirements.txt": "streamlit\n"})
        publish(folder, "api", environment)
        assert git(remote, "ls-tree", "main", "requirements.txt").startswith("100755")

    @pytest.mark.parametrize("how", ["modes", "files"])
    def test_a_commit_that_is_not_what_was_asked_for_is_told(
        self, folder: Path, hosted: Hosted, environment: dict[str, str], how: str
    ) -> None:
        (folder / "requirements.txt").chmod(0o755)
        push(folder, {"requirements.txt": "streamlit\n"})
        if how == "modes":
            hosted.keeps_modes = False
        else:
            hosted.more_files = {"other.py": b""}
        with pytest.raises(errors.AlteredCommitError, match="with the stamp alone") as caught:
            publish(folder, "api", environment)
        assert caught.value.exit_code == 5

    def test_another_repository_than_the_remotes_is_told(
        self,
        folder: Path,
        rival: Path,
        fake: Fake,
        environment: dict[str, str],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("freshboot.rollout.by_api._LOOKS", 1)
        elsewhere = tmp_path / "elsewhere.git"
        git(rival, "clone", "--quiet", "--bare", ".", str(elsewhere))
        hosts(fake.store("acme/other"), elsewhere)
        with pytest.raises(errors.AlteredCommitError, match="to acme/other, and origin/main does not hold"):
            publish(folder, "api", {**environment, "GITHUB_REPOSITORY": "acme/other"})

    def test_a_commit_that_is_not_pushed_is_told(
        self, folder: Path, remote: Path, environment: dict[str, str]
    ) -> None:
        commit(folder, {"other.py": ""})
        with pytest.raises(errors.DivergedError, match="yet"):
            publish(folder, "api", environment)
        assert len(log(remote)) == 1

    @pytest.mark.parametrize(
        ("rule", "way"),
        [
            (
                "Repository rule violations found\n\nChanges must be made through a pull request.",
                "pull-request",
            ),
            ("Protected branch update failed: GH006: 1 approving review is required", "pull-request"),
        ],
    )
    def test_a_rule_names_the_way_that_it_leaves_open(
        self, folder: Path, hosted: Hosted, environment: dict[str, str], rule: str, way: str
    ) -> None:
        hosted.rule = rule
        with pytest.raises(errors.ProtectedBranchError) as caught:
            publish(folder, "api", environment)
        assert f"set `publish: {way}`" in caught.value.remedy
        assert "\n" not in str(caught.value)

    @pytest.mark.parametrize("status", [401, 403])
    def test_a_missing_permission_is_named(
        self, folder: Path, fake: Fake, environment: dict[str, str], status: int
    ) -> None:
        fake.fails("graphql", status=status, message="Resource not accessible by integration", times=0)
        with pytest.raises(NoPermission) as caught:
            publish(folder, "api", environment)
        assert "contents: write" in caught.value.remedy
        assert caught.value.exit_code == 5
        assert TOKEN not in str(caught.value)

    def test_without_a_token_it_is_told_before_anything_is_done(self, folder: Path, remote: Path) -> None:
        with pytest.raises(ConfigurationError, match="publish: api needs GitHub's API"):
            publish(folder, "api", {})
        assert len(log(remote)) == 1
