"""Prose for a person, on standard error: progress while waiting, and the verdict at the end."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from enum import Enum
from typing import TYPE_CHECKING, TextIO

from freshboot.tell.safe import line

if TYPE_CHECKING:  # rich takes longer to import than stamping takes: only where there is something to style
    from contextlib import AbstractContextManager

    from rich.console import Console
    from rich.table import Table

    from freshboot.errors import FreshbootError
    from freshboot.judge.outcome import Outcome
    from freshboot.tell.progress import Progress

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
_USUAL, _NARROWEST = 80, 20

Part = tuple[str, str]
"""Words, and their style."""


class Loudness(Enum):
    """How much is told: errors and verdicts only, what happens, or every question and answer, too."""

    QUIET = "quiet"
    NORMAL = "normal"
    VERBOSE = "verbose"


def is_styled(file: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether there is to be colour: as NO_COLOR says, else FORCE_COLOR, else where somebody looks on."""
    if environment.get("NO_COLOR"):
        return False
    return bool(environment.get("FORCE_COLOR")) or is_watched(file, environment)


def is_watched(file: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether it is a terminal that can do more than print lines."""
    return file.isatty() and environment.get("TERM") != "dumb"


class Terminal:
    """Writes for a person; in a pipe or a log the same words, without colour."""

    def __init__(self, file: TextIO | None = None, loudness: Loudness = Loudness.NORMAL) -> None:
        self._file = file or sys.stderr
        self._loudness = loudness
        self._watched = is_watched(self._file, os.environ)
        self._styled = is_styled(self._file, os.environ)
        self._progress: Progress | None = None

    def writes_to(self, file: TextIO) -> bool:
        """Whether it is there that it writes."""
        return self._file is file

    def say(self, words: str, style: str = "") -> None:
        """One line of what happens, whatever characters it carries; white space at its start stays."""
        if self._loudness is not Loudness.QUIET:
            self.answer(words, style)

    def answer(self, words: str, style: str = "") -> None:
        """One line that was asked for, and is told however quiet it is to be."""
        bare = words.lstrip(" ")
        indent = " " * (len(words) - len(bare))
        self._line((indent + line(words), style), hang=len(indent) + 2 * bare.startswith("→"))

    def detail(self, words: str) -> None:
        """One line that only those want who asked for everything."""
        if self._loudness is Loudness.VERBOSE:
            self._line(("    · " + line(words), "dim"), hang=6)

    def warn(self, words: str) -> None:
        """What is most likely a mistake, and stops nothing."""
        if self._loudness is not Loudness.QUIET:
            self._line(("warning: ", "bold yellow"), (line(words), ""), hang=9)

    def event(self, at: float, words: str) -> None:
        """One event of a wait, with the seconds since it began."""
        if self._loudness is not Loudness.QUIET:
            self._line((f"{at:8.2f} s  ", "dim"), (line(words), ""), hang=12)

    def awaiting(self, words: str, left: float = 0.0) -> None:
        """What is awaited now, for so many seconds at most; without words nothing is, any more.

        It is shown where somebody looks on, and leaves nothing behind.
        """
        if not self._watched or self._loudness is Loudness.QUIET or not (words or self._progress):
            return
        if self._progress is None:
            from freshboot.tell.progress import Progress

            self._progress = Progress(self._file)
        self._progress.awaiting(words, left)

    def error(self, error: FreshbootError) -> None:
        """What is wrong, and what to do about it; then what else is wrong."""
        for one in (error, *error.others):
            self._line(("error: ", "bold red"), (line(one.message), ""), hang=7)
            if one.remedy:
                self._line(("   do: ", "bold"), (line(one.remedy), ""), hang=7)

    def verdict(self, outcome: Outcome) -> None:
        """The verdict, why, which files, and what next."""
        from freshboot.judge.words import explain, limits, next_steps, short

        judgement, expected = outcome.judgement, outcome.expected
        cause = f" ({judgement.cause.value})" if judgement.cause else ""
        style = _STYLES[judgement.verdict.value]
        self._line((judgement.verdict.value + cause, style), (f"  commit {short(expected.commit)}", ""))
        self.answer("  " + explain(judgement, expected))
        if judgement.findings:
            self._table(_files(outcome))
        for more in judgement.causes[1:]:
            self.answer(f"  also: {more.value}")
        for step in next_steps(judgement, expected):
            self.answer(f"  → {step}")
        if (counts := outcome.tally).flaps or counts.outages:
            self.answer(f"  {counts.outages} outages, {counts.flaps} flaps in {counts.asked} questions")
        for one in outcome.applied:
            after = f"{one.verdict.value} after {one.seconds:.1f} s" if one.verdict else "could do nothing"
            self.answer(f"  remedy {one.name}: {after}: {one.does}")
        for limit in limits(judgement, expected, outcome.replicas):
            self.answer(f"  limit: {limit}", "dim")

    def _line(self, *parts: Part, hang: int = 0) -> None:
        """One line; on a terminal that is too narrow for it several, the later ones further to the right."""
        rows = _folded(parts, columns_of(self._file), hang) if self._watched else [parts]
        with self._aside():
            for row in rows:
                self._write(row)

    def _write(self, parts: Sequence[Part]) -> None:
        if self._styled:
            from rich.text import Text

            self._console().print(Text.assemble(*parts), soft_wrap=True)
        else:
            self._file.write("".join(words for words, _ in parts) + "\n")
            self._file.flush()

    def _table(self, table: Table) -> None:
        from rich.padding import Padding

        with self._aside():
            self._console().print(Padding(table, (0, 0, 0, 2), expand=False))

    def _aside(self) -> AbstractContextManager[None]:
        return self._progress.aside() if self._progress else nullcontext()

    def _console(self) -> Console:
        """Rich's door to the file. A log has no width: there, names stay whole."""
        from rich.console import Console

        return Console(
            file=self._file,
            highlight=False,
            force_terminal=self._styled,
            no_color=not self._styled,
            width=None if self._watched else _WIDEST,
        )


def columns_of(file: TextIO) -> int:
    """How wide the terminal is; the usual width where nobody knows, as on a console without a size."""
    try:
        return max(os.get_terminal_size(file.fileno()).columns or _USUAL, _NARROWEST)
    except (OSError, ValueError):
        return _USUAL


def _folded(parts: Sequence[Part], width: int, hang: int) -> list[Sequence[Part]]:
    """The last of the parts broken between words; an address or a path that is too long stays whole."""
    *lead, (words, style) = parts
    taken = sum(len(one) for one, _ in lead)
    if taken + len(words) <= width:
        return [parts]
    from textwrap import wrap

    first, *rest = wrap(
        words,
        width,
        initial_indent=" " * taken,
        subsequent_indent=" " * hang,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [[*lead, (first[taken:], style)], *([(one, style)] for one in rest)]


def _files(outcome: Outcome) -> Table:
    from rich.table import Table
    from rich.text import Text

    from freshboot.judge.words import short

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in ("file", "layer", "state", "from commit", "behind"):
        table.add_column(name)
    findings = outcome.judgement.findings
    for one in findings[:_MOST_FILES]:
        origin = (short(one.origin.commit), str(one.origin.behind)) if one.origin else ("–", "–")
        path = Text(line(one.path or "(no commit names it)"), overflow="fold")
        table.add_row(path, one.layer.value, one.state.value, *origin)
    if len(findings) > _MOST_FILES:
        table.add_row(f"and {len(findings) - _MOST_FILES} more", "", "", "", "")
    return table
