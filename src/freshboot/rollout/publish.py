"""Stamp and publish as one: the stamp that lies in the work tree, or a new one, by the configured way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from freshboot.config import Config
from freshboot.repository.commits import Change, Marks, message
from freshboot.repository.loops import STAMP_BRANCH
from freshboot.repository.publishing import Kind, Outcome, publish
from freshboot.repository.repository import Repository
from freshboot.repository.ways import API, DEPLOY_BRANCH, PULL_REQUEST, SAME_BRANCH
from freshboot.repository.worktree import follow_stamps
from freshboot.rollout.marking import Marking
from freshboot.rollout.strangers import refuse_strangers
from freshboot.stamp.diff import diff
from freshboot.stamp.stamp import Stamp
from freshboot.stamp.version import Part


@dataclass(frozen=True)
class Request:
    """What is asked of a publish: when, which part of the version to raise, why, whether to stamp anew.

    ``environment`` is the process's: it tells whose event started a workflow, and holds GitHub's token.
    """

    now: Callable[[], datetime]
    bump: Part = "none"
    reason: str | None = None
    force: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)


def publish_stamp(repository: Repository, config: Config, request: Request) -> Outcome:
    """Publish HEAD under a stamp, by ``config.publish``.

    A stamp for HEAD that already lies in the work tree is the one that is published; on another base, after a
    lost race, the marks are stamped anew, the same part of the version raised.

    :raises FreshbootError: a mark cannot be placed, the remote refuses, or a stranger's event started this.
    """
    refuse_strangers(request.environment)
    marking = Marking(repository, config)
    head = repository.head
    stamper = _Stamper(marking, request, head, marking.stamp_of_work_tree(head))
    marks = marking.marks(head)
    if config.publish == DEPLOY_BRANCH:
        from freshboot.repository.deploying import deploy  # as below: each way pays for itself alone

        to, branch = config.deploy_branch, config.branch
        return deploy(repository, stamper.make_after, marks, to=to, branch=branch, force=request.force)
    if config.publish == API:
        return _by_api(repository, config, request, stamper.make, marks)
    if config.publish == PULL_REQUEST:
        return _by_pull_request(repository, config, request, stamper.make, marks)
    return publish(repository, stamper.make, marks, branch=config.branch, force=request.force)


def catch_up(repository: Repository, config: Config, branch: str, commit: str) -> None:
    """The local branch follows the stamps that are on the remote's already, up to a commit."""
    if config.publish in (SAME_BRANCH, API) and repository.head != commit:
        follow_stamps(repository, branch, commit, Marking(repository, config).marks(repository.head))


def show(repository: Repository, config: Config, request: Request) -> str:
    """What publishing HEAD would change, as a diff."""
    return diff(Marking(repository, config).plan(repository.head, request.now(), request.bump))


def is_for_confirming(outcome: Outcome, *, pushed: bool) -> bool:
    """Tell whether there is a release to confirm. ``pushed``: a push started this run.

    A proposal is none until it is merged. Where there was nothing to publish on a push, that push was our
    own, and its maker confirms it; but with pull requests it was a person who merged the stamp.
    """
    if outcome.kind is Kind.PROPOSED:
        return False
    merged = outcome.way == PULL_REQUEST and outcome.branch != STAMP_BRANCH
    return merged or not (pushed and outcome.kind is Kind.NOTHING)


Make = Callable[[str], "Change | None"]


def _by_api(repository: Repository, config: Config, request: Request, make: Make, marks: Marks) -> Outcome:
    from freshboot.rollout.by_api import carrier  # an HTTP client costs 0.2 s, which a push need not pay

    by_api = carrier(request.environment)
    return publish(repository, make, marks, branch=config.branch, force=request.force, carrier=by_api)


def _by_pull_request(
    repository: Repository, config: Config, request: Request, make: Make, marks: Marks
) -> Outcome:
    from freshboot.rollout.by_pull_request import publish_by_pull_request

    return publish_by_pull_request(repository, config, request, make, marks)


@dataclass
class _Stamper:
    """Stamps a commit's bytes; HEAD's with the stamp that was found in the work tree, if there is one."""

    marking: Marking
    request: Request
    head: str
    found: Stamp | None

    def make(self, base: str) -> Change | None:
        """The stamp commit on a base."""
        at, bump = self._facts(base)
        planned = self.marking.plan(base, at, bump)
        return self._change(planned.stamp, {edit.path: edit.after for edit in planned.edits}, at)

    def make_after(self, base: str, previous: str | None) -> Change | None:
        """The stamp commit of a base whose marks do not carry the previous stamp; that commit does."""
        if previous is None or self.found is not None:
            return self.make(base)
        at, bump = self._facts(base)
        planned = self.marking.plan_after(base, previous, at, bump)
        return self._change(planned.stamp, {edit.path: edit.after for edit in planned.edits}, at)

    def _facts(self, base: str) -> tuple[datetime, Part]:
        if self.found is None:
            return self.request.now(), self.request.bump
        at = self.found.at if base == self.head else self.request.now()
        return at, self.marking.raised(self.found, self.head)

    def _change(self, stamp: Stamp, files: Mapping[str, bytes], at: datetime) -> Change | None:
        return Change(files, message(str(stamp), self.request.reason), at) if files else None
