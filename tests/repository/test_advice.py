"""A refused push names the way that would work."""

from __future__ import annotations

import pytest

from freshboot.repository import errors
from freshboot.repository.refusals import refusal
from freshboot.repository.ways import API, DEPLOY_BRANCH, PULL_REQUEST, SAME_BRANCH

GH006 = "remote: error: GH006: Protected branch update failed for refs/heads/main.\n"
GH013 = (
    "remote: error: GH013: Repository rule violations found for refs/heads/main.\n"
    "remote: Review all repository rules at https://github.com/acme/demo/rules?ref=refs%2Fheads%2Fmain\n"
    "remote: \n"
)
DECLINED = "!\tabc:refs/heads/main\t[remote rejected] (push declined due to repository rule violations)"
SIGNED = GH013 + f"remote: - Commits must have verified signatures.\nremote:   Found 1 violation:\n{DECLINED}"
REVIEWED = GH013 + f"remote: - Changes must be made through a pull request.\nremote: \n{DECLINED}"
BOTH = REVIEWED + "\nremote: - Commits must have verified signatures."
CHECKED = GH006 + 'remote: error: Required status check "ci" is expected.'
APPROVED = GH006 + "remote: error: At least 1 approving review is required by reviewers with write access."
OLD_SIGNED = GH006 + "remote: error: Commits must have valid signatures."
WORKFLOW = (
    "!\tabc:refs/heads/live\t[remote rejected] (refusing to allow a GitHub App to create or update workflow"
    " `.github/workflows/ci.yml` without `workflows` permission)"
)


def way_of(remedy: str) -> str:
    """The first way to publish that is named."""
    return remedy.partition("`publish: ")[2].partition("`")[0]


@pytest.mark.parametrize(
    ("messages", "way"),
    [
        (SIGNED, API),
        (OLD_SIGNED, API),
        (REVIEWED, PULL_REQUEST),
        (BOTH, PULL_REQUEST),
        (CHECKED, PULL_REQUEST),
        (APPROVED, PULL_REQUEST),
        (GH013 + "remote: - Cannot update this protected ref.", PULL_REQUEST),
        ("remote: GitLab: You are not allowed to push code to protected branches.", DEPLOY_BRANCH),
        ("! [remote rejected] main -> main (pre-receive hook declined)", DEPLOY_BRANCH),
    ],
)
def test_a_rule_names_the_way_that_it_leaves_open(messages: str, way: str) -> None:
    error = refusal("origin refused the push to main", messages)
    assert type(error) is errors.ProtectedBranchError
    assert way_of(error.remedy) == way


@pytest.mark.parametrize(
    ("messages", "permissions"),
    [(SIGNED, "contents: write)"), (REVIEWED, "contents: write, pull-requests: write)")],
)
def test_the_way_comes_with_its_permissions(messages: str, permissions: str) -> None:
    assert f"permissions: {permissions}" in refusal("refused", messages).remedy


@pytest.mark.parametrize("way", [SAME_BRANCH, DEPLOY_BRANCH, API, PULL_REQUEST])
@pytest.mark.parametrize("messages", [SIGNED, REVIEWED, CHECKED, GH013, WORKFLOW])
def test_the_way_that_was_refused_is_not_named(messages: str, way: str) -> None:
    remedy = refusal("refused", messages, way).remedy
    assert remedy
    assert f"publish: {way}`" not in remedy


def test_the_deploy_branch_itself_can_be_exempted() -> None:
    assert refusal("refused", SIGNED, DEPLOY_BRANCH).remedy.endswith(
        "exempt the deploy branch from the rule, or name another one as deploy_branch"
    )


def test_the_rule_that_was_broken_is_quoted() -> None:
    message = refusal("origin refused the push to main", SIGNED).message
    assert message == (
        "origin refused the push to main: GH013: Repository rule violations found for refs/heads/main."
        " Commits must have verified signatures."
    )


def test_workflows_are_a_matter_of_permission() -> None:
    error = refusal("origin refused the push to main", WORKFLOW)
    assert type(error) is errors.NoPermissionError
    assert "push the commits that change workflows by hand" in error.remedy
    assert way_of(refusal("refused", WORKFLOW, DEPLOY_BRANCH).remedy) == SAME_BRANCH
