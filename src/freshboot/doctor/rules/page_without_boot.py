"""A page that Streamlit runs by itself, without ``boot()``."""

from __future__ import annotations

import ast
from codecs import BOM_UTF8
from collections.abc import Iterator

from freshboot.doctor.boots import boot_of, own_runs
from freshboot.doctor.finding import Found, LineEdit, Rule, Severity
from freshboot.doctor.snapshot import Snapshot
from freshboot.doctor.table import Field
from freshboot.survey.head import first_line, head

_LINES = ("import freshboot; freshboot.boot()", "")


def _look(snapshot: Snapshot) -> Iterator[Found]:
    for app in snapshot.apps:
        if boot_of(snapshot.module(app.entrypoint)) is None:
            continue
        for page in own_runs(snapshot, app):
            module = snapshot.module(page)
            if not module.wrong and boot_of(module) is None:
                words = f"{page} does not call freshboot.boot(), and {app.entrypoint} does"
                yield Found(
                    words, page, mendable=_is_plain(snapshot, page) and _place(module.tree) is not None
                )


def _mend(snapshot: Snapshot, found: Found) -> tuple[LineEdit, ...]:
    path = found.path or ""
    place = _place(snapshot.module(path).tree)
    return () if place is None else (LineEdit(path, place, _LINES, before=True),)


def _is_plain(snapshot: Snapshot, path: str) -> bool:
    """Nothing can come before a byte order mark."""
    return not (snapshot.read(path) or b"").startswith(BOM_UTF8)


def _place(tree: ast.Module) -> int | None:
    """The first line of code, after docstring and imports from the future; None where that shares a line."""
    before = head(tree)
    if before == len(tree.body):
        return None
    first = tree.body[before]
    line = first_line(first)
    heads = [node.end_lineno or node.lineno for node in tree.body[:before]]
    return line if first.col_offset == 0 and line > max(heads, default=0) else None


RULE = Rule(
    name="page-without-boot",
    severity=Severity.WARNING,
    field=Field.RACE,
    what="A file of `pages/` does not call `freshboot.boot()`, although the entrypoint does.",
    why="Streamlit runs such a page without running the entrypoint. A visitor who is on it while a push "
    "lands gets old modules, or the bare KeyError of Streamlit's reload, and the page proves nothing.",
    fix="write import freshboot; freshboot.boot() above the page's other imports",
    example="import streamlit as st\n\nst.title('Next year')",
    look=_look,
    mend=_mend,
)
