"""``python -m freshboot`` is the command."""

import sys

from freshboot.cli import main

sys.exit(main())
