"""What a rehearsal found, and the verdict that it allows. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from freshboot.judge.causes import Cause
from freshboot.judge.checks import CheckResult
from freshboot.judge.evidence import Expectation, Looked
from freshboot.judge.outcome import Outcome
from freshboot.judge.pages import PageLook
from freshboot.judge.sentences import NEXT
from freshboot.judge.verdict import EXIT_CODES, Verdict
from freshboot.judge.words import describe_raised, explain, next_steps

SEEN_TO = "every page renders; what runs cannot be attested: the app does not call freshboot.boot()"
STARTED = "the process answers; what runs cannot be attested: the app does not call freshboot.boot()"
NO_PAGE = "no page was looked at: the configuration allows exceptions"
_ADD_BOOT = "add the two lines to the app: freshboot init does it"
_COMMIT_BOOT = "commit what freshboot init has written, and rehearse that commit"
_LONGER = "look at what the page waits for, or give --timeout more"


class Step(str, Enum):
    """How far a rehearsal can come."""

    INSTALLS = "installs"
    BOOTS = "boots"
    RENDERS = "renders"
    ATTESTS = "attests"


@dataclass(frozen=True)
class Taken:
    """A step that was taken, or tried: ``words`` say how it went, ``seconds`` how long it took."""

    step: Step
    passed: bool
    words: str
    seconds: float


@dataclass(frozen=True)
class Subject:
    """What is rehearsed. ``uncommitted`` counts the changes that are not, ``packages`` what apt would bring.

    ``secrets`` is the file that is passed on, None where there is none; ``python`` the interpreter's version.
    ``boot_waits``: the entrypoint of the work tree calls ``boot()``, and that of the commit does not.
    """

    commit: str
    title: str
    entrypoint: str
    dependency_file: str | None
    python: str
    uncommitted: int = 0
    packages: tuple[str, ...] = ()
    secrets: str | None = None
    boot_waits: bool = False


@dataclass(frozen=True)
class Made:
    """The environment: what made it and when (seconds since 1970), and the Streamlit in it.

    ``added``: the dependency file does not ask for Streamlit.
    """

    tool: str
    streamlit: str
    made: float
    kept: bool
    added: bool


@dataclass(frozen=True)
class Rehearsal:
    """All of it. ``trouble`` is why it ended early, with its ``remedy``; ``log`` are the lines that say why.

    ``missing``: this machine lacks something that the host has, so that nothing is known of the commit.
    ``late``: the time was over, which is no fault of anybody's that is known.
    """

    subject: Subject
    steps: tuple[Taken, ...] = ()
    made: Made | None = None
    looked: Looked = field(default_factory=Looked)
    outcome: Outcome | None = None
    trouble: str = ""
    remedy: str = ""
    log: tuple[str, ...] = ()
    missing: bool = False
    late: bool = False

    @property
    def raised(self) -> tuple[PageLook, ...]:
        """The pages that show an exception."""
        return self.looked.raised

    @property
    def unseen(self) -> tuple[CheckResult, ...]:
        """The pages of which not all was seen, and that show no exception."""
        return self.looked.unseen

    @property
    def failed(self) -> Step | None:
        """The step that did not pass."""
        return next((one.step for one in self.steps if not one.passed), None)

    @property
    def verdict(self) -> Verdict:
        """What may be said. What raises in a fresh process of a clean clone is the code's own fault."""
        if self.raised:
            return Verdict.CODE
        if self.outcome is None or self.failed not in (None, Step.ATTESTS):
            return Verdict.UNPROVEN
        return self.outcome.judgement.verdict

    @property
    def cause(self) -> Cause | None:
        """Why it is that."""
        if self.raised:
            return Cause.APP_RAISES
        if self.late:
            return None
        match self.failed:
            case Step.INSTALLS:
                return None if self.missing else Cause.BUILD_FAILED
            case Step.BOOTS:
                return Cause.DOWN
            case Step.RENDERS:
                return None
        return self.outcome.judgement.cause if self.outcome is not None else None

    @property
    def exit_code(self) -> int:
        """That of the verdict."""
        return EXIT_CODES[self.verdict]

    @property
    def is_without_agent(self) -> bool:
        """Whether all was well as far as it could be seen in an app that does not call ``boot()``."""
        return self.cause is Cause.NO_AGENT and self.failed in (None, Step.ATTESTS)

    @property
    def is_unlooked(self) -> bool:
        """Whether no page was looked at, as the configuration has it."""
        came = any(one.step is Step.RENDERS and one.passed for one in self.steps)
        return came and not self.looked.checks and not self.looked.raised

    @property
    def lets_pass(self) -> bool:
        """Whether a push may go on: nothing was found wrong with the commit."""
        return self.exit_code == 0 or self.missing or self.is_without_agent

    @property
    def explanation(self) -> str:
        """Why the verdict is what it is, in a sentence."""
        if self.raised:
            return "; ".join(map(describe_raised, self.raised))
        if self.trouble:
            return self.trouble
        if self.unseen:
            return words_of_pages(self.looked)
        if self.is_without_agent:
            return f"{STARTED}; {NO_PAGE}" if self.is_unlooked else SEEN_TO
        if self.outcome is None:
            return "the rehearsal did not come to its end"
        told = explain(self.outcome.judgement, self.outcome.expected)
        return f"{told} But {NO_PAGE}." if self.is_unlooked else told

    @property
    def next_steps(self) -> tuple[str, ...]:
        """What to do about it; nothing where all is well."""
        if self.raised:
            return tuple(NEXT[Cause.APP_RAISES])
        if self.remedy:
            return (self.remedy,)
        if self.unseen:
            return (_LONGER,)
        if self.is_without_agent:
            return (_COMMIT_BOOT if self.subject.boot_waits else _ADD_BOOT,)
        return () if self.outcome is None else next_steps(self.outcome.judgement, self.outcome.expected)


def layers_of(expected: Expectation) -> str:
    """The layers that were asked for, in words."""
    return ", ".join(layer.value for layer in expected.layers)


def packages_in(data: bytes | None) -> tuple[str, ...]:
    """The packages that ``packages.txt`` asks apt for."""
    text = (data or b"").decode("utf-8", "replace")
    return tuple(one for line in text.splitlines() for one in line.partition("#")[0].split())


def words_of_pages(looked: Looked) -> str:
    """How many pages rendered, and which did not."""
    rendered = sum(one.passed for one in looked.checks)
    count = len(looked.checks) + len(looked.raised)
    if not count:
        return NO_PAGE
    wrong = [describe_raised(one) for one in looked.raised] + [_told(one) for one in looked.unseen]
    words = f"{rendered} of {count} page{'s' if count > 1 else ''} without an exception"
    return "; ".join([words, *wrong])


def _told(unseen: CheckResult) -> str:
    return f"{unseen.name}: {unseen.found}"
