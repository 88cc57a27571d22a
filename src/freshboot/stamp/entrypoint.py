"""Which file the host runs, where nobody said it."""

from __future__ import annotations

from freshboot.errors import FreshbootError
from freshboot.stamp.files import normal_path
from freshboot.stamp.mark import Read

# What `streamlit run` takes without an argument, and what Community Cloud's form is filled with.
DEFAULT_ENTRYPOINT = "streamlit_app.py"
# The names that people give it otherwise; Streamlit itself knows no second one.
USUAL = ("app.py", "main.py", "Home.py", "Hello.py", "home.py", "dashboard.py", "index.py")
_REMEDY = "name it with --entrypoint or `entrypoint:` in .github/freshboot.yml"


class EntrypointError(FreshbootError):
    """It cannot be told which file the host runs."""


def find_entrypoint(read: Read, given: str | None = None) -> str:
    """The entrypoint's path: the one ``given``, else ``streamlit_app.py``, else the one usual name there is.

    :raises EntrypointError: the one given does not exist, there is none, or there are several.
    :raises PathRefused: the one given leads out of the root.
    """
    if given is not None:
        if read(path := normal_path(given)) is None:
            raise EntrypointError(f"there is no entrypoint {path}", "name the file that the host runs")
        return path
    if read(DEFAULT_ENTRYPOINT) is not None:
        return DEFAULT_ENTRYPOINT
    found = [name for name in USUAL if read(name) is not None]
    if len(found) > 1:
        raise EntrypointError(f"the entrypoint may be {' or '.join(found)}", _REMEDY)
    if not found:
        raise EntrypointError(f"there is no {DEFAULT_ENTRYPOINT} or {', '.join(USUAL)} at the root", _REMEDY)
    return found[0]
