"""The processes that this one started, or that those started in turn. Only Linux tells of them.

Whose parent has ended is nobody's child any more. Then it is one of ours if it began after us and is of our
process group, or works in the repository.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping

from freshboot.app.places import Places, is_below
from freshboot.app.process import Process, look

_INIT = 1
_DELETED = " (deleted)"


def family(places: Places | None) -> list[Process]:
    """Our live descendants; with those that lost their parents, where the repository is known."""
    if sys.platform != "linux":
        return []
    everybody = {one.pid: one for one in _processes()}
    me = everybody.get(os.getpid())
    return [
        one
        for one in everybody.values()
        if _is_below(one, os.getpid(), everybody)
        or (places is not None and me is not None and _is_orphan(one, me, places))
    ]


def executable(pid: int) -> str | None:
    """The program that a process runs; as it was named if it is gone. None if nobody knows."""
    return _link(pid, "exe")


def command(pid: int) -> list[str]:
    """A process's command line; empty if it has just ended."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return [os.fsdecode(one) for one in file.read().split(b"\0")]
    except OSError:
        return []


def named_by(pid: int) -> set[str]:
    """The paths that a process's command line may name: each of its words, seen from where it works."""
    folder = _link(pid, "cwd") or os.sep
    words = {word for text in command(pid) for word in (text, *text.replace("=", " ").split()) if word}
    paths = {os.path.join(folder, word) for word in words}
    return {os.path.normpath(one) for one in (*paths, executable(pid)) if one and "\0" not in one}


def _processes() -> Iterator[Process]:
    for name in os.listdir("/proc"):
        if name.isdecimal() and (found := look(int(name))) is not None:
            yield found


def _is_below(one: Process, pid: int, everybody: Mapping[int, Process]) -> bool:
    seen = set()
    while one.parent != pid and one.parent in everybody and one.pid not in seen:
        seen.add(one.pid)
        one = everybody[one.parent]
    return one.parent == pid


def _is_orphan(one: Process, me: Process, places: Places) -> bool:
    if one.parent != _INIT or one.pid == me.pid or one.started < me.started or _is_server(one.pid):
        return False
    try:
        if os.getpgid(one.pid) == os.getpgid(0):
            return True
    except OSError:  # it has just ended
        return False
    folder = _link(one.pid, "cwd")
    works_here = folder is not None and is_below(folder, places.real_root)
    return works_here or any(is_below(os.path.realpath(path), places.real_root) for path in named_by(one.pid))


def _is_server(pid: int) -> bool:
    """Whether it is a Streamlit server of its own, not a copy of this process: it answers for itself."""
    words = command(pid)
    is_streamlit = any(os.path.basename(one) == "streamlit" for one in words) and "run" in words
    return is_streamlit and words != command(os.getpid())


def _link(pid: int, name: str) -> str | None:
    try:
        return os.readlink(f"/proc/{pid}/{name}").removesuffix(_DELETED)
    except OSError:
        return None
