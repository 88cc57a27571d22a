"""Ask the live app once, and turn whatever it says into an observation."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from freshboot.hosts.chores import Chore
from freshboot.hosts.host import Condition, Host, State, Tracked
from freshboot.judge.disk import held
from freshboot.judge.evidence import (
    Absence,
    Claim,
    Expectation,
    FileFinding,
    FileState,
    Observation,
    Reading,
    Target,
)
from freshboot.judge.pages import raised as as_raised
from freshboot.judge.read import leaves_open, read
from freshboot.live.challenge import Attested, Page, Silent
from freshboot.live.errors import Reason
from freshboot.proof import Attestation, Layer, new_nonce
from freshboot.rollout.claim import claim_of
from freshboot.rollout.expectation import Releases
from freshboot.rollout.ways import Ways

_FETCH_EVERY = 5.0
"""Seconds between two looks at the remote for later commits, while answers are not the release's."""

_ABSENCES = {
    Reason.ASLEEP: Absence.ASLEEP,
    Reason.STARTING: Absence.STARTING,
    Reason.PRIVATE: Absence.PRIVATE,
    Reason.DOWN: Absence.DOWN,
    Reason.TIMEOUT: Absence.TIMEOUT,
    Reason.TLS: Absence.TLS,
    Reason.NOT_STREAMLIT: Absence.NOT_STREAMLIT,
    Reason.NO_ROUTE: Absence.NO_AGENT,
    Reason.NO_WEBSOCKET: Absence.NOT_STREAMLIT,
}


@dataclass(frozen=True)
class HostWord:
    """What a host says of the app: see :class:`freshboot.judge.evidence.Evidence`.

    ``told`` is its commit in words, or why it tells none, and its own word for what is wrong; empty where
    there is nothing to say.
    """

    target: Target | None = None
    trouble: str = ""
    claim: Claim | None = None
    deploying: bool = False
    told: str = ""
    reboot: tuple[str, ...] = ()


