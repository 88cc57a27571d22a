"""The attempts of one rollout: the push itself and each remedy after it, every one with its own verdict."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from freshboot.config import SAME_BRANCH, Config
from freshboot.errors import FreshbootError
from freshboot.hosts.chores import Chore, Instruction
from freshboot.hosts.host import Host, HostRefused, Rebuilding, Tracked
from freshboot.judge.outcome import Applied, Outcome
from freshboot.remedies import Action, CannotRemedy, Remedy, Situation
from freshboot.repository.publishing import Kind
from freshboot.repository.publishing import Outcome as Publication
from freshboot.repository.pushing import Target, lost, push, refuse_diverged
from freshboot.repository.repository import Repository
from freshboot.rollout import ladder, run
from freshboot.rollout.awaited import Awaiting, unheard
from freshboot.rollout.expectation import Releases, branch_of, name_on_github, published_commit, releases
from freshboot.rollout.pace import pause
from freshboot.rollout.publish import Request, catch_up, publish_stamp
from freshboot.rollout.record import Record

Released = Callable[[Publication, str], None]
"""Told of what was published, and of the commit that is waited for."""


class NothingToConfirm(Exception):
    """The push that started this was freshboot's own, or a pull request waits to be merged."""


@dataclass(frozen=True)
class Told:
    """Who hears of it.

    ``say``: of what is done; ``event``: of what a wait sees; ``published``: of a publication, and answers
    whether there is a release to confirm; ``awaiting``: see Wait.
    """

    say: Callable[[str], None]
    event: Callable[[float, str], None]
    published: Callable[[Publication], bool]
    awaiting: Awaiting = unheard


