"""What the dependency files of an app ask an installer for, line by line.

The process and the verifier read the same files, one on disk and one in git, and must come to the same lines:
so this is pure, needs only the standard library (and whichever TOML reader is there), and does no I/O of its
own. What cannot be read with certainty is a line too, an unclear one, which nothing can satisfy.

How a line's text is normalised: comments, continuations and surplus blanks are gone; ``--hash`` is left out
(what is installed does not tell it, the version says which release it was); user and password are left out of
every URL; a folder or an archive of the repository is written from the root (``./lib``); what binds only if
installed begins with ``constraint:``, what conda installs with ``conda:``, and what cannot be judged with
``unclear:``.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from freshboot.dependencies import environment, lock, requirements, tables
from freshboot.dependencies.line import Line, Read, Sense, unclear

__all__ = ["Line", "Read", "Sense", "candidates", "lines", "winning"]

_READERS = {
    "uv.lock": lock.lines,
    "Pipfile": tables.pipfile,
    "environment.yml": environment.lines,
    "requirements.txt": requirements.lines,
    "pyproject.toml": tables.pyproject,
}
_ODD = (ValueError, TypeError, LookupError, AttributeError, RecursionError)


def candidates(entrypoint: str) -> tuple[str, ...]:
    """The dependency files that the host looks for, as paths from the root, the first to win first.

    :param entrypoint: its path from the root
    """
    folders = dict.fromkeys((posixpath.dirname(entrypoint), ""))
    return tuple(posixpath.join(folder, name) for folder in folders for name in _READERS)


def winning(exists: Callable[[str], bool], entrypoint: str) -> str | None:
    """The dependency file that the host takes; None if the app has none."""
    return next((path for path in candidates(entrypoint) if exists(path)), None)


def lines(read: Read, file: str) -> tuple[Line, ...]:
    """All lines of a dependency file, and of the files that it includes, that say something to an installer.

    What lies outside of the root is never read. A file that is not there, or that has a form that is not
    known here, is one unclear line.

    :param file: its path from the root; its name says what it is, any other is read as a requirements file
    """
    reader = _READERS.get(posixpath.basename(file), requirements.lines)
    try:
        return tuple(dict.fromkeys(reader(read, file)))
    except _ODD:
        return (unclear(file),)
