"""The way `pull-request`: the stamp is proposed, and a merge confirms it."""

from __future__ import annotations

from pathlib import Path

import pytest

from freshboot.errors import ConfigurationError
from freshboot.github.errors import NoPermission
from freshboot.repository import errors
from freshboot.repository.loops import STAMP_BRANCH
from freshboot.repository.publishing import Kind
from freshboot.rollout.publish import is_for_confirming
from tests.github.fake import DEMO, Fake
from tests.github.git_side import Hosted, merge, opened
from tests.gitrepo import clone, commit, git, head, log
from tests.rollout.publishing import publish, push, stamp_at

pytestmark = pytest.mark.usefixtures("isolated")


class TestPullRequest:
    def test_a_stamp_is_proposed(
        self, folder: Path, remote: Path, hosted: Hosted, environment: dict[str, str]
    ) -> None:
        base = head(folder)
        done = publish(folder, "pull-request", environment, reason="hello @team `rm`")
        assert (done.kind, done.way, done.branch, done.base, done.local) == (
            *(Kind.PROPOSED, "pull-request", "main", base, None),
        )
        assert done.url == f"https://github.com/{DEMO}/pull/1"
        assert log(remote) == [base]
        assert log(remote, STAMP_BRANCH) == [done.commit, base]
        (pull,) = hosted.pulls
        stamp = stamp_at(remote, STAMP_BRANCH)
        assert (pull["head"], pull["base"], pull["title"]) == (STAMP_BRANCH, "main", f"Stamp {stamp}")
        assert pull["body"].startswith("Reason: `hello @team 'rm'`\n\n")
        assert pull["body"].endswith(f"\n\nFreshboot-Stamp: {stamp}\n")
        assert not is_for_confirming(done, pushed=True)
        assert not is_for_confirming(done, pushed=False)

    def test_the_next_push_moves_the_one_pull_request(
        self, folder: Path, remote: Path, hosted: Hosted, environment: dict[str, str]
    ) -> None:
        publish(folder, "pull-request", environment)
        base = push(folder, {"other.py": ""})
        done = publish(folder, "pull-request", environment, minutes=1)
        assert log(remote, STAMP_BRANCH)[:2] == [done.commit, base]
        assert len(hosted.pulls) == 1
        assert hosted.pulls[0]["title"] == f"Stamp {stamp_at(remote, STAMP_BRANCH)}"
        assert (done.url or "").endswith("/pull/1")

    def test_a_second_run_leaves_it_as_it_is(
        self, folder: Path, hosted: Hosted, fake: Fake, environment: dict[str, str]
    ) -> None:
        first = publish(folder, "pull-request", environment)
        again = publish(folder, "pull-request", environment, minutes=1)
        assert (again.kind, again.commit, again.attempts) == (Kind.PROPOSED, first.commit, 0)
        assert again.url == first.url
        assert not [one for one in fake.asked() if one.startswith("PATCH")]

    def test_a_run_that_died_before_it_opened_one_is_made_up_for(
        self, folder: Path, hosted: Hosted, fake: Fake, environment: dict[str, str]
    ) -> None:
        fake.fails("/pulls", method="POST", status=403)
        with pytest.raises(NoPermission) as caught:
            publish(folder, "pull-request", environment)
        assert "pull-requests: write" in caught.value.remedy
        done = publish(folder, "pull-request", environment, minutes=1)
        assert (done.attempts, len(hosted.pulls)) == (0, 1)

    def test_a_switch_in_the_settings_is_named(
        self, folder: Path, fake: Fake, environment: dict[str, str]
    ) -> None:
        says = "GitHub Actions is not permitted to create or approve pull requests."
        fake.fails("/pulls", method="POST", status=403, message=says)
        with pytest.raises(NoPermission) as caught:
            publish(folder, "pull-request", environment)
        assert "Settings, Actions, General" in caught.value.remedy

    @pytest.mark.parametrize("meanwhile", ["answer lost", "somebody else"])
    def test_there_never_are_two(
        self,
        folder: Path,
        remote: Path,
        hosted: Hosted,
        fake: Fake,
        environment: dict[str, str],
        meanwhile: str,
    ) -> None:
        if meanwhile == "answer lost":
            fake.fails("/pulls", method="POST", status=502, done=True)
        else:
            theirs = {"title": "Theirs", "body": "", "head": STAMP_BRANCH, "base": "main"}
            fake.meanwhile["POST /pulls"] = lambda: opened(fake.store(), 1, theirs)
        done = publish(folder, "pull-request", environment)
        assert [one["number"] for one in hosted.pulls] == [1]
        assert hosted.pulls[0]["title"] == f"Stamp {stamp_at(remote, STAMP_BRANCH)}"
        assert (done.url or "").endswith("/pull/1")

    def test_one_that_was_closed_unmerged_is_followed_by_another(
        self, folder: Path, hosted: Hosted, environment: dict[str, str]
    ) -> None:
        publish(folder, "pull-request", environment)
        hosted.pulls[0]["state"] = "closed"
        assert (publish(folder, "pull-request", environment).url or "").endswith("/pull/2")

    @pytest.mark.parametrize("depth", [(), ("--depth=1",)])
    @pytest.mark.parametrize(
        ("way", "says"),
        [("merge", None), ("squash", None), ("squash", "Update the stamp (#1)"), ("rebase", None)],
    )
    def test_a_merged_stamp_is_what_the_merges_own_run_confirms(
        self,
        folder: Path,
        remote: Path,
        fake: Fake,
        environment: dict[str, str],
        tmp_path: Path,
        way: str,
        says: str | None,
        depth: tuple[str, ...],
    ) -> None:
        publish(folder, "pull-request", environment)
        merged = merge(fake.store(), 1, way, says=says)
        started = clone(remote, tmp_path / "started", *depth)
        done = publish(started, "pull-request", environment, minutes=1)
        assert (done.kind, done.commit, done.branch) == (Kind.NOTHING, merged, "main")
        assert is_for_confirming(done, pushed=True)
        assert head(remote, "main") == merged

    def test_a_stamp_that_is_merged_onto_a_later_push_is_known_too(
        self, folder: Path, rival: Path, remote: Path, fake: Fake, environment: dict[str, str], tmp_path: Path
    ) -> None:
        publish(folder, "pull-request", environment)
        push(rival, {"other.py": ""})
        merged = merge(fake.store(), 1, "merge")
        done = publish(clone(remote, tmp_path / "started"), "pull-request", environment, minutes=1)
        assert (done.kind, done.commit) == (Kind.NOTHING, merged)

    def test_the_next_proposal_follows_a_merge(
        self, folder: Path, remote: Path, fake: Fake, hosted: Hosted, environment: dict[str, str]
    ) -> None:
        publish(folder, "pull-request", environment)
        merge(fake.store(), 1, "squash")
        git(folder, "pull", "--quiet", "origin", "main")
        base = push(folder, {"other.py": ""})
        done = publish(folder, "pull-request", environment, minutes=1)
        assert (done.kind, log(remote, STAMP_BRANCH)[:2]) == (Kind.PROPOSED, [done.commit, base])
        assert (done.url or "").endswith("/pull/2")

    def test_a_stamp_that_was_merged_after_this_push_supersedes(
        self, folder: Path, rival: Path, fake: Fake, environment: dict[str, str]
    ) -> None:
        publish(rival, "pull-request", environment)
        merged = merge(fake.store(), 1, "merge")
        done = publish(folder, "pull-request", environment, minutes=1)
        assert (done.kind, done.commit) == (Kind.SUPERSEDED, merged)
        assert is_for_confirming(done, pushed=True)

    def test_its_own_push_starts_nothing(
        self, folder: Path, remote: Path, environment: dict[str, str], tmp_path: Path
    ) -> None:
        publish(folder, "pull-request", environment)
        started = clone(remote, tmp_path / "started", f"--branch={STAMP_BRANCH}")
        done = publish(started, "pull-request", environment, minutes=1)
        assert done.kind is Kind.NOTHING
        assert not is_for_confirming(done, pushed=True)

    def test_the_button_that_updates_its_branch_is_no_obstacle(
        self, folder: Path, rival: Path, remote: Path, environment: dict[str, str]
    ) -> None:
        publish(folder, "pull-request", environment)
        base = push(rival, {"other.py": ""})
        git(rival, "fetch", "--quiet")
        git(rival, "switch", "--quiet", STAMP_BRANCH)
        git(rival, "merge", "--quiet", "--no-edit", "origin/main")
        git(rival, "push", "--quiet", "origin", STAMP_BRANCH)
        git(folder, "pull", "--quiet", "origin", "main")
        done = publish(folder, "pull-request", environment, minutes=1)
        assert log(remote, STAMP_BRANCH)[:2] == [done.commit, base]

    def test_a_persons_commit_on_it_is_not_lost(
        self, folder: Path, rival: Path, remote: Path, environment: dict[str, str]
    ) -> None:
        publish(folder, "pull-request", environment)
        git(rival, "fetch", "--quiet")
        git(rival, "switch", "--quiet", STAMP_BRANCH)
        theirs = commit(rival, {"other.py": "mine\n"})
        git(rival, "push", "--quiet", "origin", STAMP_BRANCH)
        push(folder, {"another.py": ""})
        with pytest.raises(errors.ForeignCommitError, match=theirs[:7]):
            publish(folder, "pull-request", environment, minutes=1)
        assert head(remote, STAMP_BRANCH) == theirs

    def test_without_a_token_nothing_is_pushed(self, folder: Path, remote: Path) -> None:
        with pytest.raises(ConfigurationError, match="publish: pull-request needs"):
            publish(folder, "pull-request", {})
        assert git(remote, "for-each-ref", "--format=%(refname)") == "refs/heads/main"