@dataclass
class Attempts:
    """All that one rollout tries. No time of it outlasts ``config.remedy_timeout`` once the first is over.

    ``publisher`` makes a release of HEAD: a stamp on it, or more than that.
    """

    repository: Repository
    config: Config
    request: Request
    told: Told
    record: Record
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    publisher: Callable[[Repository, Config, Request], Publication] = publish_stamp
    _since: float | None = None

    def push(self) -> Outcome:
        """Open the witness, publish, and wait for a verdict on what was published.

        :raises NothingToConfirm: there is none.
        """

        def begun(done: Publication, commit: str) -> None:
            self.record.begin(commit, done.branch, pushed=done.kind is Kind.PUBLISHED)

        return self._recorded(lambda: self._roll_out(self.config, self.request, begun))

    def look(self) -> Outcome:
        """Wait for a verdict on what is published already."""
        self.record.begin(self._tip(), branch_of(self.repository, self.config), pushed=False)
        return self._recorded(lambda: self._wait(self.config))

    def tried(self, outcome: Outcome) -> set[str]:
        """The remedies that were applied already for this release, by whichever run."""
        return self.record.tried(outcome.expected.commit, branch_of(self.repository, self.config))

    def left(self) -> float:
        """Seconds until the time for remedies is over; it runs from the first time that this is asked."""
        if self._since is None:
            self._since = self.now()
        return self.config.remedy_timeout - (self.now() - self._since)

    def action(self, remedy: Remedy, before: Outcome | None) -> Action:
        """What a remedy would do here.

        :raises CannotRemedy: nothing can be done here.
        """
        return remedy.action(self._situation(before))

    def apply(self, remedy: Remedy, before: Outcome | None) -> Outcome:
        """Do what a remedy says, and wait for a verdict.

        :raises CannotRemedy: nothing can be done here.
        """
        action, began = self.action(remedy, before), self.now()
        self.told.say(f"remedy {remedy.name}: {action.does}; {action.expect}")
        for step in action.steps:
            self.told.say(f"  → {step}")
        self.record.begin_remedy(remedy, action, self._tip(), branch_of(self.repository, self.config))
        outcome = self._recorded(lambda: self._do(remedy, action))
        judgement, seconds = outcome.judgement, self.now() - began
        applied = Applied(remedy.name, action.does, judgement.verdict, judgement.cause, seconds, action.steps)
        return replace(outcome, applied=(applied,))

    def pushes(self, action: Action) -> list[str]:
        """What would be pushed where, in words or as git's own command."""
        remote = self.repository.required_remote()
        told = []
        if action.marks:
            branch = branch_of(self.repository, self.config)
            told.append(f"one commit to {remote}/{branch} ({self.config.publish})")
        if action.branch is not None:
            told.append(f"git push {remote} {action.release}:refs/heads/{action.branch}")
        return told

    def do(self, remedy: Remedy, action: Action) -> None:
        """Do what can be done from here, and wait for nothing."""
        if action.wakes:
            self._wake()
        if action.rebuilds:
            self._rebuild(action.release)
        if action.branch is not None:
            self._push_branch(action.branch, action.release)
        if action.marks:
            self._publish(*with_action(self.config, self.request, remedy, action))

    def _do(self, remedy: Remedy, action: Action) -> Outcome:
        config, request = with_action(self.config, self.request, remedy, action)
        if action.marks:
            return self._roll_out(config, request, lambda _done, commit: self.record.released(commit))
        self.do(remedy, action)
        return self._wait(config)

    def _situation(self, before: Outcome | None) -> Situation:
        situation = ladder.situation(self.repository, self.config, before)
        if before is None:
            situation = replace(situation, release=self._tip())
        owner, _, name = name_on_github(self.repository).partition("/")

        @cache
        def host() -> Host:
            return asyncio.run(run.host_of(self.config))

        def instruct(chore: Chore, branch: str) -> Instruction:
            tracked = Tracked(owner, name, branch, situation.entrypoint) if owner else None
            return host().instruction(chore, tracked)

        def rebuilding() -> Rebuilding:
            return host().rebuilding if self.config.url else Rebuilding()

        return replace(situation, instruct=instruct, rebuilding=rebuilding)

    def _recorded(self, attempt: Callable[[], Outcome]) -> Outcome:
        try:
            outcome = attempt()
        except (FreshbootError, NothingToConfirm):
            self.record.end(None)
            raise
        self.record.end(outcome)
        return outcome

    def _roll_out(self, config: Config, request: Request, released: Released) -> Outcome:
        def publish() -> Releases:
            done = self._publish(config, request)
            commit = done.commit if done.kind is not Kind.NOTHING else self._caught_up(done)
            released(done, commit)
            return releases(self.repository, commit, done.branch, config)

        return asyncio.run(run.rollout(self._in_time(config), publish, self.told.event, self.told.awaiting))

    def _publish(self, config: Config, request: Request) -> Publication:
        self._keep_pace()
        done = self.publisher(self.repository, config, request)
        if not self.told.published(done):
            raise NothingToConfirm
        return done

    def _caught_up(self, done: Publication) -> str:
        """The remote branch's commit; a run that was killed may have left the local one behind it.

        :raises DivergedError: the remote does not hold the stamp that is here.
        """
        commit = self.repository.fetch(done.branch)
        refuse_diverged(Target(self.repository, done.remote, done.branch), done.commit, commit)
        catch_up(self.repository, self.config, done.branch, commit)
        return commit

    def _push_branch(self, branch: str, commit: str) -> None:
        self._keep_pace()
        target = Target(self.repository, self.repository.required_remote(), branch)
        if not push(target, commit):
            raise lost(target, 1)

    def _keep_pace(self) -> None:
        if seconds := pause(self.record.pushes(), self.record.journal.clock().timestamp()):
            self.told.say(f"waiting {seconds:.0f} s: the host takes no more pushes in a minute")
            self.sleep(seconds)

    def _wait(self, config: Config) -> Outcome:
        branch = branch_of(self.repository, config)
        commit = published_commit(self.repository, None, branch)
        expected = releases(self.repository, commit, branch, config)
        return asyncio.run(
            run.confirm(self._in_time(config), expected, self.told.event, awaiting=self.told.awaiting)
        )

    def _tip(self) -> str:
        return published_commit(self.repository, None, branch_of(self.repository, self.config))

    def _wake(self) -> None:
        woken = asyncio.run(run.wake(self.config))
        self.told.say("the host wakes the app" if woken else "the host cannot be asked to wake it")

    def _rebuild(self, release: str) -> None:
        try:
            asyncio.run(run.rebuild(self.config, release))
        except HostRefused as error:  # what comes next on the ladder may help yet
            raise CannotRemedy(error.message, error.remedy) from error
        self.told.say("the host builds anew")

    def _in_time(self, config: Config) -> Config:
        """No wait may outlast the time for remedies, once that runs."""
        if self._since is None:
            return config
        return replace(config, timeout=min(config.timeout, max(self.left(), config.settle)))


def with_action(config: Config, request: Request, remedy: Remedy, action: Action) -> tuple[Config, Request]:
    """The configuration and the request of a remedy: a witness, and a stamp whatever the tip is.

    While a person is at work, or the host builds, nothing is final before the time is over.
    """
    config = replace(config, marks=action.marks or config.marks, witness=True)
    if action.branch is not None:
        config = replace(config, branch=action.branch, publish=SAME_BRANCH)
    if action.steps or action.rebuilds:
        config = replace(config, grace=config.timeout)
    return config, replace(request, force=True, reason=request.reason or f"remedy {remedy.name}")
