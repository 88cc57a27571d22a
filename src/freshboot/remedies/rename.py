"""A file under another name: for one that the host keeps old, whatever is pushed.

It is the last thing to try, and only a person's word does it: it would have confirmed the mistake of whoever
takes wrong code for an old file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from freshboot.judge.causes import Cause
from freshboot.judge.evidence import FileFinding, FileState
from freshboot.judge.outcome import Outcome
from freshboot.judge.verdict import Judgement, Verdict
from freshboot.proof import Layer
from freshboot.remedies.remedy import Action, CannotRemedy, Remedy, Situation

_REMEDIES = {
    Verdict.CODE: "mend the code: every process runs the release, and another name changes no result",
    Verdict.PROVEN: "there is nothing to mend",
    Verdict.SUPERSEDED: "there is nothing to mend",
    Verdict.SEEN: "add freshboot.boot() to the app, so that it can say which files it has",
    Verdict.UNPROVEN: "freshboot confirm says what is missing",
    Verdict.STALE: "freshboot rollout --remedy auto chooses what this evidence is for",
}


@dataclass(frozen=True)
class Rename(Remedy):
    """One file under another name; ``old`` and ``new`` are its paths. ``is_undo``: it had ``new`` before."""

    old: str
    new: str
    is_undo: bool = False
    name: ClassVar[str] = "rename"
    cures: ClassVar[frozenset[str]] = frozenset({Cause.STALE_FILE.value})
    needs: ClassVar[str] = "one file that is proven to be old on the disk, and nothing else that is"
    asks: ClassVar[bool] = True
    by_name: ClassVar[bool] = True

    def action(self, situation: Situation) -> Action:
        does = f"rename {self.old} to {self.new}, rewrite every use of it, and push that with a new stamp"
        expect = "a host that keeps the bytes of a path has none for the new one"
        undone = "the file has its old name again"
        return Action(does, undone if self.is_undo else expect, marks=situation.marks)


def may_rename(outcome: Outcome, path: str) -> None:
    """See to it that the file is proven to be old on the disk, and that it alone is.

    What runs or was computed from that file may be old with it.

    :raises CannotRemedy: anything else is, or might be.
    """
    judgement = outcome.judgement
    why = _why_not(judgement, path)
    if why:
        raise CannotRemedy(f"{path} is not renamed: {why}", _REMEDIES[judgement.verdict])


def _why_not(judgement: Judgement, path: str) -> str:
    if judgement.verdict is not Verdict.STALE:
        return f"the verdict is {judgement.verdict.value}, not stale"
    if Cause.STALE_FILE not in judgement.causes:
        return f"the cause is {judgement.cause.value if judgement.cause else 'unknown'}, not stale-file"
    if others := [one for one in judgement.findings if one.path != path]:
        return f"{_named(others[0])} is not fresh either"
    if judgement.requirements or any(one.reading.barriers for one in judgement.live if one.reading):
        return "more than files is in doubt"
    own = [one for one in judgement.findings if one.layer is Layer.DISK]
    if not own or any(one.state is not FileState.STALE for one in own):
        return "it is not shown to be an earlier commit's on the disk"
    if Cause.MIXED_REPLICAS in judgement.causes:
        return "not every process has it old"
    return ""


def _named(finding: FileFinding) -> str:
    return finding.path or f"something in the layer {finding.layer.value}"
