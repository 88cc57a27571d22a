"""The action's step `rollout`: `freshboot rollout`, with options from the environment (FRESHBOOT_…)."""

import step

step.run("rollout")
