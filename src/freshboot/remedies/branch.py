"""The same tree on a new branch: a deployment of its own, that shares nothing with what is stale."""

from __future__ import annotations

from typing import ClassVar

from freshboot.hosts.chores import Chore
from freshboot.remedies.remedy import Action, CannotRemedy, Remedy, Situation

FRESH_BRANCHES = "freshboot/fresh-"
"""How such branches begin; what follows is the short name of the release."""
_SHORT = 7


class Branch(Remedy):
    """Pushes the release under a new name; the host's branch is fixed, so a person deploys it."""

    name: ClassVar[str] = "branch"
    cures: ClassVar[frozenset[str]] = frozenset({"stale-file", "not-applied"})
    needs: ClassVar[str] = "a disk that does not come to hold the release, whatever is pushed"
    by_name: ClassVar[bool] = True

    def action(self, situation: Situation) -> Action:
        if not situation.release:
            raise CannotRemedy("no release is known", "publish one first: freshboot publish")
        branch = FRESH_BRANCHES + situation.release[:_SHORT]
        if situation.branch.startswith(FRESH_BRANCHES):
            raise CannotRemedy(
                f"{situation.branch} is such a branch already", "deploy the app from its own branch again"
            )
        deploy = situation.instruct(Chore.REDEPLOY, branch)
        return Action(
            f"push {situation.release[:_SHORT]} as the new branch {branch}",
            "deployed from there, the app is a fresh clone; set branch in .github/freshboot.yml to keep it",
            branch=branch,
            release=situation.release,
            steps=(
                *deploy.lines,
                f"Later, the way back: deploy it from {situation.branch} again, in the same way.",
                f"Then delete the new branch: git push {situation.remote} --delete {branch}",
            ),
        )
