"""The action's step `stamp`: `freshboot stamp`, with options from the environment (FRESHBOOT_…)."""

import step

step.run("stamp")
