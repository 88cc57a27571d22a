"""``python -m streamlit``, without the two things that most of a session's cost is where an app is small.

Streamlit collects garbage after each run, through all that has been there from the start. And it asks for
each session anew where each of a thousand installed modules lies, of which it watches none: only those that
lie below the app's folder. Run as a script, with Streamlit alone, by whatever interpreter has it.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

_FRESHBOOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def main() -> None:
    """Be Streamlit's command line."""
    if not sys.flags.isolated:
        sys.path[0] = os.getcwd()  # not this file's folder
    gc.disable()
    from streamlit.web import cli

    _leave_out_installed_modules()
    gc.freeze()
    gc.enable()
    cli.main(prog_name="streamlit")


def _leave_out_installed_modules() -> None:
    from streamlit.watcher import local_sources_watcher as watcher

    plain = watcher.get_module_paths
    packages = [one for one in sys.path if one.endswith("site-packages")]
    folders = (os.path.dirname(os.__file__), _FRESHBOOT, *packages)
    installed = tuple(one + os.sep for one in folders)

    def get_module_paths(module: ModuleType) -> set[str]:
        file = getattr(module, "__file__", None)
        return set() if isinstance(file, str) and file.startswith(installed) else plain(module)

    vars(watcher)["get_module_paths"] = get_module_paths


if __name__ == "__main__":
    main()
