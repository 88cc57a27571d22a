"""The workflow's step `stamp`: `freshboot stamp`, with options from the environment (FRESHBOOT_…)."""

import sys

from freshboot.cli import main

sys.exit(main(["stamp", *sys.argv[1:]]))
