"""Rollouts with remedies in one clone after another, each killed (SIGKILL) at another of its git commands.

Run as a program of its own: with a folder, and with the numbers of the kills; without numbers all are made.
The app is a stand-in, old until a rebuild was pushed. All else is real: the command, the repositories, the
ledger. Prints one line of JSON for each kill: what lay there then, and what did once the same command had run
again, to its end.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from typing import Any

from freshboot.cli import main
from freshboot.judge.causes import Cause
from freshboot.judge.outcome import Outcome
from freshboot.judge.verdict import Judgement, Verdict
from freshboot.repository.git import Git
from freshboot.rollout import run
from freshboot.rollout.confirm import Report
from freshboot.rollout.expectation import Releases
from tests.gitrepo import clone, commit, git, head, make_remote

FILES: Mapping[str, str] = {
    "requirements.txt": "streamlit\n",
    "streamlit_app.py": 'DEPLOYMENT_VERSION = "1.0.0"\n',
    ".github/freshboot.yml": "marks: [requirements.txt, DEPLOYMENT_VERSION]\nurl: https://budget.example\n",
}
WORK = "Mend the revenue"
COMMAND = ("rollout", "--remedy", "nudge,rebuild", "--json")
CHANGES = ("push", "update-ref", "update-index", "fetch", "--filters")
"""What these have changed a kill leaves behind; one after any other command leaves no more than that.

``cat-file --filters`` itself changes nothing, but a file is written before the next command.
"""
TEMPORARY = "GIT_INDEX_FILE"
"""An index of its own: that is no change."""
ZERO = 1_800_000_000


class Places:
    """A remote and a clone of it with a commit that is not pushed; made once, and copied."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = count()
        remote = make_remote(folder / "first" / "remote.git", FILES)
        for key in ("denyNonFastForwards", "denyDeletes"):
            git(remote, "config", f"receive.{key}", "true")
        work = clone(remote, folder / "first" / "clone")
        git(work, "remote", "set-url", "origin", "../remote.git")
        commit(work, {"calculations.py": "REVENUE = 2\n"}, WORK)

    def another(self) -> Path:
        place = self.folder / str(next(self.numbers))
        shutil.copytree(self.folder / "first", place)
        return place


Seen = Callable[[tuple[str, ...]], None]
"""Is shown a git command, with the names in its environment."""


def in_child(act: Callable[[], int], out: Path) -> int | None:
    """The exit code of what is done in a process of its own; None if it was killed."""
    child = os.fork()
    if child == 0:
        with out.open("w") as file, contextlib.redirect_stdout(file), contextlib.redirect_stderr(file):
            code = act()
        os._exit(code)
    _, status = os.waitpid(child, 0)
    return None if os.WIFSIGNALED(status) else os.waitstatus_to_exitcode(status)


def rollout(place: Path, minute: int, before: Seen, after: Seen) -> int:
    """The command in the clone, with the app's stand-in, and what is to be done as a git command begins."""
    real = Git._start

    def start(self: Git, args: tuple[str, ...], stdin: int, stderr: Any, env: Any = None) -> Any:
        command = (*args, *(env or ()))
        before(command)
        started = real(self, args, stdin, stderr, env)
        after(command)
        return started

    async def rolled_out(
        _config: object, publish: Callable[[], Releases], _report: Report, _awaiting: object
    ) -> Outcome:
        return judged(publish(), place / "remote.git")

    Git._start = start  # type: ignore[method-assign]
    run.rollout = rolled_out  # type: ignore[assignment]
    os.environ["SOURCE_DATE_EPOCH"] = str(ZERO + 60 * minute)
    return main([*COMMAND, "--repo", str(place / "clone")])


