"""Records line after line in one clone, each time killed at a later one of its git commands, every other one.

Run as a program of its own, with ``git`` on PATH being the one of :data:`WRAPPER`. Prints one line of JSON
for each kill, with what the two repositories held then, and one for the run that nothing killed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import datetime, timezone
from itertools import count

from freshboot.repository.notes import Notes
from freshboot.repository.repository import Repository

RIVAL = ("-c", "user.name=Rival", "-c", "user.email=rival@example.org")
WRAPPER = """#!/bin/sh
read number < "$COUNT"
number=$((number + 1))
echo $number > "$COUNT"
if [ $number -eq "$KILL_AT" ]; then
    kill -9 $PPID
    $KILLED_TOO
fi
exec {git} "$@"
"""
"""Counts its calls, and at one of them kills who called it."""


def main(git: str, folder: str, remote: str, commit: str) -> None:
    """Go on until a run was not killed."""

    def notes(where: str, *args: str, check: bool = True) -> list[str]:
        command = [git, "-C", where, *RIVAL, "notes", "--ref=freshboot", *args, commit]
        done = subprocess.run(command, capture_output=True, text=True, check=check)
        return [line for line in done.stdout.splitlines() if line]

    for number in count(1, 2):
        notes(remote, "append", f"--message=rival {number}")
        is_killed = record(folder, commit, number)
        held = {"here": notes(folder, "show", check=False), "there": notes(remote, "show")}
        print(json.dumps({"killed_at": number if is_killed else None, **held}), flush=True)
        if not is_killed:
            return


def record(folder: str, commit: str, kill_at: int) -> bool:
    """Record one line in a process of its own; whether it was killed."""
    with open(os.environ["COUNT"], "w", encoding="utf-8") as file:
        file.write("0\n")
    child = os.fork()
    if child == 0:
        os.environ["KILL_AT"] = str(kill_at)
        notes = Notes(Repository.open(folder), lambda: datetime.now(timezone.utc), time.sleep)
        notes.record(commit, f"ours {kill_at}")
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if status and not os.WIFSIGNALED(status):
        raise SystemExit("a run failed by itself")
    return os.WIFSIGNALED(status)


if __name__ == "__main__":
    main(*sys.argv[1:])
