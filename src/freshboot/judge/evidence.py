"""What is known when a judgement is made: what git expects, and what the live app said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from freshboot.judge.checks import CheckResult
from freshboot.judge.log import LogEvidence
from freshboot.judge.pages import PageLook, Raised
from freshboot.proof import ATTESTED, Layer


class FileState(str, Enum):
    """Why a file of a layer is not what the release says."""

    STALE = "stale"  # the bytes of an earlier commit
    MISSING = "missing"  # in the release, not on the server
    GHOST = "ghost"  # on the server (or in memory), no longer in the release
    UNKNOWN = "unknown"  # bytes that no commit holds
    UNRECORDED = "unrecorded"  # loaded, but nobody saw from which bytes
    SKIPPED = "skipped"  # not hashed
    KEPT = "kept"  # old code that could not be dropped
    POINTER = "pointer"  # an LFS pointer lies where the file itself should


_DOUBTS = (FileState.UNKNOWN, FileState.UNRECORDED, FileState.SKIPPED, FileState.POINTER)


@dataclass(frozen=True)
class Origin:
    """The newest commit whose tree holds exactly these bytes, ``behind`` commits ago.

    ``time`` is the commit's, in seconds since 1970; ``path`` is where it holds them, if they were renamed
    since.
    """

    commit: str
    behind: int
    time: int = 0
    path: str | None = None


Past = Mapping[tuple[str, str], Origin]
"""Every (path, blob id) that the release's history holds and the release itself does not, with its origin."""


@dataclass(frozen=True)
class Target:
    """What a host deploys: a branch of a repository (``owner/name``), and the entrypoint in it."""

    repository: str
    branch: str
    entrypoint: str


@dataclass(frozen=True)
class Claim:
    """Another commit than the release that a host says it runs. Its word explains, and proves nothing.

    ``behind``: how many commits of the release's history came after it; None where it is the tip of
    another branch of the remote, the ``branch``, and the release's was never seen at it.
    """

    commit: str
    behind: int | None = None
    branch: str = ""


@dataclass(frozen=True)
class Expectation:
    """What git says should be live: one commit's tree, path → blob id, without what is never attested.

    ``layers`` are those in which it must be live; ``excluded`` names secrets, ``skipped`` submodules.

    ``forms``: further blob ids that git itself may check a file out as (line endings, LFS content);
    ``pointers``: files that are an LFS pointer in the commit. ``neutral``: marks and documentation, which
    change no result. ``hidden``: files that the release runs past every import hook, ``unresolved`` the
    places where nobody can say which file. ``requirements`` are the lines (file, text) of the dependency file
    that wins on this host, ``idle_requirements`` those of the others. ``target`` is what the host should
    deploy, empty where that is not known. ``gap`` says what of the history is not here, in words.
    ``retired`` are paths that files were renamed from, and that nothing in the release uses any more.
    """

    commit: str
    stamp: str | None
    files: Mapping[str, str]
    entrypoint: str
    layers: tuple[Layer, ...] = ATTESTED
    object_format: str = "sha1"
    excluded: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    forms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pointers: frozenset[str] = frozenset()
    neutral: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    unresolved: tuple[str, ...] = ()
    requirements: tuple[tuple[str, str], ...] = ()
    idle_requirements: tuple[tuple[str, str], ...] = ()
    dependency_file: str | None = None
    target: Target | None = None
    gap: str | None = None
    retired: frozenset[str] = frozenset()


@dataclass(frozen=True)
class FileFinding:
    """One file that is not fresh. ``path`` is None where nothing in the repository explains the tag."""

    path: str | None
    layer: Layer
    state: FileState
    origin: Origin | None = None

    @property
    def place(self) -> tuple[int, str, str]:
        """Where it stands in a list: by layer, path and state, whatever order the tags came in."""
        return list(Layer).index(self.layer), self.path or "~", self.state.value

    @property
    def is_certain(self) -> bool:
        """Whether it shows other code than the release's; what is merely not known shows nothing."""
        if self.layer is Layer.MEMORY and self.state is FileState.MISSING:
            return False
        return self.state not in _DOUBTS


class RequirementState(str, Enum):
    """What is installed for a requirement line."""

    SATISFIED = "satisfied"
    WRONG = "wrong"  # another version, or from another place
    MISSING = "missing"
    UNRECORDED = "unrecorded"  # it cannot be told


@dataclass(frozen=True)
class Requirement:
    """One line of a dependency file, and what is installed for it."""

    file: str
    line: str
    state: RequirementState


