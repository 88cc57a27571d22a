"""``python -m freshboot`` and the ``freshboot`` command."""

from __future__ import annotations

import signal
import sys

_INTERRUPTED = 130


def main() -> int:
    """Run the command; an interruption while it is still being imported ends it as any other does."""
    try:
        from freshboot import cli

        code = cli.main()
    except KeyboardInterrupt:
        code = _INTERRUPTED
    if code == _INTERRUPTED:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the interpreter's own end is not to be interrupted
    return code


if __name__ == "__main__":
    sys.exit(main())
