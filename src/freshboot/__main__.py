"""``python -m freshboot`` and the ``freshboot`` command."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command; an interruption while it is still being imported ends it as any other does."""
    try:
        from freshboot import cli

        return cli.main()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
