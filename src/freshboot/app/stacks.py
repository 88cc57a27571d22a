"""What every thread is in the middle of, all at one instant.

Walking another thread's frames in Python is not safe: it goes on running between two of our own steps, and
CPython 3.11 then hands out frames that are half gone, or crashes. ``faulthandler`` writes all stacks in one
go, holding the interpreter's lock.
"""

from __future__ import annotations

import faulthandler
import os
import re
import tempfile
from typing import IO, NamedTuple

_THREAD = re.compile(r"(?:Current thread|Thread) 0x([0-9a-f]+)\b.*:\Z")
_FRAME = re.compile(r'  File "(.*)", line (?:\d+|\?\?\?) in (.*)\Z')
_CUT_THREADS, _CUT_FRAMES = "...", "  ..."


class Frame(NamedTuple):
    """One line of a stack: the code's file and its function."""

    file: str
    function: str


class Stacks(NamedTuple):
    """Every thread's stack by the thread's identifier, innermost frame first.

    ``whole`` is False if there are more threads than faulthandler shows (100). ``deep`` are the threads whose
    outer frames it left out (from the 100th on).
    """

    threads: dict[int, list[Frame]]
    whole: bool
    deep: frozenset[int]


def stacks() -> Stacks:
    """Look at all threads."""
    with _scratch() as file:
        faulthandler.dump_traceback(file, all_threads=True)
        file.seek(0)
        return parse(file.read().decode("ascii", "replace"))


def parse(dump: str) -> Stacks:
    """Read what faulthandler writes."""
    threads: dict[int, list[Frame]] = {}
    deep = set()
    current, whole = 0, True
    for line in dump.splitlines():
        if thread := _THREAD.match(line):
            current = int(thread[1], 16)
            threads[current] = []
        elif frame := _FRAME.match(line):
            threads.setdefault(current, []).append(Frame(_unescaped(frame[1]), frame[2]))
        elif line == _CUT_FRAMES:
            deep.add(current)
        elif line == _CUT_THREADS:
            whole = False
    return Stacks(threads, whole, frozenset(deep))


def _unescaped(text: str) -> str:
    """The path as it is; all but plain letters are written as in a Python string."""
    return text.encode("ascii").decode("unicode_escape", "replace") if "\\" in text else text


def _scratch() -> IO[bytes]:
    """A file of its own, in memory where the system can."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("freshboot"), "r+b", buffering=0)
    return tempfile.TemporaryFile(buffering=0)
