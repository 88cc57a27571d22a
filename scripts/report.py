"""The action's step `report`: `freshboot report`, with options from the environment (FRESHBOOT_…)."""

import step

step.run("report")
