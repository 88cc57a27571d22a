"""Prose for a person, on standard error: progress while waiting, and the verdict at the end."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TextIO

from freshboot.tell.safe import line

if TYPE_CHECKING:  # rich takes longer to import than stamping takes: only where there is something to style
    from rich.table import Table

    from freshboot.errors import FreshbootError
    from freshboot.judge.outcome import Outcome

_STYLES = {
    "proven": "bold green",
    "superseded": "bold green",
    "stale": "bold red",
    "code": "bold red",
    "seen": "bold yellow",
    "unproven": "bold yellow",
}
_MOST_FILES = 20
_WIDEST = 1000

Part = tuple[str, str]
"""Words, and their style."""


class Terminal:
    """Writes for a person; in a pipe or a log the same words, without colour."""

    def __init__(self, file: TextIO | None = None) -> None:
        self._file = file or sys.stderr
        self._styled = self._file.isatty() and not os.environ.get("NO_COLOR")

    def say(self, words: str, style: str = "") -> None:
        """One line, whatever characters it carries; white space at its start stays."""
        indent = words[: len(words) - len(words.lstrip(" "))]
        self._line((indent + line(words), style))

    def event(self, at: float, words: str) -> None:
        """One event of a wait, with the seconds since it began."""
        self._line((f"{at:8.2f} s  ", "dim"), (line(words), ""))

    def error(self, error: FreshbootError) -> None:
        """What is wrong, and what to do about it."""
        self._line(("error: ", "bold red"), (line(error.message), ""))
        if error.remedy:
            self._line(("   do: ", "bold"), (line(error.remedy), ""))

    def verdict(self, outcome: Outcome) -> None:
        """The verdict, why, which files, and what next."""
        from freshboot.judge.words import explain, limits, next_steps, short

        judgement, expected = outcome.judgement, outcome.expected
        cause = f" ({judgement.cause.value})" if judgement.cause else ""
        style = _STYLES[judgement.verdict.value]
        self._line((judgement.verdict.value + cause, style), (f"  commit {short(expected.commit)}", ""))
        self.say("  " + explain(judgement, expected))
        if judgement.findings:
            self._table(_files(outcome))
        for more in judgement.causes[1:]:
            self.say(f"  also: {more.value}")
        for step in next_steps(judgement, expected):
            self.say(f"  → {step}")
        if (counts := outcome.tally).flaps or counts.outages:
            self.say(f"  {counts.outages} outages, {counts.flaps} flaps in {counts.asked} questions")
        for one in outcome.applied:
            after = f"{one.verdict.value} after {one.seconds:.1f} s" if one.verdict else "could do nothing"
            self.say(f"  remedy {one.name}: {after}: {one.does}")
        for limit in limits(judgement, expected, outcome.replicas):
            self.say(f"  limit: {limit}", "dim")

    def _line(self, *parts: Part) -> None:
        if not self._styled:
            self._file.write("".join(words for words, _ in parts) + "\n")
            self._file.flush()
            return
        from rich.console import Console
        from rich.text import Text

        Console(file=self._file, highlight=False, soft_wrap=True).print(Text.assemble(*parts))

    def _table(self, table: Table) -> None:
        from rich.console import Console

        # A log has no width, and no use for what FORCE_COLOR asks for: there, names stay whole and plain.
        width = None if self._styled else _WIDEST
        Console(file=self._file, highlight=False, force_terminal=self._styled, width=width).print(table)


def _files(outcome: Outcome) -> Table:
    from rich.table import Table
    from rich.text import Text

    from freshboot.judge.words import short

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in ("  file", "layer", "state", "from commit", "behind"):
        table.add_column(name)
    findings = outcome.judgement.findings
    for one in findings[:_MOST_FILES]:
        origin = (short(one.origin.commit), str(one.origin.behind)) if one.origin else ("–", "–")
        path = Text("  " + line(one.path or "(no commit names it)"), no_wrap=True, overflow="ellipsis")
        table.add_row(path, one.layer.value, one.state.value, *origin)
    if len(findings) > _MOST_FILES:
        table.add_row(f"  and {len(findings) - _MOST_FILES} more", "", "", "", "")
    return table
