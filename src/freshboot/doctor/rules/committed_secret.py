"""Secrets in tracked files."""

from __future__ import annotations

from collections.abc import Iterator

from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.snapshot import Snapshot


def _look(snapshot: Snapshot) -> Iterator[Found]:
    for spot in snapshot.spots:
        if not spot.is_pointer:
            yield Found(f"git tracks {spot.kind}", spot.path, spot.line)


RULE = Rule(
    name="committed-secret",
    severity=Severity.ERROR,
    field=None,
    what="A tracked file holds secrets: `.streamlit/secrets.toml`, `.env`, a private key, a token of a known "
    "form.",
    why="Whoever can read the repository has it, and its history keeps it after it was taken out. The "
    "secret itself is never shown here.",
    fix="make it invalid where it was issued, take it out (`git rm --cached`), and set it in the host's "
    "settings",
    example="# .streamlit/secrets.toml, tracked by git\ndb_password = …",
    look=_look,
)
