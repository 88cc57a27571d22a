"""What lies around the apps, found out once for all processes that are forked from this one.

No history changes it: the interpreter, what is installed, the modules that were loaded before any app's.
Found out it is by freshboot itself; whatever is not of it goes there as ever.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from freshboot.app import installed, modules, projects, settings
from freshboot.app.places import Places
from freshboot.app.state import State


def know(folder: Path) -> None:
    """Find it out.

    :param folder: none of the environment's, and no app's
    """
    _leave_out_the_tests()
    _answer(sysconfig, "get_path", {(one,): sysconfig.get_path(one) for one in sysconfig.get_path_names()})
    settings.begin(State())
    _answer(os.path, "realpath", {(one,): os.path.realpath(one) for one in sys.path})
    bases = [(os.path.realpath(one), ".dist-info") for one in sys.path]
    _answer(installed, "changes", {base: installed.changes(*base) for base in bases})
    _pass_modules(folder)
    _look_for_copies()


def _leave_out_the_tests() -> None:
    """A server does not have their folder on its path. What was imported from elsewhere will not be again."""
    sys.path[:] = [one for one in sys.path if os.path.realpath(one) != os.getcwd()]
    for one in sys.path_importer_cache.keys() - {*sys.path}:
        del sys.path_importer_cache[one]


def begin(state: State) -> None:
    """Have a process pass over the modules of the environment."""
    state.passed.update(_passed)


_passed: dict[str, tuple[object, int]] = {}


def _pass_modules(folder: Path) -> None:
    """Modules of the environment, each as long as it is loaded."""
    state = State()
    modules.survey(state, Places(str(folder)))
    _passed.update(state.passed)


def _look_for_copies() -> None:
    plain = projects._is_copied
    listed = installed.listing(sys.path)
    known = {folder: plain(installed.Distribution(folder)) for folder in listed}
    vars(projects)["_is_copied"] = lambda one: known[one.folder] if one.folder in known else plain(one)


def _answer(owner: ModuleType, name: str, known: dict[tuple[object, ...], Any]) -> None:
    """Have a function give what is known already, where it is asked for that."""
    plain: Callable[..., Any] = vars(owner)[name]

    def answer(*asked: object, **options: object) -> Any:
        return known[asked] if asked in known and not options else plain(*asked, **options)

    vars(owner)[name] = answer
