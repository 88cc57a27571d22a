"""What a rule is, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from freshboot.doctor.table import Field, likelihood

if TYPE_CHECKING:
    from freshboot.doctor.snapshot import Snapshot


class Severity(str, Enum):
    """How bad it is. Notes alone do not make ``freshboot doctor`` answer no."""

    ERROR = "error"  # the push will not show, or takes the app down
    WARNING = "warning"  # it will show late, in part, or not each time
    NOTE = "note"  # worth knowing before the push


class Found(NamedTuple):
    """One place where a rule finds what it looks for.

    :param words: what is there, in one sentence; text of the repository may be in it, as it stands
    :param path: from the root; None where it is no file
    :param line: from 1; None for the whole file
    :param severity: where it differs from the rule's
    :param fix: where it can be said more exactly than the rule does
    :param mendable: whether the rule's ``mend`` knows the edit
    """

    words: str
    path: str | None = None
    line: int | None = None
    severity: Severity | None = None
    fix: str | None = None
    mendable: bool = False


class LineEdit(NamedTuple):
    """Lines in place of one line of a file, each without its end; none takes the line out.

    ``before``: they come before the line, which stays.
    """

    path: str
    line: int
    lines: tuple[str, ...] = ()
    before: bool = False


@dataclass(frozen=True)
class Rule:
    """One thing to look for.

    :param name: stable, in kebab case: what ``ignore[...]`` and the documents call it
    :param field: the class of the field reports that it leads to; None if none of them came from it
    :param what: what it looks like, in one sentence
    :param why: what happens then
    :param fix: what to do
    :param example: a few lines that it finds, as they stand in a file
    :param look: finds it
    :param mend: the edits for one find that is ``mendable``; safe ones only
    """

    name: str
    severity: Severity
    field: Field | None
    what: str
    why: str
    fix: str
    example: str
    look: Callable[[Snapshot], Iterator[Found]]
    mend: Callable[[Snapshot, Found], tuple[LineEdit, ...]] | None = None


def with_the_rest(snapshot: Snapshot) -> Iterator[Found]:
    """The look of a rule about the comments themselves: those are judged when all else was looked for."""
    del snapshot
    yield from ()


@dataclass(frozen=True)
class Finding:
    """One find of one rule. ``ignored`` is the reason that somebody gave for leaving it as it is."""

    rule: Rule
    found: Found
    ignored: str | None = None

    @property
    def severity(self) -> Severity:
        """How bad it is here."""
        return self.found.severity or self.rule.severity

    @property
    def fix(self) -> str:
        """What to do here."""
        return self.found.fix or self.rule.fix

    @property
    def is_fixable(self) -> bool:
        """Whether ``--fix`` mends it."""
        is_plain = (self.found.path or "").isprintable()  # no other name is written to
        return self.found.mendable and self.rule.mend is not None and is_plain

    @property
    def likely(self) -> str:
        """How likely it is to be the cause, from the field reports."""
        return likelihood(self.rule.field)
