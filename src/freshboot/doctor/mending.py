"""The edits that mend what can be mended safely."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from freshboot.doctor.examine import examine
from freshboot.doctor.finding import LineEdit
from freshboot.doctor.snapshot import Snapshot
from freshboot.stamp.plan import Edit

_ROW = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_MOST_ROUNDS = 5


def mended(snapshot: Snapshot) -> tuple[Edit, ...]:
    """What ``--fix`` writes: one edit for each file, after which nothing is left that it would mend."""
    after: dict[str, bytes] = {}
    current = snapshot
    for _ in range(_MOST_ROUNDS):
        edits = _round(current)
        if not edits:
            break
        for path in {one.path for one in edits}:
            some = [one for one in edits if one.path == path]
            after[path] = _edited(current.read(path) or b"", some)
        current = _with(snapshot, after)
    changed = {path: data for path, data in after.items() if data != snapshot.read(path)}
    return tuple(Edit(path, snapshot.read(path), data) for path, data in sorted(changed.items()))


def _round(snapshot: Snapshot) -> list[LineEdit]:
    """The edits for all findings; of several for one line the first."""
    chosen: dict[tuple[str, int], LineEdit] = {}
    for finding in examine(snapshot).findings:
        if finding.is_fixable and finding.rule.mend is not None:
            for edit in finding.rule.mend(snapshot, finding.found):
                chosen.setdefault((edit.path, edit.line), edit)
    return list(chosen.values())


def _with(snapshot: Snapshot, after: dict[str, bytes]) -> Snapshot:
    known = dict(after)

    def read(path: str) -> bytes | None:
        return known[path] if path in known else snapshot.read(path)

    return replace(snapshot, read=read)


def _edited(data: bytes, edits: Iterable[LineEdit]) -> bytes:
    """The file with those lines changed; every line keeps its own end."""
    rows = [row for row in _ROW.findall(data) if row]
    for edit in sorted(edits, key=lambda one: -one.line):
        row = rows[edit.line - 1]
        end = row[len(row.rstrip(b"\r\n")) :] or b"\n"
        new = [line.encode() + end for line in edit.lines]
        rows[edit.line - 1 : edit.line] = [*new, row] if edit.before else new
    return b"".join(rows)
