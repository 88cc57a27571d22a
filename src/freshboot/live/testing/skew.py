"""Remembers live apps that run another Streamlit than the tests: their failures prove nothing."""

from __future__ import annotations

_seen: dict[str, str] = {}


def note(app: str, installed: str) -> None:
    """Keep that a live app runs another minor version than the one installed here, if it does."""
    if app and app.split(".")[:2] != installed.split(".")[:2]:
        _seen[app] = installed


def told() -> str:
    """Which versions differ, in a line; empty where none do."""
    return "; ".join(
        f"the app runs Streamlit {app}, the tests {installed}: install the app's version beside them"
        for app, installed in _seen.items()
    )
