"""The workflow's step `publish`: `freshboot publish`, with options from the environment (FRESHBOOT_…)."""

import sys

from freshboot.cli import main

sys.exit(main(["publish", *sys.argv[1:]]))
