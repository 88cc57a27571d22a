"""The action's step `publish`: `freshboot publish`, with options from the environment (FRESHBOOT_…)."""

import step

step.run("publish")
