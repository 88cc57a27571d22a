"""Which versions run here."""

from __future__ import annotations

import os
import platform
import re
import sys

_DISTRIBUTION = "freshboot"


def _version() -> str:
    """What was installed, else what the source tree says, else that nobody knows."""
    from importlib import metadata

    try:
        return metadata.version(_DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return _of_source_tree() or "0+unknown"


def _of_source_tree() -> str | None:
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    project = os.path.join(os.path.dirname(os.path.dirname(package)), "pyproject.toml")
    try:
        with open(project, encoding="utf-8") as file:
            text = file.read()
    except (OSError, ValueError):
        return None
    found = re.search(rf'^name = "{_DISTRIBUTION}"\nversion = "([^"]+)"$', text, re.MULTILINE)
    return found[1] if found else None


__version__ = _version()


def versions() -> dict[str, str]:
    """Versions by name, as an attestation tells them."""
    streamlit = getattr(sys.modules.get("streamlit"), "__version__", "")
    return {"python": platform.python_version(), "streamlit": str(streamlit), "freshboot": __version__}
