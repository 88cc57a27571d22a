"""Who may ask, where the app holds a key: ``FRESHBOOT_KEY``, and ``FRESHBOOT_URL`` for its own address.

Community Cloud makes environment variables of an app's top-level secrets.
"""

from __future__ import annotations

import os
import time
from urllib.parse import urlsplit

from freshboot.proof import Attestation
from freshboot.seal import KEY_VARIABLE, URL_VARIABLE, seal
from freshboot.seal import nonce_of as nonce_of_holder


def nonce_of(text: str) -> str | None:
    """The nonce of a challenge that this app answers; None for any other text."""
    url = os.environ.get(URL_VARIABLE)
    return nonce_of_holder(text, _key(), urlsplit(url).netloc if url else None, time.time())


def sealed(attestation: Attestation) -> str:
    """The answer as it is sent."""
    return seal(attestation.to_json(), _key())


def _key() -> str | None:
    return os.environ.get(KEY_VARIABLE) or None
