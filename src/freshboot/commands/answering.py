"""What ``init`` must know beside the files: out of options and configuration, else asked of a person."""

from __future__ import annotations

import os
import posixpath
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from freshboot.commands.origin import origin, release, streamlit, wanted
from freshboot.commands.printed import terminal
from freshboot.commands.workplace import Workplace
from freshboot.config import CONFIG_FILE, Config, load
from freshboot.errors import FreshbootError
from freshboot.hosts.address import Address, AddressError
from freshboot.scaffold.address import found_urls
from freshboot.scaffold.own_files import SECOND_WORKFLOW, WORKFLOW
from freshboot.scaffold.plan import Answers, lists_already, names_what_moves
from freshboot.stamp.entrypoint import DEFAULT_ENTRYPOINT
from freshboot.stamp.kinds import STREAMLIT_CONFIG
from freshboot.survey import App, survey
from freshboot.tell.safe import line

_MADE = (STREAMLIT_CONFIG, CONFIG_FILE, WORKFLOW, SECOND_WORKFLOW, "requirements.txt")
_LATER = "put `url:` into .github/freshboot.yml once the app is deployed, or run freshboot init --url URL"


class NoApp(FreshbootError):
    """It cannot be told which app is meant."""


def app_of(place: Workplace, options: dict[str, Any]) -> App:
    """The app that is meant: the one named, configured, the only one (here, or at all), else the one chosen.

    :raises NoApp: there is none, or there are several and nobody chooses.
    """
    paths = place.paths()
    named = _from_root(place, options["entrypoint"]) or configured(place)
    apps = survey(paths, place.read, named).apps
    beside = tuple(app for app in apps if place.here and f"{app.folder}/".startswith(f"{place.here}/"))
    apps = beside if len(beside) == 1 else apps
    if len(apps) == 1:
        return apps[0]
    if not apps:
        only = (
            "only notebooks, which no host runs" if any(one.endswith(".ipynb") for one in paths) else "none"
        )
        raise NoApp(
            f"there is no Streamlit app in {place.root}: {only}",
            "name the file that the host runs: --entrypoint",
        )
    names = [app.entrypoint for app in apps]
    if not is_asking(options):
        raise NoApp(f"there are several apps: {', '.join(names)}", "choose one: --entrypoint FILE")
    return apps[names.index(_chosen("Which app", names))]


def answers_for(place: Workplace, app: App, options: dict[str, Any]) -> Answers:
    """All that the plan needs to know.

    :raises FreshbootError: what was given cannot be.
    """
    config = load(Path(place.root))
    listed = options["source"] is None and lists_already(place.read, app)
    return Answers(
        wanted=None if listed else wanted(options["source"]),
        origin=origin(),
        commit=release() if listed and names_what_moves(place.read, app, origin()) else None,
        url=_url(place, app, config, options),
        branch=config.branch or place.branch,
        streamlit=streamlit(),
        configured=configured(place),
        marks=None if place.read(CONFIG_FILE) is None else config.marks,
        links=frozenset(page for page in app.pages if os.path.islink(os.path.join(place.root, page))),
        ignored=place.ignored([path for path in _MADE if place.read(path) is None]),
    )


def _from_root(place: Workplace, given: str | None) -> str | None:
    """A path as the repository has it, where it was given from the folder that somebody stands in."""
    below = posixpath.join(place.here, given or "")
    return below if given and place.here and place.read(below) is not None else given


def configured(place: Workplace) -> str | None:
    """The entrypoint that the configuration there is for; None where there is none."""
    if place.read(CONFIG_FILE) is None:
        return None
    named = load(Path(place.root)).entrypoint
    default = DEFAULT_ENTRYPOINT if place.read(DEFAULT_ENTRYPOINT) is not None else None
    return named or default


def is_asking(options: dict[str, Any]) -> bool:
    """Whether there is somebody to ask."""
    return not options["yes"] and not options["as_json"] and sys.stdin is not None and sys.stdin.isatty()


def _url(place: Workplace, app: App, config: Config, options: dict[str, Any]) -> str | None:
    if given := options["url"] or config.url:
        return Address.parse(given).url
    found = found_urls(place.paths(), place.read, app.folder, place.remote)
    if len(found) == 1:
        return found[0]
    if not is_asking(options):
        several = f"; the README names {', '.join(found)}" if found else ""
        terminal().say(f"the app's address is left for later{several}: {_LATER}")
        return None
    return _chosen("Which address", found) if found else _asked_url()


def _asked_url() -> str | None:
    while True:
        given = click.prompt(
            "Address of the live app (empty: later)", default="", show_default=False, err=True
        )
        if not given.strip():
            terminal().say(f"left for later: {_LATER}")
            return None
        try:
            return Address.parse(given).url
        except AddressError as error:
            terminal().error(error)


def _chosen(question: str, names: Sequence[str]) -> str:
    for number, name in enumerate(names, 1):
        terminal().answer(f"  {number}  {name}")
    number = click.prompt(line(question), type=click.IntRange(1, len(names)), err=True)
    return names[number - 1]
