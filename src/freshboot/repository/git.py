"""The one door to the git command: a known environment, no prompts, time limits, failures in one line.

GitPython is not imported here, so that whoever only asks for a commit's id does not pay for it.
"""

from __future__ import annotations

import logging
import os
import re
import select
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import IO

from freshboot.errors import FreshbootError

LOCAL_SECONDS = 60.0
"""Limit of a command that reads or writes this repository only."""

REMOTE_SECONDS = 300.0
"""Limit of a command that talks to a remote; a pre-push hook runs within it."""

# Git exports GIT_DIR, GIT_INDEX_FILE, GIT_WORK_TREE and more to hooks and aliases; inherited, they silently
# turn a command to another repository or index (https://github.com/pre-commit/pre-commit/issues/300). What
# stays names transport, certificates and configuration files, without which a remote may be out of reach.
_KEPT = re.compile(
    r"GIT_(EXEC_PATH|ALLOW_PROTOCOL|PROTOCOL_FROM_USER|(SSH|SSL|HTTP|PROXY)(_\w+)?"
    r"|CONFIG_(COUNT|KEY_\d+|VALUE_\d+|GLOBAL|SYSTEM|NOSYSTEM))\Z"
)
_SET = {
    "LC_ALL": "C",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",  # empty also stops core.askPass and SSH_ASKPASS
    "SSH_ASKPASS_REQUIRE": "never",
    "GCM_INTERACTIVE": "never",
    "GIT_PAGER": "cat",
    "GIT_EDITOR": ":",
    "GIT_OPTIONAL_LOCKS": "0",  # reading never gets in the way of the user's own git
    "GIT_NO_REPLACE_OBJECTS": "1",  # a host clones no replace refs, so they say nothing of what is live
}
_USERINFO = re.compile(r"(?<=://)[^/\s]*@")
_SECRET_PARAMETER = re.compile(r"([?&][\w-]*(?:token|secret|password|key)=)[^&\s'\"]+", re.I)
_ESCAPE_SEQUENCE = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|.)", re.S)


_log = logging.getLogger("freshboot.git")


class GitError(FreshbootError):
    """A git command failed in a way that nothing more is known about."""


class GitMissingError(GitError):
    """There is no git command."""


class GitTimeoutError(GitError):
    """A git command took longer than its limit, and was ended."""


class UnsafeFolderError(GitError):
    """Git refuses a repository that belongs to somebody else (``safe.directory``)."""


@dataclass(frozen=True)
class Result:
    """What a command answered: exit code, its output as it is, its messages without secrets."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        """The output as text, without the last line's end; bytes beyond UTF-8 by surrogateescape."""
        return decode(self.out).rstrip("\n")

    @property
    def records(self) -> list[str]:
        """The NUL-terminated records of a ``-z`` command."""
        return decode(self.out).split("\0")[:-1]


