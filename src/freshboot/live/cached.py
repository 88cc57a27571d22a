"""Messages that the server sent once, and refers to by their hash from then on."""

from __future__ import annotations

from freshboot.live import wire_pb2 as wire
from freshboot.live.errors import Reason, SessionError

# Streamlit to 1.40 sends a message of this size (global.minCachedMessageSize) only once to a session; after
# that its hash stands for it.
_FROM_BYTES = 10_000

# ... for as many runs without it (global.maxCachedMessageAge), and one more that was under way.
_RUNS = 3


class Cached:
    """The large messages of a session's last runs."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[wire.ForwardMsg, int, int]] = {}
        self._run = 0

    def begin_run(self) -> None:
        """Forget what the server does not refer to any more."""
        self._run += 1
        self._kept = {key: kept for key, kept in self._kept.items() if self._run - kept[2] <= _RUNS}

    def whole(self, message: wire.ForwardMsg, size: int) -> tuple[wire.ForwardMsg, int]:
        """The message itself in the place of a reference to it, and the bytes that this takes again.

        :raises SessionError: the server refers to what it never sent.
        """
        if message.WhichOneof("type") != "ref_hash":
            if message.hash and size >= _FROM_BYTES:
                self._kept[message.hash] = message, size, self._run
            return message, 0
        cached, cached_size, _ = self._kept.get(message.ref_hash, (None, 0, 0))
        if cached is None:
            raise SessionError(Reason.NOT_STREAMLIT, "the server refers to a message that it never sent")
        self._kept[message.ref_hash] = cached, cached_size, self._run
        whole = wire.ForwardMsg()
        whole.CopyFrom(cached)
        whole.metadata.CopyFrom(message.metadata)
        return whole, cached_size
