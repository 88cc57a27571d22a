"""``python -m streamlit``, without the four things that most of its cost is where an app is small.

Streamlit collects garbage after each run, through all that has been there from the start. It asks for each
session anew where each of a thousand installed modules lies, of which it watches none: only those that lie
below the app's folder. To find components it parses what every installed package says of itself, four times.
And to find out that nobody types the app's lines it looks for the source of each frame in all modules. Run as
a script, with Streamlit alone, by whatever interpreter has it.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import Distribution
    from types import ModuleType

_FRESHBOOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def main() -> None:
    """Be Streamlit's command line."""
    if not sys.flags.isolated:
        sys.path[0] = os.getcwd()  # not this file's folder
    gc.disable()
    from streamlit.web import cli

    _leave_out_installed_modules()
    with contextlib.suppress(ImportError):  # older ones know no such components
        _leave_out_packages_without_components()
    _type_nothing()
    _freeze_when_it_serves()
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


def _leave_out_packages_without_components() -> None:
    """Streamlit looks into a package whose name, summary or requirements have its name in them."""
    from streamlit.components.v2 import manifest_scanner as scanner

    plain = scanner._is_likely_streamlit_component_package

    def is_likely(package: Distribution) -> bool:
        text = (package.read_text("METADATA") or "streamlit").lower()
        return ("streamlit" in text or "\nname: st" in text) and plain(package)

    vars(scanner)["_is_likely_streamlit_component_package"] = is_likely


def _type_nothing() -> None:
    from streamlit import env_util

    vars(env_util)["is_repl"] = lambda: False


def _freeze_when_it_serves() -> None:
    """No session has begun, and nothing of the app is there yet."""
    from streamlit.web import bootstrap

    plain = getattr(bootstrap, "_on_server_start", None)

    def on_server_start(server: object) -> None:
        gc.freeze()
        if plain is not None:
            plain(server)

    vars(bootstrap)["_on_server_start"] = on_server_start


if __name__ == "__main__":
    main()
