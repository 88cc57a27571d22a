"""The brake on rollouts that start one another: what freshboot publishes must not make it publish again.

A push by a personal token or an App starts workflows, one by the job's own token does not. A stamp commit is
known again by what it is (``commits.is_own``). Should that ever fail, the row of them ends here.
"""

from __future__ import annotations

import re

from freshboot.repository.commits import BOT, TRAILER
from freshboot.repository.errors import LoopError
from freshboot.repository.pushing import Target

MOST_IN_A_ROW = 5
"""So many commits at the end of a branch that bear a stamp's traces, and nothing more is published there."""

STAMP_BRANCH = "freshboot/stamp"
"""Where a proposed stamp lies; a merge's message names it."""

_TRACES = re.compile(
    rf"{TRAILER}|(author|committer) {re.escape(BOT.name)} | {{4}}Stamp \S+\+\S|{STAMP_BRANCH}\b".encode()
)


def newest(target: Target, commit: str) -> list[bytes]:
    """A commit and those before it along first parents, raw: as many as the brake looks at."""
    limit = f"--max-count={MOST_IN_A_ROW}"
    out = target.repository.git.run("rev-list", "--first-parent", limit, "--header", commit).out
    return out.split(b"\0")[:-1]


def may_be_own(raw: bytes) -> bool:
    """Tell whether a commit bears any trace of freshboot: those that are its own all do."""
    return _TRACES.search(raw) is not None


def refuse_loop(target: Target, commit: str, commits: list[bytes]) -> None:
    """See to it that a commit that is not known as freshboot's own does not end a row of its stamps.

    ``commits`` are the newest ones; where a shallow clone cut them off, the rest is fetched.

    :raises LoopError: all of the last ones bear its traces.
    """
    if not all(map(may_be_own, commits)):
        return
    if len(commits) < MOST_IN_A_ROW and target.repository.is_shallow:
        target.repository.deepen(target.branch)
        commits = newest(target, commit)
    if len(commits) == MOST_IN_A_ROW and all(map(may_be_own, commits)):
        raise LoopError(
            f"the last {MOST_IN_A_ROW} commits of {target.branch} look like freshboot's stamps,"
            f" and {commit[:7]} is not known as one: no more than {MOST_IN_A_ROW} in a row are published",
            "see what else they change (a formatter? marks that were renamed?);"
            " freshboot publish --force goes on",
        )