@dataclass
class Observer:
    """Asks one app what it runs and holds the answer against the releases."""

    host: Host
    ways: Ways
    releases: Releases
    now: Callable[[], float] = time.monotonic
    _fetched_at: float | None = None

    async def observe(self) -> Observation:
        """One question, one observation; a live app can do nothing that makes this raise."""
        reply = await self.ways.ask(new_nonce())
        match reply:
            case Attested(attestation):
                return await self._attested(attestation)
            case Page():
                return self._page(reply)
            case Silent():
                return await self._silent(reply)

    async def ask_host(self) -> HostWord:
        """What the host deploys, if it tells, and its word for what is wrong, if there is one."""
        host, release = self.host, self.releases.expected.commit
        tracked, trouble, commit, deploying = await asyncio.gather(
            host.tracked(), host.trouble(release), host.commit(), host.deploying()
        )
        claim, told = await asyncio.to_thread(claim_of, commit, self.releases)
        under_way = f"{host.name} says that a deploy is under way" if deploying else ""
        words = (told or under_way or _silence(host), trouble and f"{host.name} says {trouble}")
        return HostWord(
            _target(tracked), trouble, claim, deploying, "; ".join(filter(None, words)), self._reboot()
        )

    def _reboot(self) -> tuple[str, ...]:
        """How a person starts the app afresh, where this host has words of its own for it."""
        if not self.host.has_words:
            return ()
        wanted = Tracked("", "", self.releases.branch, self.releases.expected.entrypoint)
        return self.host.instruction(Chore.REBOOT, wanted).steps

    async def _attested(self, attestation: Attestation) -> Observation:
        reading, commit = await asyncio.to_thread(self._read, attestation)
        return Observation(
            at=self.now(),
            boot_id=attestation.boot_id,
            reading=reading,
            commit=commit,
            superseding=commit != self.releases.expected.commit,
            started=attestation.started,
            stamp=attestation.stamp,
            healed=attestation.healed,
            lingering=_count(attestation, "lingering"),
            changes=_count(attestation, "changes"),
        )

    def _read(self, attestation: Attestation) -> tuple[Reading, str]:
        """Hold the answer against the release; where it is not that, against later commits and the past."""
        expected, reading = self._held_against(attestation, self.releases.expected)
        if reading.fresh:
            return reading, expected.commit
        for commit in self.releases.later(fetch=self._fetch_is_due()):
            _, by_its_tree = self._held_against(attestation, self.releases.expectation_of(commit))
            whole = self.releases.complete(commit) if by_its_tree.fresh else None
            if whole is not None and (later := self._held_against(attestation, whole)[1]).fresh:
                return later, commit
        past = self.releases.past_of(expected.commit)
        reading = self._with_past(attestation, expected)
        if any(one.layer is Layer.DISK for one in reading.stale):
            reading = replace(reading, live=self.releases.exactly(held(attestation, expected, past)))
        return reading, expected.commit

    def _held_against(self, attestation: Attestation, expected: Expectation) -> tuple[Expectation, Reading]:
        """The expectation, with the forms that git itself gives to files that seem absent, and the reading.

        The past is asked only for what the release does not explain.
        """
        reading = read(attestation, expected, {})
        absent = {one.path for one in reading.findings if one.layer is Layer.DISK and one.path}
        if absent:
            expected = self.releases.with_forms(expected, absent)
            reading = read(attestation, expected, {})
        if reading.fresh and leaves_open(attestation, expected, {}):
            reading = self._with_past(attestation, expected)
        return expected, reading

    def _with_past(self, attestation: Attestation, expected: Expectation) -> Reading:
        past = self.releases.past_of(expected.commit)
        reading = self.releases.without_neutral(read(attestation, expected, past), expected.commit)
        if self.releases.expected.gap and leaves_open(attestation, expected, past):
            unknown = FileFinding(None, Layer.DISK, FileState.UNRECORDED)
            reading = replace(reading, findings=(*reading.findings, unknown))
        return reading

    def _fetch_is_due(self) -> bool:
        due = self._fetched_at is None or self.now() - self._fetched_at >= _FETCH_EVERY
        if due:
            self._fetched_at = self.now()
        return due

    def _page(self, page: Page) -> Observation:
        stamp = self.releases.expected.stamp
        shown = page.exception
        files = self.releases.expected.files
        raised = as_raised(shown.type, shown.message, shown.stack, files) if shown else None
        return Observation(
            at=self.now(),
            absence=Absence.RAISED if raised else Absence.NO_AGENT,
            detail=f"the page shows {raised}" if raised else "",
            shows_stamp=stamp is not None and any(stamp in one for one in page.texts),
            raised=raised,
        )

    async def _silent(self, reply: Silent) -> Observation:
        """The host often knows better than a refused session why there is none."""
        absence, detail = _ABSENCES.get(reply.reason, Absence.NO_ATTESTATION), reply.detail
        condition = await self.host.condition()
        if absence in (Absence.DOWN, Absence.STARTING, Absence.NOT_STREAMLIT, Absence.TIMEOUT):
            absence, detail = _told_by_host(condition, absence, detail)
        return Observation(at=self.now(), absence=absence, detail=detail)


def _silence(host: Host) -> str:
    """Why a host that can be asked tells nothing, in words."""
    if host.lacks:
        return f"{host.name} could tell more with {host.lacks}"
    return f"{host.name} was asked in vain: {host.unanswered}" if host.unanswered else ""


def _target(tracked: Tracked | None) -> Target | None:
    if tracked is None:
        return None
    return Target(f"{tracked.owner}/{tracked.repository}", tracked.branch, tracked.main_module)


def _count(attestation: Attestation, name: str) -> int:
    memory = attestation.layers.get(Layer.MEMORY.value)
    return memory.counts.get(name, 0) if memory else 0


def _told_by_host(condition: Condition, absence: Absence, detail: str) -> tuple[Absence, str]:
    match condition.state:
        case State.ASLEEP:
            return Absence.ASLEEP, condition.detail
        case State.STARTING:
            return Absence.STARTING, condition.detail
        case State.PRIVATE:
            return Absence.PRIVATE, condition.detail
        case State.PLATFORM:
            return Absence.PLATFORM, condition.detail
        case State.DOWN | State.ERROR:
            return Absence.DOWN, condition.detail or detail
    return absence, detail
