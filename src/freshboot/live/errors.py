"""Why a live app gave no answer that can be used, and what a person can do about it."""

from __future__ import annotations

from enum import Enum

from freshboot.errors import FreshbootError


class Reason(str, Enum):
    """The kinds of silence."""

    ASLEEP = "asleep"
    STARTING = "starting"
    DOWN = "down"  # refused, reset, 5xx, no such host
    TIMEOUT = "timeout"
    NOT_STREAMLIT = "not-streamlit"  # something answers, but it does not speak Streamlit's protocol
    NO_WEBSOCKET = "no-websocket"  # Streamlit is there, but what stands before it lets no session through
    TLS = "tls"
    WRONG_NONCE = "wrong-nonce"  # an attestation for another challenge: a cache or a replay
    FORGED = "forged"  # an attestation that no holder of the key made
    MALFORMED = "malformed"  # an attestation that this freshboot cannot read
    PRIVATE = "private"
    TOO_LARGE = "too-large"
    PAGE_NOT_FOUND = "page-not-found"
    NO_ROUTE = "no-route"  # the app answers challenges in sessions only
    UPLOAD_REFUSED = "upload-refused"

    @property
    def remedy(self) -> str:
        """One line that says what to do."""
        return _REMEDIES[self]


_REMEDIES = {
    Reason.ASLEEP: "wake it: open the app in a browser and press the button, then ask again",
    Reason.STARTING: "wait until the app has started, then ask again",
    Reason.DOWN: "see that the app runs, and that the address and the port are right",
    Reason.TIMEOUT: "see whether the app loads in a browser; allow more time if it is slow",
    Reason.NOT_STREAMLIT: "give the address that a browser shows; a proxy before it must pass WebSockets",
    Reason.NO_WEBSOCKET: "have the proxy before the app pass WebSockets",
    Reason.TLS: "mend the server's certificate, or give the address that the certificate is for",
    Reason.WRONG_NONCE: "see what stands between here and the app: a cache must not keep sessions",
    Reason.FORGED: "set FRESHBOOT_KEY to one and the same value here and in the app's secrets",
    Reason.MALFORMED: "use the same version of freshboot here and in the app's dependency file",
    Reason.PRIVATE: "make the app public, or ask from where it can be reached without signing in",
    Reason.TOO_LARGE: "put freshboot.boot() first in the script: it then answers before the page",
    Reason.PAGE_NOT_FOUND: "give the page's url path as the browser shows it; capitals count",
    Reason.NO_ROUTE: "give st.App the route freshboot.route() (Streamlit 1.57 or later), or ask a session",
    Reason.UPLOAD_REFUSED: "see server.maxUploadSize, and that one process or sticky sessions serve the app",
}


class SessionError(FreshbootError):
    """The live app could not be asked. It proves nothing about the code: the verdict is ``unproven``.

    The message may quote the server; it is made safe for a terminal.
    """

    exit_code = 3

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(printable(message), reason.remedy)
        self.reason = reason


class HandshakeRefused(SessionError):
    """An HTTP server answered, but it opened no WebSocket. ``status`` is its answer's."""

    def __init__(self, reason: Reason, message: str, status: int) -> None:
        super().__init__(reason, message)
        self.status = status


def printable(text: str, limit: int = 300) -> str:
    """Untrusted text as one line without control characters, cut to ``limit`` characters."""
    line = "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text[: limit + 1])
    return line if len(line) <= limit else line[: limit - 1] + "…"
