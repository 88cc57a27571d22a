"""One entry for all ways to publish: real marks, real remotes, and a GitHub on loopback."""

from __future__ import annotations

from pathlib import Path

import pytest

from freshboot.config import Config
from freshboot.errors import FreshbootError
from freshboot.repository.loops import STAMP_BRANCH
from freshboot.repository.publishing import Kind, Outcome
from freshboot.repository.repository import Repository
from freshboot.rollout.publish import Request, is_for_confirming, publish_stamp
from freshboot.stamp.files import reader
from freshboot.stamp.plan import plan
from freshboot.stamp.write import write as write_stamp
from tests.github.fake import Fake
from tests.gitrepo import git, head, log
from tests.rollout.publishing import FILES, NOON, changed, publish, push, stamp_at

pytestmark = pytest.mark.usefixtures("isolated")
LIVE = "refs/heads/freshboot-live"


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