def judged(releases: Releases, remote: Path) -> Outcome:
    """Proven as soon as a rebuild was pushed."""
    shown = ("git", "log", "-1", "--format=%B")
    tip = subprocess.run(shown, cwd=remote, capture_output=True, text=True, check=True).stdout
    good = "Reason: remedy rebuild" in tip
    verdict = Verdict.PROVEN if good else Verdict.STALE
    judgement = Judgement(verdict, () if good else (Cause.STALE_MODULES,), True, exit_code=0 if good else 1)
    return Outcome(judgement, releases.expected, ((0.1, "asked"),), 1, None, None)


def nothing(_command: tuple[str, ...]) -> None:
    """What is done besides, mostly."""


def changes(place: Path) -> list[int]:
    """Which git commands of a rollout that nothing kills change more than objects."""
    found, numbers = place / "found", count()

    def note(command: tuple[str, ...]) -> None:
        number = next(numbers)
        if {*CHANGES} & {*command} and TEMPORARY not in command:
            with found.open("a") as file:
                file.write(f"{number}\n")

    said = place / "said"
    if in_child(lambda: rollout(place, 0, note, nothing), said) != 0:
        raise SystemExit(said.read_text())
    return [int(number) for number in found.read_text().split()][:-1]  # after the last one nothing follows


def killed(place: Path, number: int, *, runs_on: bool) -> dict[str, Any]:
    """What is there after a kill, and after the same command again.

    It is killed after the command of this number; ``runs_on``: as soon as that has begun, and it runs on.
    """
    numbers, said = count(), place / "said"

    def kill(_command: tuple[str, ...]) -> None:
        if next(numbers) == number + (not runs_on):
            os.kill(os.getpid(), signal.SIGKILL)

    hooks = (nothing, kill) if runs_on else (kill, nothing)
    if in_child(lambda: rollout(place, 0, *hooks), said) is not None:
        raise SystemExit(f"it was not killed: {said.read_text()}")
    between = {} if runs_on else state(place)
    code = in_child(lambda: rollout(place, 1, nothing, nothing), said)
    return {"between": between, "code": code, "after": state(place), "said": said.read_text()}


def state(place: Path) -> dict[str, Any]:
    """What is to be held against what should be there."""
    work, remote = place / "clone", place / "remote.git"
    blobs = git(work, "hash-object", "--no-filters", "--", *git(work, "ls-files").splitlines()).splitlines()
    return {
        "commits": steps(remote),
        "status": git(work, "status", "--porcelain").splitlines(),
        "followed": head(work) == head(remote, "main"),
        "whole": all(git(work, "cat-file", "-t", blob, check=False) == "blob" for blob in blobs),
        "locks": [one.name for one in place.rglob("*.lock")],
        "fsck": [git(one, "fsck", "--strict", "--no-dangling", check=False) for one in (work, remote)],
        "ledger": ledger(remote),
    }


def steps(remote: Path) -> list[str]:
    """Each commit of the branch in short: who made it, and why, or else what it is; the oldest first."""
    told = []
    for text in filter(None, git(remote, "log", "--reverse", "-z", "--format=%an%n%B", "main").split("\0")):
        author, subject, *others = text.splitlines()
        why = next((line for line in others if line.startswith("Reason: ")), subject)
        told.append(f"{author}: {why.partition(' 1.0.0')[0]}")
    return told


def ledger(remote: Path) -> list[str]:
    """The lines of the remote's ledger."""
    notes = git(remote, "for-each-ref", "--format=%(refname)", "refs/notes/freshboot")
    listed = git(remote, "notes", "--ref=freshboot", "list").split()[::2] if notes else []
    return [line for blob in listed for line in git(remote, "cat-file", "blob", blob).splitlines()]


if __name__ == "__main__":
    places = Places(Path(sys.argv[1]))
    points = changes(places.another())
    for given in sys.argv[2:] or map(str, range(len(points))):
        facts = killed(places.another(), points[int(given.strip("+"))], runs_on=given.endswith("+"))
        print(json.dumps({"kill": given, **facts}), flush=True)
