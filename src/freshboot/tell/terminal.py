"""Prose for a person, on standard error: progress while waiting, and the verdict at the end."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from freshboot.errors import FreshbootError
from freshboot.judge.outcome import Outcome
from freshboot.judge.verdict import Verdict
from freshboot.judge.words import explain, limits, next_steps, short
from freshboot.tell.safe import line

_STYLES = {
    Verdict.PROVEN: "bold green",
    Verdict.SUPERSEDED: "bold green",
    Verdict.STALE: "bold red",
    Verdict.SEEN: "bold yellow",
    Verdict.UNPROVEN: "bold yellow",
}
_MOST_FILES = 20


class Terminal:
    """Writes for a person; in a pipe or a log the same words, without colour."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(stderr=True, highlight=False, soft_wrap=True)

    def say(self, words: str, style: str = "") -> None:
        """One line, whatever characters it carries."""
        self.console.print(Text(line(words), style=style))

    def event(self, at: float, words: str) -> None:
        """One event of a wait, with the seconds since it began."""
        self.console.print(Text.assemble((f"{at:8.2f} s  ", "dim"), line(words)))

    def error(self, error: FreshbootError) -> None:
        """What is wrong, and what to do about it."""
        self.console.print(Text.assemble(("error: ", "bold red"), line(error.message)))
        if error.remedy:
            self.console.print(Text.assemble(("   do: ", "bold"), line(error.remedy)))

    def verdict(self, outcome: Outcome) -> None:
        """The verdict, why, which files, and what next."""
        judgement, expected = outcome.judgement, outcome.expected
        cause = f" ({judgement.cause.value})" if judgement.cause else ""
        self.console.print(
            Text.assemble(
                (judgement.verdict.value + cause, _STYLES[judgement.verdict]),
                f"  commit {short(expected.commit)}",
            )
        )
        self.say("  " + explain(judgement, expected))
        if judgement.findings:
            self.console.print(_files(outcome))
        for step in next_steps(judgement):
            self.say(f"  → {step}")
        for limit in limits(judgement, expected, outcome.replicas):
            self.say(f"  limit: {limit}", "dim")


def _files(outcome: Outcome) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in ("  file", "layer", "state", "from commit", "behind"):
        table.add_column(name)
    findings = outcome.judgement.findings
    for one in findings[:_MOST_FILES]:
        origin = (short(one.origin.commit), str(one.origin.behind)) if one.origin else ("–", "–")
        path = Text("  " + line(one.path or "(no commit names it)"))
        table.add_row(path, one.layer.value, one.state.value, *origin)
    if len(findings) > _MOST_FILES:
        table.add_row(f"  and {len(findings) - _MOST_FILES} more", "", "", "", "")
    return table
