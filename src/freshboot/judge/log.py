"""A host's log, pasted or saved, as evidence: what was pulled, built, with which file, and why it failed.

The lines are Community Cloud's, as people have published them. A log says what the host did and not what
runs: it can explain a verdict, and never makes one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

LONGEST_LOG = 4_000_000
"""Characters; of a longer log the end is read, which is the latest."""

_LONGEST_LINE = 500
_MOST_LINES = 100_000
_MOST_FAILING = 20

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]{0,500}(?:\x07|\x1b\\)|[@-Z\\-_])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# [03:37:57] before a line, [2025-03-09 03:38:12.514469] anywhere in it, and numbers of a pasted listing.
_TIMES = re.compile(
    r"\[(?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d(?:\.\d+)?\] ?|^ {0,6}\d{1,6}: (?:\[manager\] )?|^\[manager\] "
)
_SIGNS = re.compile(
    r"^[^\w\[/('\"`+-]{1,4} *(?=[A-Za-z])"
)  # the emoji that the host begins its own lines with

_REPOSITORY = re.compile(r"Starting up repository: '([^']*)', branch: '([^']*)', main module: '([^']*)'")
_INSTALLED = re.compile(r"Python dependencies were installed from (\S[^\n]*?) using ([\w.-]+?)\.?$")
_USED = re.compile(r"\bUsed: ([\w.-]+) with (\S+)")
_INSTALLER = re.compile(r"^[─━=-]{5,} ([\w.-]+) [─━=-]{5,}$")
_FROM_FILE = re.compile(r"\(from -r (\S+) \(line \d+\)\)")
_ROOT = re.compile(r"^(?:\.\.\.|/(?:mount/src|app)/[^/]+)/")

_PULLING = "Pulling code changes from Github"
_CLONING = ("Cloning repository", "Cloned repository")
_PROCESSING = "Processing dependencies"
_PROCESSED = "Processed dependencies"
_UPDATED = "Updated app!"
_STOPPING = "Stopping..."
_FAILED = ("installer returned a non-zero exit code", "Error during processing dependencies")
_UNHEALTHY = ("consistently failed status checks", "has encountered an error while checking the health")
_SAYS_WHY = re.compile(
    r"^(?:ERROR: |error: |cause: |E: |× |x |No solution found|CondaError|ResolvePackageNotFound)"
    r"|^The lock ?file|no such option: |Unexpected '-'|No matching distribution|Could not find a version"
    r"|Failed (?:to (?:download|build|parse|fetch|resolve)|building wheel)|Couldn't (?:parse|install)"
    r"|has no (?:installation candidate|solution)|subprocess-exited-with-error|ModuleNotFoundError: "
    r"|^Because |requirements are unsatisfiable|is not compatible|conflicting dependencies"
    r"|ResolutionImpossible|requires? (?:a different )?Python"
)
_EMPTY_WORDS = ("ERROR: Exception:", "error: subprocess-exited-with-error")


@dataclass(frozen=True)
class LogEvidence:
    """What a log says. All but the counts is about the last build or pull in it; texts are untrusted.

    ``dependency_file`` is the file that the host installed from, from the repository's root; ``candidates``
    are all that it found, where it says so. ``failing_lines`` say why the build failed; there can be none.
    ``restarted``: the process was stopped for it. ``unhealthy``: the app did not come up after it.
    """

    pulls: int = 0
    clones: int = 0
    processing_dependencies: bool = False
    processed_dependencies: bool = False
    dependency_file: str | None = None
    candidates: tuple[str, ...] = ()
    installer: str | None = None
    build_failed: bool = False
    failing_lines: tuple[str, ...] = ()
    updated: bool = False
    restarted: bool = False
    unhealthy: bool = False
    repository: str | None = None
    branch: str | None = None
    entrypoint: str | None = None

    @property
    def pulled(self) -> bool:
        """Whether the host fetched code at all."""
        return bool(self.pulls or self.clones)

    @property
    def is_log(self) -> bool:
        """Whether the text has any line of a host that is known here."""
        return self.pulled or self.processing_dependencies or self.build_failed or self.updated


def read_log(text: str) -> LogEvidence:
    """Read a host's log; a text that is none gives evidence of nothing."""
    reader = _Reader()
    for line in clean("\n".join(text[-LONGEST_LOG:].splitlines()[-_MOST_LINES:])):
        reader.add(line)
    return reader.evidence()


