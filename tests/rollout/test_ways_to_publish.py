"""One entry for all ways to publish: real marks, real remotes, and a GitHub on loopback."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from freshboot.config import Config
from freshboot.errors import ConfigurationError, FreshbootError
from freshboot.github.errors import NoPermission
from freshboot.repository import errors
from freshboot.repository.loops import STAMP_BRANCH
from freshboot.repository.publishing import Kind, Outcome
from freshboot.repository.repository import Repository
from freshboot.repository.worktree import Local
from freshboot.rollout.publish import Request, is_for_confirming, publish_stamp
from freshboot.stamp.files import reader
from freshboot.stamp.plan import plan
from freshboot.stamp.stamp import parse_stamp
from freshboot.stamp.write import write as write_stamp
from tests.github.fake import DEMO, TOKEN, Fake, served
from tests.github.git_side import Hosted, hosts, merge, opened
from tests.gitrepo import ISOLATION, clone, commit, git, head, log, make_remote

NOON = datetime(2026, 11, 22, 12, tzinfo=timezone.utc)
FILES: dict[str, str | bytes] = {
    "requirements.txt": "streamlit\n",
    ".streamlit/config.toml": "[server]\r\nheadless = true\r\n",
    "streamlit_app.py": 'DEPLOYMENT_VERSION = "1.0.0"\n',
}
LIVE = "refs/heads/freshboot-live"


@pytest.fixture(autouse=True)
def isolated(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ISOLATION.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    return make_remote(tmp_path / "remote.git", FILES)


@pytest.fixture
def folder(remote: Path, tmp_path: Path) -> Path:
    return clone(remote, tmp_path / "clone")


@pytest.fixture
def rival(remote: Path, tmp_path: Path) -> Path:
    return clone(remote, tmp_path / "rival")


@pytest.fixture
def fake() -> Iterator[Fake]:
    with served() as github:
        yield github


@pytest.fixture
def hosted(fake: Fake, remote: Path) -> Hosted:
    return hosts(fake.store(), remote)


@pytest.fixture
def environment(fake: Fake, hosted: Hosted) -> dict[str, str]:
    return {"GITHUB_API_URL": fake.url, "GITHUB_REPOSITORY": DEMO, "GITHUB_TOKEN": TOKEN}


def publish(
    folder: Path, way: str, environment: Mapping[str, str] | None = None, minutes: int = 0, **request: Any
) -> Outcome:
    now = NOON + timedelta(minutes=minutes)
    asked = Request(lambda: now, environment=environment or {}, **request)
    return publish_stamp(Repository.open(folder), Config(publish=way), asked)


def push(folder: Path, files: dict[str, str | bytes | None], text: str = "Change") -> str:
    commit_id = commit(folder, files, text)
    git(folder, "push", "--quiet", "origin", "HEAD:main")
    return commit_id


def stamp_at(remote: Path, revision: str) -> Any:
    text = git(remote, "show", f"{revision}:requirements.txt")
    stamp = parse_stamp(text.splitlines()[0].split()[-1])
    assert stamp is not None, text
    return stamp


def changed(remote: Path, commit_id: str) -> set[str]:
    return set(git(remote, "diff", "--name-only", f"{commit_id}^", commit_id).splitlines())


def forbids(remote: Path, says: str, ref: str = "refs/heads/main") -> None:
    hook = remote / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    refuse = f"[ \"$ref\" = {ref} ] && {{ printf '{says}' >&2; exit 1; }}"
    hook.write_text(f"#!/bin/sh\nwhile read old new ref; do {refuse}; done\nexit 0\n")
    hook.chmod(0o755)


def test_the_same_branch_is_the_default(folder: Path, remote: Path) -> None:
    request = Request(lambda: NOON)
    done = publish_stamp(Repository.open(folder), Config(), request)
    assert (done.kind, done.way, done.branch, done.url) == (Kind.PUBLISHED, "same-branch", "main", None)
    assert log(remote) == [done.commit, done.base]


class TestDeployBranch:
    def test_main_stays_and_the_stamp_is_of_its_commit(self, folder: Path, remote: Path) -> None:
        done = publish(folder, "deploy-branch")
        assert (done.kind, done.branch, head(remote, LIVE)) == (Kind.PUBLISHED, "freshboot-live", done.commit)
        assert stamp_at(remote, LIVE).source == head(remote, "main")[:7]
        assert log(remote) == [done.base]
        assert changed(remote, done.commit) == set(FILES)

    def test_the_next_stamp_follows_the_one_on_the_deploy_branch(self, folder: Path, remote: Path) -> None:
        publish(folder, "deploy-branch", bump="patch")
        first = stamp_at(remote, LIVE)
        push(folder, {"other.py": ""})
        publish(folder, "deploy-branch", minutes=1, bump="patch")
        second = stamp_at(remote, LIVE)
        assert (first.version, second.version) == ("1.0.1", "1.0.2")
        assert first.colour != second.colour
        assert git(remote, "show", "main:streamlit_app.py") == 'DEPLOYMENT_VERSION = "1.0.0"'

    def test_it_is_known_again_with_real_marks(self, folder: Path, remote: Path) -> None:
        for minute in range(3):
            push(folder, {"other.py": f"{minute}\n"})
            done = publish(folder, "deploy-branch", minutes=minute)
            assert publish(folder, "deploy-branch", minutes=9).commit == done.commit
        assert len(log(remote, LIVE)) == 1 + 3 + 3

    def test_the_stamp_in_the_work_tree_is_the_one(self, folder: Path, remote: Path) -> None:
        marks = Config().marks
        planned = plan(reader(str(folder)), marks, None, at=NOON, source=head(folder), bump="minor")
        write_stamp(str(folder), planned.edits)
        publish(folder, "deploy-branch", minutes=5)
        assert stamp_at(remote, LIVE) == planned.stamp


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


@pytest.mark.parametrize(
    ("kind", "way", "branch", "pushed", "expected"),
    [
        (Kind.PUBLISHED, "same-branch", "main", True, True),
        (Kind.SUPERSEDED, "same-branch", "main", True, True),
        (Kind.NOTHING, "same-branch", "main", True, False),
        (Kind.NOTHING, "same-branch", "main", False, True),
        (Kind.NOTHING, "api", "main", True, False),
        (Kind.NOTHING, "deploy-branch", "freshboot-live", True, False),
        (Kind.PUBLISHED, "deploy-branch", "freshboot-live", True, True),
        (Kind.NOTHING, "pull-request", "main", True, True),
        (Kind.NOTHING, "pull-request", STAMP_BRANCH, True, False),
        (Kind.PROPOSED, "pull-request", "main", False, False),
    ],
)
def test_what_there_is_to_confirm(kind: Kind, way: str, branch: str, pushed: bool, expected: bool) -> None:
    outcome = Outcome(kind, "1" * 40, "2" * 40, "origin", branch, way=way)
    assert is_for_confirming(outcome, pushed=pushed) is expected


WAYS = ["same-branch", "deploy-branch", "api", "pull-request"]


@pytest.mark.parametrize("way", WAYS)
def test_a_strangers_event_publishes_nothing_in_any_way(
    folder: Path, remote: Path, environment: dict[str, str], fake: Fake, way: str
) -> None:
    with pytest.raises(FreshbootError, match="nothing is published for the event pull_request_target"):
        publish(folder, way, {**environment, "GITHUB_EVENT_NAME": "pull_request_target"})
    assert git(remote, "for-each-ref", "--format=%(refname)") == "refs/heads/main"
    assert (len(log(remote)), fake.calls) == (1, [])
