"""Addresses in a report: of what everybody may see, and nothing more."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from freshboot.tell.report.secrets import clean

_FORM = "https://share.streamlit.io/deploy?"
_ADDRESS = re.compile(r"https?://[A-Za-z0-9._~:/?\[\]@!$&'*+,;=%#-]{1,2000}")


def is_address(text: str) -> bool:
    """Whether a text is an address of a web page and nothing else: none that could end a link."""
    return _ADDRESS.fullmatch(text) is not None


def public(address: str) -> str:
    """An address without user, query and fragment; empty where it is none."""
    try:
        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    if not parts.hostname or not is_address(address):
        return ""
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return clean(f"{parts.scheme}://{host}{port}{parts.path.rstrip('/')}")


def is_form(address: str) -> bool:
    """Whether an address is that of the host's form for a new app: the one whose query is shown."""
    return address.startswith(_FORM) and is_address(address)
