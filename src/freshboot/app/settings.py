"""Streamlit's settings in the repository, ``.streamlit/config.toml``: whether the server runs with others.

Older versions read them once, newer ones again when the file changes; but a server has its address, and much
else, from its start.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from freshboot.app import running
from freshboot.app.installed import is_new
from freshboot.app.places import Places, is_below
from freshboot.app.running import Run
from freshboot.app.state import State

_FILE = os.path.join(".streamlit", "config.toml")
_FROM_START = ("server.", "global.", "logger.")
_DEFAULT = "<default>"


def begin(state: State) -> None:
    """Remember what the server began with, before Streamlit reads it again."""
    if state.settings is None:
        options = _options().items()
        state.settings = {
            key: (one.value, one.where_defined) for key, one in options if key.startswith(_FROM_START)
        }


def outdated(state: State, places: Places, run: Run) -> set[str]:
    """The files, by path from the root, that changed since the process began, and say otherwise than it does.

    :raises ValueError: such a file is none that can be read. (Also ImportError, OSError.)
    """
    folders = {places.real_root, os.path.dirname(os.path.realpath(running.entrypoint(run)))}
    if state.standing is not None:
        folders.add(os.path.realpath(os.path.join(places.root, state.standing.folder)))
    files = {os.path.join(one, _FILE) for one in folders if is_below(one, places.real_root)}
    origins = {origin for _, origin in (state.settings or {}).values()}
    origins |= {one.where_defined for one in _options().values()}
    read = {os.path.realpath(one) for one in origins}
    return {
        os.path.relpath(file, places.real_root)
        for file in files
        if _changed(file, known=file in read) and _says_otherwise(state, file)
    }


def _changed(file: str, *, known: bool) -> bool:
    try:
        return is_new(os.stat(file).st_ctime_ns)
    except FileNotFoundError:
        return known


def _says_otherwise(state: State, file: str) -> bool:
    said = dict(_flat(_parsed(file)))
    began = state.settings or {}
    for key, option in _options().items():
        value, origin = began.get(key, (option.value, option.where_defined))
        is_ours = os.path.realpath(origin) == file
        if not is_ours and (origin != _DEFAULT or key not in said):
            continue  # what comes from a flag, the environment or a program goes before the file
        wanted = said.get(key, option.default_val)
        if wanted != value and not (isinstance(wanted, str) and wanted.startswith("env:")):
            return True
    return False


def _options() -> dict[str, Any]:
    from streamlit import config

    return dict(config.get_config_options())


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _parsed(file: str) -> dict[str, Any]:
    """What the file says; nothing if it is gone."""
    reader = import_module(
        "tomllib" if sys.version_info >= (3, 11) else "toml"
    )  # Streamlit requires the other
    try:
        with open(file, encoding="utf-8") as text:
            return dict(reader.loads(text.read()))
    except FileNotFoundError:
        return {}
