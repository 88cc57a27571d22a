"""The workflow's step `confirm`: `freshboot confirm`, with options from the environment (FRESHBOOT_…)."""

import sys

from freshboot.cli import main

sys.exit(main(["confirm", *sys.argv[1:]]))
