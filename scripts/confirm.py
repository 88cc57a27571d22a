"""The action's step `confirm`: `freshboot confirm`, with options from the environment (FRESHBOOT_…)."""

import step

step.run("confirm")
