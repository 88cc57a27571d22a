"""The action's step `record`: `freshboot record`, with options from the environment (FRESHBOOT_…)."""

import step

step.run("record")
