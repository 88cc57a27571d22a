"""What a page of the live app showed, as the checks read it, and the app's own exceptions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class ShownMetric:
    """An ``st.metric`` as it is displayed."""

    label: str
    value: str
    delta: str = ""


@dataclass(frozen=True)
class Frame:
    """A place in the app's own code; ``path`` is from the repository's root. ``function`` may be empty."""

    path: str
    line: int
    function: str = ""

    def __str__(self) -> str:
        named = self.function and self.function != "<module>"
        return f"{self.path}, line {self.line}" + (f", in {self.function}" if named else "")


@dataclass(frozen=True)
class Raised:
    """An exception that the app shows.

    ``redacted``: the app hides the message (``client.showErrorDetails``), which is then empty, and perhaps
    the type and the frame as well.
    """

    type: str
    message: str
    frame: Frame | None = None
    redacted: bool = False

    def __str__(self) -> str:
        what = ": ".join(filter(None, (self.type or "an exception", self.message)))
        where = f" ({self.frame})" if self.frame else ""
        return what + where + ("; the app hides what it says" if self.redacted else "")


@dataclass(frozen=True)
class PageLook:
    """What one page showed. ``page`` is its url path, empty for the first page; ``title`` its name.

    ``error`` says why this is not the whole page (still running, no such page, too much); empty if it is.
    """

    page: str = ""
    title: str = ""
    texts: tuple[str, ...] = ()
    metrics: tuple[ShownMetric, ...] = ()
    raised: Raised | None = None
    error: str = ""


_REDACTED = "This app has encountered an error. The original error message is redacted"
_SYNTAX_ERRORS = ("SyntaxError", "IndentationError", "TabError")
_FRAME = re.compile(r'[\s|]*File "([^"\n]+)", line (\d{1,9})(?:, in ([^\n]*))?')
_CHAINED = ("The above exception was the direct cause", "During handling of the above exception")
_OF_A_GROUP = re.compile(r"[\s|]*\+-")
_LIBRARY = re.compile(r"/(?:site-packages|dist-packages|lib(?:64)?/python\d[\d.]*)/")
_MOST_FRAMES = 500
_LONGEST_PATH = 1000
_DEEPEST_PATH = 40
_LONGEST_TEXT = 500


def raised(type_: str, message: str, stack: Sequence[str], paths: Collection[str]) -> Raised:
    """Read an exception as Streamlit (1.28 and later) tells it; ``paths`` are the release's tracked files.

    The frame is where the exception was raised, as deep as the app's own files go; for a syntax error the
    faulty line itself. An exception that has no frame there (a thread's, a callback's) has None.
    """
    redacted = message.startswith(_REDACTED)
    faulty, told = None, "" if redacted else message
    if type_ in _SYNTAX_ERRORS and _FRAME.match(message):
        faulty, told = frame([message], paths), message.strip().rpartition("\n")[2].removeprefix(f"{type_}: ")
    place = faulty or frame(stack, paths)
    return Raised(type_[:_LONGEST_TEXT], told[:_LONGEST_TEXT], place, redacted)


def frame(stack: Sequence[str], paths: Collection[str]) -> Frame | None:
    """The deepest frame of a displayed stack that lies in a tracked file; None if there is none.

    Of chained exceptions the last counts, which is the one that the page names. A library's frame never
    counts, also where the repository has a file of its name: all files of an app lie under one root.
    """
    tracked = frozenset(paths)
    frames = list(_frames(_last_of_chain(stack[-_MOST_FRAMES:])))
    roots = Counter(root for path, _, _ in frames for root in _roots(path, tracked))
    if not roots:
        return None
    root = max(roots, key=lambda one: (roots[one], -len(one)))
    own = [one for one in frames if root in _roots(one[0], tracked)]
    path, line, function = own[-1]
    return Frame(path[len(root) :], line, function)


def _last_of_chain(stack: Sequence[str]) -> Sequence[str]:
    starts = [index for index, entry in enumerate(stack) if entry.lstrip(" |").startswith(_CHAINED)]
    last = stack[starts[-1] + 1 :] if starts else stack
    groups = [index for index, entry in enumerate(last) if _OF_A_GROUP.match(entry)]
    return last[: groups[0]] if groups else last


def _frames(stack: Sequence[str]) -> Iterator[tuple[str, int, str]]:
    for entry in stack:
        found = _FRAME.match(entry[: 2 * _LONGEST_PATH])
        if found and len(found[1]) <= _LONGEST_PATH:
            yield found[1].replace("\\", "/"), int(found[2]), (found[3] or "").strip()[:_LONGEST_TEXT]


def _roots(path: str, tracked: frozenset[str]) -> Iterator[str]:
    """Every folder under which this file would be a tracked one; the longest tracked path first."""
    starts = [0, *(index + 1 for index, character in enumerate(path) if character == "/")]
    for start in starts[-_DEEPEST_PATH:]:
        if path[start:] in tracked and not _LIBRARY.search(path[:start]):
            yield path[:start]