def clean(text: str) -> Iterable[str]:
    """A log's lines without colours, times and blanks, each bounded."""
    for raw in re.split(r"[\r\n]+", text):
        line = _CONTROL.sub("", _ESCAPES.sub("", raw[: 4 * _LONGEST_LINE]))
        line = _TIMES.sub("", line).strip()[:_LONGEST_LINE]
        if line:
            yield _SIGNS.sub("", line)


@dataclass
class _Build:
    """What the log says of one build or pull."""

    processing: bool = False
    processed: bool = False
    failed: bool = False
    updated: bool = False
    restarted: bool = False
    unhealthy: bool = False
    why: dict[str, None] = field(default_factory=dict)


class _Reader:
    """Folds lines into evidence. A build starts with a pull; what it does not say again stays as it was."""

    def __init__(self) -> None:
        self._build = _Build()
        self._pulls = self._clones = 0
        self._file: str | None = None
        self._candidates: tuple[str, ...] = ()
        self._installer: str | None = None
        self._repository: tuple[str, str, str] | None = None

    def add(self, line: str) -> None:
        """Take in the next line."""
        self._progress(line)
        self._dependencies(line)
        if found := _REPOSITORY.search(line):
            self._repository = (found[1], found[2], found[3])
            self._build = _Build()

    def evidence(self) -> LogEvidence:
        build, (repository, branch, entrypoint) = self._build, self._repository or (None, None, None)
        return LogEvidence(
            pulls=self._pulls,
            clones=self._clones,
            processing_dependencies=build.processing,
            processed_dependencies=build.processed,
            dependency_file=self._file,
            candidates=self._candidates,
            installer=self._installer,
            build_failed=build.failed,
            failing_lines=tuple(build.why)[-_MOST_FAILING:] if build.failed else (),
            updated=build.updated,
            restarted=build.restarted,
            unhealthy=build.unhealthy,
            repository=repository,
            branch=branch,
            entrypoint=entrypoint,
        )

    def _progress(self, line: str) -> None:
        build = self._build
        if line.startswith(_PULLING):
            self._pulls += 1
            self._build = _Build()
        elif line.startswith(_CLONING):
            self._clones += line.startswith(_CLONING[0])
        elif line.startswith(_PROCESSING):
            build.processing = True
        elif line.startswith(_PROCESSED):
            build.processed = True
        elif any(words in line for words in _FAILED):
            build.failed = True
            build.why[line] = None
        elif line.startswith(_UPDATED):
            build.updated = True
        elif line.startswith(_STOPPING):
            build.restarted = True
        elif any(words in line for words in _UNHEALTHY):
            build.unhealthy = True

    def _dependencies(self, line: str) -> None:
        if found := _INSTALLED.search(line):
            self._file, self._installer = _from_root(found[1]), found[2]
        elif found := _USED.search(line):
            self._installer, self._file = found[1], _from_root(found[2].rstrip("."))
            self._candidates = _candidates(line)
        elif found := _INSTALLER.match(line):
            self._installer = found[1]
        elif found := _FROM_FILE.search(line):
            self._file = _from_root(found[1])
        if _SAYS_WHY.search(line) and line not in _EMPTY_WORDS and not self._build.processed:
            self._build.why[line] = None


def _from_root(path: str) -> str:
    """``/mount/src/repo/app/requirements.txt`` from the repository's root."""
    return _ROOT.sub("", path)


def _candidates(line: str) -> tuple[str, ...]:
    """``Available options: uv a, poetry b. Used: …``: the files."""
    options = line.partition("Available options: ")[2].partition(" Used: ")[0].strip().rstrip(".")
    return tuple(_from_root(one.split(" ", 1)[-1].strip()) for one in options.split(", ") if one.strip())