@dataclass(frozen=True)
class Reading:
    """What one attestation says when it is held against one expectation.

    ``findings`` are the files that are not fresh, ``requirements`` the lines that are not met, ``barriers``
    further reasons, in words, why nothing can be proven from this answer (an agent that failed, a layer that
    is absent: ``too_old`` where the agent does not know of it). ``live`` is the one commit whose tree is
    exactly what lies on disk, where there is one. ``idle`` are lines that are not met of dependency files
    which do not win; they bar nothing.
    """

    findings: tuple[FileFinding, ...] = ()
    barriers: tuple[str, ...] = ()
    live: Origin | None = None
    requirements: tuple[Requirement, ...] = ()
    idle: tuple[Requirement, ...] = ()
    too_old: bool = False

    @property
    def fresh(self) -> bool:
        """Exactly the expectation, in every layer asked for, and nothing that bars saying so."""
        return not self.findings and not self.barriers and not self.requirements

    @property
    def stale(self) -> tuple[FileFinding, ...]:
        """The findings that show other code than the release's, beyond doubt.

        Where the answer cannot be relied on, only bytes that a commit explains show anything.
        """
        told = (one for one in self.findings if one.is_certain)
        return tuple(one for one in told if one.origin is not None or not self.barriers)

    @property
    def unmet(self) -> tuple[Requirement, ...]:
        """The requirement lines that what is installed contradicts, beyond doubt."""
        told = (one for one in self.requirements if one.state is not RequirementState.UNRECORDED)
        return () if self.barriers else tuple(told)

    @property
    def is_certain(self) -> bool:
        """Whether something else than the release is shown beyond doubt."""
        return bool(self.stale or self.unmet)


class Absence(str, Enum):
    """Why there is no attestation."""

    NO_AGENT = "no-agent"  # the app ran, and did not answer the challenge
    RAISED = "raised"  # the app raised before it could answer
    ASLEEP = "asleep"
    STARTING = "starting"
    PRIVATE = "private"
    DOWN = "down"
    PLATFORM = "platform"  # the host itself does not answer, or says that it is at fault
    TIMEOUT = "timeout"  # it answers, but not in time or not to the end
    TLS = "tls"
    NOT_STREAMLIT = "not-streamlit"
    NO_ATTESTATION = "no-attestation"  # an answer that is none: malformed, too large, or of another challenge


@dataclass(frozen=True)
class Observation:
    """One question to the live app and what came of it, ``at`` seconds after the wait began.

    ``healed`` counts the modules dropped then, ``lingering`` old ones that somebody still holds,
    ``changes`` how often its code or data changed since it began.

    Either ``boot_id`` and ``reading`` are set, with the ``commit`` that the reading is held against (where
    ``superseding``, a later commit of the branch, which the process attests exactly), or ``absence`` is.
    """

    at: float
    boot_id: str | None = None
    reading: Reading | None = None
    commit: str | None = None
    superseding: bool = False
    absence: Absence | None = None
    detail: str = ""
    shows_stamp: bool = False
    started: str | None = None
    stamp: str | None = None
    healed: int = 0
    lingering: int = 0
    changes: int = 0
    raised: Raised | None = None

    @property
    def fresh(self) -> bool:
        """The process attested exactly the commit that it is held against."""
        return self.reading is not None and self.reading.fresh


@dataclass(frozen=True)
class Looked:
    """What the app shows, looked at once its processes have attested the release.

    ``raised``: the pages that show an exception though they may not. ``edge``: files that are served in an
    earlier state to whoever asks as a browser does.
    """

    checks: tuple[CheckResult, ...] = ()
    raised: tuple[PageLook, ...] = ()
    edge: tuple[FileFinding, ...] = ()

    @property
    def failed(self) -> tuple[CheckResult, ...]:
        """The checks that did not pass, on pages that were seen."""
        return tuple(one for one in self.checks if not one.passed and not one.unseen)

    @property
    def unseen(self) -> tuple[CheckResult, ...]:
        """The checks that say nothing, since they could not be made to their end."""
        return tuple(one for one in self.checks if one.unseen)

    @property
    def wrong(self) -> bool:
        """Something is seen that should not be so."""
        return bool(self.failed or self.raised or self.edge)

    @property
    def lasts(self) -> bool:
        """Nothing wrong is seen, and a check says nothing that could not be made later, either."""
        return not self.wrong and any(one.lasting for one in self.unseen)


@dataclass(frozen=True)
class Evidence:
    """All that is known when a judgement is made.

    ``target`` is what the host says it deploys, ``trouble`` its own word for what is wrong with the app,
    ``claim`` the commit that it names, where that is another. ``log`` is what a host's log says, where
    somebody gave one. ``deploying``: the host says that a deploy is under way. ``reboot`` is how a person
    starts the app afresh there, where the host has words for it.
    """

    expected: Expectation
    observations: tuple[Observation, ...] = ()
    target: Target | None = None
    trouble: str = ""
    claim: Claim | None = None
    looked: Looked | None = None
    log: LogEvidence = field(default_factory=LogEvidence)
    deploying: bool = False
    reboot: tuple[str, ...] = ()

    @property
    def deploys(self) -> Target | None:
        """What the host deploys, as itself says, else as its log does."""
        if self.target is not None or self.log.repository is None:
            return self.target
        return Target(self.log.repository, self.log.branch or "", self.log.entrypoint or "")
