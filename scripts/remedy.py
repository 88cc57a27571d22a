"""The action's step `remedy`: `freshboot remedy`, with options from the environment (FRESHBOOT_…)."""

import step

step.run("remedy")