@dataclass(frozen=True)
class Git:
    """Git commands run in one folder, with ``settings`` added to the scrubbed environment."""

    root: str
    settings: Mapping[str, str] = field(default_factory=dict)

    def run(
        self,
        *args: str,
        input: bytes | None = None,  # noqa: A002  the name that subprocess gives it
        check: bool = True,
        timeout: float = LOCAL_SECONDS,
        env: Mapping[str, str] | None = None,
    ) -> Result:
        """Run ``git *args`` and wait for it; ``env`` is added to the environment.

        :raises GitError: it failed (unless ``check`` is off), took too long, or there is no git.
        """
        began = time.monotonic()
        with self._start(
            args, subprocess.DEVNULL if input is None else subprocess.PIPE, subprocess.PIPE, env
        ) as git:
            try:
                out, err = git.communicate(input, timeout)
            except subprocess.TimeoutExpired:
                _end(git)
                raise _too_long(args, timeout) from None
            except BaseException:
                _end(git)
                raise
        _log.debug("git %s: exit code %d after %.2f s", _told(args), git.returncode, time.monotonic() - began)
        result = Result(git.returncode, out, redact(decode(err)))
        if check and result.code != 0:
            raise failure(args, result, self.root)
        return result

    def stream(self, *args: str, timeout: float = LOCAL_SECONDS) -> Iterator[bytes]:
        """Yield the NUL-terminated records of a ``-z`` command as they come; closing the generator ends it.

        ``timeout`` bounds each wait for git, not the time that the caller takes.

        :raises GitError: it failed, took too long, or there is no git.
        """
        with tempfile.TemporaryFile() as messages, self._start(args, subprocess.DEVNULL, messages) as git:
            try:
                yield from _records(git, args, timeout)
                git.wait()
            finally:
                _end(git)
            if git.returncode != 0:
                messages.seek(0)
                raise failure(args, Result(git.returncode, b"", redact(decode(messages.read()))), self.root)

    def _start(
        self, args: tuple[str, ...], stdin: int, stderr: int | IO[bytes], env: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        running = _RUNNING.get()
        if running is not None and running.over:
            raise GitError(f"git {_command(args)} was not begun: interrupted", "begin anew")
        try:
            process = subprocess.Popen(
                [b"git", *(arg.encode("utf-8", "surrogateescape") for arg in args)],
                cwd=self.root,
                env={**environment(), **self.settings, **(env or {})},
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=stderr,
                # Without a terminal no ssh can ask for a passphrase or a host key, whichever command the user
                # configured for it; and a whole group can be ended, with ssh and hooks.
                start_new_session=True,
            )
        except FileNotFoundError as error:
            if os.path.isdir(self.root):
                raise GitMissingError(
                    "git is not installed, or not on PATH", "install git 2.31 or later"
                ) from error
            raise GitError(f"there is no folder {self.root}", "name the repository's folder") from error
        except NotADirectoryError as error:
            raise GitError(f"{self.root} is not a folder", "name the repository's folder") from error
        if running is not None:
            running.add(process)
        return process


class Running:
    """The git processes of one piece of work, which runs in a thread that nobody can interrupt."""

    def __init__(self) -> None:
        self.over = False
        self._last: subprocess.Popen[bytes] | None = None

    def add(self, process: subprocess.Popen[bytes]) -> None:
        """Know of a process; they run one after the other."""
        self._last = process
        if self.over:
            _end(process)

    def stop(self) -> None:
        """End what runs, and begin no more."""
        self.over = True
        if self._last is not None:
            _end(self._last)


_RUNNING: ContextVar[Running | None] = ContextVar("running", default=None)


@contextmanager
def stoppable() -> Iterator[Running]:
    """Git processes begun within, also by threads that take the context along, can be ended from outside."""
    running = Running()
    token = _RUNNING.set(running)
    try:
        yield running
    finally:
        _RUNNING.reset(token)


def environment() -> dict[str, str]:
    """The environment of every git process: the caller's, without what would lead git astray or ask."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name != "SSH_ASKPASS" and (not name.startswith("GIT_") or _KEPT.match(name))
    }
    return {**inherited, **_SET}


def decode(output: bytes) -> str:
    """Git's output as text; bytes beyond UTF-8 by surrogateescape, so that names can be handed back."""
    return output.decode("utf-8", "surrogateescape")


def redact(text: str) -> str:
    """Take user names, passwords and tokens out of every URL."""
    return _SECRET_PARAMETER.sub(r"\1***", _USERINFO.sub("***@", text))


def printable(text: str, limit: int = 300) -> str:
    """Text of unknown origin as one bounded line without control characters or terminal sequences."""
    plain = "".join(c if c.isprintable() else " " for c in _ESCAPE_SEQUENCE.sub("", text))
    line = " ".join(plain.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def failure(args: tuple[str, ...], result: Result, root: str) -> GitError:
    """Word what a failed command said."""
    if "dubious ownership" in result.err or "unsafe repository" in result.err:
        return UnsafeFolderError(
            f"git refuses {root}: the repository belongs to another user",
            f"run as its owner, or trust it: git config --global --add safe.directory {root}",
        )
    return GitError(
        f"git {_command(args)} failed: {complaint(result.err) or f'exit code {result.code}'}",
        "look at the repository with git itself",
    )


def complaint(messages: str) -> str:
    """The line in which git says what is wrong: the first fatal or error line, else the last of all."""
    lines = [line for line in map(printable, messages.splitlines()) if line]
    marked = [line for line in lines if line.startswith(("fatal:", "error:"))]
    return (marked or lines[-1:] or [""])[0]


def _told(args: tuple[str, ...]) -> str:
    """A command as it can be shown: on one line, without secrets; a setting is told by its name."""
    settings = {at + 1 for at, arg in enumerate(args) if arg == "-c"}
    shown = (arg.partition("=")[0] + "=…" if at in settings else arg for at, arg in enumerate(args))
    return printable(redact(" ".join(shown)))


def _too_long(args: tuple[str, ...], timeout: float) -> GitTimeoutError:
    return GitTimeoutError(
        f"git {_command(args)} did not end within {timeout:g} s",
        "look for a hook, a proxy or a lock that holds it up",
    )


def _command(args: tuple[str, ...]) -> str:
    """The command's own name, behind git's options and ``-c`` settings."""
    return next((arg for arg in args if not arg.startswith("-") and "=" not in arg), "")


def _records(git: subprocess.Popen[bytes], args: tuple[str, ...], timeout: float) -> Iterator[bytes]:
    assert git.stdout is not None  # noqa: S101  for the type checker: a pipe was asked for
    pipe = git.stdout.fileno()
    waiting = select.poll()
    waiting.register(pipe, select.POLLIN)
    rest = b""
    while True:
        if not waiting.poll(timeout * 1000):
            raise _too_long(args, timeout)
        chunk = os.read(pipe, 1 << 16)
        if not chunk:
            return
        *whole, rest = (rest + chunk).split(b"\0")
        yield from whole


def _end(git: subprocess.Popen[bytes]) -> None:
    """End the process with everything it started: ssh, hooks, remote helpers."""
    if git.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(git.pid, signal.SIGKILL)
